package io.taidon.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.gateway.auth.TokenTransport;
import io.taidon.gateway.directory.kubernetes.ClusterSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayConfigTest {
  @TempDir Path files;

  @Test
  void hasAStandardForAllButTheDirectory() {
    GatewayConfig config = read(Map.of());
    assertThat(config.settings().listen().getPort()).isEqualTo(6432);
    assertThat(config.settings().listen().getAddress().isLoopbackAddress()).isTrue();
    assertThat(config.loginDeadline()).isEqualTo(Duration.ofSeconds(15));
    assertThat(config.settings().admission().pair().failures()).isEqualTo(10);
    assertThat(config.settings().admission().address().failures()).isEqualTo(100);
    assertThat(config.tls()).isEmpty();
    assertThatThrownBy(() -> GatewayConfig.read(Optional.empty(), Map.of()))
        .hasMessageContaining("directory.file");
  }

  @Test
  void theEnvironmentWinsOverTheFile() throws Exception {
    Path file = files.resolve("gateway.properties");
    Files.writeString(file, "directory.file=d\nlogin.deadline=3s\ntokens.transport=tls\n");
    GatewayConfig config =
        GatewayConfig.read(
            Optional.of(file),
            Map.of("TAIDON_GATEWAY_LOGIN_DEADLINE", "4s", "PATH", "/bin", "TAIDON_HOME", "/x"));
    assertThat(config.loginDeadline()).isEqualTo(Duration.ofSeconds(4));
    assertThat(config.settings().tokens()).isEqualTo(TokenTransport.TLS);
  }

  @ParameterizedTest
  @CsvSource({
    "TAIDON_GATEWAY_LISTEN, 6432",
    "TAIDON_GATEWAY_LISTEN, 127.0.0.1:99999",
    "TAIDON_GATEWAY_THREADS, -1",
    "TAIDON_GATEWAY_TRANSPORT, kqueue",
    "TAIDON_GATEWAY_LOGIN_DEADLINE, soon",
    "TAIDON_GATEWAY_LOGIN_DEADLINE, 0s",
    "TAIDON_GATEWAY_LIMIT_FAILURES, 0",
    "TAIDON_GATEWAY_LIMIT_SESSIONS, 99999999999",
    "TAIDON_GATEWAY_TLS_REQUIRED, yes",
    "TAIDON_GATEWAY_TLS_REQUIRED, true",
    "TAIDON_GATEWAY_TLS_CERTIFICATE, chain.pem",
    "TAIDON_GATEWAY_TLS_KEY, key.pem",
    "TAIDON_GATEWAY_TLS_NAMES, db.example.com",
    "TAIDON_GATEWAY_TLS_NAMES, 'a=c:k,a=c:k'",
    "TAIDON_GATEWAY_TLS_NAMES, a=c:k",
    "TAIDON_GATEWAY_CANCEL_PEERS, gateway",
    "TAIDON_GATEWAY_CANCEL_PEERS, gateway:6432",
    "TAIDON_GATEWAY_PROXY_NETWORKS, everybody",
    "TAIDON_GATEWAY_ROUTE_DOMAINS, '...'",
    "TAIDON_GATEWAY_TOKENS_TRANSPORT, none",
    "TAIDON_GATEWAY_LIMIT_FAILURE, 5"
  })
  void saysWhichSettingIsWrongAndWhatToDo(String variable, String value) {
    assertThatThrownBy(() -> read(Map.of(variable, value)))
        .isInstanceOfSatisfying(
            TaidonException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
              assertThat(e.sentence()).containsAnyOf(variable, "tls.", "secret.file");
              assertThat(e.remedy()).isPresent();
            });
  }

  @Test
  void certificatesHaveNamesAndReplicasKnowEachOther() throws Exception {
    Path secret = Files.write(files.resolve("shared"), new byte[32]);
    GatewayConfig config =
        read(
            Map.of(
                "TAIDON_GATEWAY_TLS_CERTIFICATE", "c.crt",
                "TAIDON_GATEWAY_TLS_KEY", "c.key",
                "TAIDON_GATEWAY_TLS_NAMES", "a.example.com=a.crt:a.key, *.b.example.com=/b/c:/b/k",
                "TAIDON_GATEWAY_SECRET_FILE", secret.toString(),
                "TAIDON_GATEWAY_CANCEL_PEERS", "localhost:6432"));
    assertThat(config.tls().orElseThrow().byServerName())
        .containsOnlyKeys("a.example.com", "*.b.example.com");
    assertThat(config.tls().orElseThrow().files()).hasSize(6).contains(Path.of("/b/k"));
    assertThat(config.settings().peers().addresses().toCompletableFuture().get())
        .isNotEmpty()
        .allSatisfy(peer -> assertThat(peer.getPort()).isEqualTo(6432));
  }

  @Test
  void aClusterNeedsANameForTheReplicaAndNoFile() {
    Map<String, String> environment = new HashMap<>();
    environment.put("TAIDON_GATEWAY_DIRECTORY", "kubernetes");
    assertThatThrownBy(() -> GatewayConfig.read(Optional.empty(), environment))
        .hasMessageContaining("directory.replica");
    environment.put("TAIDON_GATEWAY_DIRECTORY_REPLICA", "gateway-0");
    environment.put("TAIDON_GATEWAY_DIRECTORY_NAMESPACES", "a, b");
    assertThat(GatewayConfig.read(Optional.empty(), environment).directory())
        .isEqualTo(
            new DirectoryChoice.Kubernetes(
                new ClusterSettings(List.of("a", "b"), Optional.empty(), "gateway-0")));
  }

  @Test
  void aSecretHas32Bytes() throws Exception {
    Path secret = files.resolve("secret");
    Files.write(secret, new byte[32]);
    Map<String, String> environment = Map.of("TAIDON_GATEWAY_SECRET_FILE", secret.toString());
    assertThat(read(environment).settings().secret()).isPresent();
    Files.write(secret, new byte[31]);
    assertThatThrownBy(() -> read(environment)).hasMessageContaining("32 bytes");
    Files.delete(secret);
    assertThatThrownBy(() -> read(environment)).hasMessageContaining("cannot be read");
  }

  @Test
  void theDocumentationListsEverySettingAsItIs() throws Exception {
    String documentation = Files.readString(Path.of("../docs/gateway.md"));
    String table =
        String.join(
            "\n",
            Arrays.stream(Setting.values())
                .map(setting ->
                    "| `%s` | %s | %s |"
                        .formatted(
                            setting.key(),
                            setting.standard().isEmpty() ? "" : "`" + setting.standard() + "`",
                            setting.meaning()))
                .toList());
    assertThat(documentation).contains("| Key | Standard | Meaning |\n|---|---|---|\n" + table);
  }

  private static GatewayConfig read(Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(environment);
    all.put("TAIDON_GATEWAY_DIRECTORY_FILE", "directory.json");
    return GatewayConfig.read(Optional.empty(), all);
  }
}
