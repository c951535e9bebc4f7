/**
 * Liquibase changelogs as steps, one per changeset: arguments, planning without a database, and the
 * processes that run Liquibase. Only {@link io.taidon.engine.liquibase.worker} loads Liquibase.
 */
@NullMarked
package io.taidon.engine.liquibase;

import org.jspecify.annotations.NullMarked;
