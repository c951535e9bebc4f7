package io.taidon.engine.liquibase.worker;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.state.FileHasher;
import io.taidon.engine.liquibase.Manifest.Input;
import io.taidon.engine.liquibase.Manifest.Look;
import io.taidon.engine.liquibase.WorkspaceLook;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.resource.AbstractResource;
import liquibase.resource.AbstractResourceAccessor;
import liquibase.resource.Resource;

/**
 * The files that Liquibase may read: those below the search path, inside the workspace. Remembers
 * every look at them, also those that found nothing. After {@link #seal()} a file that was not read
 * before is refused, because it would not be part of any state's id.
 */
final class WorkspaceResources extends AbstractResourceAccessor {
  private static final int MAX_INCLUDE_DEPTH = 64;
  private static final int MAX_PATH_CHARS = 1024;
  private static final long MAX_CHANGELOG_BYTES = 64L << 20;

  private final WorkspaceLook look;
  private final List<String> searchPath;
  private final long maxBytes;
  private final Map<String, Input> inputs = new LinkedHashMap<>();
  private Optional<SortedMap<String, String>> read = Optional.empty();
  private Optional<TaidonException> failure = Optional.empty();
  private boolean reading = true;
  private boolean sealed;
  private long bytes;

  WorkspaceResources(WorkspaceLook look, List<String> searchPath, long maxBytes) {
    this.look = look;
    this.searchPath = searchPath;
    this.maxBytes = maxBytes;
  }

  /** The first refusal, which Liquibase may have wrapped beyond recognition. */
  Optional<TaidonException> failure() {
    return failure;
  }

  List<Input> inputs() {
    return List.copyOf(inputs.values());
  }

  /** Changelogs were read; what is read from now on are their data. */
  void changelogsRead() {
    reading = false;
  }

  /** From now on only files that were read before may be read. */
  void seal() {
    sealed = true;
  }

  /** Begins to note which files are read. */
  void note() {
    read = Optional.of(new TreeMap<>());
  }

  /** The digests of the files that were read since {@link #note()}, by path. */
  SortedMap<String, String> noted() {
    return read.orElseGet(TreeMap::new);
  }

  @Override
  public List<Resource> getAll(String written) {
    String path = plain(written);
    List<Resource> found = new ArrayList<>();
    if (!isName(path)) {
      return found;
    }
    for (String directory : searchPath) {
      String place = join(directory, path);
      if (look.file(place).isPresent()) {
        found.add(new Found(path, place));
        break; // as with a class path, the first one counts
      }
      inputs.putIfAbsent("F" + place, new Input(place, Look.FILE, ""));
    }
    return found;
  }

  @Override
  public List<Resource> search(String written, boolean recursive) {
    String path = plain(written);
    Look kind = recursive ? Look.TREE : Look.LISTING;
    Map<String, Resource> found = new LinkedHashMap<>();
    for (String directory : searchPath) {
      String place = join(directory, path);
      inputs.putIfAbsent(kind + place, new Input(place, kind, look.digest(place, kind)));
      for (String file : look.list(place, recursive)) {
        String below =
            look.place(directory).relativize(look.place(file)).toString().replace('\\', '/');
        found.putIfAbsent(below, new Found(below, file));
      }
    }
    return List.copyOf(found.values());
  }

  @Override
  public List<String> describeLocations() {
    return searchPath;
  }

  @Override
  public void close() {}

  private String join(String directory, String path) {
    try {
      return look.path(look.place(WorkspaceLook.below(directory, path)));
    } catch (TaidonException e) {
      throw refuse(e);
    }
  }

  /** Liquibase also asks whether the text of a CLOB is a file. */
  private static boolean isName(String path) {
    return path.length() <= MAX_PATH_CHARS && path.indexOf('\0') < 0 && path.indexOf('\n') < 0;
  }

  private static String plain(String written) {
    return written.replace('\\', '/').replaceFirst("^classpath\\*?:", "").replaceFirst("^/+", "");
  }

  private TaidonException refuse(TaidonException e) {
    if (failure.isEmpty()) {
      failure = Optional.of(e);
    }
    return e;
  }

  private InputStream open(String path, String place) throws IOException {
    try {
      if (sealed && !inputs.containsKey("F" + place)) {
        throw unplanned(place);
      }
      Path real = look.file(place).orElseThrow(() -> notFound(place));
      if (reading && isChangelog(path)) {
        requireNoCycle(path);
        return changelog(path, place, real);
      }
      remember(path, place, real);
      return Files.newInputStream(real);
    } catch (TaidonException e) {
      throw refuse(e);
    }
  }

  private static boolean isChangelog(String path) {
    return ChangelogSyntax.of(path).isPresent();
  }

  private InputStream changelog(String path, String place, Path real) throws IOException {
    if (Files.size(real) > MAX_CHANGELOG_BYTES) {
      throw tooLarge(place, MAX_CHANGELOG_BYTES);
    }
    byte[] content = Files.readAllBytes(real);
    if (note(path, place, new FileHasher().update(content, 0, content.length).finish().hex())) {
      spend(place, content.length);
      ChangelogSyntax.of(path).orElseThrow().check(place, content);
    }
    return new ByteArrayInputStream(content);
  }

  private void remember(String path, String place, Path real) throws IOException {
    Input before = inputs.get("F" + place);
    if (before != null && !before.digest().isEmpty()) {
      boolean unused = note(path, place, before.digest());
      return;
    }
    spend(place, Files.size(real));
    boolean unused = note(path, place, look.digest(place, Look.FILE));
  }

  /** Remembers a file's content; false if it was known. */
  private boolean note(String path, String place, String digest) {
    read.ifPresent(files -> files.put(path, digest));
    Input before = inputs.put("F" + place, new Input(place, Look.FILE, digest));
    if (before != null && !before.digest().isEmpty() && !before.digest().equals(digest)) {
      throw TaidonException.of(
              ErrorCode.INPUT_CHANGED, place + " changed while the changelog was read.")
          .with("file", place)
          .remedy("Run the prepare again.");
    }
    return before == null || before.digest().isEmpty();
  }

  private void spend(String place, long size) {
    bytes += size;
    if (bytes > maxBytes) {
      throw tooLarge(place, maxBytes);
    }
  }

  /** Liquibase follows a cycle until its stack is full. A new changelog knows who includes it. */
  private void requireNoCycle(String path) {
    List<String> chain = new ArrayList<>(List.of(path));
    DatabaseChangeLog parent = new DatabaseChangeLog(path).getParentChangeLog();
    while (parent != null) {
      String including = plain(String.valueOf(parent.getPhysicalFilePath()));
      chain.addFirst(including);
      if (including.equals(path) || chain.size() > MAX_INCLUDE_DEPTH) {
        throw TaidonException.of(
                ErrorCode.INCLUDE_CYCLE,
                including.equals(path)
                    ? path + " includes itself: " + String.join(" -> ", chain) + "."
                    : path + " is included through more than " + MAX_INCLUDE_DEPTH + " files.")
            .with("file", path);
      }
      parent = parent.getParentChangeLog();
    }
  }

  private static TaidonException tooLarge(String place, long limit) {
    return TaidonException.of(
            ErrorCode.SCRIPT_TOO_LARGE,
            "With " + place + " the changelog holds more than " + limit + " bytes.")
        .with("file", place);
  }

  static TaidonException notFound(String place) {
    return TaidonException.of(ErrorCode.FILE_NOT_FOUND, place + " does not exist.")
        .with("file", place);
  }

  private static TaidonException unplanned(String place) {
    return TaidonException.of(
            ErrorCode.INVALID_SCRIPT,
            "A changeset reads "
                + place
                + ", which cannot be known without a database, so it would not be part of any id.")
        .with("file", place)
        .remedy(
            "Declare the types of all columns in loadData, so that the planner finds the file.");
  }

  /** A file that is there. */
  private final class Found extends AbstractResource {
    private final String place;

    Found(String path, String place) {
      super(path, look.place(place).toUri());
      this.place = place;
    }

    @Override
    public InputStream openInputStream() throws IOException {
      return open(getPath(), place);
    }

    @Override
    public boolean exists() {
      return look.file(place).isPresent();
    }

    @Override
    public Resource resolve(String other) {
      return sibling(resolvePath(other));
    }

    @Override
    public Resource resolveSibling(String other) {
      return sibling(resolveSiblingPath(other));
    }

    private Resource sibling(String path) {
      try {
        return WorkspaceResources.this.get(path);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
