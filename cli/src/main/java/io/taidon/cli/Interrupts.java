package io.taidon.cli;

/** Who is told about Ctrl-C. */
@FunctionalInterface
public interface Interrupts {

  /**
   * Has {@code action} run at each Ctrl-C, on a thread of its own, until the registration is
   * closed. Without a registration Ctrl-C ends the process.
   */
  Registration onInterrupt(Runnable action);

  /** Ends the telling. */
  @FunctionalInterface
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /** The SIGINT of this process. */
  static Interrupts ofProcess() {
    return action -> {
      sun.misc.Signal signal = new sun.misc.Signal("INT");
      sun.misc.SignalHandler before = sun.misc.Signal.handle(signal, ignored -> action.run());
      return () -> sun.misc.Signal.handle(signal, before);
    };
  }
}
