package io.taidon.core.segment;

import io.taidon.core.error.ErrorCode;
import java.util.Optional;

/**
 * Why a pod failed, in the terms of {@code docs/errors.md}.
 *
 * @param sentence one sentence, without secrets
 * @param step the label of the step that failed
 * @param place the file and line
 * @param sqlState what the database answered
 * @param remedy what to do about it
 */
public record PodFailure(
    ErrorCode code,
    String sentence,
    Optional<String> step,
    Optional<String> place,
    Optional<String> sqlState,
    Optional<String> remedy) {}
