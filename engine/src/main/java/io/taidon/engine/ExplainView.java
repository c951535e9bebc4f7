package io.taidon.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Why a request would hit the cache or not, and what a build would cost.
 *
 * @param decision {@code hit} or {@code miss}
 * @param reasonCode {@code exact_state_match}, or why the first step that must run is not cached
 * @param sentence the whole in one plain sentence
 * @param miss the first step that must run; absent on a hit
 * @param changes what leads from the nearest relative to the request, the cause first
 * @param relative the known state from which the fewest changes lead to the request
 * @param inputs the files that the request reads
 */
public record ExplainView(
    String decision,
    String reasonCode,
    String sentence,
    Prepare prepare,
    Cache cache,
    Optional<Missed> miss,
    List<Change> changes,
    Optional<Relative> relative,
    Rebuild rebuild,
    List<Input> inputs) {

  /**
   * The request.
   *
   * @param kind {@code psql} or {@code lb}
   */
  public record Prepare(
      String kind, String argsNormalized, String postgresVersion, String postgresHome) {}

  /**
   * What the cache has of it.
   *
   * @param stateId the wanted state
   * @param matchedStateId the state that a build would start from; absent where not even a new
   *     cluster is cached
   * @param baseStateId state 0 of the engine
   * @param stepsCached how many steps need not run
   */
  public record Cache(
      String stateId,
      Optional<String> matchedStateId,
      String baseStateId,
      int stepsCached,
      int stepsTotal) {}

  /**
   * A step whose state is not there.
   *
   * @param step its number, from 1
   * @param stateId the state that it makes
   * @param lost how that state ended, where it was there once
   */
  public record Missed(int step, String label, String stateId, Optional<Lost> lost) {}

  /**
   * The end of a state.
   *
   * @param reason why, in one word
   * @param because why, in a part of a sentence
   */
  public record Lost(String reason, String because, Instant at) {}

  /**
   * One change against the nearest relative.
   *
   * @param step the number of the step, from 1; 0 for the engine
   * @param kind {@code engine}, {@code edited}, {@code replaced}, {@code inserted}, {@code removed}
   *     or {@code moved}
   * @param parts what of it differs, where that is known
   */
  public record Change(int step, String label, String kind, List<Part> parts) {}

  /**
   * A part of a step that differs.
   *
   * @param kind for example {@code script}, {@code include}, {@code data_file}, {@code variable}
   * @param name which one: a path, a variable's name; absent where there is only one
   * @param change {@code changed}, {@code added} or {@code removed}
   * @param before the value in the relative, where it can be no secret
   * @param after the value now, where it can be no secret
   */
  public record Part(
      String kind,
      Optional<String> name,
      String change,
      Optional<String> before,
      Optional<String> after) {}

  /**
   * The nearest relative.
   *
   * @param sharedSteps how many steps it has in common with the request
   * @param lost how it ended; absent while it is there
   * @param at when it was used last, or ended
   */
  public record Relative(
      String stateId, String label, int sharedSteps, Optional<Lost> lost, Instant at) {}

  /**
   * What a build would cost.
   *
   * @param initdb whether a new cluster must be made first
   * @param millis what it took before, for the steps of which that is known, in milliseconds
   * @param stepsMeasured steps that were built before, exactly so
   * @param stepsEstimated steps of which a like one was built before
   * @param stepsUnknown steps of which nothing is known, and which are not in {@code millis}
   */
  public record Rebuild(
      int stepsToRun,
      boolean initdb,
      long millis,
      int stepsMeasured,
      int stepsEstimated,
      int stepsUnknown) {}

  /**
   * A file that the request reads.
   *
   * @param path relative to the workspace
   * @param hash SHA-256: of a script with what it includes put in, of another file its bytes
   */
  public record Input(String path, String hash) {}
}
