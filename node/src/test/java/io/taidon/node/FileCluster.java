package io.taidon.node;

import io.taidon.core.state.StateId;
import io.taidon.crds.v1alpha1.StateSnapshotStatus.Location;
import io.taidon.node.cluster.Cluster;
import io.taidon.node.cluster.KnownState;
import io.taidon.node.name.Namespace;
import io.taidon.node.name.Uid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A cluster of files, which a test and a plugin in another process share: {@code pods/<uid>},
 * {@code instances/<uid>}, {@code states/<namespace>/<id>} (content {@code deleting} while it is
 * deleted, {@code evict <time of sealing>} while a copy must go), and {@code
 * locations/<namespace>/<id>} and {@code announced/<uid>}, which the plugin writes.
 */
final class FileCluster implements Cluster {
  private static final String EVICT = "evict ";
  private static final Pattern READY = Pattern.compile("readyTime=([^\\]]+)");

  private final Path directory;

  FileCluster(Path directory) throws IOException {
    this.directory = directory;
    for (String kind :
        List.of("pods", "instances", "states", "locations", "reports", "announced")) {
      Files.createDirectories(directory.resolve(kind));
    }
  }

  void addPod(String uid) throws IOException {
    Files.writeString(directory.resolve("pods").resolve(uid), "");
  }

  void removePod(String uid) throws IOException {
    Files.delete(directory.resolve("pods").resolve(uid));
  }

  void addInstance(String uid) throws IOException {
    Files.writeString(directory.resolve("instances").resolve(uid), "");
  }

  void removeInstance(String uid) throws IOException {
    Files.delete(directory.resolve("instances").resolve(uid));
  }

  void addState(String namespace, String id) throws IOException {
    writeState(namespace, id, "");
  }

  void deleteState(String namespace, String id) throws IOException {
    writeState(namespace, id, "deleting");
  }

  /** Says that the copy whose location was written must go. */
  void evictState(String namespace, String id) throws IOException {
    Matcher time = READY.matcher(location(namespace, id));
    if (!time.find()) {
      throw new IllegalStateException("no location of " + id);
    }
    writeState(namespace, id, EVICT + time.group(1));
  }

  private void writeState(String namespace, String id, String content) throws IOException {
    Path home = Files.createDirectories(directory.resolve("states").resolve(namespace));
    Path staged = Files.writeString(directory.resolve("state-" + id), content);
    Files.move(staged, home.resolve(id), StandardCopyOption.ATOMIC_MOVE);
  }

  /** What the plugin says of a state; empty text where it says nothing. */
  String location(String namespace, String id) {
    try {
      Path file = locationFile(namespace, id);
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean hasReport(String stateClass) {
    return Files.exists(directory.resolve("reports").resolve(stateClass));
  }

  /** A figure of a report. */
  long reported(String stateClass, String figure) {
    try {
      Matcher found =
          Pattern.compile("[{ ]" + figure + "=(\\d+)")
              .matcher(Files.readString(directory.resolve("reports").resolve(stateClass)));
      return found.find() ? Long.parseLong(found.group(1)) : -1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path locationFile(String namespace, String id) {
    return directory.resolve("locations").resolve(namespace + "-" + id);
  }

  /** What the plugin says of the address of an instance; empty text where it says nothing. */
  String announced(String uid) {
    try {
      Path file = directory.resolve("announced").resolve(uid);
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void announce(Namespace namespace, Uid instance, String address) {
    try {
      Path staged = Files.writeString(directory.resolve("a-" + instance), address);
      Files.move(
          staged,
          directory.resolve("announced").resolve(instance.text()),
          StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void onChange(Runnable callback) {}

  @Override
  public List<KnownState> states() {
    List<KnownState> states = new ArrayList<>();
    for (Path home : list(directory.resolve("states"))) {
      for (Path state : list(home)) {
        try {
          String namespace = home.getFileName().toString();
          String id = state.getFileName().toString();
          states.add(
              new KnownState(
                  new Namespace(namespace),
                  new StateId(id),
                  Files.readString(state).equals("deleting"),
                  !location(namespace, id).isEmpty(),
                  evicted(state)));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return states;
  }

  private static Optional<String> evicted(Path state) {
    try {
      String content = Files.readString(state);
      return content.startsWith(EVICT)
          ? Optional.of(content.substring(EVICT.length()))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean isEvicted(Namespace namespace, StateId id, String readyTime) {
    Path state = directory.resolve("states").resolve(namespace.text()).resolve(id.hex());
    return Files.exists(state) && evicted(state).filter(readyTime::equals).isPresent();
  }

  private static List<Path> list(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean knowsInstance(Namespace namespace, Uid uid) {
    return Files.exists(directory.resolve("instances").resolve(uid.text()));
  }

  @Override
  public boolean knowsPod(Namespace namespace, Uid uid) {
    return Files.exists(directory.resolve("pods").resolve(uid.text()));
  }

  @Override
  public boolean isStateGone(Namespace namespace, StateId id) {
    return !Files.exists(directory.resolve("states").resolve(namespace.text()).resolve(id.hex()));
  }

  @Override
  public boolean isInstanceGone(Namespace namespace, Uid uid) {
    return !knowsInstance(namespace, uid);
  }

  @Override
  public boolean isPodGone(Namespace namespace, String name, Uid uid) {
    return !knowsPod(namespace, uid);
  }

  @Override
  public void putLocation(Namespace namespace, StateId id, Location location) {
    write(locationFile(namespace.text(), id.hex()), location.toString());
  }

  @Override
  public void removeLocation(Namespace namespace, StateId id) {
    try {
      Files.deleteIfExists(locationFile(namespace.text(), id.hex()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void report(String stateClass, Map<String, String> facts) {
    write(directory.resolve("reports").resolve(stateClass), facts.toString());
  }

  private static void write(Path file, String content) {
    try {
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {}
}
