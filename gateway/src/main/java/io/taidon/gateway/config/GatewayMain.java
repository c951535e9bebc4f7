package io.taidon.gateway.config;

import io.taidon.core.error.ExitCode;
import io.taidon.core.error.TaidonException;
import io.taidon.gateway.log.JsonLines;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.logging.ConsoleHandler;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import sun.misc.Signal;

/**
 * Runs a gateway by itself. SIGTERM and SIGINT drain it, a second one ends it at once; SIGHUP reads
 * certificates, keys and the directory again.
 */
public final class GatewayMain {
  private static final String USAGE =
      """
      Usage: taidon-gateway [--config FILE] [--check]
      Settings are in the file and in the environment (TAIDON_GATEWAY_...); docs/gateway.md lists them.
        --config FILE  a properties file
        --check        read the settings and the files they name, and start nothing
      """;

  private GatewayMain() {}

  /** What was asked for on the command line. */
  private record Arguments(Optional<Path> config, boolean check) {
    /** Empty if it was asked for wrongly. */
    static Optional<Arguments> parse(List<String> given) {
      Optional<Path> config = Optional.empty();
      boolean check = false;
      for (int i = 0; i < given.size(); i++) {
        switch (given.get(i)) {
          case "--check" -> check = true;
          case "--config" -> {
            if (++i == given.size()) {
              return Optional.empty();
            }
            config = Optional.of(Path.of(given.get(i)));
          }
          default -> {
            return Optional.empty();
          }
        }
      }
      return Optional.of(new Arguments(config, check));
    }
  }

  public static void main(String[] given) {
    System.exit(run(List.of(given)));
  }

  private static int run(List<String> given) {
    Optional<Arguments> arguments = Arguments.parse(given);
    if (arguments.isEmpty()) {
      System.err.print(USAGE);
      return ExitCode.USAGE;
    }
    try {
      GatewayConfig config = GatewayConfig.read(arguments.get().config(), System.getenv());
      if (arguments.get().check()) {
        StandaloneGateway.check(config);
        System.out.println("The settings are usable.");
        return ExitCode.OK;
      }
      logJsonLines();
      serve(config);
      return ExitCode.OK;
    } catch (TaidonException e) {
      System.err.printf("error[%s]: %s%n", e.code().wireCode(), e.sentence());
      e.remedy().ifPresent(remedy -> System.err.println(remedy));
      return e.code().exitCode();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILURE;
    }
  }

  private static void serve(GatewayConfig config) throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    try (StandaloneGateway gateway = StandaloneGateway.start(config)) {
      handleEnd("TERM", asked, gateway);
      handleEnd("INT", asked, gateway);
      Signal.handle(new Signal("HUP"), signal -> gateway.reload());
      asked.await();
      gateway.drain();
    }
  }

  private static void handleEnd(String name, CountDownLatch asked, StandaloneGateway gateway) {
    Signal.handle(
        new Signal(name),
        signal -> {
          if (asked.getCount() == 0) {
            gateway.hurry();
          }
          asked.countDown();
        });
  }

  private static void logJsonLines() {
    LogManager.getLogManager().reset();
    ConsoleHandler handler = new ConsoleHandler();
    handler.setFormatter(new JsonLines());
    Logger.getLogger("").addHandler(handler);
  }
}
