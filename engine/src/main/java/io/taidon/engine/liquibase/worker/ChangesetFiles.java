package io.taidon.engine.liquibase.worker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import liquibase.Scope;
import liquibase.change.Change;
import liquibase.change.ChangeWithColumns;
import liquibase.change.ColumnConfig;
import liquibase.change.core.CreateProcedureChange;
import liquibase.change.core.CreateViewChange;
import liquibase.change.core.LoadDataChange;
import liquibase.change.core.LoadDataColumnConfig;
import liquibase.change.core.SQLFileChange;
import liquibase.changelog.ChangeSet;
import liquibase.database.Database;
import liquibase.exception.LiquibaseException;
import liquibase.resource.Resource;
import liquibase.statement.BatchDmlExecutablePreparedStatement;
import liquibase.statement.ExecutablePreparedStatementBase;
import liquibase.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** Touches the files that a changeset reads when it runs, so that the resources note them. */
final class ChangesetFiles {
  private final ChangeSet changeSet;
  private final WorkspaceResources resources;
  private final Database database;
  private final List<String> expanded = new ArrayList<>();

  ChangesetFiles(ChangeSet changeSet, WorkspaceResources resources, Database database) {
    this.changeSet = changeSet;
    this.resources = resources;
    this.database = database;
  }

  /**
   * Reads them all.
   *
   * @return the SQL among them, with changelog parameters put in
   */
  List<String> readAll() throws IOException, LiquibaseException {
    for (Change change : changeSet.getChanges()) {
      switch (change) {
        case SQLFileChange sql ->
            sql(sql.getPath(), sql.isRelativeToChangelogFile(), sql.getEncoding());
        case CreateProcedureChange procedure ->
            sql(
                procedure.getPath(),
                procedure.isRelativeToChangelogFile(),
                procedure.getEncoding());
        case CreateViewChange view ->
            sql(view.getPath(), view.getRelativeToChangelogFile(), view.getEncoding());
        case LoadDataChange data -> data(data);
        case ChangeWithColumns<?> row -> row.getColumns().forEach(this::column);
        default -> {}
      }
    }
    return expanded;
  }

  private void sql(@Nullable String path, @Nullable Boolean relative, @Nullable String encoding)
      throws IOException {
    if (path == null) {
      return;
    }
    Resource file = resource(path, Boolean.TRUE.equals(relative));
    if (!file.exists()) {
      throw WorkspaceResources.notFound(path).with("changeset", changeSet.toString(false));
    }
    try (InputStream in = file.openInputStream()) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      expanded.add(
          String.valueOf(encoding)
              + ":"
              + Objects.toString(
                  changeSet
                      .getChangeLogParameters()
                      .expandExpressions(text, changeSet.getChangeLog())));
    }
  }

  /** A loadData reads its CSV file, and files that are named in columns of large objects. */
  private void data(LoadDataChange data) throws IOException, LiquibaseException {
    Resource csv = resource(data.getFile(), Boolean.TRUE.equals(data.isRelativeToChangelogFile()));
    if (!csv.exists()) {
      throw WorkspaceResources.notFound(data.getFile())
          .with("changeset", changeSet.toString(false));
    }
    csv.openInputStream().close();
    if (data.getColumns().stream().anyMatch(ChangesetFiles::isLarge)) {
      data.finishInitialization();
      for (SqlStatement statement : data.generateStatements(database)) {
        statement(statement);
      }
    }
  }

  private static boolean isLarge(LoadDataColumnConfig column) {
    String type = String.valueOf(column.getType());
    return type.equalsIgnoreCase("BLOB") || type.equalsIgnoreCase("CLOB");
  }

  private void statement(SqlStatement statement) {
    switch (statement) {
      case BatchDmlExecutablePreparedStatement batch ->
          batch.getIndividualStatements().forEach(this::statement);
      case ExecutablePreparedStatementBase one -> one.getColumns().forEach(this::column);
      default -> {}
    }
  }

  private void column(ColumnConfig column) {
    large(column.getValueBlobFile());
    large(column.getValueClobFile());
  }

  /** Liquibase looks for it beside the changelog. */
  private void large(@Nullable String path) {
    if (path == null) {
      return;
    }
    try {
      Resource file = resource(path, true);
      if (!file.exists()) {
        throw WorkspaceResources.notFound(path).with("changeset", changeSet.toString(false));
      }
      file.openInputStream().close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Resource resource(String path, boolean relative) throws IOException {
    return relative
        ? Scope.getCurrentScope()
            .getResourceAccessor()
            .get(changeSet.getChangeLog().getPhysicalFilePath())
            .resolveSibling(path)
        : resources.get(path);
  }
}
