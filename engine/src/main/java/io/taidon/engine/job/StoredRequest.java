package io.taidon.engine.job;

import io.taidon.engine.PrepareRequest;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A request as it is kept with its job, for people to read. Standard input is not kept here: it may
 * be large.
 */
record StoredRequest(String argsNormalized, String workDir, String workspace) {

  static StoredRequest of(PrepareRequest request) {
    return new StoredRequest(
        normalize(request.args()), request.workDir().toString(), request.workspace().toString());
  }

  /** The arguments as one line that a shell would read back. */
  static String normalize(List<String> args) {
    return args.stream().map(StoredRequest::quote).collect(Collectors.joining(" "));
  }

  private static String quote(String arg) {
    String oneLine = arg.replaceAll("\\s+", " ");
    return oneLine.matches("[A-Za-z0-9_@%+=:,./-]+")
        ? oneLine
        : "'" + oneLine.replace("'", "'\\''") + "'";
  }
}
