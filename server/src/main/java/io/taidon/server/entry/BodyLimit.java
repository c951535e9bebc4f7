package io.taidon.server.entry;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Ends the reading of a body that is larger than allowed. {@link Gate} refuses one that says its
 * size before; this is for chunked ones.
 */
@Provider
public final class BodyLimit implements ReaderInterceptor {
  /** 80 MiB. */
  public static final int BYTES = 80 * 1024 * 1024;

  @Override
  public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
    context.setInputStream(new LimitedStream(context.getInputStream()));
    return context.proceed();
  }

  static TaidonException tooLarge() {
    return TaidonException.of(
        ErrorCode.REQUEST_TOO_LARGE, "The request's body is larger than 80 MiB.");
  }

  private static final class LimitedStream extends FilterInputStream {
    private long left = BYTES;

    LimitedStream(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      count(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      count(Math.max(read, 0));
      return read;
    }

    private void count(int read) {
      left -= read;
      if (left < 0) {
        throw tooLarge();
      }
    }
  }
}
