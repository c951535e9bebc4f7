package io.taidon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.cli.command.Boundary;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoundaryTest {

  @ParameterizedTest
  @CsvSource({
    "prepare:psql -f a.sql run:psql -c x, 3",
    "prepare:psql -- -f a.sql run:psql -- -c x, 4",
    "prepare:psql -f run:psql run:pgbench, 3",
    "prepare:psql -Xf run:psql, -1",
    "prepare:psql --file run:psql, -1",
    "prepare:psql --file=a run:psql, 2",
    "prepare:psql --image run:psql, -1",
    "prepare:psql --name run:psql, -1",
    "prepare:psql -c run:psql, -1",
    "prepare:psql -f a run: x, -1",
    "prepare:psql -f a run, -1",
    "prepare:psql -f a run -c x, -1",
    "prepare:psql -f a run smoke, 3",
    "prepare:psql -f a run --instance x, 3",
    "prepare:psql -f run smoke, -1",
    "prepare:psql -1 run:psql, 2",
    "prepare:psql run:psql, 1",
    "prepare:lb run:psql, 1",
    "prepare:lb update run:psql -- -c x, 2",
    "prepare:lb -- update --contexts test run:pgbench, 5",
    "prepare:lb --changelog-file run:psql, -1",
    "prepare:lb --changelog-file=a.xml run:psql, 2",
    "prepare:lb --searchPath run:psql, -1",
    "prepare:lb --search-path run smoke, -1",
    "prepare:lb --defaults-file run:psql run:psql, 3",
    "prepare:lb --ref run:psql, -1",
    "prepare:lb --ref-mode run:psql, -1",
    "prepare:lb --provenance-path run:psql, -1",
    "prepare:lb --checkpoint run:psql, -1",
    "prepare:lb --tag run:psql, -1",
    "prepare:lb -f run:psql, 2",
    "plan:lb update run:psql, -1",
    "ls run:psql, -1"
  })
  void findsTheRunStage(String commandLine, int index) {
    assertThat(Boundary.find(List.of(commandLine.split(" ")))).isEqualTo(index);
  }
}
