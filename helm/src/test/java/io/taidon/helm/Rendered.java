package io.taidon.helm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** One Kubernetes object that the chart makes. */
record Rendered(Map<String, Object> fields) {
  String kind() {
    return fields.get("kind").toString();
  }

  String name() {
    return at("metadata", "name").toString();
  }

  String title() {
    return kind() + "/" + name();
  }

  /** What stands at a path; null if nothing does. */
  Object at(String... path) {
    Object at = fields;
    for (String key : path) {
      at = at instanceof Map<?, ?> map ? map.get(key) : null;
    }
    return at;
  }

  /** The map at a key. */
  Map<String, Object> map(String key) {
    return map(fields.get(key));
  }

  boolean hasPods() {
    return at("spec", "template", "spec") != null;
  }

  Rendered pod() {
    return new Rendered(map(at("spec", "template", "spec")));
  }

  List<Rendered> list(String... path) {
    List<Rendered> list = new ArrayList<>();
    for (Object item : (List<?>) Objects.requireNonNullElse(at(path), List.of())) {
      list.add(new Rendered(map(item)));
    }
    return list;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object object) {
    return (Map<String, Object>) object;
  }
}
