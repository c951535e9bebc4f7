package io.taidon.gateway.tls;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads private keys. Java reads PKCS #8 only; PKCS #1 (RSA) and SEC 1 (elliptic curves), which
 * many tools write, are the same numbers without the frame around them, so we put them in it.
 */
final class PrivateKeys {
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN ((?:RSA |EC )?PRIVATE KEY)-----([^-]*)-----END \\1-----");
  private static final HexFormat HEX = HexFormat.of();

  /** AlgorithmIdentifier of rsaEncryption, RFC 8017, appendix C. */
  private static final byte[] RSA = HEX.parseHex("300d06092a864886f70d0101010500");

  /** The object identifier of id-ecPublicKey, RFC 5480, section 2.1.1. */
  private static final byte[] EC_PUBLIC_KEY = HEX.parseHex("06072a8648ce3d0201");

  /** Of secp256r1, secp384r1 and secp521r1, and how many bytes a key of each has. */
  private static final List<Curve> CURVES =
      List.of(
          new Curve(32, HEX.parseHex("06082a8648ce3d030107")),
          new Curve(48, HEX.parseHex("06052b81040022")),
          new Curve(66, HEX.parseHex("06052b81040023")));

  private static final byte[] VERSION_0 = {2, 1, 0};

  private PrivateKeys() {}

  /** The first private key in a PEM file; empty if there is none that can be read. */
  static Optional<PrivateKey> read(String pem) {
    Matcher found = PEM.matcher(pem);
    if (!found.find()) {
      return Optional.empty();
    }
    byte[] der;
    try {
      der = Base64.getMimeDecoder().decode(found.group(2));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    return switch (found.group(1)) {
      case "RSA PRIVATE KEY" -> ofPkcs8(framed(RSA, der), List.of("RSA"));
      case "EC PRIVATE KEY" -> curve(der).flatMap(c -> ofPkcs8(framed(c, der), List.of("EC")));
      default -> ofPkcs8(der, List.of("RSA", "EC", "EdDSA", "RSASSA-PSS"));
    };
  }

  private static Optional<PrivateKey> ofPkcs8(byte[] der, List<String> algorithms) {
    for (String algorithm : algorithms) {
      try {
        return Optional.of(
            KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der)));
      } catch (GeneralSecurityException e) {
        continue; // it is another one's
      }
    }
    return Optional.empty();
  }

  /**
   * The AlgorithmIdentifier of a SEC 1 key: {@code SEQUENCE { INTEGER 1, OCTET STRING key, ... }},
   * whose length tells the curve.
   */
  private static Optional<byte[]> curve(byte[] der) {
    int sequenceHeader = der.length > 1 && (der[1] & 0x80) != 0 ? 2 + (der[1] & 0x7f) : 2;
    int lengthAt = sequenceHeader + 3 + 1;
    if (der.length <= lengthAt) {
      return Optional.empty();
    }
    return CURVES.stream()
        .filter(curve -> curve.keyBytes() == der[lengthAt])
        .map(curve -> sequence(EC_PUBLIC_KEY, curve.identifier()))
        .findFirst();
  }

  /** PrivateKeyInfo of RFC 5208, section 5. */
  private static byte[] framed(byte[] algorithm, byte[] key) {
    return sequence(VERSION_0, algorithm, tagged(4, key));
  }

  private static byte[] sequence(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return tagged(0x30, all.toByteArray());
  }

  private static byte[] tagged(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else {
      out.write(0x82);
      out.write(content.length >>> 8);
      out.write(content.length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private record Curve(int keyBytes, byte[] identifier) {}
}
