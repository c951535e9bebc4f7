package io.taidon.runner.source;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;
import org.eclipse.jgit.transport.sshd.SshdSessionFactoryBuilder;

/** How a repository is reached: by which schemes, and with which credentials. */
final class GitAccess {
  private static final Pattern SCHEMES = Pattern.compile("(?i)(https?|ssh|git)://.+");
  private static final int MAX_REASON_CHARS = 300;

  private final String url;
  private final GitCredentials credentials;

  GitAccess(String url, GitCredentials credentials) {
    this.url = url;
    this.credentials = credentials;
  }

  /** No {@code file:}, which would be a file of the pod. */
  void requireKnownScheme() {
    if (!SCHEMES.matcher(url).matches()) {
      throw TaidonException.of(
          ErrorCode.SOURCE_UNAVAILABLE,
          "The repository's address does not begin with https, http, ssh or git.");
    }
  }

  void configure(Transport transport) {
    credentials
        .password()
        .ifPresent(password ->
            transport.setCredentialsProvider(
                new UsernamePasswordCredentialsProvider(
                    credentials.username().orElse("git"), password)));
    if (transport instanceof SshTransport ssh) {
      ssh.setSshSessionFactory(ssh());
    }
  }

  /** Only the given key and the given servers: nothing of a home directory counts. */
  private SshdSessionFactory ssh() {
    if (credentials.identity().isEmpty() || credentials.knownHosts().isEmpty()) {
      throw TaidonException.of(
              ErrorCode.SOURCE_UNAVAILABLE,
              "A repository over SSH needs the keys `identity` and `known_hosts` in the Secret of"
                  + " the source.")
          .remedy("Create them, for example from ssh-keygen and ssh-keyscan.");
    }
    File home = emptyHome();
    List<Path> identity = List.of(credentials.identity().get());
    List<Path> knownHosts = List.of(credentials.knownHosts().get());
    return new SshdSessionFactoryBuilder()
        .setHomeDirectory(home)
        .setSshDirectory(home)
        .setPreferredAuthentications("publickey")
        .setConfigFile(_ -> null)
        .setDefaultIdentities(_ -> identity)
        .setDefaultKnownHostsFiles(_ -> knownHosts)
        .build(null);
  }

  private static File emptyHome() {
    try {
      return Files.createTempDirectory("ssh").toFile();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether trying in another way would be of no use. */
  boolean isRefused(Exception failure) {
    String reason = reason(failure);
    return reason.contains("not authorized")
        || reason.contains("Authentication")
        || reason.contains("Auth fail")
        || reason.contains("not found");
  }

  /** Why the server did not give it, without what is nobody's business. */
  String reason(Exception failure) {
    Throwable shown =
        failure.getCause() instanceof org.eclipse.jgit.errors.TransportException inner
            ? inner
            : failure;
    String reason = Redacted.text(shown, url);
    String prefix = Redacted.url(url) + ": ";
    reason = reason.startsWith(prefix) ? reason.substring(prefix.length()) : reason;
    for (Optional<String> secret : List.of(credentials.password(), credentials.username())) {
      if (secret.isPresent() && !secret.get().isEmpty()) {
        reason = reason.replace(secret.get(), "...");
      }
    }
    reason = reason.endsWith(".") ? reason.substring(0, reason.length() - 1) : reason;
    return reason.length() > MAX_REASON_CHARS ? reason.substring(0, MAX_REASON_CHARS) : reason;
  }
}
