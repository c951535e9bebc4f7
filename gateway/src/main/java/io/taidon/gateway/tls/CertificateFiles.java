package io.taidon.gateway.tls;

import java.nio.file.Path;

/**
 * A certificate and its key, in PEM.
 *
 * @param chain the certificate, then those that lead to a root
 * @param key the private key, without a passphrase: PKCS #8, PKCS #1 or SEC 1
 */
public record CertificateFiles(Path chain, Path key) {}
