package io.taidon.engine.psql;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.psql.OptionReader.Item;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a prepare is given for psql. As in psql, variables and {@code -1} hold for all inputs
 * wherever they stand.
 *
 * @param inputs in order, at least one; each is a step
 * @param variables {@code -v NAME=VALUE}, by name; without {@code ON_ERROR_STOP}, which is always
 *     on, and {@code VERBOSITY}, which changes messages only
 * @param singleTransaction whether each step is one transaction
 * @param passThrough options that change what is printed and nothing else, one word each
 */
public record PsqlArguments(
    List<PsqlInput> inputs,
    SortedMap<String, String> variables,
    boolean singleTransaction,
    List<String> passThrough) {
  private static final String EXAMPLE =
      "Give at least one, for example: -f schema.sql -c \"select 1\".";

  /** Below Linux's limit of 128 KiB for one argument. */
  private static final int MAX_COMMAND_BYTES = 100_000;

  private static final Pattern VARIABLE_NAME = Pattern.compile("[A-Za-z0-9_\\x{80}-\\x{10FFFF}]+");
  private static final Set<String> ON = Set.of("on", "1", "true", "yes");

  public PsqlArguments {
    inputs = List.copyOf(inputs);
    variables = Collections.unmodifiableSortedMap(new TreeMap<>(variables));
    passThrough = List.copyOf(passThrough);
  }

  /**
   * Reads a psql command line.
   *
   * @throws TaidonException INVALID_ARGUMENT, or CONNECTION_OPTION_REFUSED for what chooses a
   *     server, user or database
   */
  public static PsqlArguments parse(List<String> args) {
    Parser parser = new Parser();
    for (Item item : OptionReader.read(args)) {
      switch (item) {
        case Item.Option option -> parser.option(option);
        case Item.Positional positional -> throw connection("\"" + positional.word() + "\"");
      }
    }
    return parser.finish();
  }

  static TaidonException connection(String what) {
    return TaidonException.of(
            ErrorCode.CONNECTION_OPTION_REFUSED,
            what + " chooses a connection, and Taidon does that itself.")
        .remedy("Leave it out. A script can use \\connect to change the database.");
  }

  private static TaidonException invalid(String sentence) {
    return TaidonException.of(ErrorCode.INVALID_ARGUMENT, sentence);
  }

  private static final class Parser {
    private final List<PsqlInput> inputs = new ArrayList<>();
    private final SortedMap<String, String> variables = new TreeMap<>();
    private final List<String> passThrough = new ArrayList<>();
    private boolean singleTransaction;

    void option(Item.Option given) {
      PsqlOption option = given.option();
      switch (option.use()) {
        case FILE -> inputs.add(file(given));
        case COMMAND -> inputs.add(command(given));
        case VARIABLE -> variable(noNul(given.value(), given.spelling()));
        case SINGLE_TRANSACTION -> singleTransaction = true;
        case PASSED_ON -> passOn(given);
        case CONNECTION -> throw connection(given.spelling());
        case REFUSED ->
            throw invalid(given.spelling() + " is not for a prepare: " + option.reason() + ".");
      }
    }

    private PsqlInput file(Item.Option given) {
      String path = noNul(given.value(), given.spelling());
      if (path.isEmpty()) {
        throw invalid(given.spelling() + " needs a file name, or - for standard input.");
      }
      if (!path.equals("-")) {
        return new PsqlInput.Script(path);
      }
      if (inputs.contains(new PsqlInput.Stdin())) {
        throw invalid("Standard input (-f -) can be read only once.");
      }
      return new PsqlInput.Stdin();
    }

    private static PsqlInput command(Item.Option given) {
      String text = noNul(given.value(), given.spelling());
      if (text.getBytes(StandardCharsets.UTF_8).length > MAX_COMMAND_BYTES) {
        throw invalid(given.spelling() + " holds more than 100 kB: put the command into a file.");
      }
      return new PsqlInput.Command(text);
    }

    private void passOn(Item.Option given) {
      String letter = given.option().letter();
      passThrough.add(letter.startsWith("--") ? letter : "-" + letter);
      if (given.option().takesValue()) {
        passThrough.add(noNul(given.value(), given.spelling()));
      }
    }

    private void variable(String assignment) {
      int equals = assignment.indexOf('=');
      String name = equals < 0 ? assignment : assignment.substring(0, equals);
      if (!VARIABLE_NAME.matcher(name).matches()) {
        throw invalid("\"" + name + "\" is not a psql variable name (in -v " + assignment + ").");
      }
      if (name.equals("ON_ERROR_STOP")) {
        requireOn(equals < 0 ? "" : assignment.substring(equals + 1));
      } else if (name.equals("SINGLELINE") || name.equals("SINGLESTEP")) {
        throw invalid(name + " cannot be set for a prepare: it changes how psql reads a script.");
      } else if (equals >= 0) {
        if (!name.equals("VERBOSITY")) {
          variables.put(name, assignment.substring(equals + 1));
        }
      } else if (PsqlVariables.isSpecial(name)) {
        throw invalid("-v " + name + " needs a value, as in -v " + name + "=off.");
      } else {
        variables.remove(name);
      }
    }

    private static void requireOn(String value) {
      if (!ON.contains(value.toLowerCase(Locale.ROOT))) {
        throw invalid(
            "ON_ERROR_STOP is always on in a prepare, so it cannot be set to \"" + value + "\".");
      }
    }

    private static String noNul(String value, String spelling) {
      if (value.indexOf('\0') >= 0) {
        throw invalid("The value of " + spelling + " holds a NUL character.");
      }
      return value;
    }

    PsqlArguments finish() {
      if (inputs.isEmpty()) {
        throw invalid("psql was given no script (-f) and no command (-c) to run.").remedy(EXAMPLE);
      }
      return new PsqlArguments(inputs, variables, singleTransaction, passThrough);
    }
  }
}
