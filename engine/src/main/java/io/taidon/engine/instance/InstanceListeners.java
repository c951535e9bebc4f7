package io.taidon.engine.instance;

import io.taidon.engine.InstanceAccess.Subscription;
import io.taidon.engine.InstanceEvent;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Those who want to know when an instance stops or goes. Thread-safe. */
final class InstanceListeners {
  private static final System.Logger LOG = System.getLogger(InstanceListeners.class.getName());

  private final List<Consumer<InstanceEvent>> listeners = new CopyOnWriteArrayList<>();

  Subscription add(Consumer<InstanceEvent> listener) {
    // Wrapped, so that a listener that subscribed twice ends one subscription at a time.
    Consumer<InstanceEvent> entry = event -> listener.accept(event);
    listeners.add(entry);
    return () -> listeners.remove(entry);
  }

  void tell(InstanceEvent event) {
    for (Consumer<InstanceEvent> listener : listeners) {
      try {
        listener.accept(event);
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "a listener of instances failed", e);
      }
    }
  }
}
