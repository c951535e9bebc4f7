package io.taidon.helm;

import java.util.LinkedHashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;

/** Values over values, as Helm lays them. */
final class Values {
  private Values() {}

  static String merged(String below, String above) {
    Map<String, Object> all =
        merged(Chart.parse(below).getFirst().fields(), Chart.parse(above).getFirst().fields());
    return new Dump(DumpSettings.builder().build()).dumpToString(all);
  }

  private static Map<String, Object> merged(Map<String, Object> below, Map<String, Object> above) {
    Map<String, Object> all = new LinkedHashMap<>(below);
    above.forEach((key, value) ->
        all.put(
            key,
            value instanceof Map<?, ?> && below.get(key) instanceof Map<?, ?>
                ? merged(new Rendered(below).map(key), new Rendered(above).map(key))
                : value));
    return all;
  }
}
