package io.taidon.engine.volume;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** Brings a formatted image or device to the store's root. Call it in one's {@link VolumeTurn}. */
final class VolumeMount {
  private final Path root;
  private final VolumeRecord volume;

  VolumeMount(Path root, VolumeRecord volume) {
    this.root = root;
    this.volume = volume;
  }

  /** Mounts it unless it is mounted; says what to run where this user may not. */
  void mount() {
    if (isMounted()) {
      return;
    }
    Path source = source();
    makeMountPoint();
    if (StoreVolume.hasEntries(root)) {
      throw TaidonException.of(
              ErrorCode.STORE_UNUSABLE,
              "The directory " + root + " is not empty, so the store's volume cannot be mounted.")
          .with("store", root.toString())
          .remedy("Move what is in it elsewhere, then run the command again.");
    }
    SystemTools.Result result =
        isRoot()
            ? SystemTools.run("mount", "-o", options(), source.toString(), root.toString())
            // Allowed where /etc/fstab says so.
            : SystemTools.run("mount", root.toString());
    if (!result.succeeded()) {
      throw refused(source, result.output());
    }
  }

  /** Whether our image or device is mounted here, by whomever. */
  boolean isMounted() {
    Optional<MountTable.Mount> mount = MountTable.at(root);
    return mount.isPresent() && isSame(mount.get().origin(), volume.source());
  }

  private static boolean isSame(Path one, Path other) {
    try {
      return one.equals(other) || Files.isSameFile(one, other);
    } catch (IOException e) {
      return false;
    }
  }

  /** The image, or the device that has the volume's id: names of devices change. */
  private Path source() {
    if (volume.kind() == VolumeKind.IMAGE) {
      if (Files.isRegularFile(volume.source())) {
        return volume.source();
      }
      throw missing("The image " + volume.source() + " of the store " + root + " is missing.");
    }
    if (FileSystemId.of(volume.source()).equals(Optional.of(volume.id()))) {
      return volume.source();
    }
    return FileSystemId.device(volume.id())
        .orElseThrow(() ->
            missing(
                "No device has the file system " + volume.id() + " of the store " + root + "."));
  }

  private TaidonException missing(String sentence) {
    return TaidonException.of(ErrorCode.STORE_UNUSABLE, sentence)
        .with("source", volume.source().toString())
        .remedy(
            "Bring it back; or, to begin with an empty store, remove "
                + VolumeRecord.file(root)
                + " and run `sqlrs init` again.");
  }

  private String options() {
    String options = volume.fileSystem().orElseThrow().mountOptions();
    return volume.kind() == VolumeKind.IMAGE ? "loop," + options : options;
  }

  private void makeMountPoint() {
    try {
      Files.createDirectories(root);
      if (isRoot()) {
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
      }
    } catch (IOException e) {
      throw TaidonException.of(
          ErrorCode.STORE_UNUSABLE,
          "The directory " + root + " cannot be made: " + e.getMessage() + ".",
          e);
    }
  }

  private TaidonException refused(Path source, String said) {
    TaidonException failure =
        TaidonException.of(
                ErrorCode.STORE_UNUSABLE,
                "The volume "
                    + source
                    + " cannot be mounted at "
                    + root
                    + (isRoot() ? ": " + said : " without root's rights")
                    + ".")
            .with("mount", said);
    if (isRoot()) {
      return failure.remedy(
          "Where mounting is not allowed, as in most containers, choose `--store dir` with"
              + " --snapshot reflink, overlay or copy.");
    }
    String user = System.getProperty("user.name");
    String type = volume.fileSystem().orElseThrow().wireName();
    return failure.remedy(
        "Run `sudo mount -o %s %s %s && sudo chown %s %s`, then the same command again. For the time"
                .formatted(options(), inShell(source), inShell(root), user, inShell(root))
            + " after a reboot put this line into /etc/fstab: `%s %s %s %s,user,noauto 0 0`. Or"
                .formatted(inTable(source), inTable(root), type, options())
            + " choose `--store dir` with --snapshot overlay or copy.");
  }

  private static String inShell(Path path) {
    String text = path.toString();
    return text.matches("[A-Za-z0-9_./:@%+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  private static String inTable(Path path) {
    return path.toString().replace("\\", "\\134").replace(" ", "\\040").replace("\t", "\\011");
  }

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }
}
