package io.taidon.engine.liquibase;

/** How far an update goes. */
public sealed interface UpdateCommand {

  /** {@code update}: all changesets. */
  record All() implements UpdateCommand {}

  /**
   * {@code update-count}: the first ones.
   *
   * @param count how many, at least 1
   */
  record Count(int count) implements UpdateCommand {}

  /**
   * {@code update-to-tag}: up to and with the changeset that sets a tag.
   *
   * @param tag its name
   */
  record ToTag(String tag) implements UpdateCommand {}
}
