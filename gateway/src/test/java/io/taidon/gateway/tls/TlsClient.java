package io.taidon.gateway.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** The client's side of TLS without a network: what it wants to send is taken and carried over. */
public final class TlsClient implements AutoCloseable {
  private final EmbeddedChannel channel;
  private final SslHandler handler;

  private TlsClient(SslContext context, String serverName) {
    handler = context.newHandler(UnpooledByteBufAllocator.DEFAULT, serverName, 5432);
    channel = new EmbeddedChannel(handler);
  }

  /**
   * A client that trusts one certificate, and has begun its handshake.
   *
   * @param protocols offered by ALPN; none for no ALPN
   */
  public static TlsClient start(
      SslProvider provider, X509Bundle trusted, String serverName, List<String> protocols)
      throws SSLException {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(provider)
            .trustManager(trusted.getRootCertificate())
            .endpointIdentificationAlgorithm("HTTPS");
    if (!protocols.isEmpty()) {
      builder.applicationProtocolConfig(
          new ApplicationProtocolConfig(
              ApplicationProtocolConfig.Protocol.ALPN,
              ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
              ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
              protocols));
    }
    return new TlsClient(builder.build(), serverName);
  }

  /** What it has to send, encrypted. */
  public byte[] outgoing() {
    return drain(true);
  }

  /** What it was sent, decrypted. */
  public byte[] received() {
    return drain(false);
  }

  /** Bytes from the server arrive. */
  public TlsClient receive(byte[] bytes) {
    channel.writeInbound(Unpooled.wrappedBuffer(bytes));
    return this;
  }

  /** Sends something inside. */
  public TlsClient send(byte[] plain) {
    channel.writeOutbound(Unpooled.wrappedBuffer(plain));
    return this;
  }

  public boolean isReady() {
    return handler.handshakeFuture().isSuccess();
  }

  public String protocol() {
    return String.valueOf(handler.applicationProtocol());
  }

  public X509Certificate serverCertificate() throws SSLPeerUnverifiedException {
    return (X509Certificate) handler.engine().getSession().getPeerCertificates()[0];
  }

  @Override
  public void close() {
    channel.close();
    channel.releaseInbound();
    channel.releaseOutbound();
  }

  private byte[] drain(boolean outbound) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (true) {
      ByteBuf next = outbound ? channel.readOutbound() : channel.readInbound();
      if (next == null) {
        return all.toByteArray();
      }
      all.writeBytes(ByteBufUtil.getBytes(next));
      next.release();
    }
  }
}
