package io.taidon.engine.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A changelog of small changesets in the manner of an application's: of each five, one makes a
 * table with a reference to the table before it, one fills it, one adds a column, one an index, one
 * inserts again. The first part is one file of formatted SQL, the rest XML files of ten.
 */
final class GeneratedChangelog {
  static final String MASTER = "changelog.xml";
  private static final int ROWS = 10;
  private static final int PER_XML_FILE = 10;
  private static final int KINDS = 5;
  private static final String XML_HEAD =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog"
          xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
          xsi:schemaLocation="http://www.liquibase.org/xml/ns/dbchangelog
              http://www.liquibase.org/xml/ns/dbchangelog/dbchangelog-latest.xsd">
      """;
  private static final String XML_TAIL = "</databaseChangeLog>\n";

  private final Path workspace;
  private final int inSql;
  private final int changesets;
  private final Map<Integer, Integer> edits = new HashMap<>();

  /** Writes it. */
  GeneratedChangelog(Path workspace, int inSql, int inXml) throws IOException {
    this.workspace = Files.createDirectories(workspace);
    this.inSql = inSql;
    this.changesets = inSql + inXml;
    write();
  }

  Path workspace() {
    return workspace;
  }

  int changesets() {
    return changesets;
  }

  List<String> arguments() {
    return List.of("update", "--changelog-file", MASTER);
  }

  /** Changes what a changeset does: the first of each five, or the last. */
  void edit(int changeset) throws IOException {
    if (changeset % KINDS > 1) {
      throw new IllegalArgumentException("changeset " + changeset + " has nothing to edit");
    }
    edits.merge(changeset, 1, Integer::sum);
    write();
  }

  private void write() throws IOException {
    List<String> files = new ArrayList<>(List.of("changes.sql"));
    StringBuilder sql = new StringBuilder("--liquibase formatted sql\n");
    for (int i = 1; i <= inSql; i++) {
      sql.append("\n--changeset bench:%d\n%s".formatted(i, sql(i)));
    }
    Files.writeString(workspace.resolve("changes.sql"), sql);
    for (int from = inSql + 1; from <= changesets; from += PER_XML_FILE) {
      StringBuilder xml = new StringBuilder(XML_HEAD);
      for (int i = from; i < Math.min(from + PER_XML_FILE, changesets + 1); i++) {
        xml.append("<changeSet id='%d' author='bench'>%s</changeSet>\n".formatted(i, xml(i)));
      }
      String file = "changes-" + from + ".xml";
      files.add(file);
      Files.writeString(workspace.resolve(file), xml + XML_TAIL);
    }
    StringBuilder master = new StringBuilder(XML_HEAD);
    files.forEach(file -> master.append("<include file='%s'/>\n".formatted(file)));
    Files.writeString(workspace.resolve(MASTER), master + XML_TAIL);
  }

  private String sql(int changeset) {
    int table = table(changeset);
    return switch (changeset % KINDS) {
      case 1 ->
          """
          create table item_%d (
            id bigint primary key,
            before_id bigint%s,
            name varchar(80) not null default 'edit %d',
            created_at timestamptz not null default now()
          );
          """
              .formatted(
                  table, table == 0 ? "" : " references item_" + (table - 1), edits(changeset));
      case 2 -> inserts(table, 0, "made");
      case 3 -> "alter table item_%d add column note text;\n".formatted(table);
      case 4 -> "create index item_%1$d_name on item_%1$d (name);\n".formatted(table);
      default -> inserts(table, ROWS, "edit " + edits(changeset));
    };
  }

  private static String inserts(int table, int from, String name) {
    StringBuilder sql = new StringBuilder();
    for (int row = from; row < from + ROWS; row++) {
      sql.append("insert into item_%d (id, name) values (%d, '%s');\n".formatted(table, row, name));
    }
    return sql.toString();
  }

  private String xml(int changeset) {
    int table = table(changeset);
    return switch (changeset % KINDS) {
      case 1 ->
          """
          <createTable tableName='item_%d'>
            <column name='id' type='bigint'><constraints primaryKey='true'/></column>
            <column name='before_id' type='bigint'>
              <constraints foreignKeyName='item_%d_before' references='item_%d(id)'/>
            </column>
            <column name='name' type='varchar(80)' defaultValue='edit %d'>
              <constraints nullable='false'/>
            </column>
            <column name='created_at' type='timestamptz' defaultValueComputed='now()'/>
          </createTable>
          """
              .formatted(table, table, table - 1, edits(changeset));
      case 2 -> xmlInserts(table, 0, "made");
      case 3 ->
          "<addColumn tableName='item_%d'><column name='note' type='text'/></addColumn>"
              .formatted(table);
      case 4 ->
          "<createIndex tableName='item_%1$d' indexName='item_%1$d_name'><column name='name'/></createIndex>"
              .formatted(table);
      default -> xmlInserts(table, ROWS, "edit " + edits(changeset));
    };
  }

  private static String xmlInserts(int table, int from, String name) {
    StringBuilder xml = new StringBuilder();
    for (int row = from; row < from + ROWS; row++) {
      xml.append(
          "<insert tableName='item_%d'><column name='id' valueNumeric='%d'/><column name='name' value='%s'/></insert>"
              .formatted(table, row, name));
    }
    return xml.toString();
  }

  private static int table(int changeset) {
    return (changeset - 1) / KINDS;
  }

  private int edits(int changeset) {
    return edits.getOrDefault(changeset, 0);
  }
}
