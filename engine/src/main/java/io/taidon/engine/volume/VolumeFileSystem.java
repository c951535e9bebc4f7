package io.taidon.engine.volume;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A file system that a volume of ours can get. Everything in a store can be made again, so one copy
 * of the metadata is enough; freed blocks go back to the image's host.
 */
public enum VolumeFileSystem {
  BTRFS("btrfs-progs", "noatime,discard=async,user_subvol_rm_allowed") {
    @Override
    List<String> format(Path target, UUID id) {
      return List.of(
          "mkfs.btrfs", "-q", "-f", "-m", "single", "-U", id.toString(), target.toString());
    }
  },
  XFS("xfsprogs", "noatime,discard") {
    @Override
    List<String> format(Path target, UUID id) {
      return List.of("mkfs.xfs", "-q", "-f", "-m", "reflink=1,uuid=" + id, target.toString());
    }
  };

  private static final Path KNOWN = Path.of("/proc/filesystems");

  private final String debianPackage;
  private final String mountOptions;

  VolumeFileSystem(String debianPackage, String mountOptions) {
    this.debianPackage = debianPackage;
    this.mountOptions = mountOptions;
  }

  /** The command that formats an empty file or device under this id. */
  abstract List<String> format(Path target, UUID id);

  /** The word in commands and JSON. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  String mountOptions() {
    return mountOptions;
  }

  static Optional<VolumeFileSystem> ofWireName(String name) {
    return Stream.of(values()).filter(f -> f.wireName().equals(name)).findAny();
  }

  /**
   * The file system on which a snapshot backend works best, of those that this machine has.
   *
   * @param backend a backend's name, or {@code auto}
   * @throws TaidonException BACKEND_UNAVAILABLE
   */
  static VolumeFileSystem forBackend(String backend) {
    List<VolumeFileSystem> wanted =
        switch (backend) {
          case "btrfs" -> List.of(BTRFS);
          case "auto" -> List.of(BTRFS, XFS);
          case "reflink", "overlay", "copy" -> List.of(XFS, BTRFS);
          case "zfs" ->
              throw TaidonException.of(
                      ErrorCode.BACKEND_UNAVAILABLE,
                      "A store of zfs is a dataset of a pool, not an image or a device.")
                  .remedy(
                      "Make one with `zfs create`, and name the directory it is mounted at with"
                          + " `--store dir DIR`.");
          default ->
              throw TaidonException.of(
                  ErrorCode.INVALID_ARGUMENT, "There is no snapshot backend '" + backend + "'.");
        };
    List<String> lacking = new ArrayList<>();
    for (VolumeFileSystem candidate : wanted) {
      Optional<String> lack = candidate.lack();
      if (lack.isEmpty()) {
        return candidate;
      }
      lacking.add(lack.get());
    }
    throw TaidonException.of(
            ErrorCode.BACKEND_UNAVAILABLE,
            "No file system for the backend "
                + backend
                + " can be made: "
                + String.join(" ", lacking))
        .remedy(
            "Install what is missing (on Debian: apt-get install "
                + wanted.getFirst().debianPackage
                + "), or choose `--store dir`.");
  }

  /** What this machine lacks for it, as a sentence. */
  private Optional<String> lack() {
    String mkfs = "mkfs." + wireName();
    if (!SystemTools.has(mkfs)) {
      return Optional.of("There is no " + mkfs + ".");
    }
    return kernelHasIt() ? Optional.empty() : Optional.of("The kernel has no " + wireName() + ".");
  }

  private boolean kernelHasIt() {
    try (Stream<String> known = Files.lines(KNOWN)) {
      if (known.anyMatch(line -> line.strip().equals(wireName()))) {
        return true;
      }
    } catch (IOException e) {
      return false;
    }
    return SystemTools.has("modprobe")
        && SystemTools.run("modprobe", "--dry-run", "--quiet", wireName()).succeeded();
  }
}
