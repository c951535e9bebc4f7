package io.taidon.operator;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;

/** Settings as the chart writes them. */
public final class Settings {
  private Settings() {}

  /** The defaults, with some set: pairs of a key below {@code taidon.} and a value. */
  public static OperatorSettings of(String... keysAndValues) {
    Map<String, String> all = new HashMap<>(Map.of("taidon.runner-image.17", "runner:17"));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      all.put("taidon." + keysAndValues[i], keysAndValues[i + 1]);
    }
    return new SmallRyeConfigBuilder()
        .withMapping(OperatorSettings.class)
        .withSources(new PropertiesConfigSource(all, "chart", 100))
        .addDiscoveredConverters()
        .build()
        .getConfigMapping(OperatorSettings.class);
  }
}
