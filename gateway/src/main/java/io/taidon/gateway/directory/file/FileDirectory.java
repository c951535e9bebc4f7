package io.taidon.gateway.directory.file;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.scram.ScramVerifier;
import io.taidon.gateway.directory.Access;
import io.taidon.gateway.directory.Endpoint;
import io.taidon.gateway.directory.Instance;
import io.taidon.gateway.directory.InstanceChange;
import io.taidon.gateway.directory.InstanceDirectory;
import io.taidon.gateway.directory.InstanceReference;
import io.taidon.gateway.directory.SessionActivity;
import io.taidon.gateway.directory.TokenLogin;
import io.taidon.gateway.directory.WakeProgress;
import io.taidon.gateway.directory.file.FileForm.InstanceForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The instances that a file lists. Their servers are run by somebody else, so none is ever woken or
 * stopped, and use is not reported to anybody. Thread-safe.
 */
public final class FileDirectory implements InstanceDirectory {
  private static final long MOST_BYTES = 16L << 20;

  private final Path file;
  private final List<Consumer<InstanceChange>> listeners = new CopyOnWriteArrayList<>();
  private volatile Listing listing;

  /** The file as it was when last read. */
  private record Listing(
      Map<String, FileInstance> byId, Map<InstanceReference, FileInstance> byReference) {}

  private FileDirectory(Path file) {
    this.file = file;
    this.listing = read(file);
  }

  /**
   * Reads the file.
   *
   * @throws TaidonException {@code FILE_UNREADABLE} or {@code CONFIG_CORRUPT}
   */
  public static FileDirectory load(Path file) {
    return new FileDirectory(file);
  }

  /**
   * Reads the file again, and tells the listeners which instances are gone. May wait for name
   * servers.
   *
   * @throws TaidonException {@code FILE_UNREADABLE} or {@code CONFIG_CORRUPT}; what was read before
   *     holds on
   */
  public synchronized void reload() {
    Listing before = listing;
    Listing now = read(file);
    listing = now;
    for (String id : before.byId().keySet()) {
      if (!now.byId().containsKey(id)) {
        InstanceChange gone =
            new InstanceChange.Deleted(id, "it was taken out of the gateway's directory");
        listeners.forEach(listener -> listener.accept(gone));
      }
    }
  }

  /** The file it reads. */
  public Path file() {
    return file;
  }

  /** How many instances there are. */
  public int size() {
    return listing.byId().size();
  }

  @Override
  public CompletionStage<Optional<Instance>> find(InstanceReference reference) {
    return CompletableFuture.completedFuture(
        Optional.ofNullable(listing.byReference().get(reference)).map(FileInstance::instance));
  }

  @Override
  public CompletionStage<Optional<ScramVerifier>> verifier(Instance instance, String role) {
    return CompletableFuture.completedFuture(current(instance).flatMap(it -> it.verifier(role)));
  }

  @Override
  public CompletionStage<Optional<TokenLogin>> tokenLogin(
      Instance instance, String role, Access access) {
    return CompletableFuture.completedFuture(
        current(instance).flatMap(it -> it.tokenLogin(role, access)));
  }

  @Override
  public CompletionStage<Endpoint> wake(Instance instance, Consumer<WakeProgress> progress) {
    return current(instance)
        .map(it -> CompletableFuture.completedFuture(it.endpoint()))
        .orElseGet(() ->
            CompletableFuture.failedFuture(
                TaidonException.of(
                    ErrorCode.NOT_FOUND,
                    "The instance was taken out of the gateway's directory.")));
  }

  @Override
  public Subscription watch(Consumer<InstanceChange> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public void report(SessionActivity activity) {
    // Whoever runs these servers does not ask.
  }

  private Optional<FileInstance> current(Instance instance) {
    return Optional.ofNullable(listing.byId().get(instance.id()));
  }

  private static Listing read(Path file) {
    Map<String, FileInstance> byId = new LinkedHashMap<>();
    Map<InstanceReference, FileInstance> byReference = new HashMap<>();
    for (InstanceForm form : FileForm.parse(text(file)).instances()) {
      FileInstance instance = FileInstance.of(form);
      byId.put(form.id(), instance);
      for (InstanceReference reference : instance.references()) {
        if (byReference.put(reference, instance) != null) {
          throw TaidonException.of(
                  ErrorCode.CONFIG_CORRUPT,
                  "The directory's file has two instances named \"" + reference + "\".")
              .remedy("Give one of them another name.");
        }
      }
    }
    return new Listing(Map.copyOf(byId), Map.copyOf(byReference));
  }

  private static String text(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw TaidonException.of(
            ErrorCode.CONFIG_CORRUPT, "The directory's file " + file + " is larger than 16 MiB.");
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw TaidonException.of(
              ErrorCode.FILE_UNREADABLE, "The directory's file " + file + " cannot be read.", e)
          .remedy("Name a readable file with directory.file.");
    }
  }
}
