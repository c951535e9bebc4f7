package io.taidon.gateway.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** All the ways in which the network may cut a short stream that matter to a decoder. */
public final class Splits {
  private Splits() {}

  /** At once, byte by byte, and in two at each index. */
  public static List<List<byte[]>> of(byte[] stream) {
    List<List<byte[]>> all = new ArrayList<>();
    all.add(List.of(stream));
    all.add(IntStream.range(0, stream.length).mapToObj(i -> new byte[] {stream[i]}).toList());
    for (int cut = 1; cut < stream.length; cut++) {
      all.add(List.of(Arrays.copyOf(stream, cut), Arrays.copyOfRange(stream, cut, stream.length)));
    }
    return all;
  }
}
