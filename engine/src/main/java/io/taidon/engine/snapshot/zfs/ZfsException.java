package io.taidon.engine.snapshot.zfs;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** A {@code zfs} command that failed, with what it said. */
final class ZfsException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What a failure means. ZFS tells it in words only, which are the same since 2008. */
  enum Meaning {
    /** There is no ZFS on this machine, or it does not answer. */
    NO_SERVICE(
        "no zfs command",
        "modules are not loaded",
        "module is not loaded",
        "/dev/zfs",
        "zfs-fuse daemon",
        "must be run as root",
        "internal error: Connection reset"),
    NOT_FOUND("does not exist", "could not find any snapshots"),
    EXISTS("already exists"),
    NO_CLONE("not a cloned filesystem"),
    HAS_CLONES("has dependent clones"),
    NO_SPACE("out of space", "No space left on device", "quota exceeded"),
    BUSY("busy"),
    OTHER();

    private final List<String> words;

    Meaning(String... words) {
      this.words = List.of(words);
    }

    static Meaning of(String all) {
      // Names and paths are no words of its own.
      String said = all.replaceAll("'[^'\n]*'", "''");
      return Arrays.stream(values())
          .filter(meaning -> meaning.words.stream().anyMatch(said::contains))
          .findFirst()
          .orElse(OTHER);
    }
  }

  private final String command;
  private final Meaning meaning;

  /**
   * @param command its first two words
   * @param said what it wrote to standard error
   */
  ZfsException(String command, String said) {
    super(command + " says: " + firstLines(said));
    this.command = command;
    this.meaning = Meaning.of(said);
  }

  String command() {
    return command;
  }

  Meaning meaning() {
    return meaning;
  }

  boolean means(Meaning wanted) {
    return meaning == wanted;
  }

  /** Later lines list datasets. */
  private static String firstLines(String said) {
    String text = String.join("; ", said.strip().lines().limit(2).toList());
    return text.isEmpty() ? "nothing" : text;
  }
}
