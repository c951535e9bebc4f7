package io.taidon.gateway.fuzz;

import java.util.random.RandomGenerator;

/** Something that takes input from strangers. Thread-safe. */
interface Target {
  /**
   * Makes an input, feeds it, and checks what must always hold.
   *
   * @return what came of it, in few words: inputs that come to the same have the same ones
   * @throws Exception or an {@link AssertionError} if something does not hold
   */
  String run(RandomGenerator random) throws Exception;
}
