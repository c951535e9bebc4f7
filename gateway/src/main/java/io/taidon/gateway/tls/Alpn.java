package io.taidon.gateway.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;

/** The name of PostgreSQL's protocol in TLS (RFC 7301). */
public final class Alpn {
  public static final String POSTGRESQL = "postgresql";

  private Alpn() {}

  /** Offers or accepts it; whether it must be is decided where a connection begins. */
  static ApplicationProtocolConfig config() {
    return new ApplicationProtocolConfig(
        Protocol.ALPN,
        SelectorFailureBehavior.NO_ADVERTISE,
        SelectedListenerFailureBehavior.ACCEPT,
        POSTGRESQL);
  }
}
