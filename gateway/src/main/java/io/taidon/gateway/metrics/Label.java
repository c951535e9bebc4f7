package io.taidon.gateway.metrics;

import java.util.Locale;

/** A value of a label: the constants of an enumeration, so there are only so many. */
interface Label {
  String name();

  /** As it is exported: lower case. */
  default String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
