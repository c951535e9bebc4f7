package io.taidon.engine;

import java.util.List;

/**
 * How much of what is alike in several places is tested: a part of it in {@code make test}, all of
 * it in {@code make test-thorough}, which takes more than twice as long.
 */
public final class Thorough {
  private static final boolean WANTED = Boolean.getBoolean("taidon.test.thorough");

  private Thorough() {}

  public static boolean isWanted() {
    return WANTED;
  }

  /** All, or the first of them where all is not wanted. */
  public static <T> List<T> orFirst(int usual, List<T> all) {
    return WANTED ? all : all.subList(0, usual);
  }
}
