package io.taidon.core.state;

import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Hashes the expanded content of a script while it is read: runs of text as they stand, and in
 * place of each include or copied file that file's own digest. So the id of a script does not
 * depend on how its parts are named or where they lie, and a script of any size needs constant
 * memory.
 *
 * <p>Not thread-safe; one instance hashes one file.
 */
public final class ContentHasher {
  private static final String CONTENT_SCHEMA = "taidon-content-v1";
  private static final String OWN_SCHEMA = "taidon-own-text-v1";

  private final StateIdentity.Lines lines = new StateIdentity.Lines(CONTENT_SCHEMA);
  private final StateIdentity.Lines own = new StateIdentity.Lines(OWN_SCHEMA);
  private final MessageDigest run = StateIdentity.sha256();
  private boolean runIsEmpty = true;

  /** Adds bytes to the present run of text. */
  public ContentHasher text(byte[] bytes, int offset, int length) {
    if (length > 0) {
      run.update(bytes, offset, length);
      runIsEmpty = false;
    }
    return this;
  }

  /** Puts an included script, itself expanded, at this place. */
  public ContentHasher include(Digest expandedContent) {
    endRun();
    lines.line("include", expandedContent.hex());
    own.line("include", "");
    return this;
  }

  /** Puts a data file that the script reads ({@code \copy ... from}) at this place. */
  public ContentHasher data(Digest fileContent) {
    endRun();
    lines.line("data", fileContent.hex());
    own.line("data", "");
    return this;
  }

  /** Marks an include whose file is not there, inside a branch that may not be taken. */
  public ContentHasher absent() {
    endRun();
    lines.line("absent", "");
    own.line("include", "");
    return this;
  }

  /** The digest of all that was added. The hasher is spent. */
  public Digest finish() {
    return finishBoth().expanded();
  }

  /** As {@link #finish}, with the script's own text told apart. */
  public Content finishBoth() {
    endRun();
    return new Content(new Digest(lines.hex()), new Digest(own.hex()));
  }

  /**
   * What was hashed.
   *
   * @param expanded the identity of the content
   * @param own the script's own text alone, whatever it includes: tells where a change was made,
   *     and is no part of any identity
   */
  public record Content(Digest expanded, Digest own) {}

  private void endRun() {
    if (!runIsEmpty) {
      String text = HexFormat.of().formatHex(run.digest());
      lines.line("text", text);
      own.line("text", text);
      runIsEmpty = true;
    }
  }
}
