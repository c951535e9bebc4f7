package io.taidon.cli.command;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/**
 * The parsed arguments of a command.
 *
 * @param tool the arguments that belong to the tool, as the user wrote them
 */
public record Arguments(ParseResult parsed, List<String> tool) {

  public boolean flag(String option) {
    return parsed.hasMatchedOption(option);
  }

  public Optional<String> value(String option) {
    return parsed.hasMatchedOption(option)
        ? Optional.of(String.valueOf((Object) parsed.matchedOptionValue(option, "")))
        : Optional.empty();
  }

  public Optional<Integer> number(String option) {
    return value(option).map(Integer::valueOf);
  }

  public Optional<String> positional(int index) {
    return parsed.hasMatchedPositional(index)
        ? Optional.of(String.valueOf((Object) parsed.matchedPositionalValue(index, "")))
        : Optional.empty();
  }
}
