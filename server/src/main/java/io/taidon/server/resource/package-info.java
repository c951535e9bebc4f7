/** The routes, thin: they check a request, ask the engine, and give back what it says. */
@NullMarked
package io.taidon.server.resource;

import org.jspecify.annotations.NullMarked;
