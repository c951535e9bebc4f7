package io.taidon.gateway.directory.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.scram.ScramVerifier;
import io.taidon.gateway.directory.Access;
import io.taidon.gateway.directory.Instance;
import io.taidon.gateway.directory.InstanceChange;
import io.taidon.gateway.directory.InstanceReference;
import io.taidon.gateway.directory.TokenLogin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileDirectoryTest {
  private static final ScramVerifier VERIFIER = ScramVerifier.of("secret");
  private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

  @TempDir Path files;

  @Test
  void findsInstancesByIdAndNameAndKnowsTheirRoles() throws Exception {
    FileDirectory directory =
        load(
            """
            {"instances":[{"id":"orders","names":["shop"],"address":"127.0.0.1:5432","roles":[
              {"name":"app","verifier":"%s","clientKey":"%s","serverKey":"%s","readOnlyAs":"reader"},
              {"name":"reader","readOnly":true,"clientKey":"%s","serverKey":"%s"},
              {"name":"poor"}]}]}
            """
                .formatted(VERIFIER.text(), KEY, KEY, KEY, KEY));
    Instance orders = find(directory, "orders").orElseThrow();
    assertThat(find(directory, "shop")).contains(orders);
    assertThat(find(directory, "other")).isEmpty();
    assertThat(orders.defaultDatabase()).isEqualTo("postgres");
    assertThat(directory.verifier(orders, "app").toCompletableFuture().get()).contains(VERIFIER);
    assertThat(directory.verifier(orders, "reader").toCompletableFuture().get()).isEmpty();
    assertThat(roleFor(directory, orders, "app", Access.READ_WRITE)).contains("app");
    assertThat(roleFor(directory, orders, "app", Access.READ_ONLY)).contains("reader");
    assertThat(roleFor(directory, orders, "reader", Access.READ_ONLY)).contains("reader");
    assertThat(roleFor(directory, orders, "reader", Access.READ_WRITE)).isEmpty();
    assertThat(roleFor(directory, orders, "poor", Access.READ_WRITE)).isEmpty();
    assertThat(roleFor(directory, orders, "nobody", Access.READ_ONLY)).isEmpty();
  }

  @Test
  void tellsOfInstancesThatAreGone() throws Exception {
    FileDirectory directory = load(one("orders"));
    List<InstanceChange> heard = new ArrayList<>();
    var subscription = directory.watch(heard::add);
    Instance orders = find(directory, "orders").orElseThrow();
    Files.writeString(files.resolve("d.json"), one("invoices"));
    directory.reload();
    assertThat(heard).extracting(InstanceChange::instanceId).containsExactly("orders");
    assertThat(directory.wake(orders, progress -> {}).toCompletableFuture())
        .isCompletedExceptionally();
    subscription.close();
    Files.writeString(files.resolve("d.json"), one("orders"));
    directory.reload();
    assertThat(heard).hasSize(1);
  }

  @Test
  void keepsWhatItHadWhenTheFileIsBroken() throws Exception {
    FileDirectory directory = load(one("orders"));
    Files.writeString(files.resolve("d.json"), "{");
    assertThatThrownBy(directory::reload).isInstanceOf(TaidonException.class);
    assertThat(find(directory, "orders")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"instances\":null}",
        "{\"instances\":[null]}",
        "{\"instances\":[{\"id\":\"a\"}]}",
        "{\"instances\":[{\"id\":null,\"address\":\"127.0.0.1:1\"}]}",
        "{\"instances\":[{\"id\":\"a\",\"address\":\"127.0.0.1:1\",\"secret\":\"SECRET\"}]}",
        "{\"instances\":[{\"id\":\"a\",\"address\":\"127.0.0.1\"}]}",
        "{\"instances\":[{\"id\":\"a\",\"address\":\"127.0.0.1:70000\"}]}",
        "{\"instances\":[{\"id\":\"A B\",\"address\":\"127.0.0.1:1\"}]}",
        "{\"instances\":[{\"id\":\"a\",\"address\":\"127.0.0.1:1\",\"login\":\"md5\"}]}",
        "{\"instances\":[{\"id\":\"a\",\"address\":\"127.0.0.1:1\",\"maxSessions\":0}]}",
        "{\"instances\":[{\"id\":\"a\",\"address\":\"127.0.0.1:1\",\"maxSessions\":\"SECRET\"}]}",
        "{\"instances\":[{\"id\":\"a\",\"address\":\"127.0.0.1:1\",\"roles\":[null]}]}",
        "{\"instances\":[{\"id\":\"a\",\"address\":\"127.0.0.1:1\",\"roles\":[{\"name\":\"r\",\"verifier\":\"SECRET\"}]}]}",
        "{\"instances\":[{\"id\":\"a\",\"address\":\"127.0.0.1:1\",\"roles\":[{\"name\":\"r\",\"clientKey\":\"SECRET\",\"serverKey\":\"x\"}]}]}",
        "{\"instances\":[{\"id\":\"a\",\"address\":\"127.0.0.1:1\",\"roles\":[{\"name\":\"r\",\"clientKey\":\"SECRET\"}]}]}",
        "{\"instances\":[{\"id\":\"a\",\"address\":\"127.0.0.1:1\"},{\"id\":\"b\",\"names\":[\"a\"],\"address\":\"127.0.0.1:1\"}]}",
        "{\"instances\":[]} {}"
      })
  void refusesWhatIsNoDirectoryAndQuotesNoSecret(String json) {
    assertThatThrownBy(() -> load(json))
        .isInstanceOfSatisfying(
            TaidonException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_CORRUPT);
              assertThat(e.remedy()).isPresent();
            })
        .hasMessageNotContaining("SECRET")
        .hasNoCause();
  }

  @Test
  void needsItsFile() {
    assertThatThrownBy(() -> FileDirectory.load(files.resolve("none")))
        .isInstanceOfSatisfying(
            TaidonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_UNREADABLE));
  }

  private FileDirectory load(String json) throws IOException {
    return FileDirectory.load(Files.writeString(files.resolve("d.json"), json));
  }

  private static String one(String id) {
    return "{\"instances\":[{\"id\":\"%s\",\"address\":\"/run/x/.s.PGSQL.5432\",\"login\":\"trust\"}]}"
        .formatted(id);
  }

  private static Optional<Instance> find(FileDirectory directory, String reference)
      throws Exception {
    return directory.find(new InstanceReference(reference)).toCompletableFuture().get();
  }

  private static Optional<String> roleFor(
      FileDirectory directory, Instance instance, String role, Access access) throws Exception {
    return directory
        .tokenLogin(instance, role, access)
        .toCompletableFuture()
        .get()
        .map(TokenLogin::role);
  }
}
