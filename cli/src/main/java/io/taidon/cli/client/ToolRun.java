package io.taidon.cli.client;

import io.taidon.cli.CliException;
import io.taidon.cli.ExitCodes;
import io.taidon.cli.Interrupts;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs a tool against an instance and passes on what it writes, as it writes it. */
public final class ToolRun {
  private final PrintStream out;
  private final PrintStream err;

  public ToolRun(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** Runs it to its end, or to Ctrl-C, which ends the tool; returns the exit code. */
  public int run(EngineClient client, Json runRequest, Interrupts interrupts) {
    NdjsonReader lines = client.stream(ApiRequest.of("POST", "/v1/runs").body(runRequest));
    AtomicBoolean interrupted = new AtomicBoolean();
    Runnable hangUp =
        () -> {
          interrupted.set(true);
          close(lines);
        };
    try (Interrupts.Registration ignored = interrupts.onInterrupt(hangUp)) {
      return follow(lines);
    } catch (IOException e) {
      if (interrupted.get()) {
        return ExitCodes.INTERRUPTED;
      }
      throw CliException.serverUnavailable("The server was lost while the tool ran.")
          .remedy("Run the same command again; `sqlrs server logs` says what happened.");
    } finally {
      close(lines);
    }
  }

  private int follow(NdjsonReader lines) throws IOException {
    lines.unlimitedSilence();
    for (Optional<Json> line = lines.next(); line.isPresent(); line = lines.next()) {
      OptionalInt exitCode = handle(line.get());
      if (exitCode.isPresent()) {
        return exitCode.getAsInt();
      }
    }
    throw new IOException("the stream ended before the tool did");
  }

  private OptionalInt handle(Json event) {
    switch (event.string("type")) {
      case "stdout" -> write(out, event);
      case "stderr" -> write(err, event);
      case "log" -> err.println(event.string("message"));
      case "exit" -> {
        return OptionalInt.of((int) event.number("exit_code").orElse(ExitCodes.FAILURE));
      }
      case "error" -> throw EngineClient.failure(event.get("error"), "The tool could not run.");
      default -> {
        // Later versions may say more.
      }
    }
    return OptionalInt.empty();
  }

  private static void write(PrintStream stream, Json event) {
    byte[] bytes =
        event
            .text("data_base64")
            .map(Base64.getDecoder()::decode)
            .orElseGet(() -> event.string("data").getBytes(StandardCharsets.UTF_8));
    stream.write(bytes, 0, bytes.length);
    stream.flush();
  }

  private static void close(NdjsonReader lines) {
    try {
      lines.close();
    } catch (IOException e) {
      // The connection is gone either way.
    }
  }
}
