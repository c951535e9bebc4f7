package io.taidon.core.explain;

import java.util.Locale;

/** Why the first step that must run is not cached. */
public enum MissReason {
  IMAGE_CHANGED,
  ENGINE_MAJOR_CHANGED,
  ENGINE_VERSION_CHANGED,
  ENGINE_BINARIES_CHANGED,
  LOCALE_CHANGED,
  /** Options, page size, checksums or settings of a new cluster. */
  INITDB_CHANGED,

  SCRIPT_CHANGED,
  INCLUDE_CHANGED,
  DATA_FILE_CHANGED,
  COMMAND_CHANGED,
  STDIN_CHANGED,
  VARIABLE_CHANGED,
  VARIABLE_ADDED,
  VARIABLE_REMOVED,
  OPTION_CHANGED,
  /** Something of the step differs, and the record has no room for what. */
  CONTENT_CHANGED,

  CHANGESET_CHANGED,
  CHANGESET_FILE_CHANGED,
  PARAMETER_CHANGED,
  PARAMETER_ADDED,
  PARAMETER_REMOVED,
  CONTEXTS_CHANGED,
  LABELS_CHANGED,
  LIQUIBASE_CHANGED,
  EXTENSION_CHANGED,

  STEP_INSERTED,
  STEP_REMOVED,
  STEP_MOVED,
  STEP_REPLACED,

  EVICTED_PRESSURE,
  EVICTED_TTL,
  EVICTED_ON_REQUEST,
  REMOVED,
  DAMAGED,
  NOT_ON_DISK,
  LOST,
  /** It was passed through and never kept, because states are kept every so many steps. */
  NOT_KEPT,
  NEVER_BUILT;

  /** The name in JSON and as the label of the metric. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
