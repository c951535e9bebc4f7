package io.taidon.engine.crash;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.taidon.engine.DeleteResult;
import io.taidon.engine.JobView;
import io.taidon.engine.Lifetime;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** What an engine does when it dies. */
enum Workload {
  /** Opens a store. */
  OPEN,
  /** Opens a store whose registry is damaged. */
  OPEN_DAMAGED,
  /** Opens a store that a dead engine left in the midst of work, so that it has to recover it. */
  RECOVER,
  /** Prepares on an empty store. */
  INITDB,
  /** Prepares on an empty store with the PostgreSQL that comes with the product. */
  UNPACK,
  /** Prepares two steps on state 0. */
  BUILD,
  /** Prepares what is cached. */
  MAKE_INSTANCE,
  /** Prepares a changelog of two changesets on state 0. */
  CHANGELOG,
  /** Prepares, and gives the new instance the name of another. */
  REPLACE,
  STOP_INSTANCE,
  START_INSTANCE,
  DELETE_INSTANCE,
  /** Lets an instance live longer. */
  EXTEND_INSTANCE,
  /** Makes an instance whose time is over when it is made. */
  EXPIRE_INSTANCE,
  /** Makes an instance that is idle when it is made. */
  IDLE_INSTANCE,
  /** Deletes a state with its instance. */
  DELETE_STATE,
  DELETE_JOB,
  /** Evicts all states; nobody holds any. */
  EVICT;

  /** What comes before: never interrupted. */
  interface Prelude {
    /** What the engine dies in. */
    void act() throws InterruptedException;
  }

  boolean opens() {
    return this == OPEN || this == OPEN_DAMAGED || this == RECOVER;
  }

  /** Does what comes before; what comes back does the rest. */
  Prelude begin(Client client) throws InterruptedException {
    return switch (this) {
      case OPEN, OPEN_DAMAGED, RECOVER -> () -> {};
      case INITDB, UNPACK, BUILD, MAKE_INSTANCE -> () -> client.prepareBoth(Optional.empty());
      case CHANGELOG -> client::prepareChangelog;
      case REPLACE -> {
        JobView unused = Client.requireSuccess(client.prepareFirst(Optional.of(Client.NAME)));
        yield () -> client.prepareBoth(Optional.of(Client.NAME));
      }
      case STOP_INSTANCE -> {
        String instance = instance(client);
        yield () -> client.engine().stopInstance(instance);
      }
      case START_INSTANCE -> {
        String instance = instance(client);
        client.engine().stopInstance(instance);
        yield () -> client.engine().startInstance(instance);
      }
      case DELETE_INSTANCE -> {
        String instance = instance(client);
        yield () -> done(client.engine().deleteInstance(instance, true, false));
      }
      case EXTEND_INSTANCE -> {
        String instance = instance(client);
        yield () -> extended(client, instance);
      }
      case EXPIRE_INSTANCE -> {
        JobView unused = Client.requireSuccess(client.prepareBoth(Optional.empty()));
        String kept = Client.instance(unused);
        done(client.engine().deleteInstance(kept, true, false));
        yield () -> awaitEnd(client.prepareFor(new Lifetime(Optional.of(SHORT), Optional.empty())));
      }
      case IDLE_INSTANCE -> {
        JobView unused = Client.requireSuccess(client.prepareBoth(Optional.empty()));
        done(client.engine().deleteInstance(Client.instance(unused), true, false));
        yield () -> awaitEnd(client.prepareFor(new Lifetime(Optional.empty(), Optional.of(SHORT))));
      }
      case DELETE_STATE -> {
        JobView job = Client.requireSuccess(client.prepareBoth(Optional.empty()));
        String state = job.result().orElseThrow().stateId();
        yield () -> done(client.engine().deleteState(state, true, true, false));
      }
      case EVICT -> {
        client
            .engine()
            .setConfig("cache.capacity.minStateAge", JsonNodeFactory.instance.textNode("0s"));
        String instance = instance(client);
        done(client.engine().deleteInstance(instance, true, false));
        yield () -> client.engine().evict(OptionalLong.empty(), false);
      }
      case DELETE_JOB -> {
        JobView job = Client.requireSuccess(client.prepareBoth(Optional.empty()));
        yield () -> done(client.engine().deleteJob(job.jobId(), true, false));
      }
    };
  }

  private static final Duration SHORT = Duration.ofMillis(1);

  private static void extended(Client client, String instance) {
    if (client
        .engine()
        .extendInstance(instance, Optional.of(Duration.ofDays(9)))
        .expiresAt()
        .isEmpty()) {
      throw new IllegalStateException("not extended");
    }
  }

  /** The end comes from a thread of the engine; the death does not wait for this one. */
  private static void awaitEnd(JobView job) {
    Client.requireSuccess(job);
  }

  private static String instance(Client client) throws InterruptedException {
    return Client.instance(Client.requireSuccess(client.prepareBoth(Optional.empty())));
  }

  private static void done(DeleteResult result) {
    if (!result.outcome().equals("deleted")) {
      throw new IllegalStateException("not deleted: " + result);
    }
  }
}
