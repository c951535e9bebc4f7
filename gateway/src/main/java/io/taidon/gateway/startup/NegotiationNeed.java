package io.taidon.gateway.startup;

import java.util.List;

/**
 * What a NegotiateProtocolVersion has to say.
 *
 * @param newestMinor the minor version of 3 to go on with
 * @param unknownOptions the {@code _pq_.} options that nobody here knows, in the order they came
 */
public record NegotiationNeed(int newestMinor, List<String> unknownOptions) {
  public NegotiationNeed {
    unknownOptions = List.copyOf(unknownOptions);
  }
}
