package io.taidon.engine.snapshot;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.fault.FaultPoint;
import io.taidon.engine.snapshot.btrfs.BtrfsBackend;
import io.taidon.engine.snapshot.copy.CopyBackend;
import io.taidon.engine.snapshot.linux.Platform;
import io.taidon.engine.snapshot.overlay.OverlayBackend;
import io.taidon.engine.snapshot.reflink.ReflinkBackend;
import io.taidon.engine.snapshot.tree.StagingName;
import io.taidon.engine.snapshot.zfs.ZfsBackend;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the backend of a store by really using each in a temporary directory of it: the name of a
 * file system says neither what it was made with nor what this user may do.
 */
public final class BackendProbe {
  /** What was chosen, and a sentence that says why. */
  public record Chosen(SnapshotBackend backend, String reason) {}

  /** Why a backend does not work here. */
  private record Refusal(BackendKind kind, String reason) {}

  private static final System.Logger LOG = System.getLogger(BackendProbe.class.getName());

  private final Path store;

  private BackendProbe(Path store) {
    this.store = store;
  }

  /**
   * The backend that was asked for, or the cheapest one that works, in the order of {@link
   * BackendKind}. What a store on ZFS holds is mounted first.
   *
   * @throws TaidonException {@code BACKEND_UNAVAILABLE} when the one asked for does not work: there
   *     is no silent fallback; {@code STORE_UNUSABLE} when the directory cannot be written
   */
  public static Chosen choose(Path storeDirectory, Optional<BackendKind> wanted) {
    BackendProbe probe = new BackendProbe(realPath(storeDirectory));
    ZfsBackend.settle(probe.store);
    return wanted.map(probe::chooseWanted).orElseGet(probe::chooseCheapest);
  }

  private Chosen chooseWanted(BackendKind kind) {
    SnapshotBackend backend = backend(kind).orElseThrow(() -> unavailable(unsupported(kind)));
    Optional<Refusal> refusal = tryOut(backend);
    if (refusal.isPresent()) {
      throw unavailable(refusal.get());
    }
    return new Chosen(backend, kind.wireName() + " was asked for and works in " + place() + ".");
  }

  private Chosen chooseCheapest() {
    List<Refusal> refusals = new ArrayList<>();
    for (BackendKind kind : BackendKind.values()) {
      Optional<SnapshotBackend> backend = backend(kind);
      Optional<Refusal> refusal =
          backend.map(this::tryOut).orElseGet(() -> Optional.of(unsupported(kind)));
      if (backend.isPresent() && refusal.isEmpty()) {
        return new Chosen(backend.get(), reason(kind, refusals));
      }
      refusal.ifPresent(refusals::add);
    }
    throw storeUnusable(store, refusals.getLast().reason());
  }

  private String reason(BackendKind kind, List<Refusal> refusals) {
    StringBuilder reason =
        new StringBuilder(kind.wireName() + " is the cheapest that works in " + place() + ".");
    refusals.forEach(
        refusal -> reason.append(" No " + refusal.kind().wireName() + ": " + refusal.reason()));
    return reason.toString();
  }

  /**
   * A backend by its kind, for directories that it made before; empty where this platform cannot
   * have it.
   */
  public static Optional<SnapshotBackend> backend(BackendKind kind) {
    boolean linux = Platform.current().isPresent();
    return switch (kind) {
      case BTRFS -> linux ? Optional.of(new BtrfsBackend()) : Optional.empty();
      case ZFS -> linux ? Optional.of(new ZfsBackend()) : Optional.empty();
      case REFLINK -> linux ? Optional.of(new ReflinkBackend()) : Optional.empty();
      case OVERLAY -> linux ? Optional.of(new OverlayBackend()) : Optional.empty();
      case COPY -> Optional.of(CopyBackend.create());
    };
  }

  private static Refusal unsupported(BackendKind kind) {
    return new Refusal(kind, "It needs Linux on x86-64 or arm64.");
  }

  /** Goes through the life of a cluster directory; empty when all of it works. */
  private Optional<Refusal> tryOut(SnapshotBackend backend) {
    if (backend.kind() == BackendKind.ZFS) {
      Optional<String> obstacle = ZfsBackend.obstacle(store);
      if (obstacle.isPresent()) {
        return Optional.of(new Refusal(backend.kind(), obstacle.get()));
      }
    }
    Path place = store.resolve(StagingName.next());
    Path directory = place.resolve("directory");
    Path state = place.resolve("state");
    Path clone = place.resolve("clone");
    makeDirectory(place);
    try {
      backend.create(directory);
      Files.writeString(directory.resolve("file"), "a block to share\n".repeat(512));
      backend.seal(directory, state);
      backend.clone(state, clone);
      Files.writeString(clone.resolve("file"), "and to own");
      FaultPoint.BACKEND_TRIED.reached();
      backend.delete(clone);
      backend.delete(state);
      return Optional.empty();
    } catch (TaidonException e) {
      if (e.code() != ErrorCode.SNAPSHOT_FAILED && e.code() != ErrorCode.BACKEND_UNAVAILABLE) {
        throw e;
      }
      return Optional.of(new Refusal(backend.kind(), e.sentence()));
    } catch (IOException e) {
      return Optional.of(
          new Refusal(backend.kind(), "Writing in " + place + " failed: " + e.getMessage() + "."));
    } finally {
      cleanUp(backend, place);
    }
  }

  private void makeDirectory(Path place) {
    try {
      Files.createDirectory(place);
    } catch (IOException e) {
      throw storeUnusable(store, "No directory can be made in it: " + e.getMessage() + ".");
    }
  }

  /** What stays is deleted at the next start. */
  private static void cleanUp(SnapshotBackend backend, Path place) {
    try {
      backend.delete(place);
    } catch (TaidonException e) {
      LOG.log(Level.WARNING, e.sentence());
    }
  }

  private static Path realPath(Path storeDirectory) {
    try {
      return storeDirectory.toRealPath();
    } catch (IOException e) {
      throw storeUnusable(storeDirectory, "It cannot be opened: " + e.getMessage() + ".");
    }
  }

  /** The store with the type of its file system. */
  private String place() {
    return store + " (" + fileSystemType() + ")";
  }

  private String fileSystemType() {
    try {
      return Files.getFileStore(store).type();
    } catch (IOException e) {
      return "unknown file system";
    }
  }

  private TaidonException unavailable(Refusal refusal) {
    String name = refusal.kind().wireName();
    return TaidonException.of(
            ErrorCode.BACKEND_UNAVAILABLE,
            "The snapshot backend "
                + name
                + " does not work in "
                + place()
                + ": "
                + refusal.reason())
        .with("backend", name)
        .with("path", store.toString())
        .with("fileSystem", fileSystemType())
        .remedy(remedy(refusal.kind()));
  }

  private static String remedy(BackendKind kind) {
    return switch (kind) {
      case BTRFS ->
          "Choose the backend auto, reflink or copy, or put the store on a btrfs file system"
              + " (mkfs.btrfs, mount) where your user owns its directory.";
      case ZFS ->
          "Choose the backend auto, or give the store a dataset of its own and run sqlrs as root:"
              + " zfs create -o mountpoint=<store> <pool>/sqlrs.";
      case REFLINK ->
          "Choose the backend auto or copy, or put the store on a file system that shares blocks:"
              + " btrfs, or XFS made with mkfs.xfs -m reflink=1.";
      case OVERLAY ->
          "Run sqlrs as root, or choose the backend auto or copy; the store must be on a local file"
              + " system that is no overlay itself, with Linux 5.11 or later.";
      case COPY -> "Put the store in a directory that your user can write.";
    };
  }

  private static TaidonException storeUnusable(Path store, String reason) {
    return TaidonException.of(
            ErrorCode.STORE_UNUSABLE, "The store " + store + " cannot be used: " + reason)
        .with("path", store.toString())
        .remedy("Choose a directory that your user can write.");
  }
}
