package io.taidon.engine.local;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.StateId;
import io.taidon.engine.store.IdPrefix;
import io.taidon.engine.store.InstanceId;
import io.taidon.engine.store.InstanceName;
import io.taidon.engine.store.JobId;
import io.taidon.engine.store.NameRecord;
import io.taidon.engine.store.Registry;
import java.util.Optional;

/** Finds what users mean by an id, the beginning of one, or a name. */
record References(Registry registry) {
  private static final String HEX_PREFIX = "[0-9a-fA-F]{8,64}";

  /** A full id or a prefix first, then a name; so a name never hides an instance. */
  InstanceId instance(String ref) {
    Optional<InstanceId> byId =
        ref.matches(HEX_PREFIX) ? registry.instances().find(new IdPrefix(ref)) : Optional.empty();
    return byId.or(() -> byName(ref)).orElseThrow(() -> missing("instance", ref, "sqlrs ls"));
  }

  StateId state(String ref) {
    return registry
        .states()
        .find(new IdPrefix(ref))
        .orElseThrow(() -> missing("state", ref, "sqlrs ls --states"));
  }

  JobId job(String ref) {
    return registry
        .jobs()
        .find(new IdPrefix(ref))
        .orElseThrow(() -> missing("job", ref, "sqlrs ls --jobs"));
  }

  NameRecord name(String name) {
    return Optional.of(name)
        .filter(InstanceName::isName)
        .map(InstanceName::new)
        .flatMap(registry.names()::find)
        .orElseThrow(() -> missing("name", name, "sqlrs ls --names"));
  }

  private Optional<InstanceId> byName(String ref) {
    if (!InstanceName.isName(ref)) {
      return Optional.empty();
    }
    return registry
        .names()
        .find(new InstanceName(ref))
        .map(NameRecord::instance)
        .filter(i -> registry.instances().find(i).isPresent());
  }

  private static TaidonException missing(String kind, String ref, String command) {
    return TaidonException.of(ErrorCode.NOT_FOUND, "There is no " + kind + " '" + ref + "'.")
        .with(kind, ref)
        .remedy("`" + command + "` lists what there is.");
  }
}
