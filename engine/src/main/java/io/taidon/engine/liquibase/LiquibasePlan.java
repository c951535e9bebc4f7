package io.taidon.engine.liquibase;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.psql.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A changelog, known down to every file that it reads.
 *
 * @param request what was asked for, with every choice made
 * @param workspace where its files are
 * @param manifest what reading it gave
 * @param steps one for each changeset that would run, in order
 * @param notes choices that the user did not make, one sentence each
 * @param stamps how its files were when they were looked at
 */
public record LiquibasePlan(
    ChangelogRequest request,
    Workspace workspace,
    Manifest manifest,
    List<LiquibaseStep> steps,
    List<String> notes,
    List<Stamp> stamps) {
  public LiquibasePlan {
    steps = List.copyOf(steps);
    notes = List.copyOf(notes);
    stamps = List.copyOf(stamps);
  }

  /**
   * How a file or directory was.
   *
   * @param key device and inode
   */
  record Stamp(Path path, boolean exists, long size, FileTime modified, Object key) {
    private static final FileTime NEVER = FileTime.fromMillis(0);

    static Stamp of(Path path) {
      try {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        return new Stamp(
            path,
            true,
            attributes.size(),
            attributes.lastModifiedTime(),
            Objects.requireNonNullElse(attributes.fileKey(), path));
      } catch (NoSuchFileException e) {
        return new Stamp(path, false, 0, NEVER, path);
      } catch (IOException e) {
        return new Stamp(path, false, -1, NEVER, path);
      }
    }
  }

  /** Stamps of what a request names besides the manifest's inputs, taken before it is read. */
  static List<Stamp> stamps(WorkspaceLook look, List<String> paths) {
    List<Stamp> stamps = new ArrayList<>();
    paths.stream().distinct().forEach(path -> stamps.add(Stamp.of(look.place(path))));
    return stamps;
  }

  /**
   * Call after changesets ran: what Liquibase read must be what was hashed.
   *
   * @throws TaidonException INPUT_CHANGED
   */
  public void checkUnchanged() {
    for (Stamp stamp : stamps) {
      if (!Stamp.of(stamp.path()).equals(stamp)) {
        throw changed(workspace.root().relativize(stamp.path()).toString());
      }
    }
    WorkspaceLook look = new WorkspaceLook(workspace.root());
    for (Manifest.Input input : manifest.inputs()) {
      if (input.look() != Manifest.Look.FILE
          && !look.digest(input.path(), input.look()).equals(input.digest())) {
        throw changed(input.path());
      }
    }
  }

  private static TaidonException changed(String name) {
    return TaidonException.of(ErrorCode.INPUT_CHANGED, name + " changed while its changesets ran.")
        .with("file", name)
        .remedy("Run the prepare again.");
  }
}
