package io.taidon.gateway.tls;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.security.spec.PSSParameterSpec;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The channel binding {@code tls-server-end-point} (RFC 5929, section 4.1). */
public final class EndPointBinding {
  private static final Pattern HASH = Pattern.compile("SHA(3-)?-?([0-9]{3}|1)");

  private EndPointBinding() {}

  /**
   * The hash of a certificate by the hash function of its signature, or by SHA-256 where that is
   * MD5 or SHA-1. Empty if the signature uses none, as Ed25519: the RFC leaves that undefined, and
   * PostgreSQL offers no binding then.
   */
  public static Optional<byte[]> of(X509Certificate certificate) {
    return hashName(certificate).map(name -> digest(name, certificate));
  }

  private static Optional<String> hashName(X509Certificate certificate) {
    String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
    if (algorithm.equals("RSASSA-PSS")) {
      return pssHash(certificate).flatMap(EndPointBinding::strengthened);
    }
    int with = algorithm.indexOf("WITH");
    return with < 0 ? Optional.empty() : strengthened(algorithm.substring(0, with));
  }

  private static Optional<String> strengthened(String hash) {
    if (hash.equalsIgnoreCase("MD5")) {
      return Optional.of("SHA-256");
    }
    Matcher parts = HASH.matcher(hash.toUpperCase(Locale.ROOT));
    if (!parts.matches()) {
      return Optional.empty();
    }
    if (parts.group(2).equals("1")) {
      return Optional.of("SHA-256");
    }
    return Optional.of((parts.group(1) == null ? "SHA-" : "SHA3-") + parts.group(2));
  }

  private static Optional<String> pssHash(X509Certificate certificate) {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
      parameters.init(certificate.getSigAlgParams());
      return Optional.of(parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm());
    } catch (GeneralSecurityException | java.io.IOException e) {
      return Optional.empty(); // a signature that says nothing of its hash binds nothing
    }
  }

  private static byte[] digest(String name, X509Certificate certificate) {
    try {
      return MessageDigest.getInstance(name).digest(certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-2 and SHA-3", e);
    }
  }
}
