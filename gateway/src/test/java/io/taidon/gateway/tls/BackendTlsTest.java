package io.taidon.gateway.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.concurrent.Promise;
import io.taidon.core.error.TaidonException;
import io.taidon.gateway.startup.Door;
import io.taidon.gateway.startup.StartupSettings;
import io.taidon.gateway.wire.Packets;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The backend's part is played by our own door, which asks for the same as PostgreSQL. */
class BackendTlsTest {
  private static final String NAME = "backend.example.com";

  @TempDir Path directory;

  @Test
  void whatFollowsIsEncrypted() throws Exception {
    X509Bundle bundle = Certificates.selfSigned(NAME);
    try (Leg leg = new Leg(bundle, bundle, NAME)) {
      leg.carry();
      assertThat(leg.done.isSuccess()).isTrue();
      assertThat(leg.channel.pipeline().get(BackendTlsHandler.class)).isNull();
      leg.channel.writeOutbound(Unpooled.wrappedBuffer(Packets.startup("user", "alice")));
      leg.carry();
      assertThat(leg.backend.openings().getFirst().tls().orElseThrow().serverName()).contains(NAME);
    }
  }

  @Test
  void aCertificateForAnotherNameIsRefused() throws Exception {
    X509Bundle bundle = Certificates.selfSigned(NAME);
    try (Leg leg = new Leg(bundle, bundle, "other.example.com")) {
      leg.carry();
      assertThat(leg.done.cause()).isNotNull();
      assertThat(leg.channel.isOpen()).isFalse();
    }
  }

  @Test
  void aCertificateOfAnotherIssuerIsRefused() throws Exception {
    try (Leg leg = new Leg(Certificates.selfSigned(NAME), Certificates.selfSigned(NAME), NAME)) {
      leg.carry();
      assertThat(leg.done.cause()).isNotNull();
      assertThat(leg.channel.isOpen()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"N", "SR", "S\26\3\3", "Eerror\0", "E", "x"})
  void anyAnswerButOneYesIsRefused(String answer) throws Exception {
    X509Bundle bundle = Certificates.selfSigned(NAME);
    try (Leg leg = new Leg(bundle, bundle, NAME)) {
      leg.channel.writeInbound(Unpooled.wrappedBuffer(answer.getBytes(US_ASCII)));
      assertThat(leg.done.cause()).isNotNull().hasMessageNotContaining("error\0");
      assertThat(leg.channel.isOpen()).isFalse();
      assertThat(leg.channel.<Object>readInbound()).isNull();
    }
  }

  @Test
  void aBackendThatHangsUpIsAFailure() throws Exception {
    X509Bundle bundle = Certificates.selfSigned(NAME);
    try (Leg leg = new Leg(bundle, bundle, NAME)) {
      leg.channel.close();
      assertThat(leg.done.cause()).hasMessageContaining("closed the connection");
    }
  }

  @Test
  void rootsThatAreNoneAreRefused() throws Exception {
    assertThatThrownBy(() -> BackendTls.verifyFull(Optional.of("nonsense")))
        .isInstanceOf(TaidonException.class)
        .hasMessageContaining("no certificates in PEM");
  }

  /** Both ends of a backend leg. */
  private final class Leg implements AutoCloseable {
    final UnpooledByteBufAllocator alloc = Packets.countingAllocator();
    final EmbeddedChannel channel = new EmbeddedChannel();
    final Promise<Void> done = channel.eventLoop().newPromise();
    final ServerTls serverTls;
    final BackendTls backendTls;
    final Door backend;

    Leg(X509Bundle served, X509Bundle trusted, String name) throws Exception {
      channel.config().setAllocator(alloc);
      serverTls =
          ServerTls.load(ServerTlsSettings.of(Certificates.write(directory, "backend", served)));
      backendTls = BackendTls.verifyFull(Optional.of(trusted.getRootCertificatePEM()));
      backend = new Door(StartupSettings.plain().withTls(serverTls, true));
      channel.pipeline().addLast(new BackendTlsHandler(backendTls, name, 5432, done));
    }

    /** Carries bytes both ways until there are none. */
    void carry() {
      while (true) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (ByteBuf b = channel.readOutbound(); b != null; b = channel.readOutbound()) {
          out.writeBytes(Packets.bytes(b));
        }
        byte[] answer = backend.receive(out.toByteArray()).takeAnswers();
        if (answer.length == 0 && out.size() == 0) {
          return;
        }
        if (answer.length > 0 && channel.isOpen()) {
          channel.writeInbound(alloc.buffer().writeBytes(answer));
        }
      }
    }

    @Override
    public void close() {
      channel.close();
      channel.releaseInbound();
      channel.releaseOutbound();
      backend.close();
      backendTls.close();
      serverTls.close();
      assertThat(Packets.lost(alloc)).isZero();
    }
  }
}
