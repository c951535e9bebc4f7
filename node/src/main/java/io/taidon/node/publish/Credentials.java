package io.taidon.node.publish;

import io.taidon.crds.v1alpha1.VolumeAttributes;
import io.taidon.node.name.Refusals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the server of an instance gets to see of its Secret: a file for each key, in a directory
 * that only root can change. Of the Secret, which a kubelet hands over as a whole, the rest is
 * dropped at once. Immutable.
 */
public final class Credentials {
  private static final int LONGEST = 1024;

  private final Map<String, String> files;

  private Credentials(Map<String, String> files) {
    this.files = files;
  }

  /** Takes what a server may see; nothing where there is none of it, as for a build. */
  public static Credentials of(Map<String, String> secret) {
    Map<String, String> files = new TreeMap<>(secret);
    files.keySet().retainAll(VolumeAttributes.CREDENTIALS);
    if (files.values().stream().anyMatch(text -> text.length() > LONGEST)) {
      throw Refusals.invalid("The Secret of the volume holds a value that is too long.");
    }
    return new Credentials(files);
  }

  /**
   * Writes the files, those that are not there already: a server may be reading them. Each is
   * complete or not there, whenever this dies.
   */
  void writeTo(Path directory) throws IOException {
    if (files.isEmpty()) {
      return;
    }
    Files.createDirectories(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = directory.resolve(file.getKey());
      if (!Files.exists(path) || !Files.readString(path).equals(file.getValue())) {
        Path staged = Files.writeString(directory.resolve("." + file.getKey()), file.getValue());
        Files.setPosixFilePermissions(staged, PosixFilePermissions.fromString("r--r--r--"));
        Files.move(staged, path, StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  /** Names only. */
  @Override
  public String toString() {
    return files.keySet().toString();
  }
}
