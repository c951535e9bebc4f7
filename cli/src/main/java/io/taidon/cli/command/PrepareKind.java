package io.taidon.cli.command;

import java.util.Optional;

/** What a state is prepared with. */
enum PrepareKind {
  PSQL("psql", ToolSyntax.PSQL, "psql", "psql_args"),
  LIQUIBASE("lb", ToolSyntax.LIQUIBASE, "Liquibase", "liquibase_args");

  private static final String PREPARE = "prepare:";

  private final String word;
  private final ToolSyntax tool;
  private final String title;
  private final String argumentsField;

  PrepareKind(String word, ToolSyntax tool, String title, String argumentsField) {
    this.word = word;
    this.tool = tool;
    this.title = title;
    this.argumentsField = argumentsField;
  }

  /** The kind that a command prepares with; empty when it does not prepare. */
  static Optional<PrepareKind> ofPrepare(String command) {
    for (PrepareKind kind : values()) {
      if (command.equals(PREPARE + kind.word)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /** The name behind the colon and in JSON. */
  String word() {
    return word;
  }

  ToolSyntax tool() {
    return tool;
  }

  /** The tool's name in prose. */
  String title() {
    return title;
  }

  /** The field of a prepare request that holds the tool's arguments. */
  String argumentsField() {
    return argumentsField;
  }
}
