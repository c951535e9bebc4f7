package io.taidon.engine.snapshot.linux;

/** An open file descriptor. Any thread may use it, one may close it, once. */
public final class Descriptor implements AutoCloseable {
  private final int number;

  Descriptor(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  @Override
  public void close() {
    try {
      int ignored = (int) NativeFunctions.CLOSE.invokeExact(number);
    } catch (Throwable e) {
      throw new AssertionError("close does not throw", e);
    }
  }
}
