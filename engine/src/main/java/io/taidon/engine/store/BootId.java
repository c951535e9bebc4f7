package io.taidon.engine.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * One run of the machine's kernel. What was written but not synced is there as long as this value
 * does not change, also after a crash of the process that wrote it.
 */
public record BootId(String text) {
  private static final Path KERNEL = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Pattern FORM = Pattern.compile("[0-9A-Za-z-]{1,64}");
  private static final BootId CURRENT = read();

  public BootId {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("a boot id is 1 to 64 letters, digits and hyphens");
    }
  }

  /**
   * The present boot: the kernel's boot id (random(4)) on Linux. Elsewhere a random value per
   * process, which trusts too little rather than too much.
   */
  public static BootId current() {
    return CURRENT;
  }

  private static BootId read() {
    try {
      return new BootId(Files.readString(KERNEL, StandardCharsets.US_ASCII).strip());
    } catch (IOException | IllegalArgumentException e) {
      return new BootId(RandomHex.next());
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
