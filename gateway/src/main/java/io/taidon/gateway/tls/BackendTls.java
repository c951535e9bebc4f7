package io.taidon.gateway.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * How the gateway verifies a backend by TLS: the certificate's chain and its name, as libpq's
 * {@code sslmode=verify-full}. There is nothing in between that and no TLS. Thread-safe.
 */
public final class BackendTls implements AutoCloseable {
  private final SslContext context;

  private BackendTls(SslContext context) {
    this.context = context;
  }

  /**
   * Verifies.
   *
   * @param roots the trusted roots, PEM; empty for those of the Java platform
   * @throws TaidonException {@code INVALID_ARGUMENT} if the roots cannot be used
   */
  public static BackendTls verifyFull(Optional<String> roots) {
    try {
      SslContextBuilder builder =
          SslContextBuilder.forClient()
              .sslProvider(ServedCertificate.provider())
              .protocols("TLSv1.3", "TLSv1.2")
              .endpointIdentificationAlgorithm("HTTPS")
              .applicationProtocolConfig(Alpn.config());
      roots.ifPresent(pem -> builder.trustManager(stream(pem)));
      return new BackendTls(builder.build());
    } catch (SSLException | IllegalArgumentException e) {
      throw TaidonException.of(
          ErrorCode.INVALID_ARGUMENT,
          roots.isPresent()
              ? "The trusted roots of an instance's server are no certificates in PEM."
              : "The trusted roots of the Java platform cannot be used.",
          e);
    }
  }

  private static InputStream stream(String pem) {
    return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * A handler for one connection.
   *
   * @param name what the certificate must be for
   */
  SslHandler newHandler(ByteBufAllocator alloc, String name, int port) {
    ReferenceCountUtil.retain(context); // fails if it is closed, where using it would be a crash
    try {
      SslHandler handler = context.newHandler(alloc, name, port);
      handler.setHandshakeTimeoutMillis(0); // the dial has a deadline
      return handler;
    } finally {
      ReferenceCountUtil.release(context);
    }
  }

  @Override
  public void close() {
    ReferenceCountUtil.release(context);
  }
}
