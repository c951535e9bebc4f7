package io.taidon.node.address;

import io.taidon.crds.v1alpha1.Api;
import io.taidon.crds.v1alpha1.VolumeAttributes;
import io.taidon.node.name.Namespace;
import io.taidon.node.name.Uid;
import io.taidon.node.name.VolumeId;
import io.taidon.node.slot.Slot;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * The files into which pods of instances write their addresses when they start: a kubelet says the
 * address of a pod only when it has looked, once a second. Hears of each by inotify(7) and passes
 * it on once.
 *
 * <p>What is in a file is the word of whoever runs in that pod. It is taken for an address of
 * version 4 or 6 and nothing else, for that instance alone, and gateways believe it only where the
 * server proves that it has the verifier (SCRAM, RFC 5802). Losing it costs that second: nothing is
 * kept over a death of the plugin. Thread-safe.
 */
public final class AddressFiles implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(AddressFiles.class.getName());
  private static final int LONGEST = 64;

  /** As Kubernetes writes them; Java would take shorter forms of version 4, too. */
  private static final Pattern FORM =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  /** How often a file is looked at that holds no address. */
  private static final int MOST_LOOKS = 100;

  /** Told, on a thread of its own; may fail. */
  public interface Listener {
    /**
     * A server is there, or will be in a moment.
     *
     * @param address host and port
     */
    void starts(Namespace namespace, Uid instance, String address);
  }

  private record Expected(Slot slot, Uid instance, WatchKey key, AtomicInteger looks) {}

  private final WatchService watches;
  private final int writer;
  private final Listener listener;
  private final Map<VolumeId, Expected> expected = new ConcurrentHashMap<>();
  private final Thread thread;

  private AddressFiles(WatchService watches, int writer, Listener listener) {
    this.watches = watches;
    this.writer = writer;
    this.listener = listener;
    this.thread = Thread.ofPlatform().daemon().name("address-files").unstarted(this::listen);
  }

  /**
   * Begins to listen.
   *
   * @param writer the user id that pods write as
   */
  public static AddressFiles open(int writer, Listener listener) throws IOException {
    AddressFiles files =
        new AddressFiles(FileSystems.getDefault().newWatchService(), writer, listener);
    files.thread.start();
    return files;
  }

  /**
   * Makes the file of a volume, which no pod has yet. A volume goes on without where that cannot be
   * done.
   */
  public void expect(Slot slot, Uid instance) {
    Path directory = directory(slot);
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return; // no server of ours runs in it
    }
    try {
      WatchKey key = directory.register(watches, StandardWatchEventKinds.ENTRY_MODIFY);
      forget(slot.volume());
      Path file = directory.resolve(VolumeAttributes.ADDRESS_FILE);
      Files.deleteIfExists(file); // of the start before
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.setAttribute(file, "unix:uid", writer, LinkOption.NOFOLLOW_LINKS);
      expected.put(slot.volume(), new Expected(slot, instance, key, new AtomicInteger()));
    } catch (IOException | ClosedWatchServiceException e) {
      LOG.log(Level.WARNING, "No address is heard of volume " + slot.volume() + ": " + e);
    }
  }

  /** Does not listen any more; the file stays. */
  public void forget(VolumeId volume) {
    Optional.ofNullable(expected.remove(volume)).ifPresent(gone -> gone.key().cancel());
  }

  private static Path directory(Slot slot) {
    return slot.shown().resolve(VolumeAttributes.CREDENTIALS_DIRECTORY);
  }

  private void listen() {
    try {
      while (true) {
        WatchKey key = watches.take();
        var _ = key.pollEvents();
        expected.values().stream()
            .filter(one -> one.key().equals(key))
            .findAny()
            .ifPresent(this::look);
        var _ = key.reset();
      }
    } catch (InterruptedException | ClosedWatchServiceException e) {
      LOG.log(Level.DEBUG, "No more addresses are heard", e);
    }
  }

  private void look(Expected one) {
    Optional<InetAddress> address = read(one.slot());
    if (address.isPresent() || one.looks().incrementAndGet() >= MOST_LOOKS) {
      forget(one.slot().volume());
    }
    address.ifPresent(ip ->
        Thread.ofVirtual()
            .name("announce")
            .start(() -> tell(one, ip.getHostAddress() + ":" + Api.SERVER_PORT)));
  }

  private void tell(Expected one, String address) {
    try {
      listener.starts(one.slot().namespace(), one.instance(), address);
    } catch (RuntimeException e) {
      LOG.log(Level.INFO, "The address of volume " + one.slot().volume() + " is not told: " + e);
    }
  }

  /** The address, once the whole line is there. */
  private static Optional<InetAddress> read(Slot slot) {
    Path file = directory(slot).resolve(VolumeAttributes.ADDRESS_FILE);
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      String text = new String(in.readNBytes(LONGEST), StandardCharsets.US_ASCII);
      return text.endsWith("\n") ? parse(text.strip()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // the instance was deleted
    }
  }

  private static Optional<InetAddress> parse(String text) {
    if (!FORM.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(text)).filter(AddressFiles::canBeAPod);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean canBeAPod(InetAddress ip) {
    return !ip.isAnyLocalAddress()
        && !ip.isLoopbackAddress()
        && !ip.isLinkLocalAddress()
        && !ip.isMulticastAddress();
  }

  @Override
  public void close() {
    try {
      watches.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "closing the watch of addresses", e);
    }
  }
}
