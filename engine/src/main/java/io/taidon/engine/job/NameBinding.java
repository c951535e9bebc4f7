package io.taidon.engine.job;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.engine.PrepareRequest;
import io.taidon.engine.PrepareRequest.NamePolicy;
import io.taidon.engine.store.InstanceId;
import io.taidon.engine.store.InstanceName;
import io.taidon.engine.store.InstanceRecord;
import io.taidon.engine.store.InstanceStatus;
import io.taidon.engine.store.NameRecord;
import io.taidon.engine.store.NameStatus;
import io.taidon.engine.store.Registry;
import java.util.Optional;

/** What {@code --name}, {@code --reuse} and {@code --fresh} mean. Thread-safe. */
public final class NameBinding {
  private final Registry registry;

  public NameBinding(Registry registry) {
    this.registry = registry;
  }

  /**
   * The instance that the name already stands for, if the request may have that one.
   *
   * @throws TaidonException NAME_IN_USE if the name is taken and the request wants neither to reuse
   *     nor to replace
   */
  Optional<InstanceRecord> reusable(PrepareRequest request, StateId wanted) {
    Optional<InstanceRecord> bound = bound(request);
    if (bound.isEmpty()) {
      return Optional.empty();
    }
    boolean sameState = bound.get().state().equals(wanted);
    return switch (request.namePolicy()) {
      case CREATE -> throw inUse(request, sameState);
      case REUSE -> {
        if (!sameState) {
          throw inUse(request, false);
        }
        yield bound;
      }
      case FRESH -> Optional.empty();
      case REUSE_OR_FRESH -> sameState ? bound : Optional.empty();
    };
  }

  /**
   * Binds the request's name, if it has one, to a new instance. For the transaction that tells of
   * it.
   *
   * @return the instance that had the name before; it says {@code deleting}, so that it goes also
   *     when we die before we delete it
   */
  Optional<InstanceId> bind(PrepareRequest request, InstanceId instance) {
    if (request.name().isEmpty()) {
      return Optional.empty();
    }
    InstanceName name = new InstanceName(request.name().get());
    if (replaces(request.namePolicy())) {
      return registry
          .names()
          .rebind(name, instance)
          .filter(old ->
              registry
                  .instances()
                  .change(old, i -> i.withoutServer(InstanceStatus.DELETING))
                  .isPresent());
    }
    registry.names().bind(name, instance);
    return Optional.empty();
  }

  void touch(PrepareRequest request) {
    request.name().map(InstanceName::new).ifPresent(registry.names()::touch);
  }

  private Optional<InstanceRecord> bound(PrepareRequest request) {
    return request
        .name()
        .map(InstanceName::new)
        .flatMap(registry.names()::find)
        .filter(n -> n.status() != NameStatus.MISSING)
        .map(NameRecord::instance)
        .flatMap(registry.instances()::find);
  }

  private static boolean replaces(NamePolicy policy) {
    return switch (policy) {
      case CREATE, REUSE -> false;
      case FRESH, REUSE_OR_FRESH -> true;
    };
  }

  private static TaidonException inUse(PrepareRequest request, boolean sameState) {
    String name = request.name().orElse("");
    return TaidonException.of(
            ErrorCode.NAME_IN_USE,
            "The name "
                + name
                + " is bound to an instance of "
                + (sameState ? "this state." : "another state."))
        .with("name", name)
        .remedy(
            (sameState ? "--reuse gives that instance with its present data; " : "")
                + "--fresh replaces it by a new one"
                + (sameState ? "." : "; --reuse works only while the scripts stay the same."));
  }
}
