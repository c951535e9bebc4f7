/**
 * What runs inside a Liquibase worker process: reading changelogs and applying changesets with
 * Liquibase Core. One process does one thing at a time, so nothing here is thread-safe.
 */
@NullMarked
package io.taidon.engine.liquibase.worker;

import org.jspecify.annotations.NullMarked;
