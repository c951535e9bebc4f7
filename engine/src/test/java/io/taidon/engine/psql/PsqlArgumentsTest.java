package io.taidon.engine.psql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PsqlArgumentsTest {

  @Test
  void readsEverySpellingOfAnOption() {
    PsqlArguments parsed =
        parse("-f", "a", "-fb", "--file=c", "--file", "d", "-qAtf", "e", "-qfg", "-f", "-", "-cx");

    assertThat(parsed.inputs())
        .extracting(PsqlInput::label)
        .containsExactly("-f a", "-f b", "-f c", "-f d", "-f e", "-f g", "-f -", "-c \"x\"");
    assertThat(parsed.passThrough()).containsExactly("-q", "-A", "-t", "-q");
  }

  @Test
  void variablesAndTheTransactionHoldWhereverTheyStand() {
    PsqlArguments parsed =
        parse("-v", "a=1", "-f", "x", "--set=b=2=3", "--variable", "c=", "-va=4", "-1", "-v", "b");

    assertThat(parsed.variables()).isEqualTo(Map.of("a", "4", "c", ""));
    assertThat(parsed.singleTransaction()).isTrue();
  }

  @Test
  void passesOnWhatOnlyChangesPrinting() {
    assertThat(parse("-cx", "-X", "--csv", "-F,", "--pset=null=x", "-T", "a", "-0").passThrough())
        .containsExactly("-X", "--csv", "-F", ",", "-P", "null=x", "-T", "a", "-0");
  }

  @Test
  void onErrorStopIsAlwaysOnAndNoVariable() {
    assertThat(parse("-cx", "-v", "ON_ERROR_STOP=YES", "-v", "VERBOSITY=terse").variables())
        .isEmpty();
    assertCode(ErrorCode.INVALID_ARGUMENT, "-cx", "-v", "ON_ERROR_STOP=off");
    assertCode(ErrorCode.INVALID_ARGUMENT, "-cx", "-v", "ON_ERROR_STOP=1", "-v", "ON_ERROR_STOP");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-h|x",
        "-hx",
        "-p|1",
        "-U|u",
        "-dx",
        "-W",
        "-w",
        "--host=x",
        "--port|1",
        "--username=u",
        "--dbname=x",
        "--password",
        "--no-password",
        "mydb",
        "postgres://h/d",
        "--|mydb",
        "-qhx"
      })
  void refusesConnections(String args) {
    assertCode(ErrorCode.CONNECTION_OPTION_REFUSED, ("-cx|" + args).split("\\|"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-q",
        "-o|x|-cx",
        "-L|x|-cx",
        "-s|-cx",
        "-S|-cx",
        "-l",
        "-V",
        "-?",
        "--help",
        "--nope|-cx",
        "-Z",
        "-f",
        "-f|-|-f|-",
        "-f|",
        "-v|a b=1|-cx",
        "-v|=1|-cx",
        "--quiet=1|-cx",
        "--fil=x",
        "-v|SINGLELINE=on|-cx",
        "-v|AUTOCOMMIT|-cx"
      })
  void refusesWhatAPrepareCannotUse(String args) {
    assertCode(ErrorCode.INVALID_ARGUMENT, args.split("\\|", -1));
  }

  @Test
  void noInputSaysHowToGiveOne() {
    assertThatThrownBy(() -> parse())
        .isInstanceOfSatisfying(
            TaidonException.class,
            e -> assertThat(e.remedy()).hasValueSatisfying(r -> assertThat(r).contains("-f ")));
  }

  @Test
  void labelsAreShort() {
    assertThat(new PsqlInput.Command("select\n  " + "x".repeat(100)).label())
        .isEqualTo("-c \"select " + "x".repeat(53) + "…\"");
  }

  private static PsqlArguments parse(String... args) {
    return PsqlArguments.parse(List.of(args));
  }

  private static void assertCode(ErrorCode code, String... args) {
    assertThatThrownBy(() -> parse(args))
        .isInstanceOfSatisfying(
            TaidonException.class, e -> assertThat(e.code()).as(e.sentence()).isEqualTo(code));
  }
}
