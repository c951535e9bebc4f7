package io.taidon.e2e.cluster;

/** A part of the installation that may die. */
public enum Component {
  OPERATOR,
  NODE,
  GATEWAY;

  /** Its label {@code app.kubernetes.io/component}. */
  String label() {
    return switch (this) {
      case OPERATOR -> "operator";
      case NODE -> "node";
      case GATEWAY -> "gateway";
    };
  }
}
