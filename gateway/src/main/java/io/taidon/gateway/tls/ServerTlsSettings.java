package io.taidon.gateway.tls;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What is served to whom.
 *
 * @param standard for every server name without a certificate of its own, and for clients that send
 *     none
 * @param byServerName by name, {@code db.example.com} or {@code *.db.example.com}
 */
public record ServerTlsSettings(
    CertificateFiles standard, Map<String, CertificateFiles> byServerName) {
  public ServerTlsSettings {
    byServerName = Map.copyOf(byServerName);
  }

  /** All files. */
  public List<Path> files() {
    return Stream.concat(Stream.of(standard), byServerName.values().stream())
        .flatMap(files -> Stream.of(files.chain(), files.key()))
        .distinct()
        .toList();
  }

  /** One certificate for everybody. */
  public static ServerTlsSettings of(CertificateFiles files) {
    return new ServerTlsSettings(files, Map.of());
  }
}
