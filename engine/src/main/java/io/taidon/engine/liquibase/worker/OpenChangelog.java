package io.taidon.engine.liquibase.worker;

import io.taidon.engine.liquibase.ChangelogRequest;
import io.taidon.engine.liquibase.Manifest;
import java.util.List;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.DatabaseChangeLog;

/**
 * A changelog that was read.
 *
 * @param resources what Liquibase reads files through
 * @param planned the changesets that would run, in order; as many as the manifest has
 */
record OpenChangelog(
    ChangelogRequest request,
    WorkspaceResources resources,
    DatabaseChangeLog changelog,
    List<ChangeSet> planned,
    Manifest manifest) {}
