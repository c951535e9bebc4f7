package io.taidon.engine.snapshot.overlay;

import io.taidon.engine.snapshot.BackendKind;
import io.taidon.engine.snapshot.Capabilities;
import io.taidon.engine.snapshot.SnapshotBackend;
import io.taidon.engine.snapshot.SnapshotFailures;
import io.taidon.engine.snapshot.SnapshotOperation;
import io.taidon.engine.snapshot.Usage;
import io.taidon.engine.snapshot.linux.Platform;
import io.taidon.engine.snapshot.linux.SystemCallException;
import io.taidon.engine.snapshot.linux.SystemCalls;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Mounts each clone over its state with overlayfs: a clone takes no space and no time, whatever it
 * holds, on any local file system. See the package for what is where. For Linux only: see {@link
 * Platform}.
 */
public final class OverlayBackend implements SnapshotBackend {
  @Override
  public BackendKind kind() {
    return BackendKind.OVERLAY;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(true, false, false, true, false, false);
  }

  @Override
  public void create(Path directory) {
    run(SnapshotOperation.CREATE, directory, directory, at -> at.create(directory));
  }

  @Override
  public void clone(Path state, Path target) {
    run(SnapshotOperation.CLONE, state, target, at -> at.clone(state, target));
  }

  @Override
  public void snapshot(Path source, Path target) {
    run(SnapshotOperation.SNAPSHOT, source, target, at -> at.snapshot(source, target));
  }

  @Override
  public void seal(Path source, Path target) {
    run(SnapshotOperation.SEAL, source, target, at -> at.seal(source, target));
  }

  @Override
  public void open(Path clone, boolean durable) {
    run(SnapshotOperation.OPEN, clone, clone, at -> at.open(clone, durable));
  }

  @Override
  public void close(Path clone) {
    run(SnapshotOperation.CLOSE, clone, clone, at -> at.close(clone));
  }

  @Override
  public void delete(Path directory) {
    run(SnapshotOperation.DELETE, directory, directory, at -> at.delete(directory));
  }

  @Override
  public Usage usage(Path directory) {
    try (SystemCalls calls = SystemCalls.open()) {
      return new OverlayWork(calls).usage(directory);
    } catch (SystemCallException e) {
      throw failure(SnapshotOperation.MEASURE, directory, directory, e);
    }
  }

  @Override
  public long ownBytes(Path directory, Optional<Path> origin) {
    try (SystemCalls calls = SystemCalls.open()) {
      return new OverlayWork(calls).ownBytes(directory, origin);
    } catch (SystemCallException e) {
      throw failure(SnapshotOperation.MEASURE, directory, directory, e);
    }
  }

  @Override
  public void sweep(Path parent) {
    run(SnapshotOperation.SWEEP, parent, parent, at -> at.sweep(parent));
  }

  /** One operation, as {@link OverlayWork} does it. */
  private interface Operation {
    void run(OverlayWork work) throws SystemCallException, InterruptedException;
  }

  private static void run(
      SnapshotOperation operation, Path path, Path changed, Operation operationOnCalls) {
    try (SystemCalls calls = SystemCalls.open()) {
      operationOnCalls.run(new OverlayWork(calls));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw SnapshotFailures.cancelled(operation, path);
    } catch (SystemCallException e) {
      throw failure(operation, path, changed, e);
    }
  }

  private static RuntimeException failure(
      SnapshotOperation operation, Path path, Path changed, SystemCallException cause) {
    Path parent = changed.toAbsolutePath().getParent();
    return SnapshotFailures.of(
        operation, path, parent == null ? changed : parent, cause, OptionalLong.empty());
  }
}
