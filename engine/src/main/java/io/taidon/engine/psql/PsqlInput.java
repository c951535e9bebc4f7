package io.taidon.engine.psql;

/** One input of psql: what a step runs. */
public sealed interface PsqlInput {

  /** What users call it, for example {@code -f schema.sql}. */
  String label();

  /** How messages name a place in it when it is not a file inside the workspace. */
  String placeName();

  /**
   * {@code -f FILE}.
   *
   * @param path as it was written, relative to psql's working directory
   */
  record Script(String path) implements PsqlInput {
    @Override
    public String label() {
      return "-f " + path;
    }

    @Override
    public String placeName() {
      return path;
    }
  }

  /**
   * {@code -c TEXT}: SQL that goes to the server as it stands, or one backslash command.
   *
   * @param text what psql is given
   */
  record Command(String text) implements PsqlInput {
    private static final int SHOWN_CHARACTERS = 60;

    @Override
    public String label() {
      String line = text.strip().replaceAll("\\s+", " ");
      int shown = Math.min(line.length(), SHOWN_CHARACTERS);
      if (shown < line.length() && Character.isHighSurrogate(line.charAt(shown - 1))) {
        shown--;
      }
      return "-c \"" + line.substring(0, shown) + (shown < line.length() ? "…" : "") + "\"";
    }

    @Override
    public String placeName() {
      return "-c";
    }

    boolean isBackslashCommand() {
      return text.startsWith("\\");
    }
  }

  /** {@code -f -}: a script on standard input. */
  record Stdin() implements PsqlInput {
    @Override
    public String label() {
      return "-f -";
    }

    @Override
    public String placeName() {
      return "standard input";
    }
  }
}
