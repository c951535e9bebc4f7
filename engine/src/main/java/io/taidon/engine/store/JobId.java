package io.taidon.engine.store;

/** The identity of a job: 32 random hexadecimal digits. */
public record JobId(String hex) {
  public JobId {
    RandomHex.require(hex, "a job id");
  }

  /** A new one, from a cryptographic random source. */
  public static JobId random() {
    return new JobId(RandomHex.next());
  }

  @Override
  public String toString() {
    return hex;
  }
}
