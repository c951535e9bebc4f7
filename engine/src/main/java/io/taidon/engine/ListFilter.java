package io.taidon.engine;

import java.util.Optional;

/**
 * What a list is narrowed to.
 *
 * @param idPrefix at least 8 hexadecimal digits
 * @param stateId a state id or prefix
 * @param instance an instance id or prefix
 * @param job a job id or prefix
 */
public record ListFilter(
    Optional<String> idPrefix,
    Optional<String> stateId,
    Optional<String> instance,
    Optional<String> job) {
  public static final ListFilter ALL =
      new ListFilter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
