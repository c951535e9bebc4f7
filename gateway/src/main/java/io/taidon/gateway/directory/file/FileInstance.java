package io.taidon.gateway.directory.file;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.core.scram.ScramKeys;
import io.taidon.core.scram.ScramVerifier;
import io.taidon.gateway.directory.Access;
import io.taidon.gateway.directory.Availability;
import io.taidon.gateway.directory.BackendLogin;
import io.taidon.gateway.directory.Endpoint;
import io.taidon.gateway.directory.EndpointTls;
import io.taidon.gateway.directory.Instance;
import io.taidon.gateway.directory.InstanceReference;
import io.taidon.gateway.directory.TokenLogin;
import io.taidon.gateway.directory.file.FileForm.InstanceForm;
import io.taidon.gateway.directory.file.FileForm.RoleForm;
import io.taidon.gateway.directory.file.FileForm.TlsForm;
import io.taidon.gateway.tls.BackendTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** One instance of the file, checked. Immutable. */
record FileInstance(
    Instance instance,
    Endpoint endpoint,
    List<InstanceReference> references,
    Map<String, Role> roles) {
  private static final int KEY_BYTES = 32;
  private static final long MOST_ROOTS_BYTES = 1L << 20;
  private static final String STANDARD_DATABASE = "postgres";

  /** A role that may log in. */
  record Role(
      String name,
      Optional<ScramVerifier> verifier,
      Optional<ScramKeys> keys,
      boolean readOnly,
      Optional<String> readOnlyAs) {}

  /**
   * Checks it. Looks up the host's address, so it may wait.
   *
   * @throws TaidonException {@code CONFIG_CORRUPT} with the instance and what is wrong
   */
  static FileInstance of(InstanceForm form) {
    Map<String, Role> roles = new HashMap<>();
    for (RoleForm role : orNone(form.roles())) {
      if (roles.put(role.name(), role(form.id(), role)) != null) {
        throw corrupt(form.id(), "has the role \"" + role.name() + "\" twice");
      }
    }
    Endpoint endpoint = new Endpoint(address(form), login(form), tls(form));
    int most = Objects.requireNonNullElse(form.maxSessions(), Integer.MAX_VALUE);
    if (most < 1) {
      throw corrupt(form.id(), "has a maxSessions below 1");
    }
    Instance instance =
        new Instance(
            form.id(),
            new Availability.Running(endpoint),
            Objects.requireNonNullElse(form.database(), STANDARD_DATABASE),
            Optional.empty(),
            form.maxSessions() == null ? OptionalInt.empty() : OptionalInt.of(most));
    return new FileInstance(instance, endpoint, references(form), Map.copyOf(roles));
  }

  Optional<ScramVerifier> verifier(String role) {
    return Optional.ofNullable(roles.get(role)).flatMap(Role::verifier);
  }

  Optional<TokenLogin> tokenLogin(String role, Access access) {
    Optional<Role> named = Optional.ofNullable(roles.get(role));
    Optional<Role> effective =
        switch (access) {
          case READ_WRITE -> named.filter(found -> !found.readOnly());
          case READ_ONLY ->
              named
                  .flatMap(found -> found.readOnly() ? named : found.readOnlyAs().map(roles::get))
                  .filter(Role::readOnly);
        };
    boolean trusted = endpoint.login() instanceof BackendLogin.Trusted;
    return effective
        .filter(found -> trusted || found.keys().isPresent())
        .map(found -> new TokenLogin(found.name(), trusted ? Optional.empty() : found.keys()));
  }

  private static Role role(String id, RoleForm form) {
    Optional<ScramVerifier> verifier =
        Optional.ofNullable(form.verifier())
            .map(text ->
                ScramVerifier.parse(text)
                    .orElseThrow(
                        () -> corrupt(id, "has a role whose verifier is not SCRAM-SHA-256")));
    if ((form.clientKey() == null) != (form.serverKey() == null)) {
      throw corrupt(id, "has a role with one of clientKey and serverKey");
    }
    Optional<ScramKeys> keys =
        form.clientKey() == null || form.serverKey() == null
            ? Optional.empty()
            : Optional.of(new ScramKeys(key(id, form.clientKey()), key(id, form.serverKey())));
    return new Role(
        form.name(),
        verifier,
        keys,
        Boolean.TRUE.equals(form.readOnly()),
        Optional.ofNullable(form.readOnlyAs()));
  }

  private static byte[] key(String id, String base64) {
    try {
      byte[] key = Base64.getDecoder().decode(base64);
      if (key.length == KEY_BYTES) {
        return key;
      }
    } catch (IllegalArgumentException e) {
      // Said below; the cause quotes the key.
    }
    throw corrupt(id, "has a role with a key that is not 32 bytes in base 64");
  }

  private static List<InstanceReference> references(InstanceForm form) {
    List<InstanceReference> references = new ArrayList<>();
    references.add(reference(form.id(), form.id()));
    for (String name : orNone(form.names())) {
      references.add(reference(form.id(), name));
    }
    return List.copyOf(references);
  }

  private static InstanceReference reference(String id, String text) {
    return InstanceReference.parse(text)
        .orElseThrow(() ->
            corrupt(
                id,
                "has a name that is not lower-case letters, digits and hyphens, as DNS labels"
                    + " are"));
  }

  private static BackendLogin login(InstanceForm form) {
    String login = Objects.requireNonNullElse(form.login(), "scram");
    return switch (login) {
      case "scram" -> new BackendLogin.Scram();
      case "trust" -> new BackendLogin.Trusted();
      default -> throw corrupt(form.id(), "has a login other than scram and trust");
    };
  }

  private static Optional<EndpointTls> tls(InstanceForm form) {
    TlsForm tls = form.tls();
    if (tls == null) {
      return Optional.empty();
    }
    if (form.address().startsWith("/")) {
      throw corrupt(form.id(), "wants TLS on a Unix socket");
    }
    Optional<String> roots = Optional.ofNullable(tls.roots()).map(file -> roots(form.id(), file));
    String host = form.address().substring(0, form.address().lastIndexOf(':'));
    return Optional.of(new EndpointTls(Objects.requireNonNullElse(tls.name(), host), roots));
  }

  private static String roots(String id, String file) {
    try {
      Path path = Path.of(file);
      if (Files.size(path) > MOST_ROOTS_BYTES) {
        throw corrupt(id, "has a file of roots that is larger than 1 MiB");
      }
      String pem = Files.readString(path, StandardCharsets.ISO_8859_1);
      BackendTls.verifyFull(Optional.of(pem)).close();
      return pem;
    } catch (IOException | InvalidPathException e) {
      throw corrupt(id, "has a file of roots that cannot be read");
    } catch (TaidonException e) {
      throw e.code() == ErrorCode.CONFIG_CORRUPT
          ? e
          : corrupt(id, "has a file of roots that holds no certificates in PEM");
    }
  }

  private static SocketAddress address(InstanceForm form) {
    String text = form.address();
    if (text.startsWith("/")) {
      return UnixDomainSocketAddress.of(text);
    }
    int colon = text.lastIndexOf(':');
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (colon > 0 && port > 0 && port <= 65535) {
        return new InetSocketAddress(InetAddress.getByName(text.substring(0, colon)), port);
      }
    } catch (NumberFormatException e) {
      // Said below.
    } catch (UnknownHostException e) {
      throw corrupt(form.id(), "has an address whose host is not known");
    }
    throw corrupt(form.id(), "has an address that is neither host:port nor a socket's path");
  }

  private static <T> List<T> orNone(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  private static TaidonException corrupt(String id, String what) {
    String shown = id.length() <= 64 ? id : id.substring(0, 64);
    return TaidonException.of(
            ErrorCode.CONFIG_CORRUPT,
            "The instance \"" + shown + "\" in the directory's file " + what + ".")
        .remedy("docs/gateway.md shows the form.");
  }
}
