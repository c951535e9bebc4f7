package io.taidon.engine.bench;

/** Does nothing: what a start of Java costs by itself. */
final class EmptyProgram {
  private EmptyProgram() {}

  public static void main(String[] arguments) {}
}
