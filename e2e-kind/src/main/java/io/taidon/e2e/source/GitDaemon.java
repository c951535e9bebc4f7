package io.taidon.e2e.source;

import java.io.File;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.Daemon;
import org.eclipse.jgit.transport.resolver.RepositoryResolver;

/**
 * Serves one repository over the git protocol, from a bundle. It runs in a pod of the runner's
 * image, which has JGit; so it needs no other class of ours.
 */
public final class GitDaemon {
  private GitDaemon() {}

  /** Arguments: the bundle, a directory for the repository, and the port. */
  public static void main(String[] args) throws Exception {
    File directory = Path.of(args[1]).toFile();
    try (Git git =
        Git.cloneRepository()
            .setURI(Path.of(args[0]).toUri().toString())
            .setMirror(true)
            .setBare(true)
            .setDirectory(directory)
            .call()) {
      Repository repository = git.getRepository();
      RepositoryResolver<org.eclipse.jgit.transport.DaemonClient> everyName =
          (_, _) -> {
            repository.incrementOpen();
            return repository;
          };
      Daemon daemon = new Daemon(new InetSocketAddress(Integer.parseInt(args[2])));
      daemon.setRepositoryResolver(everyName);
      daemon.getService("git-upload-pack").setEnabled(true);
      daemon.start();
      Runtime.getRuntime().addShutdownHook(new Thread(daemon::stop));
      new CountDownLatch(1).await();
    }
  }
}
