package io.taidon.e2e.source;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.KeyToPathBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.taidon.e2e.cluster.Patience;
import io.taidon.e2e.cluster.TestNamespace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.internal.storage.dfs.DfsRepositoryDescription;
import org.eclipse.jgit.internal.storage.dfs.InMemoryRepository;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.transport.BundleWriter;

/**
 * A git repository that is served inside the cluster, over the git protocol.
 *
 * @param url how pods reach it
 * @param commit the commit at its branch {@code main}
 */
public record GitServer(String url, String commit) {
  private static final String NAME = "git";
  private static final int PORT = 9418;
  private static final String CLASS = GitDaemon.class.getName().replace('.', '/') + ".class";

  /** Serves one commit with these files in a namespace. */
  public static GitServer start(TestNamespace in, String runnerImage, Map<String, byte[]> files) {
    try (InMemoryRepository repository =
        new InMemoryRepository(new DfsRepositoryDescription("e2e"))) {
      ObjectId commit = commit(repository, files);
      serve(in, runnerImage, bundle(repository, commit));
      return new GitServer("git://" + NAME + "." + in.name() + ".svc/shop.git", commit.name());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ObjectId commit(InMemoryRepository repository, Map<String, byte[]> files)
      throws IOException {
    try (ObjectInserter objects = repository.newObjectInserter()) {
      DirCacheBuilder tree = DirCache.newInCore().builder();
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        DirCacheEntry entry = new DirCacheEntry(file.getKey());
        entry.setFileMode(FileMode.REGULAR_FILE);
        entry.setObjectId(objects.insert(Constants.OBJ_BLOB, file.getValue()));
        tree.add(entry);
      }
      tree.finish();
      CommitBuilder commit = new CommitBuilder();
      commit.setTreeId(tree.getDirCache().writeTree(objects));
      commit.setAuthor(new PersonIdent("e2e", "e2e@example.com"));
      commit.setCommitter(new PersonIdent("e2e", "e2e@example.com"));
      commit.setMessage("Scripts");
      ObjectId id = objects.insert(commit);
      objects.flush();
      RefUpdate main = repository.updateRef("refs/heads/main");
      main.setNewObjectId(id);
      main.update();
      return id;
    }
  }

  private static byte[] bundle(InMemoryRepository repository, ObjectId commit) throws IOException {
    BundleWriter writer = new BundleWriter(repository);
    writer.include("refs/heads/main", commit);
    writer.include(Constants.HEAD, commit);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writer.writeBundle(NullProgressMonitor.INSTANCE, bytes);
    return bytes.toByteArray();
  }

  private static void serve(TestNamespace in, String image, byte[] bundle) throws IOException {
    in.create(
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName(NAME)
            .endMetadata()
            .addToBinaryData("bundle", Base64.getEncoder().encodeToString(bundle))
            .addToBinaryData("class", Base64.getEncoder().encodeToString(daemonClass()))
            .build());
    in.create(
        new PodBuilder()
            .withNewMetadata()
            .withName(NAME)
            .addToLabels("app", NAME)
            .endMetadata()
            .withNewSpec()
            .withAutomountServiceAccountToken(false)
            .withTerminationGracePeriodSeconds(1L)
            .addNewContainer()
            .withName("daemon")
            .withImage(image)
            .withImagePullPolicy("IfNotPresent")
            .withCommand(
                "/opt/taidon/java/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-Duser.home=/tmp",
                "-cp",
                "/git:/opt/taidon/lib/*",
                GitDaemon.class.getName(),
                "/git/repository.bundle",
                "/tmp/repository.git",
                Integer.toString(PORT))
            .withNewReadinessProbe()
            .withNewTcpSocket()
            .withNewPort(PORT)
            .endTcpSocket()
            .withPeriodSeconds(1)
            .endReadinessProbe()
            .addNewVolumeMount()
            .withName("git")
            .withMountPath("/git")
            .endVolumeMount()
            .endContainer()
            .addNewVolume()
            .withName("git")
            .withNewConfigMap()
            .withName(NAME)
            .withItems(
                new KeyToPathBuilder().withKey("bundle").withPath("repository.bundle").build(),
                new KeyToPathBuilder().withKey("class").withPath(CLASS).build())
            .endConfigMap()
            .endVolume()
            .endSpec()
            .build());
    in.create(
        new ServiceBuilder()
            .withNewMetadata()
            .withName(NAME)
            .endMetadata()
            .withNewSpec()
            .addToSelector("app", NAME)
            .addNewPort()
            .withPort(PORT)
            .endPort()
            .endSpec()
            .build());
    in.client()
        .pods()
        .inNamespace(in.name())
        .withName(NAME)
        .waitUntilReady(Patience.limit().toSeconds(), TimeUnit.SECONDS);
  }

  private static byte[] daemonClass() throws IOException {
    try (InputStream bytes =
        Objects.requireNonNull(GitDaemon.class.getClassLoader().getResourceAsStream(CLASS))) {
      return bytes.readAllBytes();
    }
  }
}
