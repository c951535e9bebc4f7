package io.taidon.gateway.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * A certificate that was read, was found to fit its key, and can be served.
 *
 * @param context reference-counted if it is OpenSSL's
 */
record ServedCertificate(
    SslContext context, X509Certificate certificate, Optional<byte[]> serverEndPoint) {

  /** OpenSSL where its library loads: it is faster and leaner than Java's own. */
  static SslProvider provider() {
    return OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
  }

  /**
   * Reads the files.
   *
   * @throws TaidonException {@code FILE_UNREADABLE} or {@code INVALID_ARGUMENT} with the file and
   *     what is wrong with it
   */
  static ServedCertificate load(CertificateFiles files) {
    byte[] chainBytes = bytes(files.chain());
    byte[] keyBytes = bytes(files.key());
    List<X509Certificate> chain = chain(files.chain(), chainBytes);
    PrivateKey key =
        PrivateKeys.read(new String(keyBytes, StandardCharsets.ISO_8859_1))
            .orElseThrow(() ->
                TaidonException.of(
                        ErrorCode.INVALID_ARGUMENT,
                        "There is no usable private key in %s.".formatted(files.key()))
                    .remedy("Give an RSA or elliptic curve key in PEM, without a passphrase."));
    if (!belongs(key, chain.getFirst())) {
      throw TaidonException.of(
          ErrorCode.INVALID_ARGUMENT,
          "The key in %s is not that of the first certificate in %s."
              .formatted(files.key(), files.chain()));
    }
    try {
      SslContext context =
          SslContextBuilder.forServer(key, chain.toArray(X509Certificate[]::new))
              .sslProvider(provider())
              .protocols("TLSv1.3", "TLSv1.2")
              .applicationProtocolConfig(Alpn.config())
              .build();
      return new ServedCertificate(context, chain.getFirst(), EndPointBinding.of(chain.getFirst()));
    } catch (SSLException | IllegalArgumentException e) {
      throw TaidonException.of(
          ErrorCode.INVALID_ARGUMENT,
          "The certificate in %s cannot be served.".formatted(files.chain()),
          e);
    }
  }

  /** What tells whether the files have changed. */
  static byte[] fingerprint(CertificateFiles files) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(digest.digest(bytes(files.chain())));
      return digest.digest(bytes(files.key()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw TaidonException.of(
              ErrorCode.FILE_UNREADABLE, "The file %s cannot be read.".formatted(file), e)
          .with("file", file.toString());
    }
  }

  private static List<X509Certificate> chain(Path file, byte[] pem) {
    try {
      List<X509Certificate> chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (!chain.isEmpty()) {
        return chain;
      }
      throw new CertificateException("no certificate");
    } catch (CertificateException e) {
      throw TaidonException.of(
          ErrorCode.INVALID_ARGUMENT, "There is no usable certificate in %s.".formatted(file), e);
    }
  }

  /** Whether what the key signs is what the certificate verifies. */
  private static boolean belongs(PrivateKey key, X509Certificate certificate) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(new byte[] {1});
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(new byte[] {1});
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // keys of different kinds
    }
  }
}
