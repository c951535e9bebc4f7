package io.taidon.engine.build;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.snapshot.BackendKind;
import io.taidon.engine.snapshot.BackendProbe;
import io.taidon.engine.snapshot.SnapshotBackend;
import io.taidon.engine.snapshot.zfs.ZfsBackend;
import java.nio.file.Path;

/**
 * The snapshot backends of one store: the one that new clusters get, and for each state the one it
 * was made with. Thread-safe.
 */
public final class Backends {
  private final BackendProbe.Chosen chosen;

  public Backends(BackendProbe.Chosen chosen) {
    this.chosen = chosen;
  }

  /** The backend of clusters that begin now. */
  public SnapshotBackend preferred() {
    return chosen.backend();
  }

  /** Why it was chosen, in one sentence. */
  public String reason() {
    return chosen.reason();
  }

  /** The kind with this name in configuration or registry. */
  public static BackendKind kind(String wireName) {
    return BackendKind.ofWireName(wireName)
        .orElseThrow(() ->
            TaidonException.of(
                    ErrorCode.BACKEND_UNAVAILABLE,
                    "There is no snapshot backend '" + wireName + "'.")
                .remedy("Choose auto, btrfs, zfs, reflink, overlay or copy."));
  }

  /**
   * The backend that can delete a directory that no record names: the preferred one deletes what
   * any backend made, but for datasets.
   */
  public SnapshotBackend forDeleting(Path directory) {
    return ZfsBackend.made(directory) ? new ZfsBackend() : preferred();
  }

  /** Closes a clone that another backend than the preferred one may have made, and mounted. */
  public void closeForeign(Path clone) {
    for (BackendKind kind : BackendKind.values()) {
      if (kind != preferred().kind()) {
        BackendProbe.backend(kind).ifPresent(backend -> backend.close(clone));
      }
    }
  }

  /** The backend that made a directory, by the name it was recorded with. */
  public SnapshotBackend of(String wireName) {
    return chosen.backend().kind().wireName().equals(wireName)
        ? chosen.backend()
        : BackendProbe.backend(kind(wireName))
            .orElseThrow(() ->
                TaidonException.of(
                    ErrorCode.BACKEND_UNAVAILABLE,
                    "This machine cannot use what the backend " + wireName + " made."));
  }
}
