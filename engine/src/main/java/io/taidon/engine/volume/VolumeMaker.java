package io.taidon.engine.volume;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.UUID;

/**
 * Makes the volume that a user asks for. The record is written before anything is touched and says
 * the id that the file system will get, so each step after it can be seen to be done: whoever dies
 * on the way leaves what the same order finishes.
 */
public final class VolumeMaker {
  private final VolumeOrder order;
  private final Path root;

  private VolumeMaker(VolumeOrder order) {
    this.order = order;
    this.root = order.root();
  }

  /** What came of an order. */
  public enum Outcome {
    CREATED,
    UNCHANGED
  }

  /**
   * Makes the volume, or finds that it is there already.
   *
   * @throws TaidonException CONFLICT where the root is something else; INVALID_ARGUMENT;
   *     BACKEND_UNAVAILABLE; STORE_UNUSABLE with the commands that somebody else must run;
   *     DISK_FULL
   */
  public static Outcome make(VolumeOrder order) {
    VolumeMaker maker = new VolumeMaker(order);
    maker.makeParent();
    try (VolumeTurn ignored = VolumeTurn.take(order.root())) {
      Optional<VolumeRecord> there = VolumeRecord.read(order.root());
      if (there.isPresent() && !there.get().ready() && !maker.isSame(there.get())) {
        maker.abandon(there.get());
        there = Optional.empty();
      }
      there.ifPresent(maker::requireSame);
      return order.kind() == VolumeKind.DIR ? maker.directory(there) : maker.volume(there);
    }
  }

  private void makeParent() {
    try {
      Files.createDirectories(root.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw failed("The directory above " + root + " cannot be made", e);
    }
  }

  /** A directory is left to the user; one that is a mount is remembered as such. */
  private Outcome directory(Optional<VolumeRecord> there) {
    try {
      boolean isNew = Files.notExists(root);
      Files.createDirectories(root);
      if (there.isPresent()) {
        if (there.get().isAt(root)) {
          return Outcome.UNCHANGED;
        }
        throw TaidonException.of(
                ErrorCode.STORE_UNUSABLE, "The volume of the store " + root + " is not mounted.")
            .remedy("Mount it, or remove " + VolumeRecord.file(root) + " to begin anew.");
      }
      if (MountTable.at(root).isPresent()) {
        VolumeRecord record =
            new VolumeRecord(VolumeKind.DIR, root, Optional.empty(), UUID.randomUUID(), 0, true);
        record.mark(root);
        record.write(root);
        return Outcome.CREATED;
      }
      return isNew ? Outcome.CREATED : Outcome.UNCHANGED;
    } catch (IOException e) {
      throw failed("The store's directory " + root + " cannot be made", e);
    }
  }

  private Outcome volume(Optional<VolumeRecord> there) {
    if (there.isPresent() && there.get().ready() && there.get().isAt(root)) {
      return Outcome.UNCHANGED;
    }
    VolumeRecord volume = there.orElseGet(this::begin);
    switch (volume.kind()) {
      case IMAGE -> makeImage(volume);
      case DEVICE -> formatDevice(volume);
      case DIR -> throw new IllegalStateException("a directory is not made here");
    }
    mount(volume);
    if (!volume.ready()) {
      volume.mark(root);
      volume.madeReady().write(root);
    } else if (!volume.isAt(root)) {
      throw TaidonException.of(
          ErrorCode.STORE_UNUSABLE, "What is mounted at " + root + " is not the store's volume.");
    }
    return Outcome.CREATED;
  }

  /** Where even root may not mount, nothing half-made stays in the way of another choice. */
  private void mount(VolumeRecord volume) {
    try {
      new VolumeMount(root, volume).mount();
    } catch (TaidonException e) {
      if (VolumeMount.isRoot() && !volume.ready()) {
        abandon(volume);
      }
      throw e;
    }
  }

  /** Gives up a volume that was never finished, so that nothing can be in it. */
  private void abandon(VolumeRecord unfinished) {
    if (new VolumeMount(root, unfinished).isMounted()) {
      throw TaidonException.of(
              ErrorCode.CONFLICT,
              "Another volume is half-made and mounted at "
                  + root
                  + ": "
                  + unfinished.source()
                  + ".")
          .remedy("Finish it with the same command as before, or unmount it.");
    }
    try {
      if (unfinished.kind() == VolumeKind.IMAGE) {
        Files.deleteIfExists(making(unfinished.source()));
        if (FileSystemId.of(unfinished.source()).equals(Optional.of(unfinished.id()))) {
          Files.delete(unfinished.source());
        }
      }
      Files.delete(VolumeRecord.file(root));
    } catch (IOException e) {
      throw failed("What was begun at " + root + " cannot be removed", e);
    }
  }

  private static Path making(Path image) {
    return image.resolveSibling(image.getFileName() + ".making");
  }

  /** Looks at everything that can be wrong, then writes down what will be made. */
  private VolumeRecord begin() {
    Path source = source();
    long bytes = order.kind() == VolumeKind.IMAGE ? imageBytes() : 0;
    VolumeFileSystem fileSystem = VolumeFileSystem.forBackend(order.backend());
    if (StoreVolume.hasEntries(root)) {
      throw TaidonException.of(
              ErrorCode.CONFLICT, "There is something in " + root + " already, a store or files.")
          .with("store", root.toString())
          .remedy(
              "Choose another place for the store (`sqlrs --store DIR init ...`), or move away what"
                  + " is there.");
    }
    if (order.kind() == VolumeKind.IMAGE) {
      requireFree(source);
    } else {
      requireFormattable(source);
    }
    VolumeRecord volume =
        new VolumeRecord(
            order.kind(), source, Optional.of(fileSystem), UUID.randomUUID(), bytes, false);
    volume.write(root);
    return volume;
  }

  private Path source() {
    return order
        .source()
        .or(() ->
            order.kind() == VolumeKind.IMAGE
                ? Optional.of(VolumeRecord.defaultImage(root))
                : Optional.empty())
        .orElseThrow(() ->
            TaidonException.of(ErrorCode.INVALID_ARGUMENT, "A store on a device needs its path.")
                .remedy("Write `--store device /dev/...`."));
  }

  private long imageBytes() {
    long bytes = order.sizeBytes().orElse(VolumeOrder.DEFAULT_BYTES);
    if (bytes < VolumeOrder.MIN_BYTES || bytes > VolumeOrder.MAX_BYTES) {
      throw TaidonException.of(
          ErrorCode.INVALID_ARGUMENT,
          "An image has between 320 MB and 70 TB, not " + bytes + " bytes.");
    }
    return bytes;
  }

  private static void requireFree(Path image) {
    if (Files.exists(image)) {
      throw TaidonException.of(
              ErrorCode.CONFLICT, "There is a file " + image + " already, and it is not ours.")
          .remedy("Name another one with `--store image FILE`, or remove it.");
    }
  }

  /** Refuses to format what may hold something. */
  private void requireFormattable(Path device) {
    requireRights(device);
    Optional<MountTable.Mount> mount = MountTable.of(device);
    if (mount.isPresent()) {
      throw TaidonException.of(
              ErrorCode.CONFLICT,
              "The device " + device + " is mounted at " + mount.get().target() + ".")
          .remedy("Unmount it first, or use a directory of it with `--store dir DIR`.");
    }
    Optional<String> content = FileSystemId.content(device);
    if (content.isPresent() && !order.reformat()) {
      throw TaidonException.of(
              ErrorCode.CONFLICT,
              "The device " + device + " is not empty: " + oneLine(content.get()) + ".")
          .with("device", device.toString())
          .remedy("Add --reinit to format it, which destroys all that it holds.");
    }
  }

  private void requireRights(Path device) {
    if (!isBlockDevice(device)) {
      throw TaidonException.of(
          ErrorCode.INVALID_ARGUMENT, "There is no block device " + device + ".");
    }
    if (!Files.isWritable(device)) {
      throw TaidonException.of(
              ErrorCode.STORE_UNUSABLE,
              "The device " + device + " cannot be formatted without root's rights.")
          .remedy(
              "Run `sudo mkfs.btrfs "
                  + device
                  + " && sudo mount "
                  + device
                  + " "
                  + root
                  + " && sudo chown "
                  + System.getProperty("user.name")
                  + " "
                  + root
                  + "` and then `sqlrs init --store dir "
                  + root
                  + "`.");
    }
  }

  private static boolean isBlockDevice(Path device) {
    try {
      int mode = (int) Files.getAttribute(device, "unix:mode");
      return (mode & 0170000) == 0060000;
    } catch (IOException e) {
      return false;
    }
  }

  private void makeImage(VolumeRecord volume) {
    Path image = volume.source();
    if (Files.exists(image)) {
      if (!FileSystemId.of(image).equals(Optional.of(volume.id()))) {
        throw TaidonException.of(
                ErrorCode.CONFLICT, "The image " + image + " does not hold the store's volume.")
            .remedy(
                "Bring back the right one; or remove it and "
                    + VolumeRecord.file(root)
                    + " to begin with an empty store.");
      }
      return;
    }
    if (volume.ready()) {
      return; // Mounting says that it is missing.
    }
    Path unfinished = making(image);
    try {
      Files.deleteIfExists(unfinished);
      Files.createFile(
          unfinished,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (RandomAccessFile file = new RandomAccessFile(unfinished.toFile(), "rw")) {
        file.setLength(volume.sizeBytes());
      }
      format(unfinished, volume);
      Files.move(unfinished, image, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw failed("The image " + unfinished + " cannot be made", e);
    }
  }

  /** Formats a device once: after a crash only if it is still empty, or again allowed. */
  private void formatDevice(VolumeRecord volume) {
    if (volume.ready() || FileSystemId.of(volume.source()).equals(Optional.of(volume.id()))) {
      return;
    }
    requireFormattable(volume.source());
    format(volume.source(), volume);
  }

  private static void format(Path target, VolumeRecord volume) {
    SystemTools.Result result =
        SystemTools.run(volume.fileSystem().orElseThrow().format(target, volume.id()));
    if (!result.succeeded()) {
      throw TaidonException.of(
              ErrorCode.STORE_UNUSABLE,
              "No file system can be made in " + target + ": " + oneLine(result.output()) + ".")
          .with("source", target.toString());
    }
  }

  /** Refuses an order that contradicts what is there. */
  private void requireSame(VolumeRecord there) {
    if (!isSame(there)) {
      throw TaidonException.of(
              ErrorCode.CONFLICT,
              "The store "
                  + root
                  + " has a volume already: "
                  + there.kind().wireName()
                  + " "
                  + there.source()
                  + there.fileSystem().map(f -> ", " + f.wireName()).orElse("")
                  + (there.sizeBytes() > 0 ? ", " + there.sizeBytes() + " bytes" : "")
                  + (there.ready() ? "." : ", not finished."))
          .with("record", VolumeRecord.file(root).toString())
          .remedy(
              "Use it as it is, choose another store, or unmount it and remove "
                  + VolumeRecord.file(root)
                  + ".");
    }
  }

  private boolean isSame(VolumeRecord there) {
    return there.kind() == order.kind()
        && order.source().map(there.source()::equals).orElse(true)
        && order.sizeBytes().map(b -> b == there.sizeBytes()).orElse(true)
        && (there.fileSystem().isEmpty() || serves(there.fileSystem().get(), order.backend()));
  }

  private static boolean serves(VolumeFileSystem fileSystem, String backend) {
    return switch (backend) {
      case "btrfs" -> fileSystem == VolumeFileSystem.BTRFS;
      case "zfs" -> false;
      default -> true;
    };
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  private static TaidonException failed(String sentence, IOException e) {
    boolean full = String.valueOf(e.getMessage()).contains("No space left on device");
    return TaidonException.of(
        full ? ErrorCode.DISK_FULL : ErrorCode.STORE_UNUSABLE,
        sentence + ": " + e.getMessage() + ".",
        e);
  }
}
