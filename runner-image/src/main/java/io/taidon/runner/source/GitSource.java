package io.taidon.runner.source;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.treewalk.TreeWalk;

/**
 * A commit of a git repository, fetched alone where the server lets us. Files are written as they
 * are stored: no checkout, so no hooks, filters, line ends, submodules or large file storage.
 */
final class GitSource {
  private static final Pattern FULL_COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final long MAX_REPOSITORY_BYTES = 2L << 30;
  private static final int SILENCE_SECONDS = 60;
  private static final String WANTED = "refs/taidon/wanted";

  private final SourceOrder.Git order;
  private final GitAccess access;
  private final Path scratch;

  GitSource(SourceOrder.Git order, GitCredentials credentials, Path scratch) {
    this.order = order;
    this.access = new GitAccess(order.url(), credentials);
    this.scratch = scratch;
  }

  /**
   * Brings the files of the commit.
   *
   * @return the commit
   */
  String bring(Landing landing, Consumer<String> notes) throws IOException, InterruptedException {
    access.requireKnownScheme();
    QuietGit.install();
    Path directory = Files.createTempDirectory(scratch, "git");
    try {
      return TimeLimit.within(
          TimeLimit.OF_A_SOURCE,
          "The repository " + Redacted.url(order.url()),
          () -> bytes(directory) > MAX_REPOSITORY_BYTES,
          () -> bring(directory, landing, notes));
    } finally {
      delete(directory);
    }
  }

  private String bring(Path directory, Landing landing, Consumer<String> notes) throws IOException {
    try (Git git = Git.init().setBare(true).setGitDir(directory.toFile()).call()) {
      Repository repository = git.getRepository();
      ObjectId commit = fetch(repository);
      write(repository, commit, landing, notes);
      return commit.name();
    } catch (GitAPIException | TransportException | NotSupportedException e) {
      throw unavailable(e);
    }
  }

  private ObjectId fetch(Repository repository) throws IOException, GitAPIException {
    Optional<String> commit = order.ref().filter(ref -> FULL_COMMIT.matcher(ref).matches());
    if (commit.isPresent()) {
      return fetchCommit(repository, commit.get());
    }
    fetch(repository, 1, List.of(new RefSpec(fullName() + ":" + WANTED)));
    return wanted(repository);
  }

  /** Not every server gives out a commit by its name; then all branches and tags are fetched. */
  private ObjectId fetchCommit(Repository repository, String commit) throws IOException {
    try {
      fetch(repository, 1, List.of(new RefSpec(commit + ":" + WANTED)));
    } catch (TransportException e) {
      if (access.isRefused(e)) {
        throw e;
      }
      fetch(
          repository,
          0,
          List.of(
              new RefSpec("+refs/heads/*:refs/heads/*"), new RefSpec("+refs/tags/*:refs/tags/*")));
    }
    ObjectId id = ObjectId.fromString(commit);
    if (!repository.getObjectDatabase().has(id)) {
      throw TaidonException.of(
          ErrorCode.SOURCE_UNAVAILABLE,
          "The repository " + shown() + " has no commit " + commit + " in a branch or tag.");
    }
    return id;
  }

  private void fetch(Repository repository, int depth, List<RefSpec> refs) throws IOException {
    try (Transport transport = Transport.open(repository, uri())) {
      access.configure(transport);
      transport.setTimeout(SILENCE_SECONDS);
      transport.setTagOpt(TagOpt.NO_TAGS);
      if (depth > 0) {
        transport.setDepth(depth);
      }
      var unused = transport.fetch(NullProgressMonitor.INSTANCE, refs);
    }
  }

  /** What {@code git clone --branch} takes: a branch before a tag. */
  private String fullName() throws GitAPIException {
    Map<String, Ref> all =
        Git.lsRemoteRepository()
            .setRemote(order.url())
            .setTransportConfigCallback(access::configure)
            .setTimeout(SILENCE_SECONDS)
            .callAsMap();
    List<String> names =
        order
            .ref()
            .map(ref -> List.of(Constants.R_HEADS + ref, Constants.R_TAGS + ref, ref))
            .orElse(List.of(Constants.HEAD));
    return names.stream()
        .filter(all::containsKey)
        .findFirst()
        .orElseThrow(() ->
            TaidonException.of(
                    ErrorCode.SOURCE_UNAVAILABLE,
                    "The repository "
                        + shown()
                        + order
                            .ref()
                            .map(ref -> " has no branch or tag `" + ref + "`.")
                            .orElse(" has no default branch."))
                .remedy("Give a branch, a tag or a commit of 40 digits as ref."));
  }

  private static ObjectId wanted(Repository repository) throws IOException {
    ObjectId id = repository.resolve(WANTED + "^{commit}");
    if (id == null) {
      throw TaidonException.of(ErrorCode.SOURCE_UNAVAILABLE, "The ref does not name a commit.");
    }
    return id;
  }

  private static void write(
      Repository repository, ObjectId id, Landing landing, Consumer<String> notes)
      throws IOException {
    try (RevWalk commits = new RevWalk(repository);
        TreeWalk tree = new TreeWalk(repository)) {
      RevCommit commit = commits.parseCommit(id);
      int unused = tree.addTree(commit.getTree());
      tree.setRecursive(true);
      while (tree.next()) {
        write(tree, landing, notes);
      }
    }
  }

  private static void write(TreeWalk tree, Landing landing, Consumer<String> notes)
      throws IOException {
    String path = tree.getPathString();
    FileMode mode = tree.getFileMode(0);
    if (mode == FileMode.REGULAR_FILE || mode == FileMode.EXECUTABLE_FILE) {
      try (InputStream content = loader(tree).openStream()) {
        landing.file(path, content);
      }
    } else if (mode == FileMode.SYMLINK) {
      String target = new String(loader(tree).getBytes(1 << 12), StandardCharsets.UTF_8);
      if (!landing.link(path, target)) {
        notes.accept(path + " leads outside the repository and is left out.");
      }
    } else {
      notes.accept(path + " is a submodule and is left out.");
    }
  }

  private static ObjectLoader loader(TreeWalk tree) throws IOException {
    return tree.getObjectReader().open(tree.getObjectId(0), Constants.OBJ_BLOB);
  }

  private URIish uri() {
    try {
      return new URIish(order.url());
    } catch (java.net.URISyntaxException e) {
      throw TaidonException.of(
          ErrorCode.SOURCE_UNAVAILABLE, "The repository's address cannot be read.");
    }
  }

  private TaidonException unavailable(Exception failure) {
    return TaidonException.of(
            ErrorCode.SOURCE_UNAVAILABLE,
            "The repository " + shown() + " cannot be fetched: " + access.reason(failure) + ".")
        .remedy(
            "Check address and ref, and that the Secret of the source holds what the server asks"
                + " for.");
  }

  private String shown() {
    return Redacted.url(order.url());
  }

  private static long bytes(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException | UncheckedIOException e) {
      return 0; // Something went while we looked; the next look counts.
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (UncheckedIOException e) {
      // Gone with the pod.
    }
  }
}
