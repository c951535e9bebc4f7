package io.taidon.engine.snapshot.linux;

import java.io.IOException;

/** A system call that failed: which one, on what, with which error number. */
public final class SystemCallException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final transient Errno errno;
  private final String subject;

  public SystemCallException(String call, String subject, Errno errno) {
    super(call + " of " + subject + ": " + errno.name());
    this.call = call;
    this.subject = subject;
    this.errno = errno;
  }

  /** The call's name in section 2 of the manual; for an ioctl, the request's name. */
  public String call() {
    return call;
  }

  /** The name or path that was given to the call, for messages only. */
  public String subject() {
    return subject;
  }

  public Errno errno() {
    return errno;
  }

  /** The same failure, told about a name in a directory. */
  public SystemCallException about(String directory, byte[] name) {
    SystemCallException clearer =
        new SystemCallException(call, directory + "/" + Names.text(name), errno);
    clearer.setStackTrace(getStackTrace());
    return clearer;
  }
}
