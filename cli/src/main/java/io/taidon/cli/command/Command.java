package io.taidon.cli.command;

import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/** One command: what it takes, and what it does with it. */
public interface Command {

  /**
   * Options, positional parameters and help. Built in code, without annotations: reading those by
   * reflection costs 50 ms at every start.
   */
  CommandSpec spec();

  /** Does it; returns the exit code. */
  int run(Arguments arguments, Session session) throws IOException, InterruptedException;

  /** The tool that arguments unknown to {@link #spec} belong to, if any may be given. */
  default ToolSyntax tool() {
    return ToolSyntax.NONE;
  }
}
