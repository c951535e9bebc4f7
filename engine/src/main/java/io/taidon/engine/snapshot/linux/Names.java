package io.taidon.engine.snapshot.linux;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** File names as the bytes the kernel knows; the JDK's paths are text in the platform's charset. */
public final class Names {
  private static final Charset PLATFORM =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

  private Names() {}

  /** The bytes of a path. */
  public static byte[] bytes(Path path) {
    return path.toString().getBytes(PLATFORM);
  }

  /** The bytes of a name that the program itself makes up. */
  public static byte[] bytes(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  /** The name for a message: what is not text shows as replacement characters. */
  public static String text(byte[] name) {
    return new String(name, PLATFORM);
  }
}
