package io.taidon.gateway.session;

import io.taidon.core.scram.ScramKeys;
import io.taidon.gateway.directory.Access;
import io.taidon.gateway.directory.Instance;
import io.taidon.gateway.route.Target;

/** Somebody who authenticated: for which instance, and how. */
record Admitted(Instance instance, Target target, Proof proof) {
  /** What was proved with. */
  sealed interface Proof {
    /** A password; the keys work at the instance's own server, if it has the same verifier. */
    record Password(ScramKeys keys) implements Proof {}

    /** A token. */
    record Token(Access access) implements Proof {}
  }
}
