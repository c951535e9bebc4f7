package io.taidon.engine.build;

import io.taidon.engine.postgres.ClusterTemplate;
import io.taidon.engine.postgres.OsUser;
import io.taidon.engine.store.EngineSession;
import io.taidon.engine.store.Registry;
import io.taidon.engine.store.StateLocks;
import io.taidon.engine.store.StoreHealth;
import io.taidon.engine.store.StoreLayout;
import java.time.InstantSource;

/**
 * What every part of one engine works with. Opened and closed by {@link
 * io.taidon.engine.local.LocalEngine}.
 *
 * @param layout where things lie
 * @param registry what there is
 * @param locks who builds what
 * @param session this engine process
 * @param backends how directories are cloned
 * @param osUser whom PostgreSQL runs as
 * @param template how clusters begin
 * @param clock the time of day
 */
public record EngineContext(
    StoreLayout layout,
    Registry registry,
    StateLocks locks,
    EngineSession session,
    Backends backends,
    OsUser osUser,
    ClusterTemplate template,
    InstantSource clock) {
  /** Tells failures of the store from others. */
  public StoreHealth health() {
    return new StoreHealth(layout, registry);
  }
}
