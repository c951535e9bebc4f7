package io.taidon.helm;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
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

  /** The same with every number in one form: Helm writes 1.0 as 1. */
  static Object plain(Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        Map<Object, Object> plain = new LinkedHashMap<>();
        map.forEach((key, item) -> plain.put(key, plain(item)));
        yield plain;
      }
      case List<?> list -> list.stream().map(Values::plain).toList();
      case Number number -> new BigDecimal(number.toString()).stripTrailingZeros();
      default -> value;
    };
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
