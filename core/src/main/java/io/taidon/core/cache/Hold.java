package io.taidon.core.cache;

/** Why a state may not be evicted now, whatever the pressure. */
public enum Hold {
  /**
   * An instance is a clone of it, and the backend cannot do without the origin or users would miss
   * it.
   */
  INSTANCE("an instance was made from it"),
  /** A running job needs it. */
  JOB("a running job uses it"),
  /** A name leads to it. */
  NAME("a name is bound to an instance of it"),
  /** A user pinned it. */
  PIN("it is pinned"),
  /** States that were made from it stand on it in this snapshot backend. */
  DEPENDANTS("the snapshot backend needs it for states made from it"),
  /** It is to make room for one workspace, and another one uses it too. */
  SHARED("another workspace uses it too"),
  /** It is younger than the least age. */
  YOUNG("it is younger than cache.capacity.minStateAge");

  private final String sentence;

  Hold(String sentence) {
    this.sentence = sentence;
  }

  /** Why, as the end of the sentence "It stays because ...". */
  public String sentence() {
    return sentence;
  }
}
