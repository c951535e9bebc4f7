package io.taidon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CacheExplainTest extends CommandLineFixture {
  private static final String ROUTE = "POST /v1/cache/explain";
  private static final String MISS =
      """
      {"decision":"miss","reason_code":"include_changed","sentence":"Step 2 (-f b.sql) must run: included script c.sql changed.",\
      "prepare":{"kind":"psql","args_normalized":"-f a.sql -f b.sql","postgres_version":"17.11","postgres_home":"/opt/pg"},\
      "cache":{"state_id":"ffff","matched_state_id":"aaaa","base_state_id":"0000","steps_cached":1,"steps_total":2},\
      "miss":{"step":2,"label":"-f b.sql","state_id":"ffff"},\
      "changes":[{"step":2,"label":"-f b.sql","kind":"edited","parts":[{"kind":"include","name":"c.sql","change":"changed"},\
      {"kind":"single_transaction","change":"changed","before":"off","after":"on"}]}],\
      "relative":{"state_id":"0123456789abcdef","label":"-f b.sql","shared_steps":1,"lost":{"reason":"expired","because":"x","at":"2026-11-27T12:00:00Z"},"at":"2026-11-27T12:00:00Z"},\
      "rebuild":{"steps_to_run":1,"initdb":false,"millis":1234,"steps_measured":0,"steps_estimated":1,"steps_unknown":0},\
      "inputs":[{"path":"a.sql","hash":"1111"},{"path":"b.sql","hash":"2222"}]}\
      """;

  @Test
  void saysWhyLineByLine() {
    api.json(ROUTE, 200, MISS);

    assertThat(run("cache", "explain", "prepare:psql", "-f", "a.sql", "-f", "b.sql")).isZero();

    assertThat(out())
        .isEqualTo(
            """
            decision: miss
            reasonCode: include_changed
            reason: Step 2 (-f b.sql) must run: included script c.sql changed.
            change[0]: step 2 edited  -f b.sql; include c.sql changed; single_transaction changed (off -> on)
            relative: 0123456789ab -f b.sql, shares 1 steps, gone since 2026-11-27T12:00:00Z
            rebuild: 1 steps to run, 1.2s when they were measured
            prepare.kind: psql
            prepare.args: -f a.sql -f b.sql
            prepare.postgres: 17.11
            cache.stateId: ffff
            cache.matchedStateId: aaaa
            cache.steps: 1 of 2
            input.count: 2
            input[0]: a.sql 1111
            input[1]: b.sql 2222
            """);
    assertThat(body(ROUTE))
        .contains("\"psql_args\":[\"-f\",\"a.sql\",\"-f\",\"b.sql\"]", "\"plan_only\":true");
  }

  @Test
  void jsonIsTheAnswerOfTheServer() {
    api.json(ROUTE, 200, MISS);

    assertThat(run("--output", "json", "cache", "explain", "prepare:psql", "-f", "a.sql")).isZero();

    assertThat(out()).isEqualTo(MISS.strip() + "\n");
  }

  @Test
  void readsStandardInputAndChangelogsAsAPrepareDoes() {
    api.json(ROUTE, 200, MISS);
    stdin("select 1;");

    assertThat(run("cache", "explain", "prepare:psql", "-f", "-")).isZero();
    assertThat(body(ROUTE)).contains("\"stdin\":\"select 1;\"");

    api.requests.clear();
    assertThat(run("cache", "explain", "prepare:lb", "--checkpoint", "5", "update", "--tag", "v1"))
        .isZero();
    assertThat(body(ROUTE))
        .contains("\"liquibase_args\":[\"update\",\"--tag\",\"v1\"]", "\"checkpoint\":5");
  }

  @Test
  void aMissingKindIsSaid() {
    assertThat(run("cache", "explain", "-f", "a.sql")).isEqualTo(2);
    assertThat(err()).contains("cache explain prepare:psql");
  }
}
