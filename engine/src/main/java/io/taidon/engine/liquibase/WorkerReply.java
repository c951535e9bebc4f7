package io.taidon.engine.liquibase;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.util.Map;
import java.util.Optional;

/** What a worker process says, one line of JSON each; all but {@link Ran} end a task. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "reply")
@JsonSubTypes({
  @JsonSubTypes.Type(value = WorkerReply.Opened.class, name = "opened"),
  @JsonSubTypes.Type(value = WorkerReply.Ran.class, name = "ran"),
  @JsonSubTypes.Type(value = WorkerReply.Done.class, name = "done"),
  @JsonSubTypes.Type(value = WorkerReply.Failed.class, name = "failed")
})
public sealed interface WorkerReply {

  /** The changelog was read. */
  record Opened(Manifest manifest) implements WorkerReply {}

  /**
   * A changeset ran.
   *
   * @param index in the manifest
   * @param outcome Liquibase's EXECTYPE: EXECUTED, MARK_RAN, SKIPPED, FAILED, RERAN
   */
  record Ran(int index, String outcome) implements WorkerReply {}

  /** The task is finished. */
  record Done() implements WorkerReply {}

  /** The task failed. */
  record Failed(
      ErrorCode code, String sentence, Map<String, String> details, Optional<String> remedy)
      implements WorkerReply {

    public static Failed of(TaidonException failure) {
      return new Failed(failure.code(), failure.sentence(), failure.details(), failure.remedy());
    }

    /** The failure as the worker threw it. */
    public TaidonException exception() {
      TaidonException failure = TaidonException.of(code, sentence);
      for (Map.Entry<String, String> detail : details.entrySet()) {
        failure = failure.with(detail.getKey(), detail.getValue());
      }
      return remedy.isPresent() ? failure.remedy(remedy.get()) : failure;
    }
  }
}
