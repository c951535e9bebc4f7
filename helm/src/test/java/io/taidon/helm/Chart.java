package io.taidon.helm;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The chart, and what it makes of values. */
final class Chart {
  static final Path DIRECTORY = Path.of("taidon");
  static final String NAMESPACE = "taidon-system";

  private Chart() {}

  static LintResult lint() {
    return new Helm(DIRECTORY).lint().strict().call();
  }

  /** All objects, as text. */
  static String text(String kubeVersion, String values) {
    return text(DIRECTORY, kubeVersion, values);
  }

  static String text(Path directory, String kubeVersion, String values) {
    try {
      Path file = Files.createTempFile("values", ".yaml");
      try {
        Files.writeString(file, values);
        return new Helm(directory)
            .template()
            .withName("taidon")
            .withNamespace(NAMESPACE)
            .withKubeVersion(kubeVersion)
            .withValuesFile(file)
            .call();
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Rendered> objects(String kubeVersion, String values) {
    return parse(text(kubeVersion, values));
  }

  static List<Rendered> objects(String values) {
    return objects("1.30.0", values);
  }

  @SuppressWarnings("unchecked")
  static List<Rendered> parse(String text) {
    List<Rendered> objects = new ArrayList<>();
    for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(text)) {
      if (document != null) {
        objects.add(new Rendered((Map<String, Object>) document));
      }
    }
    return objects;
  }

  /** The text of all templates. */
  static String templates() {
    try (Stream<Path> files = Files.list(DIRECTORY.resolve("templates"))) {
      StringBuilder text = new StringBuilder();
      for (Path file : files.sorted().toList()) {
        text.append(Files.readString(file)).append('\n');
      }
      return text.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
