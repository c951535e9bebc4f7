/**
 * A directory in a file: instances whose servers always run, for a gateway that stands by itself in
 * front of any PostgreSQL.
 */
@NullMarked
package io.taidon.gateway.directory.file;

import org.jspecify.annotations.NullMarked;
