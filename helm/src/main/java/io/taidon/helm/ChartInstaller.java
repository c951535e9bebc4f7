package io.taidon.helm;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.UpgradeCommand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Installs or upgrades the chart as {@code helm upgrade --install} does, by Helm's own library, for
 * machines without the helm command ({@code scripts/install-chart}).
 *
 * <p>Arguments: the chart's directory, the namespace, then {@code --set KEY=VALUE}, at most one
 * {@code --values FILE}, and {@code --disable-openapi-validation}, all as helm has them. The
 * cluster is the one of {@code KUBECONFIG}.
 */
public final class ChartInstaller {
  private static final String RELEASE = "taidon";

  private ChartInstaller() {}

  /** What is asked for. */
  record Order(
      Path chart,
      String namespace,
      Optional<Path> values,
      List<String[]> settings,
      boolean isValidated) {
    static Order of(String[] args) {
      Iterator<String> words = List.of(args).iterator();
      Path chart = Path.of(next(words, "the chart's directory"));
      String namespace = next(words, "a namespace");
      Optional<Path> values = Optional.empty();
      List<String[]> settings = new ArrayList<>();
      boolean isValidated = true;
      while (words.hasNext()) {
        String word = words.next();
        switch (word) {
          case "--values" -> values = Optional.of(Path.of(next(words, "a file of values")));
          case "--set" -> settings.add(setting(next(words, "KEY=VALUE")));
          case "--disable-openapi-validation" -> isValidated = false;
          default -> throw new IllegalArgumentException("unknown: " + word);
        }
      }
      return new Order(chart, namespace, values, List.copyOf(settings), isValidated);
    }

    private static String next(Iterator<String> words, String what) {
      if (!words.hasNext()) {
        throw new IllegalArgumentException(what + " is missing");
      }
      return words.next();
    }

    private static String[] setting(String text) {
      String[] parts = text.split("=", 2);
      if (parts.length < 2) {
        throw new IllegalArgumentException("not KEY=VALUE: " + text);
      }
      return parts;
    }
  }

  /** Installs, and prints the release's status. */
  public static void main(String[] args) {
    try {
      Order order = Order.of(args);
      UpgradeCommand command =
          new Helm(order.chart())
              .upgrade()
              .install()
              .withName(RELEASE)
              .withNamespace(order.namespace())
              .createNamespace();
      order.values().ifPresent(command::withValuesFile);
      order.settings().forEach(setting -> command.set(setting[0], setting[1]));
      if (!order.isValidated()) {
        command.disableOpenApiValidation();
      }
      Optional.ofNullable(System.getenv("KUBECONFIG"))
          .ifPresent(file -> command.withKubeConfig(Path.of(file)));
      System.out.println(RELEASE + " in " + order.namespace() + ": " + command.call().getStatus());
    } catch (IllegalArgumentException | IllegalStateException e) {
      System.err.println("install-chart: " + e.getMessage());
      System.exit(1);
    }
  }
}
