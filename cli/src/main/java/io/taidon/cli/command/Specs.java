package io.taidon.cli.command;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Builds picocli's model of a command, with help in our form. */
final class Specs {
  private final CommandSpec spec = CommandSpec.create();
  private final List<String> examples = new ArrayList<>();
  private final List<String> exitCodes = new ArrayList<>();
  private boolean hasHelp;

  private Specs(String name, String synopsis, String summary) {
    spec.name(name);
    spec.usageMessage()
        .autoWidth(false)
        .width(100)
        .sortOptions(false)
        .customSynopsis(("sqlrs " + (name.isEmpty() ? "" : name + " ") + synopsis).strip())
        .description(summary)
        .descriptionHeading("%n")
        .optionListHeading("%nOptions:%n")
        .parameterListHeading("%nParameters:%n");
  }

  static Specs command(String name, String synopsis, String summary) {
    return new Specs(name, synopsis, summary);
  }

  Specs flag(String names, String description) {
    return option(names, "", Boolean.class, "0", description);
  }

  Specs text(String name, String label, String description) {
    return option(name, label, String.class, "1", description);
  }

  Specs number(String name, String label, String description) {
    return option(name, label, Integer.class, "1", description);
  }

  private Specs option(
      String names, String label, Class<?> type, String arity, String description) {
    OptionSpec.Builder option =
        OptionSpec.builder(names.split(",")).type(type).arity(arity).description(description);
    spec.addOption(label.isEmpty() ? option.build() : option.paramLabel(label).build());
    return this;
  }

  Specs positional(int index, String label, boolean isRequired, String description) {
    spec.addPositional(
        PositionalParamSpec.builder()
            .index(String.valueOf(index))
            .type(String.class)
            .arity(isRequired ? "1" : "0..1")
            .paramLabel(label)
            .description(description)
            .build());
    return this;
  }

  Specs example(String commandLine) {
    examples.add("  " + commandLine);
    return this;
  }

  Specs exit(int code, String meaning) {
    exitCodes.add("  " + code + "  " + meaning);
    return this;
  }

  /** The exit codes of a command that has no others. */
  Specs usualExits() {
    return exit(0, "done").exit(1, "the engine failed").exit(2, "wrong usage");
  }

  /** The same without {@code -h}, which is an option of the tool. */
  Specs onlyLongHelp() {
    hasHelp = true;
    return help("--help");
  }

  private Specs help(String... names) {
    spec.addOption(
        OptionSpec.builder(names)
            .type(Boolean.class)
            .arity("0")
            .usageHelp(true)
            .description("Print this help.")
            .build());
    return this;
  }

  CommandSpec build() {
    if (!hasHelp) {
      help("-h", "--help");
    }
    List<String> footer = new ArrayList<>(List.of("", "Examples:"));
    footer.addAll(examples);
    footer.addAll(List.of("", "Exit codes:"));
    footer.addAll(exitCodes);
    spec.usageMessage()
        .footer(footer.stream().map(line -> line.replace("%", "%%")).toArray(String[]::new));
    return spec;
  }
}
