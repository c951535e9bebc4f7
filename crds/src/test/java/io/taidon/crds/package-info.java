/** A real API server for tests. */
package io.taidon.crds;
