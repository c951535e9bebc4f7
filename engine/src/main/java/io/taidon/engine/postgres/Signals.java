package io.taidon.engine.postgres;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Sends signals that {@link ProcessHandle} has no method for: kill(2) through Java's foreign
 * function interface, or the {@code kill} program where that is not allowed. Thread-safe.
 */
final class Signals {
  static final int INTERRUPT = 2;
  static final int QUIT = 3;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final Optional<MethodHandle> KILL =
      bind(
          "kill",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  private static final Optional<MethodHandle> SHMCTL =
      bind(
          "shmctl",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS));
  private static final int IPC_RMID = 0;

  private Signals() {}

  /** Signals a process that is still the one the handle was made for; a gone one is left alone. */
  static void send(ProcessHandle process, int signal) {
    // isAlive compares the start time, so a recycled process id is not signalled.
    if (!process.isAlive()) {
      return;
    }
    int pid = Math.toIntExact(process.pid());
    if (KILL.isPresent()) {
      try {
        int ignored = (int) KILL.get().invokeExact(pid, signal);
        return;
      } catch (Throwable e) {
        throw new IllegalStateException("kill(2) could not be called", e);
      }
    }
    sendByProgram(pid, signal);
  }

  /**
   * Marks a System V shared memory segment for removal, which the kernel does when its last user is
   * gone (shmctl(2), IPC_RMID).
   */
  static void removeSharedMemory(int id) {
    if (SHMCTL.isPresent()) {
      try {
        int ignored = (int) SHMCTL.get().invokeExact(id, IPC_RMID, MemorySegment.NULL);
      } catch (Throwable e) {
        throw new IllegalStateException("shmctl(2) could not be called", e);
      }
    }
  }

  private static void sendByProgram(int pid, int signal) {
    try {
      Process kill =
          new ProcessBuilder("/bin/kill", "-" + signal, Integer.toString(pid))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      int ignored = kill.waitFor();
    } catch (IOException e) {
      throw new IllegalStateException("no way to signal process " + pid, e);
    } catch (InterruptedException e) {
      throw Interruption.cancelled(e);
    }
  }

  private static Optional<MethodHandle> bind(String name, FunctionDescriptor type) {
    try {
      return LINKER.defaultLookup().find(name).map(address -> LINKER.downcallHandle(address, type));
    } catch (IllegalCallerException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }
}
