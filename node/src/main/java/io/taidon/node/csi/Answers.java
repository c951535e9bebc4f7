package io.taidon.node.csi;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.taidon.core.error.TaidonException;
import io.taidon.node.metrics.NodeMetrics;
import java.lang.System.Logger.Level;

/** Answers calls, and says failures as gRPC does: a code and the sentence, for the pod's events. */
final class Answers {
  private static final System.Logger LOG = System.getLogger(Answers.class.getName());

  private final NodeMetrics metrics;

  Answers(NodeMetrics metrics) {
    this.metrics = metrics;
  }

  /** What a call does. */
  interface Work<T> {
    T run() throws InterruptedException;
  }

  <T> void give(String operation, StreamObserver<T> observer, Work<T> work) {
    T answer;
    try {
      answer = metrics.timed(operation, () -> uninterrupted(work));
    } catch (TaidonException e) {
      LOG.log(Level.WARNING, operation + ": " + e.code().wireCode() + ": " + e.sentence());
      observer.onError(status(e));
      return;
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, operation, e);
      observer.onError(
          Status.INTERNAL.withDescription("The node plugin failed.").asRuntimeException());
      return;
    }
    observer.onNext(answer);
    observer.onCompleted();
  }

  private static <T> T uninterrupted(Work<T> work) {
    try {
      return work.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw TaidonException.of(
          io.taidon.core.error.ErrorCode.CANCELLED, "The node plugin is stopping.", e);
    }
  }

  static StatusRuntimeException status(TaidonException failure) {
    String remedy = failure.remedy().map(text -> " " + text).orElse("");
    return code(failure).withDescription(failure.sentence() + remedy).asRuntimeException();
  }

  private static Status code(TaidonException failure) {
    return switch (failure.code()) {
      case INVALID_ARGUMENT -> Status.INVALID_ARGUMENT;
      case NOT_FOUND -> Status.NOT_FOUND;
      case CONFLICT -> Status.FAILED_PRECONDITION;
      case DISK_FULL -> Status.RESOURCE_EXHAUSTED;
      case CANCELLED -> Status.ABORTED;
      default -> Status.INTERNAL;
    };
  }
}
