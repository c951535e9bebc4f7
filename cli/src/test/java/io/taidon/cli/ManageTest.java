package io.taidon.cli;

import static io.taidon.cli.TestingEngineApi.INSTANCE;
import static io.taidon.cli.TestingEngineApi.STATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.cli.output.Times;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManageTest extends CommandLineFixture {
  private static final String ROOT =
      "{\"kind\":\"state\",\"id\":\""
          + STATE
          + "\",\"children\":[{\"kind\":\"instance\",\"id\":\""
          + INSTANCE
          + "\",\"connections\":2%s}]}";

  @Test
  void listsNamesAndInstances() {
    api.json(
        "GET /v1/names",
        200,
        "[{\"name\":\"dev\",\"instance_id\":\""
            + INSTANCE
            + "\",\"state_id\":\""
            + STATE
            + "\",\"status\":\"active\"}]");
    api.json(
        "GET /v1/instances",
        200,
        "[{\"instance_id\":\""
            + INSTANCE
            + "\",\"state_id\":\""
            + STATE
            + "\",\"status\":\"running\",\"names\":[\"dev\"],\"postgres_version\":\"17.11\",\"port\":5544,\"connections\":3,\"created_at\":\"2020-01-01T00:00:00.5Z\"}]");
    assertThat(run("ls", "--long")).isZero();
    assertThat(out())
        .isEqualTo(
            """
            Names
            NAME INSTANCE_ID                      STATE_ID                                                         STATUS LAST_USED
            dev  aaaaaaaa0123456789abcdef01234567 cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc active

            Instances
            INSTANCE_ID                      POSTGRES STATE_ID                                                         NAME PORT CONNS CREATED              EXPIRES STATUS
            aaaaaaaa0123456789abcdef01234567 17.11    cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc dev  5544 3     2020-01-01T00:00:00Z never   running
            """);
  }

  @Test
  void showsStatesAsATree() {
    api.json(
        "GET /v1/states",
        200,
        "["
            + state("r", "", "base")
            + ","
            + state("a", "r", "-f a")
            + ","
            + state("b", "r", "-f b")
            + ","
            + state("a1", "a", "-f a1")
            + "]");
    assertThat(run("ls", "-s", "--quiet", "--no-header")).isZero();
    assertThat(out().lines().map(line -> line.split(" 17", 2)[0].stripTrailing()))
        .containsExactly("r", "+a", "|`a1", "`b");
  }

  @Test
  void showsWhatAStateHasBeyondItsParentOnceThatIsMeasured() {
    String measured =
        state("r", "", "base")
            .replace("\"size_bytes\":1", "\"size_bytes\":40000000,\"own_bytes\":2048");
    api.json("GET /v1/states", 200, "[" + measured + "," + state("a", "r", "-f a") + "]");
    assertThat(run("ls", "-s", "--quiet")).isZero();
    List<String> lines = out().lines().toList();
    int own = lines.getFirst().indexOf("OWN");
    assertThat(lines.get(1).substring(own)).startsWith(Times.size(2048) + " ");
    assertThat(lines.get(2).substring(own)).startsWith("- ");
  }

  @Test
  void cutsArgumentsInTheMiddleToFitTheTerminal() {
    api.json("GET /v1/states", 200, "[" + state("r", "", "x".repeat(50) + "end") + "]");
    isTerminal = true;
    columns = 60;
    run("ls", "-s", "--quiet", "--no-header");
    assertThat(out()).contains("xxxxxx ... xxend ").doesNotContain("x".repeat(20));
    run("ls", "-s", "--wide");
    assertThat(out()).contains("x".repeat(50) + "end");
  }

  @Test
  void listsAsJsonOnlyWhatWasSelected() {
    api.json("GET /v1/tasks?job=01234567", 200, "[{\"task_id\":\"plan\"}]");
    assertThat(run("--output=json", "ls", "-t", "--job", "01234567")).isZero();
    assertThat(out()).isEqualTo("{\"tasks\":[{\"task_id\":\"plan\"}]}\n");
    assertThat(run("ls", "--state", "xyz")).isEqualTo(2);
  }

  @Test
  void tellsTheKindsApart() {
    api.json("GET /v1/states", 200, "[" + state("p", "", "-f a") + "," + changeset("l") + "]");
    assertThat(run("ls", "-s", "--kind", "lb", "--quiet", "--no-header")).isZero();
    assertThat(out()).startsWith("l 17.11 lb a.xml::1::ann ").hasLineCount(1);
  }

  @Test
  void removesWhatTheReferenceMeans() {
    api.json("GET /v1/states", 200, "[{\"state_id\":\"" + STATE + "\"}]")
        .json("GET /v1/instances", 200, "[]")
        .json("GET /v1/prepare-jobs", 200, "[]");
    api.json(
        "DELETE /v1/states/" + STATE + "?recurse=true",
        200,
        "{\"dry_run\":false,\"outcome\":\"deleted\",\"root\":" + ROOT.formatted("") + "}");
    assertThat(run("rm", "-r", "CCCCCCCC")).isZero();
    assertThat(out())
        .isEqualTo("state cccccccccccc deleted\n  instance aaaaaaaa0123 deleted (connections=2)\n");
    api.json(
        "DELETE /v1/states/" + STATE,
        409,
        "{\"dry_run\":false,\"outcome\":\"blocked\",\"root\":"
            + ROOT.formatted(",\"blocked\":\"active_connections\"")
            + "}");
    assertThat(run("rm", "cccccccc")).isEqualTo(4);
    assertThat(out())
        .isEqualTo(
            "state cccccccccccc kept\n"
                + "  instance aaaaaaaa0123 blocked (active_connections) (connections=2)\n");
  }

  @Test
  void aBlockedRemovalSaysWhoIsConnected() {
    api.json("GET /v1/states", 200, "[]")
        .json("GET /v1/instances", 200, "[{\"instance_id\":\"" + INSTANCE + "\"}]")
        .json("GET /v1/prepare-jobs", 200, "[]");
    api.json(
        "DELETE /v1/instances/" + INSTANCE,
        409,
        "{\"dry_run\":false,\"outcome\":\"blocked\",\"root\":{\"kind\":\"instance\",\"id\":\""
            + INSTANCE
            + "\",\"connections\":1,\"blocked\":\"active_connections\",\"clients\":[{\"role\":\"app\",\"database\":\"shop\",\"application\":\"DBeaver\",\"state\":\"idle"
            + " in transaction\"}]}}");
    assertThat(run("rm", "aaaaaaaa")).isEqualTo(4);
    assertThat(out())
        .isEqualTo(
            """
            instance aaaaaaaa0123 blocked (active_connections) (connections=1)
              session of app on shop, DBeaver, idle in transaction
            """);
    assertThat(err()).isEqualTo("hint: --force deletes it and ends these sessions.\n");
  }

  @Test
  void extendsAnInstanceAndSaysWhenItEnds() {
    api.json(
        "POST /v1/instances/dev/extend",
        200,
        "{\"instance_id\":\"" + INSTANCE + "\",\"expires_at\":\"2999-01-01T00:00:00.5Z\"}");
    assertThat(run("extend", "dev", "--ttl", "7d")).isZero();
    assertThat(out())
        .startsWith("instance aaaaaaaa0123 expires in ")
        .endsWith(", at 2999-01-01T00:00:00Z\n");
    assertThat(api.requests.getLast()).contains("{\"ttl_millis\":604800000}");
    assertThat(run("extend", "dev", "--ttl", "soon")).isEqualTo(2);
    assertThat(err()).contains("--ttl is a time such as 90s");
  }

  @Test
  void removesNothingWhenNothingOrTooMuchMatches() {
    assertThat(run("rm", "nosuch")).isZero();
    assertThat(err()).isEqualTo("warning: nothing matches 'nosuch'\n");
    api.json("GET /v1/states", 200, "[{\"state_id\":\"" + STATE + "\"}]")
        .json("GET /v1/instances", 200, "[{\"instance_id\":\"cccccccc1\"}]");
    assertThat(run("rm", "cccccccc")).isEqualTo(2);
    assertThat(err()).startsWith("error[ambiguous_reference]: 'cccccccc' matches 2 things.");
    assertThat(api.requests).noneMatch(request -> request.startsWith("DELETE"));
  }

  @Test
  void removesAName() {
    api.json("GET /v1/names/dev", 200, "{\"name\":\"dev\"}");
    api.json(
        "DELETE /v1/names/dev?dry_run=true",
        200,
        "{\"dry_run\":true,\"outcome\":\"would_delete\",\"root\":{\"kind\":\"name\",\"id\":\"dev\"}}");
    assertThat(run("rm", "--dry-run", "dev")).isZero();
    assertThat(out()).isEqualTo("name dev would delete\n");
  }

  @Test
  void startsAndStopsInstances() {
    api.json(
        "POST /v1/instances/dev/start",
        200,
        "{\"instance_id\":\"" + INSTANCE + "\",\"status\":\"running\",\"dsn\":\"postgresql://x\"}");
    api.json(
        "POST /v1/instances/dev/stop",
        200,
        "{\"instance_id\":\"" + INSTANCE + "\",\"status\":\"stopped\"}");
    assertThat(run("start", "dev")).isZero();
    assertThat(out()).isEqualTo("DSN=postgresql://x\n");
    assertThat(run("stop", "dev")).isZero();
    assertThat(out()).isEqualTo("instance aaaaaaaa0123 stopped\n");
    assertThat(run("stop", "other")).isEqualTo(1);
    assertThat(err()).startsWith("error[not_found]");
  }

  @Test
  void readsAndChangesTheServersConfiguration() {
    api.json(
        "GET /v1/config?path=log.level&effective=true",
        200,
        "{\"path\":\"log.level\",\"value\":\"info\"}");
    api.json("PATCH /v1/config", 200, "{\"path\":\"log.level\",\"value\":{\"a\":1}}");
    assertThat(run("config", "get", "--effective", "log.level")).isZero();
    assertThat(out()).isEqualTo("info\n");
    assertThat(run("config", "set", "log.level=debug")).isZero();
    assertThat(body("PATCH /v1/config")).isEqualTo("{\"path\":\"log.level\",\"value\":\"debug\"}");
    assertThat(out()).isEqualTo("{\"a\":1}\n");
    assertThat(run("config", "rm", "log.level")).isEqualTo(1);
    assertThat(run("config")).isEqualTo(2);
    assertThat(err()).contains("config get, config set, config rm, config schema");
  }

  @Test
  void asksForATokenAndPrintsItsDsn() {
    api.json(
        "POST /v1/instances/dev/tokens",
        200,
        "{\"dsn\":\"postgresql://app~token:t@x\",\"expires_at\":\"2030-01-01T00:00:00Z\"}");
    assertThat(run("token", "dev", "--access", "rw", "--role", "app", "--ttl", "8h")).isZero();
    assertThat(out()).isEqualTo("DSN=postgresql://app~token:t@x\n");
    assertThat(api.requests)
        .contains(
            "POST /v1/instances/dev/tokens"
                + " {\"ttl_millis\":28800000,\"access\":\"rw\",\"role\":\"app\"}");
  }

  @Test
  void printsTheDirectDsnWhereThatIsWanted() {
    api.json(
        "POST /v1/instances/dev/start",
        200,
        "{\"dsn\":\"postgresql://gateway\",\"direct_dsn\":\"postgresql://direct\"}");
    assertThat(run("start", "dev", "--direct")).isZero();
    assertThat(out()).isEqualTo("DSN=postgresql://direct\n");
  }

  @Test
  void showsTheStatus() {
    api.json(
        "GET /v1/status",
        200,
        "{\"backend\":{\"name\":\"reflink\",\"reason\":\"XFS\"},\"postgres\":{\"version\":\"17.11\",\"home\":\"/p\"},\"state_count\":3,\"states_bytes\":2048}");
    assertThat(run("status")).isZero();
    assertThat(out())
        .contains(
            "status: running\n",
            "snapshotBackend: reflink: XFS\n",
            "postgres: 17.11 /p\n",
            "cache.usageBytes: 2048 (2.0 KiB)\n");
    assertThat(run("--output", "json", "status")).isZero();
    assertThat(out()).contains("\"running\":true", "\"state_count\":3");
  }

  private static String changeset(String id) {
    return state(id, "", "a.xml::1::ann").replace("psql", "lb");
  }

  private static String state(String id, String parent, String label) {
    return "{\"state_id\":\"%s\",\"parent_state_id\":\"%s\",\"label\":\"%s\",\"kind\":\"psql\",\"postgres_version\":\"17.11\",\"created_at\":\"2020-01-01T00:00:00Z\",\"size_bytes\":1,\"refcount\":0}"
        .formatted(id, parent, label);
  }
}
