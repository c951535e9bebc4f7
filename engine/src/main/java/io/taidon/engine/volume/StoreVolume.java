package io.taidon.engine.volume;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The volume that a store lies on, if it has one of its own. {@link #requireMounted} is called
 * before anything is looked for in a store: an empty mount point must not look like an empty store.
 */
public final class StoreVolume {
  private StoreVolume() {}

  /**
   * A volume at a glance.
   *
   * @param source the image, the device, or the directory itself
   * @param fileSystem its type as the kernel calls it
   * @param hostFreeBytes what is left for the image to grow; empty for what does not grow
   */
  public record View(VolumeKind kind, Path source, String fileSystem, OptionalLong hostFreeBytes) {}

  /** What a store lies on. */
  public static View view(Path root) throws IOException {
    String type = Files.getFileStore(root).type();
    Optional<VolumeRecord> record = VolumeRecord.read(root);
    if (record.isEmpty()) {
      return new View(VolumeKind.DIR, root, type, OptionalLong.empty());
    }
    Path source = record.get().source();
    OptionalLong hostFree =
        record.get().kind() == VolumeKind.IMAGE && Files.exists(source)
            ? OptionalLong.of(Files.getFileStore(source).getUsableSpace())
            : OptionalLong.empty();
    return new View(record.get().kind(), source, type, hostFree);
  }

  /**
   * Makes sure that what is at the root is the store's volume, where it has one of its own: after
   * the machine was started anew an image or device is mounted here.
   *
   * @throws TaidonException STORE_UNUSABLE with what to do
   */
  public static void requireMounted(Path root) {
    Optional<VolumeRecord> record = VolumeRecord.read(root);
    if (record.isEmpty() || isReadyAt(record.get(), root)) {
      return;
    }
    try (VolumeTurn ignored = VolumeTurn.take(root)) {
      VolumeRecord volume = record.get();
      if (!volume.ready()) {
        throw unfinished(root, volume);
      }
      if (!volume.isAt(root)) {
        mount(root, volume);
      }
    }
  }

  private static boolean isReadyAt(VolumeRecord volume, Path root) {
    return volume.ready() && volume.isAt(root);
  }

  private static void mount(Path root, VolumeRecord volume) {
    if (volume.kind() == VolumeKind.DIR) {
      throw notThere(root)
          .remedy("Mount the file system of the store at " + root + ", then run sqlrs again.");
    }
    new VolumeMount(root, volume).mount();
    if (!volume.isAt(root)) {
      throw notThere(root)
          .with("source", volume.source().toString())
          .remedy("Unmount what is at " + root + ": it is not the store's volume.");
    }
  }

  /** A store directory that has something in it. */
  static boolean hasEntries(Path root) {
    try (Stream<Path> entries = Files.list(root)) {
      return entries.anyMatch(e -> !e.getFileName().toString().equals("lost+found"));
    } catch (IOException e) {
      return false;
    }
  }

  private static TaidonException notThere(Path root) {
    return TaidonException.of(
            ErrorCode.STORE_UNUSABLE, "The volume of the store " + root + " is not mounted.")
        .with("store", root.toString())
        .with("record", VolumeRecord.file(root).toString());
  }

  private static TaidonException unfinished(Path root, VolumeRecord volume) {
    return TaidonException.of(
            ErrorCode.STORE_UNUSABLE,
            "The volume of the store " + root + " was not made to its end.")
        .with("record", VolumeRecord.file(root).toString())
        .remedy(
            "Run `sqlrs init --store "
                + volume.kind().wireName()
                + "` again, which goes on with it.");
  }
}
