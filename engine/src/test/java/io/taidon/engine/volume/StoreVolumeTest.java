package io.taidon.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.snapshot.LoopFileSystem;
import io.taidon.engine.store.StoreLayout;
import io.taidon.engine.volume.VolumeMaker.Outcome;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Volumes are really made, mounted, lost and mounted again. */
class StoreVolumeTest {
  private static final long BYTES = 400_000_000L;

  @TempDir Path directory;
  private Path root;
  private Optional<Path> device = Optional.empty();

  @BeforeEach
  void needsRoot() {
    LoopFileSystem.requireRoot();
    Assumptions.assumeTrue(
        Files.exists(Path.of("/dev/loop-control")), "needs loop devices to mount an image");
    root = directory.resolve("my store");
  }

  @AfterEach
  void unmount() {
    while (MountTable.at(root).isPresent()) {
      SystemTools.run("umount", root.toString());
    }
    device.ifPresent(loop -> SystemTools.run("losetup", "-d", loop.toString()));
  }

  @ParameterizedTest
  @CsvSource({"btrfs,btrfs", "reflink,xfs"})
  void an_image_is_made_once_and_mounted_again_after_a_reboot(String backend, String type)
      throws IOException {
    requireTools(type);
    assertThat(VolumeMaker.make(image(backend))).isEqualTo(Outcome.CREATED);
    assertThat(VolumeMaker.make(image(backend))).isEqualTo(Outcome.UNCHANGED);

    new StoreLayout(root).create(true);
    Files.writeString(root.resolve("states/here"), "yes");
    StoreVolume.View view = StoreVolume.view(root);
    assertThat(view.kind()).isEqualTo(VolumeKind.IMAGE);
    assertThat(view.fileSystem()).isEqualTo(type);
    assertThat(view.hostFreeBytes()).isPresent();
    assertThat(Files.size(view.source())).isEqualTo(BYTES);
    assertThat((long) blocks(view.source()) * 512).as("sparse").isLessThan(BYTES / 2);

    reboot();
    assertThat(root).isEmptyDirectory();
    new StoreLayout(root).create(true);
    assertThat(root.resolve("states/here")).hasContent("yes");
  }

  @Test
  void another_wish_says_what_is_there() {
    requireTools("btrfs");
    VolumeMaker.make(image("btrfs"));

    assertThat(
            refused(() -> VolumeMaker.make(order(VolumeKind.IMAGE, null, 500_000_000L, "btrfs"))))
        .isEqualTo(ErrorCode.CONFLICT);
    TaidonException other =
        failure(() -> VolumeMaker.make(order(VolumeKind.DIR, null, null, "auto")));
    assertThat(other.code()).isEqualTo(ErrorCode.CONFLICT);
    assertThat(other.sentence()).contains("image", "my store.img", "btrfs");
  }

  @Test
  void what_is_in_the_way_is_left_alone() throws IOException {
    requireTools("btrfs");
    Files.createDirectories(root);
    Files.writeString(root.resolve("precious"), "data");
    assertThat(refused(() -> VolumeMaker.make(image("btrfs")))).isEqualTo(ErrorCode.CONFLICT);
    assertThat(root.resolve("precious")).hasContent("data");
    assertThat(VolumeRecord.file(root)).doesNotExist();

    Files.delete(root.resolve("precious"));
    Files.writeString(VolumeRecord.defaultImage(root), "an image of somebody");
    assertThat(refused(() -> VolumeMaker.make(image("btrfs")))).isEqualTo(ErrorCode.CONFLICT);
    assertThat(VolumeRecord.defaultImage(root)).hasContent("an image of somebody");
  }

  @Test
  void a_store_whose_image_is_gone_is_not_begun_anew() throws IOException {
    requireTools("btrfs");
    VolumeMaker.make(image("btrfs"));
    reboot();
    Files.move(VolumeRecord.defaultImage(root), directory.resolve("elsewhere"));

    TaidonException missing = failure(() -> new StoreLayout(root).create(true));
    assertThat(missing.code()).isEqualTo(ErrorCode.STORE_UNUSABLE);
    assertThat(missing.sentence()).contains("is missing");
    assertThat(missing.remedy()).isPresent();
    assertThat(root).isEmptyDirectory();

    Files.move(directory.resolve("elsewhere"), VolumeRecord.defaultImage(root));
    Files.writeString(root.resolve("by accident"), "");
    assertThat(refused(() -> new StoreLayout(root).create(true)))
        .isEqualTo(ErrorCode.STORE_UNUSABLE);
    Files.delete(root.resolve("by accident"));
    new StoreLayout(root).create(true);
    assertThat(MountTable.at(root)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"record", "half an image", "an image", "mounted"})
  void whoever_dies_on_the_way_leaves_what_the_same_order_finishes(String reached)
      throws IOException {
    requireTools("btrfs");
    Path image = VolumeRecord.defaultImage(root);
    VolumeRecord begun =
        new VolumeRecord(
            VolumeKind.IMAGE,
            image,
            Optional.of(VolumeFileSystem.BTRFS),
            UUID.randomUUID(),
            BYTES,
            false);
    begun.write(root);
    if (reached.equals("half an image")) {
      Files.writeString(image.resolveSibling(image.getFileName() + ".making"), "half");
    }
    if (reached.equals("an image") || reached.equals("mounted")) {
      sparse(image);
      assertThat(SystemTools.run(VolumeFileSystem.BTRFS.format(image, begun.id())).succeeded())
          .isTrue();
    }
    if (reached.equals("mounted")) {
      new VolumeMount(root, begun).mount();
    }
    assertThat(refused(() -> new StoreLayout(root).create(true)))
        .as("nothing works in a store that is not finished")
        .isEqualTo(ErrorCode.STORE_UNUSABLE);

    assertThat(VolumeMaker.make(image("btrfs"))).isEqualTo(Outcome.CREATED);

    new StoreLayout(root).create(true);
    assertThat(VolumeRecord.read(root).orElseThrow().isAt(root)).isTrue();
    assertThat(image.resolveSibling(image.getFileName() + ".making")).doesNotExist();
  }

  @Test
  void what_was_never_finished_gives_way_to_another_wish() throws IOException {
    requireTools("btrfs");
    Path image = VolumeRecord.defaultImage(root);
    VolumeRecord begun =
        new VolumeRecord(
            VolumeKind.IMAGE,
            image,
            Optional.of(VolumeFileSystem.BTRFS),
            UUID.randomUUID(),
            BYTES,
            false);
    begun.write(root);
    sparse(image);
    assertThat(SystemTools.run(VolumeFileSystem.BTRFS.format(image, begun.id())).succeeded())
        .isTrue();

    VolumeMaker.make(order(VolumeKind.DIR, null, null, "auto"));

    assertThat(image).doesNotExist();
    assertThat(VolumeRecord.file(root)).doesNotExist();
    new StoreLayout(root).create(true);
  }

  @Test
  void a_device_is_formatted_only_when_it_is_empty_or_that_is_wanted() throws IOException {
    requireTools("xfs");
    Path loop = loopDevice();
    assertThat(SystemTools.run("mkfs.xfs", "-q", loop.toString()).succeeded()).isTrue();
    Optional<UUID> before = FileSystemId.of(loop);

    TaidonException failure =
        failure(() -> VolumeMaker.make(order(VolumeKind.DEVICE, loop, null, "reflink")));
    assertThat(failure.code()).isEqualTo(ErrorCode.CONFLICT);
    assertThat(failure.sentence()).contains("is not empty", "xfs");
    assertThat(FileSystemId.of(loop)).isEqualTo(before);
    assertThat(VolumeRecord.file(root)).doesNotExist();

    VolumeOrder consented =
        new VolumeOrder(
            VolumeKind.DEVICE, root, Optional.of(loop), Optional.empty(), "reflink", true);
    assertThat(VolumeMaker.make(consented)).isEqualTo(Outcome.CREATED);
    assertThat(FileSystemId.of(loop)).isNotEqualTo(before).isPresent();
    assertThat(StoreVolume.view(root).kind()).isEqualTo(VolumeKind.DEVICE);
    reboot();
    new StoreLayout(root).create(true);
    assertThat(MountTable.at(root)).isPresent();
  }

  @Test
  void a_directory_of_the_users_own_mount_is_not_used_without_it() throws IOException {
    requireTools("xfs");
    Path loop = loopDevice();
    assertThat(SystemTools.run("mkfs.xfs", "-q", loop.toString()).succeeded()).isTrue();
    Files.createDirectory(root);
    SystemTools.run("mount", loop.toString(), root.toString());
    VolumeOrder order = order(VolumeKind.DIR, null, null, "auto");
    assertThat(VolumeMaker.make(order)).isEqualTo(Outcome.CREATED);
    assertThat(VolumeMaker.make(order)).isEqualTo(Outcome.UNCHANGED);
    reboot();

    assertThat(refused(() -> new StoreLayout(root).create(true)))
        .isEqualTo(ErrorCode.STORE_UNUSABLE);
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void zfs_and_wrong_sizes_are_refused_with_a_sentence() {
    assertThat(refused(() -> VolumeMaker.make(image("zfs"))))
        .isEqualTo(ErrorCode.BACKEND_UNAVAILABLE);
    assertThat(refused(() -> VolumeMaker.make(order(VolumeKind.IMAGE, null, 1000L, "auto"))))
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(refused(() -> VolumeMaker.make(order(VolumeKind.DEVICE, directory, null, "auto"))))
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(VolumeRecord.file(root)).doesNotExist();
  }

  /** What a reboot does to mounts. */
  private void reboot() {
    Awaitility.await("umount").until(() -> SystemTools.run("umount", root.toString()).succeeded());
  }

  private Path loopDevice() throws IOException {
    Path image = directory.resolve("disk");
    sparse(image);
    SystemTools.Result result = SystemTools.run("losetup", "--find", "--show", image.toString());
    assertThat(result.succeeded()).as(result.output()).isTrue();
    device = Optional.of(Path.of(result.output()));
    return device.get();
  }

  private static void sparse(Path image) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(BYTES);
    }
  }

  private static int blocks(Path file) {
    return Integer.parseInt(SystemTools.run("stat", "-c", "%b", file.toString()).output());
  }

  private VolumeOrder image(String backend) {
    return order(VolumeKind.IMAGE, null, BYTES, backend);
  }

  private VolumeOrder order(
      VolumeKind kind,
      @org.jspecify.annotations.Nullable Path source,
      @org.jspecify.annotations.Nullable Long bytes,
      String backend) {
    return new VolumeOrder(
        kind, root, Optional.ofNullable(source), Optional.ofNullable(bytes), backend, false);
  }

  private static ErrorCode refused(ThrowingCallable call) {
    return failure(call).code();
  }

  private static TaidonException failure(ThrowingCallable call) {
    TaidonException failure = catchThrowableOfType(TaidonException.class, call);
    assertThat(failure).isNotNull();
    return failure;
  }

  private static void requireTools(String type) {
    Assumptions.assumeTrue(SystemTools.has("mkfs." + type), "needs mkfs." + type);
  }
}
