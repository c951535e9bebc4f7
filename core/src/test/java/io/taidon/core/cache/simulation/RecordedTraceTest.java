package io.taidon.core.cache.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.core.cache.simulation.RecordedTrace.Request;
import io.taidon.core.cache.simulation.RecordedTrace.State;
import io.taidon.core.cache.simulation.Trace.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordedTraceTest {
  private static final String SHOP =
      """
      # taidon cache trace 1
      # name: shop
      # meaning: two branches of a shop
      # recorded: today
      s,base,,900,30000000
      s,a,base,40,500000
      s,b,a,50,600000
      s,c,a,60,700000
      r,0,b
      r,10,c
      r,10,b
      """;

  @TempDir Path directory;

  @Test
  void requests_carry_the_whole_chain_of_their_state() throws IOException {
    Trace trace = read(SHOP).trace();

    assertThat(trace.name()).isEqualTo("shop");
    assertThat(trace.meaning()).isEqualTo("two branches of a shop");
    assertThat(trace.distinctBytes()).isEqualTo(31_800_000);
    assertThat(trace.requests()).extracting(Trace.Request::atSeconds).containsExactly(0L, 10L, 10L);
    assertThat(trace.requests())
        .extracting(request -> request.chain().stream().map(Step::buildMillis).toList())
        .containsExactly(List.of(900L, 40L, 50L), List.of(900L, 40L, 60L), List.of(900L, 40L, 50L));
  }

  @Test
  void branches_share_the_states_before_they_part() throws IOException {
    List<Trace.Request> requests = read(SHOP).trace().requests();

    assertThat(requests.get(0).chain().subList(0, 2))
        .isEqualTo(requests.get(1).chain().subList(0, 2));
    assertThat(requests.get(0).chain().getLast()).isNotEqualTo(requests.get(1).chain().getLast());
    assertThat(requests.get(2).chain()).isEqualTo(requests.get(0).chain());
  }

  @ParameterizedTest
  @CsvSource({"shop.trace", "shop.trace.gz"})
  void what_was_written_reads_the_same(String name) throws IOException {
    RecordedTrace trace =
        new RecordedTrace(
            "shop",
            "two requests",
            List.of("recorded: today"),
            List.of(
                new State("0", Optional.empty(), 900, 30_000_000),
                new State("1", Optional.of("0"), 40, 500_000)),
            List.of(new Request(0, "1"), new Request(7, "0")));
    Path file = directory.resolve(name);

    trace.write(file);

    assertThat(RecordedTrace.of(file)).isEqualTo(trace);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s,a,base,40,500000   | s,a,gone,40,500000  | line 6: no such parent before",
        "s,b,a,50,600000      | s,a,a,50,600000     | line 7: the id is not new",
        "s,b,a,50,600000      | s,b,a,50            | line 7: s,ID,PARENT,MILLIS,BYTES is wanted",
        "s,b,a,50,600000      | s,b,a,-5,600000     | line 7: not a whole number: -5",
        "r,0,b                | r,0,z               | line 9: no such state before",
        "r,0,b                | r,11,b              | line 10: time goes backwards",
        "r,0,b                | x,0,b               | line 9: a line begins with s, r or #",
        "# taidon cache trace 1 | # something else   | line 1: the first line must be",
      })
  void a_line_that_cannot_be_replayed_is_named(String good, String bad, String message) {
    assertThatThrownBy(() -> read(SHOP.replace(good, bad)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void a_trace_without_requests_is_refused() {
    assertThatThrownBy(() -> read(SHOP.substring(0, SHOP.indexOf("r,0"))))
        .hasMessageContaining("there is no request");
  }

  private RecordedTrace read(String text) throws IOException {
    Path file = Files.writeString(directory.resolve("read.trace"), text);
    return RecordedTrace.of(file);
  }
}
