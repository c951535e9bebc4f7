package io.taidon.cli.command;

import io.taidon.cli.CliException;
import io.taidon.cli.Interrupts;
import io.taidon.cli.Streams;
import io.taidon.cli.client.Endpoint;
import io.taidon.cli.client.EngineClient;
import io.taidon.cli.client.Transport;
import io.taidon.cli.config.Config;
import io.taidon.cli.config.Durations;
import io.taidon.cli.config.Workspace;
import io.taidon.cli.server.LocalServer;
import io.taidon.cli.server.ServerSettings;
import io.taidon.cli.server.StoreLocation;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one run of {@code sqlrs} works with; made when it is first needed. */
public final class Session {
  private static final int MAX_STDIN_BYTES = 64 << 20;

  private final Arguments globals;
  private final Streams streams;
  private final Map<String, String> environment;
  private final Path cwd;
  private final Interrupts interrupts;
  private @Nullable Workspace workspace;
  private @Nullable Config config;

  public Session(
      Arguments globals,
      Streams streams,
      Map<String, String> environment,
      Path cwd,
      Interrupts interrupts) {
    this.globals = globals;
    this.streams = streams;
    this.environment = environment;
    this.cwd = cwd;
    this.interrupts = interrupts;
  }

  public Streams streams() {
    return streams;
  }

  public PrintStream out() {
    return streams.out();
  }

  public PrintStream err() {
    return streams.err();
  }

  public Path cwd() {
    return cwd;
  }

  public Interrupts interrupts() {
    return interrupts;
  }

  public boolean isVerbose() {
    return globals.flag("--verbose");
  }

  /** Says something on standard error that only the curious want to know. */
  public void note(String line) {
    if (isVerbose()) {
      err().println(line);
      err().flush();
    }
  }

  /** Whether output is JSON. */
  public boolean isJson() {
    Optional<String> flag = globals.value("--output");
    String format = flag.orElseGet(() -> config().get("client.output").orElse("human"));
    return switch (format) {
      case "json" -> true;
      case "human" -> false;
      default -> {
        if (flag.isPresent()) {
          throw CliException.usage("--output is human or json, not '" + format + "'.");
        }
        throw config().invalid("client.output", format, "human or json");
      }
    };
  }

  /** Whether the files read so far ask for JSON. */
  boolean isConfiguredJson() {
    return config != null && "json".equals(config.get("client.output").orElse(""));
  }

  /** Whether the command line asks for JSON, whatever the files say. */
  boolean isJsonByFlag() {
    return globals.value("--output").equals(Optional.of("json"));
  }

  public Workspace workspace() {
    Workspace known = workspace;
    if (known == null) {
      known =
          globals
              .value("--workspace")
              .map(path -> Workspace.at(cwd.resolve(path).normalize()))
              .orElseGet(() -> Workspace.around(cwd));
      workspace = known;
    }
    return known;
  }

  /** The {@code --workspace} that was given before the verb. */
  public Optional<String> workspaceOption() {
    return globals.value("--workspace");
  }

  public Config config() {
    Config known = config;
    if (known == null) {
      known = Config.load(workspace(), environment);
      known.warnings().forEach(warning -> err().println("warning: " + warning));
      config = known;
    }
    return known;
  }

  public Path store() {
    return StoreLocation.find(
        globals.value("--store").map(Path::of),
        config().path("engine.storePath"),
        environment,
        cwd);
  }

  /** The endpoint that the user named, which is never started by us. */
  public Optional<Endpoint> explicitEndpoint() {
    return globals
        .value("--endpoint")
        .filter(text -> !text.equals("auto"))
        .map(text -> Endpoint.parse(text, environment.getOrDefault("SQLRS_TOKEN", "")));
  }

  public LocalServer localServer() {
    return new LocalServer(serverSettings(), this::note);
  }

  public EngineClient engine() {
    Transport transport =
        explicitEndpoint()
            .map(endpoint -> Transport.to(endpoint, timeout()))
            .orElseGet(this::localServer);
    return new EngineClient(transport);
  }

  public ServerSettings serverSettings() {
    return new ServerSettings(
        store(),
        Optional.ofNullable(System.getProperty("sqlrs.home")).map(Path::of),
        timeout(),
        config().duration("orchestrator.startupTimeout"),
        config().get("orchestrator.idleTimeout").orElse("120s"),
        config().get("snapshot.backend").orElse("auto"));
  }

  private Duration timeout() {
    Optional<String> flag = globals.value("--timeout");
    return flag.isEmpty()
        ? config().duration("client.timeout")
        : Durations.parse(flag.get())
            .orElseThrow(() ->
                CliException.usage(
                    "--timeout is a duration such as 500ms, 30s or 2m, not '" + flag.get() + "'."));
  }

  /**
   * All of standard input, as text.
   *
   * @throws CliException when it is too large or is not UTF-8
   */
  public String readStdin() throws IOException {
    byte[] bytes = streams.in().readNBytes(MAX_STDIN_BYTES + 1);
    if (bytes.length > MAX_STDIN_BYTES) {
      throw CliException.of("script_too_large", "Standard input is larger than 64 MiB.")
          .remedy("Put the script into a file of the workspace and give it with -f.");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw CliException.of("invalid_script", "Standard input is not UTF-8 text.");
    }
  }
}
