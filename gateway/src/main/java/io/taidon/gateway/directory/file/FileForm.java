package io.taidon.gateway.directory.file;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The directory's file as it is written: JSON.
 *
 * @param instances all there are
 */
record FileForm(@JsonProperty(required = true) List<InstanceForm> instances) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  FileForm {
    instances = List.copyOf(instances); // refuses nulls, here and below, as what is malformed
  }

  /**
   * An instance.
   *
   * @param names other references to it
   * @param address {@code host:port}, or the path of a Unix socket
   * @param login {@code scram}, the standard, or {@code trust}
   * @param tls how the server is verified; without it, plain text
   * @param database what a client gets that named only the instance
   */
  record InstanceForm(
      @JsonProperty(required = true) String id,
      @JsonProperty(required = true) String address,
      @JsonProperty @Nullable List<String> names,
      @JsonProperty @Nullable String login,
      @JsonProperty @Nullable TlsForm tls,
      @JsonProperty @Nullable String database,
      @JsonProperty @Nullable Integer maxSessions,
      @JsonProperty @Nullable List<RoleForm> roles) {
    InstanceForm {
      Objects.requireNonNull(id);
      Objects.requireNonNull(address);
      names = names == null ? List.of() : List.copyOf(names);
      roles = roles == null ? List.of() : List.copyOf(roles);
    }
  }

  /**
   * Verification of a server.
   *
   * @param roots a PEM file; without it, the roots of the Java platform
   * @param name what the certificate must be for; without it, the host of the address
   */
  record TlsForm(@JsonProperty @Nullable String roots, @JsonProperty @Nullable String name) {}

  /**
   * A role that may log in.
   *
   * @param verifier as in {@code pg_authid.rolpassword}; without it there is no password
   * @param clientKey in base 64, for logins with a token where the instance wants SCRAM
   * @param serverKey in base 64, likewise
   * @param readOnly whether the server lets it write nothing
   * @param readOnlyAs the role that tokens for reading get instead of this one
   */
  record RoleForm(
      @JsonProperty(required = true) String name,
      @JsonProperty @Nullable String verifier,
      @JsonProperty @Nullable String clientKey,
      @JsonProperty @Nullable String serverKey,
      @JsonProperty @Nullable Boolean readOnly,
      @JsonProperty @Nullable String readOnlyAs) {
    RoleForm {
      Objects.requireNonNull(name);
    }

    @Override
    public String toString() {
      return "RoleForm " + name;
    }
  }

  /**
   * Reads it.
   *
   * @throws TaidonException {@code CONFIG_CORRUPT} with the line
   */
  static FileForm parse(String json) {
    try {
      return JSON.readValue(json, FileForm.class);
    } catch (JsonProcessingException e) {
      // Not the cause, nor its message: they quote the file, which may hold keys.
      String place = e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr();
      throw TaidonException.of(
              ErrorCode.CONFIG_CORRUPT,
              "The directory's file is not of the right form" + place + ".")
          .remedy("docs/gateway.md shows the form.");
    }
  }
}
