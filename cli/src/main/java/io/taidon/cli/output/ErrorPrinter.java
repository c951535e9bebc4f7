package io.taidon.cli.output;

import io.taidon.cli.CliException;
import io.taidon.cli.client.Json;
import java.io.PrintStream;
import java.util.Map;

/** Says what went wrong: a sentence, the place, the remedy; or one JSON object. */
public final class ErrorPrinter {
  private ErrorPrinter() {}

  public static void human(PrintStream err, CliException failure) {
    err.println("error[" + failure.code() + "]: " + failure.sentence());
    for (Map.Entry<String, String> detail : failure.details().entrySet()) {
      String indented = detail.getValue().strip().replace("\n", "\n    ");
      String gap = indented.contains("\n") ? ":\n    " : ": ";
      err.println("  " + detail.getKey() + gap + indented);
    }
    failure.remedy().ifPresent(remedy -> err.println("  hint: " + remedy));
  }

  public static void json(PrintStream err, CliException failure) {
    Json error = Json.object().with("code", failure.code()).with("message", failure.sentence());
    if (!failure.details().isEmpty()) {
      Json details = Json.object();
      for (Map.Entry<String, String> detail : failure.details().entrySet()) {
        details = details.with(detail.getKey(), detail.getValue());
      }
      error = error.with("details", details);
    }
    err.println(error.with("remedy", failure.remedy()));
  }
}
