package io.taidon.engine.liquibase;

import java.util.List;
import java.util.SortedMap;

/**
 * What reading a changelog gave: the changesets that would run, and everything that was looked at,
 * so that whoever finds all of that unchanged knows the changesets without reading again.
 *
 * @param liquibaseVersion what read it
 * @param inputs every look at the workspace, each once
 * @param changesets in the order in which they would run
 */
public record Manifest(String liquibaseVersion, List<Input> inputs, List<Changeset> changesets) {
  public Manifest {
    inputs = List.copyOf(inputs);
    changesets = List.copyOf(changesets);
  }

  /** Whether everything that was looked at is as it was, by content. */
  public boolean holds(WorkspaceLook look) {
    return liquibaseVersion.equals(LiquibaseVersion.VERSION)
        && inputs.stream()
            .allMatch(input -> look.digest(input.path(), input.look()).equals(input.digest()));
  }

  /** What was looked for at a path. */
  public enum Look {
    /** A file's content. */
    FILE,
    /** The names of the files in a directory. */
    LISTING,
    /** The names of the files in a directory and all below it. */
    TREE
  }

  /**
   * One look at the workspace.
   *
   * @param path relative to the workspace, with slashes
   * @param look what was looked for
   * @param digest of what was found; empty if nothing was there
   */
  public record Input(String path, Look look, String digest) {}

  /**
   * One changeset that would run.
   *
   * @param path the changelog file as Liquibase records it
   * @param checksum Liquibase's own, with its version
   * @param content digest of all that it says
   * @param files digests of what it reads besides its changelog, by path as Liquibase knows it
   * @param transactional {@code runInTransaction}
   * @param warnings what may make two runs differ, one sentence each
   */
  public record Changeset(
      String path,
      String id,
      String author,
      String checksum,
      String content,
      SortedMap<String, String> files,
      boolean transactional,
      boolean runAlways,
      boolean runOnChange,
      List<String> warnings) {

    /** The form that Liquibase uses in its own messages. */
    public String label() {
      return path + "::" + id + "::" + author;
    }
  }
}
