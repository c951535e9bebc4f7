package io.taidon.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.gateway.directory.InstanceReference;
import io.taidon.gateway.startup.StartupMessage;
import io.taidon.gateway.wire.Parameter;
import io.taidon.gateway.wire.ProtocolVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouterTest {
  private final Router router = new Router(new RouteSettings(List.of("*.db.example.com")));

  @Test
  void theUserNamesTheInstance() {
    Routing.To to = to(message("user", "app~pr-1"));
    assertThat(to.instance().text()).isEqualTo("pr-1");
    assertThat(to.source()).isEqualTo(RouteSource.USER);
    assertThat(to.target().role()).isEqualTo("app");
    assertThat(to.target().database()).contains("app");
  }

  @Test
  void libpqRepeatsTheUserAsTheDatabase() {
    Routing.To to = to(message("user", "app~pr-1", "database", "app~pr-1"));
    assertThat(to.target().parameters("postgres"))
        .containsExactly(new Parameter("user", "app"), new Parameter("database", "app"));
  }

  @Test
  void theSuffixIsBehindTheLastSeparator() {
    assertThat(to(message("user", "a~b~pr-1")).target().role()).isEqualTo("a~b");
  }

  @Test
  void theDatabaseNamesTheInstance() {
    Routing.To to = to(message("user", "app", "database", "shop~pr-1.team"));
    assertThat(to.instance().text()).isEqualTo("pr-1.team");
    assertThat(to.source()).isEqualTo(RouteSource.DATABASE);
    assertThat(to.target().database()).contains("shop");
    assertThat(to(message("user", "app", "database", "~pr-1")).target().database()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-c taidon.instance=pr-1",
        "-ctaidon.instance=pr-1",
        "--taidon.instance=pr-1",
        "--TAIDON.Instance=pr-1",
        " \t-c\n taidon.instance=pr-1 ",
        "-c taidon.inst\\ance=pr-1"
      })
  void theOptionsNameTheInstanceAndVanish(String options) {
    Routing.To to = to(message("user", "app", "options", options));
    assertThat(to.instance().text()).isEqualTo("pr-1");
    assertThat(to.source()).isEqualTo(RouteSource.OPTIONS);
    assertThat(to.target().settings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "-c a=b -c taidon.instance=x --c=d|-c a=b  --c=d",
        "-c work_mem=1\\ MB -ctaidon.instance=x|-c work_mem=1\\ MB ",
        "-Ec taidon.instance=x -F|-E -F",
        "-ectaidon.instance=x|-e",
        "-S 8 --taidon.instance=x|-S 8 ",
        "--taidon.instance=x -- -c taidon.instance=y| -- -c taidon.instance=y"
      })
  void theOtherOptionsStayByteForByte(String options, String left) {
    Routing.To to = to(message("user", "app", "options", options));
    assertThat(to.instance().text()).isEqualTo("x");
    assertThat(to.target().settings()).containsExactly(new Parameter("options", left));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-S taidon.instance=x", // the value of -S
        "-c application_name=-ctaidon.instance=x",
        "taidon.instance=x",
        "-c",
        "-c taidon.instance",
        "-z taidon.instance=x",
        "\\",
        "-",
        "-- --taidon.instance=x"
      })
  void whatOnlyLooksLikeOursIsTheBackends(String options) {
    Routing routing = route(message("user", "app", "options", options));
    assertThat(routing).isEqualTo(new Routing.None());
    Routing.To to = to(message("user", "app~pr-1", "options", options));
    assertThat(to.target().settings()).containsExactly(new Parameter("options", options));
  }

  @Test
  void onlyTheLastOptionsCountAndOnlyTheyReachTheBackend() {
    Routing.To to =
        to(
            message(
                "user",
                "app",
                "options",
                "-ctaidon.instance=first -c a=1",
                "application_name",
                "n",
                "options",
                "-ctaidon.instance=last -c b=2"));
    assertThat(to.instance().text()).isEqualTo("last");
    assertThat(to.target().settings())
        .containsExactly(
            new Parameter("options", " -c b=2"), new Parameter("application_name", "n"));
  }

  @Test
  void aParameterOfOurNameWorksLikeAnOption() {
    Routing.To to = to(message("user", "app", "taidon.instance", "pr-1", "DateStyle", "ISO"));
    assertThat(to.instance().text()).isEqualTo("pr-1");
    assertThat(to.target().settings()).containsExactly(new Parameter("DateStyle", "ISO"));
  }

  @Test
  void optionsOfTheProtocolAreNotPassedOn() {
    assertThat(to(message("user", "app~x", "_pq_.a", "1")).target().settings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "pr-1.db.example.com,pr-1",
    "PR-1.DB.Example.COM.,pr-1",
    "pr-1.team.db.example.com,pr-1.team"
  })
  void theServerNameNamesTheInstance(String serverName, String instance) {
    Routing.To to = (Routing.To) router.route(message("user", "app"), Optional.of(serverName));
    assertThat(to.instance().text()).isEqualTo(instance);
    assertThat(to.source()).isEqualTo(RouteSource.SERVER_NAME);
  }

  @ParameterizedTest
  @ValueSource(strings = {"db.example.com", "pr-1.example.com", "xdb.example.com", "localhost"})
  void otherServerNamesNameNothing(String serverName) {
    assertThat(router.route(message("user", "app"), Optional.of(serverName)))
        .isEqualTo(new Routing.None());
  }

  @Test
  void aServerNameBelowTheDomainThatIsNoReferenceIsSaidSo() {
    assertThat(router.route(message("user", "app"), Optional.of("a.b.c.db.example.com")))
        .isInstanceOf(Routing.Invalid.class);
  }

  @Test
  void aBareDatabaseIsTheLastResort() {
    Routing.To to = to(message("user", "app", "database", "pr-1"));
    assertThat(to.source()).isEqualTo(RouteSource.BARE_DATABASE);
    assertThat(to.target().database()).isEmpty();
    assertThat(to.target().parameters("shop")).contains(new Parameter("database", "shop"));

    Routing.To named = to(message("user", "app~pr-2", "database", "pr-1"));
    assertThat(named.instance().text()).isEqualTo("pr-2");
    assertThat(named.target().database()).contains("pr-1");
  }

  @Test
  void aUserAloneNamesNothing() {
    assertThat(route(message("user", "pr-1"))).isEqualTo(new Routing.None());
    assertThat(route(message("user", "app", "database", "Not A Reference")))
        .isEqualTo(new Routing.None());
  }

  @Test
  void physicalReplicationHasNoDatabaseToRouteBy() {
    assertThat(route(message("user", "app", "database", "replication", "replication", "true")))
        .isEqualTo(new Routing.None());
    Routing.To to = to(message("user", "app~x", "database", "replication", "replication", "true"));
    assertThat(to.target().settings()).containsExactly(new Parameter("replication", "true"));
  }

  @Test
  void theTokenNamesTheInstance() {
    for (StartupMessage message :
        List.of(
            message("user", "app~token", "database", "app~token"),
            message("user", "app", "options", "-c taidon.auth=token"),
            message("user", "app", "database", "app", "taidon.auth", "token"))) {
      Routing.ByToken byToken = (Routing.ByToken) route(message);
      assertThat(byToken.target().role()).isEqualTo("app");
      assertThat(byToken.target().credential()).isEqualTo(Credential.TOKEN);
      assertThat(byToken.target().database()).contains("app");
    }
  }

  @Test
  void aTokenCanBeForANamedInstance() {
    Routing.To to = to(message("user", "app~pr-1", "options", "-ctaidon.auth=token"));
    assertThat(to.instance().text()).isEqualTo("pr-1");
    assertThat(to.target().credential()).isEqualTo(Credential.TOKEN);
  }

  @Test
  void twoInstancesAreAConflictThatNamesBoth() {
    Routing routing =
        router.route(
            message("user", "app~one", "options", "-ctaidon.instance=one"),
            Optional.of("two.db.example.com"));
    assertThat(routing)
        .isEqualTo(
            new Routing.Conflict("\"one\" (the user name)", "\"two\" (the TLS server name)"));
    assertThat(((Routing.Conflict) routing).fault().message()).contains("\"one\"", "\"two\"");
    assertThat(route(message("user", "a~one", "database", "b~two")))
        .isInstanceOf(Routing.Conflict.class);
    assertThat(route(message("user", "a", "options", "-ctaidon.instance=a -ctaidon.instance=b")))
        .isInstanceOf(Routing.Conflict.class);
  }

  @Test
  void sourcesThatAgreeAreNoConflict() {
    Routing.To to =
        (Routing.To)
            router.route(
                message("user", "app~one", "database", "shop~one"),
                Optional.of("one.db.example.com"));
    assertThat(to.instance()).isEqualTo(new InstanceReference("one"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"app~", "app~UPPER", "app~a_b", "app~-a", "app~../x", "~pr-1"})
  void aSuffixThatCannotBeReadIsSaidSo(String user) {
    assertThat(route(message("user", user))).isInstanceOf(Routing.Invalid.class);
  }

  @Test
  void aMistypedOptionIsNotPassedOnInSilence() {
    assertThat(route(message("user", "app", "options", "-ctaidon.instanz=pr-1")))
        .isInstanceOfSatisfying(
            Routing.Invalid.class,
            invalid -> assertThat(invalid.sentence()).contains("taidon.instanz"));
    assertThat(route(message("user", "app~x", "taidon.auth", "password")))
        .isInstanceOf(Routing.Invalid.class);
  }

  @Test
  void longNamesAreCutAsPostgresDoesButOnlyWithoutTheSuffix() {
    String role = "r".repeat(60);
    assertThat(to(message("user", role + "~instance-1")).target().role()).isEqualTo(role);
    Target target = to(message("user", "r".repeat(70) + "~x")).target();
    assertThat(target.role()).isEqualTo("r".repeat(63));
    assertThat(target.database()).contains("r".repeat(63));
  }

  @Test
  void bytesThatAreNoUtf8ReachTheBackend() {
    Routing.To to = to(message("user", "\u00ff\u00e9~x", "application_name", "\u0080\u00ff"));
    assertThat(to.target().role()).isEqualTo("\u00ff\u00e9");
    assertThat(to.target().settings())
        .containsExactly(new Parameter("application_name", "\u0080\u00ff"));
  }

  private Routing route(StartupMessage message) {
    return router.route(message, Optional.empty());
  }

  private Routing.To to(StartupMessage message) {
    Routing routing = route(message);
    assertThat(routing).isInstanceOf(Routing.To.class);
    return (Routing.To) routing;
  }

  private static StartupMessage message(String... namesAndValues) {
    List<Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      parameters.add(new Parameter(namesAndValues[i], namesAndValues[i + 1]));
    }
    return new StartupMessage(ProtocolVersion.V3_0, parameters);
  }
}
