package io.taidon.cli.command;

import io.taidon.cli.CliException;
import io.taidon.cli.ExitCodes;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Prints a completion script. picocli's own generator does not know commands with a colon, at which
 * bash breaks words.
 */
final class CompletionCommand implements Command {

  @Override
  public CommandSpec spec() {
    return Specs.command("completion", "bash|zsh|fish", "Print a completion script for a shell.")
        .positional(0, "SHELL", true, "bash, zsh or fish.")
        .example("source <(sqlrs completion bash)")
        .example("sqlrs completion zsh > ~/.zfunc/_sqlrs")
        .example("sqlrs completion fish > ~/.config/fish/completions/sqlrs.fish")
        .usualExits()
        .build();
  }

  @Override
  public int run(Arguments arguments, Session session) {
    String shell = arguments.positional(0).orElse("");
    session
        .out()
        .print(
            switch (shell) {
              case "bash" -> bash();
              case "zsh" ->
                  "#compdef sqlrs\nautoload -U +X bashcompinit && bashcompinit\n" + bash();
              case "fish" -> fish();
              default ->
                  throw CliException.usage("There is no completion for '" + shell + "'.")
                      .remedy("Write bash, zsh or fish.");
            });
    return ExitCodes.OK;
  }

  private static String bash() {
    StringBuilder cases = new StringBuilder();
    for (String verb : verbs()) {
      cases.append("      ").append(verb).append(") list=\"").append(String.join(" ", after(verb)));
      cases.append("\" ;;\n");
    }
    return """
    _sqlrs() {
      local line="${COMP_LINE:0:COMP_POINT}" cur verb="" word list
      local -a words
      read -ra words <<< "$line"
      case "$line" in *' ') cur="" ;; *) cur="${words[${#words[@]}-1]}" ;; esac
      for word in "${words[@]:1}"; do
        case " %s " in *" $word "*) verb="$word"; [ "$word" = "$cur" ] || break ;; esac
      done
      [ "$verb" = "$cur" ] && verb=""
      if [ -z "$verb" ]; then
        list="%s %s"
      else
        case "$verb" in
    %s    esac
      fi
      COMPREPLY=($(compgen -W "$list" -- "$cur"))
      if [ ${#COMPREPLY[@]} -eq 0 ]; then
        COMPREPLY=($(compgen -f -- "$cur"))
      fi
      case "$COMP_WORDBREAKS" in
        *:*) COMPREPLY=("${COMPREPLY[@]#"${cur%%"${cur##*:}"}"}") ;;
      esac
    }
    complete -o filenames -F _sqlrs sqlrs
    """
        .formatted(
            String.join(" ", verbs()),
            String.join(" ", verbs()),
            String.join(" ", options(Commands.globals())),
            cases);
  }

  private static String fish() {
    StringBuilder script = new StringBuilder("complete -c sqlrs -f\n");
    for (String verb : verbs()) {
      script.append("complete -c sqlrs -n __fish_use_subcommand -a '").append(verb).append("'\n");
      String seen = "complete -c sqlrs -n '__fish_seen_subcommand_from " + verb + "' ";
      for (String word : after(verb)) {
        script.append(seen);
        script.append(word.startsWith("--") ? "-l " + word.substring(2) : "-a '" + word + "'");
        script.append('\n');
      }
      script.append(seen).append("-F\n");
    }
    return script.toString();
  }

  private static List<String> verbs() {
    return Commands.names().stream().map(name -> name.split(" ")[0]).distinct().toList();
  }

  /** What may follow a verb: its actions and long options. */
  private static List<String> after(String verb) {
    List<String> words = new ArrayList<>();
    for (String name : Commands.names()) {
      if (name.equals(verb) || name.startsWith(verb + " ")) {
        if (!name.equals(verb)) {
          words.add(name.substring(verb.length() + 1));
        }
        words.addAll(options(Commands.spec(name)));
      }
    }
    if (verb.equals("completion")) {
      words.addAll(List.of("bash", "zsh", "fish"));
    }
    return words.stream().distinct().toList();
  }

  private static List<String> options(CommandSpec spec) {
    return spec.options().stream().map(OptionSpec::longestName).toList();
  }
}
