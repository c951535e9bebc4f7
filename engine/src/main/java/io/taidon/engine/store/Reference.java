package io.taidon.engine.store;

import io.taidon.core.state.StateId;

/** What an id, or the beginning of one, stands for. */
public sealed interface Reference {
  record ToState(StateId id) implements Reference {}

  record ToInstance(InstanceId id) implements Reference {}

  record ToJob(JobId id) implements Reference {}
}
