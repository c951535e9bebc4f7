package io.taidon.gateway.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The machine's TCP connections as the kernel lists them, {@code /proc/net/tcp}. */
final class Sockets {
  private static final int LOCAL = 1;
  private static final int REMOTE = 2;
  private static final int STATE = 3;

  /** LISTEN is none; TIME_WAIT is the kernel's memory of one that both sides closed. */
  private static final Set<String> NO_CONNECTION = Set.of("0A", "06");

  private Sockets() {}

  /** Connections with one of these ports at either end. */
  static List<String> withPorts(Integer... ports) {
    List<String> ends = Stream.of(ports).map(port -> ":%04X".formatted(port)).toList();
    try (Stream<String> four = Files.lines(Path.of("/proc/net/tcp"));
        Stream<String> six = Files.lines(Path.of("/proc/net/tcp6"))) {
      return Stream.concat(four.skip(1), six.skip(1))
          .filter(line -> {
            String[] fields = line.strip().split("\\s+");
            return !NO_CONNECTION.contains(fields[STATE])
                && ends.stream()
                    .anyMatch(end -> fields[LOCAL].endsWith(end) || fields[REMOTE].endsWith(end));
          })
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
