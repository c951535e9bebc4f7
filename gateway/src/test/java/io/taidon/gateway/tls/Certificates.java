package io.taidon.gateway.tls;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Certificates for tests, made anew each time. */
public final class Certificates {
  private Certificates() {}

  public static X509Bundle selfSigned(String name) {
    return selfSigned(name, Algorithm.ecp256);
  }

  public static X509Bundle selfSigned(String name, Algorithm algorithm) {
    try {
      return new CertificateBuilder()
          .algorithm(algorithm)
          .subject("CN=" + name)
          .addSanDnsName(name)
          .setIsCertificateAuthority(true)
          .notBefore(Instant.now().minus(Duration.ofDays(1)))
          .notAfter(Instant.now().plus(Duration.ofDays(30)))
          .buildSelfSigned();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes both files; what was there under the name is replaced. */
  public static CertificateFiles write(Path directory, String name, X509Bundle bundle) {
    CertificateFiles files =
        new CertificateFiles(directory.resolve(name + ".crt"), directory.resolve(name + ".key"));
    try {
      Files.writeString(files.chain(), bundle.getCertificatePathPEM());
      Files.writeString(files.key(), bundle.getPrivateKeyPEM());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }
}
