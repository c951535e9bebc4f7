package io.taidon.gateway.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.DomainWildcardMappingBuilder;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.Mapping;
import io.netty.util.ReferenceCountUtil;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The certificates that are served to clients, which can be replaced while the gateway runs.
 * Thread-safe; {@link #load} and {@link #reload} read files and block, {@link #begin} does not.
 */
public final class ServerTls implements AutoCloseable {
  private final ServerTlsSettings settings;
  private volatile Served served;
  private volatile boolean closed;

  private ServerTls(ServerTlsSettings settings) {
    this.settings = settings;
    this.served = Served.load(settings);
  }

  /**
   * Reads the files.
   *
   * @throws TaidonException {@code FILE_UNREADABLE} or {@code INVALID_ARGUMENT} with the file and
   *     what is wrong with it
   */
  public static ServerTls load(ServerTlsSettings settings) {
    return new ServerTls(settings);
  }

  /**
   * One handshake to be.
   *
   * @param handler without a time limit of its own: the login deadline is the limit
   * @param serverEndPoint as in {@link TlsDetails}
   */
  public record Handshake(SslHandler handler, Optional<byte[]> serverEndPoint) {}

  /**
   * A handler with the certificate for a server name.
   *
   * @throws IllegalStateException if this is closed
   */
  public Handshake begin(ByteBufAllocator alloc, Optional<String> serverName) {
    while (!closed) {
      ServedCertificate chosen = served.choice().map(serverName.orElse(""));
      try {
        ReferenceCountUtil.retain(chosen.context());
      } catch (IllegalReferenceCountException e) {
        continue; // replaced since we looked
      }
      try {
        SslHandler handler = chosen.context().newHandler(alloc);
        handler.setHandshakeTimeoutMillis(0);
        return new Handshake(handler, chosen.serverEndPoint());
      } finally {
        ReferenceCountUtil.release(chosen.context());
      }
    }
    throw new IllegalStateException("the certificates are closed");
  }

  /** Looks at the files again, and serves what they are now if all of it is usable. */
  public synchronized Reload reload() {
    Served before = served;
    try {
      if (closed || Served.fingerprint(settings).equals(before.fingerprint())) {
        return new Reload.Unchanged();
      }
      Served now = Served.load(settings);
      served = now;
      before.release();
      return new Reload.Replaced(now.expiresAt());
    } catch (TaidonException e) {
      return new Reload.Kept(e);
    }
  }

  /** When the first of the certificates expires. */
  public Instant expiresAt() {
    return served.expiresAt();
  }

  /** No handshake begins any more; those that have go on. Idempotent. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      served.release();
    }
  }

  /** All certificates, as they were at one time. */
  private record Served(
      Mapping<String, ServedCertificate> choice,
      List<ServedCertificate> certificates,
      String fingerprint) {
    private static final Pattern NAME = Pattern.compile("(\\*\\.)?[a-z0-9-]+(\\.[a-z0-9-]+)*");

    static Served load(ServerTlsSettings settings) {
      // Before the files are read: what changes in between is seen the next time.
      String fingerprint = fingerprint(settings);
      List<ServedCertificate> loaded = new ArrayList<>();
      try {
        ServedCertificate standard = ServedCertificate.load(settings.standard());
        loaded.add(standard);
        DomainWildcardMappingBuilder<ServedCertificate> choice =
            new DomainWildcardMappingBuilder<>(standard);
        for (Map.Entry<String, CertificateFiles> named : settings.byServerName().entrySet()) {
          requireName(named.getKey());
          ServedCertificate certificate = ServedCertificate.load(named.getValue());
          loaded.add(certificate);
          choice.add(named.getKey(), certificate);
        }
        return new Served(choice.build(), List.copyOf(loaded), fingerprint);
      } catch (TaidonException e) {
        loaded.forEach(certificate -> ReferenceCountUtil.release(certificate.context()));
        throw e;
      }
    }

    static String fingerprint(ServerTlsSettings settings) {
      StringBuilder all = new StringBuilder(hex(settings.standard()));
      new TreeMap<>(settings.byServerName())
          .forEach((name, files) -> all.append(name).append(hex(files)));
      return all.toString();
    }

    Instant expiresAt() {
      return certificates.stream()
          .map(served -> served.certificate().getNotAfter().toInstant())
          .min(Comparator.naturalOrder())
          .orElseThrow();
    }

    void release() {
      certificates.forEach(certificate -> ReferenceCountUtil.release(certificate.context()));
    }

    private static void requireName(String name) {
      if (!NAME.matcher(name).matches()) {
        throw TaidonException.of(
                ErrorCode.INVALID_ARGUMENT,
                "\"%s\" is no server name that a certificate can be served for.".formatted(name))
            .remedy("Give a name such as db.example.com or *.db.example.com.");
      }
    }

    private static String hex(CertificateFiles files) {
      return HexFormat.of().formatHex(ServedCertificate.fingerprint(files));
    }
  }
}
