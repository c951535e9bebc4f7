package io.taidon.gateway.transport;

/** A way to do network I/O. */
public enum TransportKind {
  /** Epoll where it works, else the JDK's selectors. */
  AUTO,
  /** Linux epoll. */
  EPOLL,
  /**
   * Linux io_uring. Container runtimes forbid it by default (containerd since 2.0), and it was not
   * measured to be faster here, so it must be asked for.
   */
  IO_URING,
  /** The JDK's selectors, on every platform. */
  NIO
}
