package io.taidon.gateway.drain;

import io.netty.buffer.ByteBufAllocator;
import io.taidon.gateway.directory.Instance;
import io.taidon.gateway.directory.InstanceDirectory;
import io.taidon.gateway.directory.InstanceReference;
import io.taidon.gateway.session.ExpiryWarning;
import io.taidon.gateway.session.LiveSessions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Tells the clients of an instance that it will be deleted soon. The directory is asked first,
 * because the end may have been put off since they logged in. Thread-safe.
 */
public final class ExpiryNotices implements Consumer<String> {
  private final InstanceDirectory directory;
  private final LiveSessions live;
  private final ByteBufAllocator alloc;
  private final InstantSource clock;

  public ExpiryNotices(
      InstanceDirectory directory, LiveSessions live, ByteBufAllocator alloc, InstantSource clock) {
    this.directory = directory;
    this.live = live;
    this.alloc = alloc;
    this.clock = clock;
  }

  @Override
  public void accept(String instanceId) {
    InstanceReference.parse(instanceId)
        .ifPresent(reference ->
            directory.find(reference).thenAccept(found -> announce(instanceId, found)));
  }

  private void announce(String instanceId, Optional<Instance> found) {
    Optional<Instant> end = found.flatMap(Instance::expiresAt);
    Instant now = clock.instant();
    if (end.isEmpty() || !ExpiryWarning.isDue(end, now)) {
      live.expiresAt(instanceId, end);
      return;
    }
    live.of(instanceId)
        .forEach(
            session -> session.noticeWhenIdle(() -> ExpiryWarning.message(alloc, end.get(), now)));
  }
}
