package io.taidon.gateway.cancel;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What is inside the cancel key of a protocol 3.2 session, sealed with AES-GCM. At most 98 bytes of
 * the 256 that the protocol allows (PostgreSQL documentation, "BackendKeyData").
 *
 * @param gateway which gateway made it; that one looks the session up and needs nothing else
 * @param session tells sessions apart that had the same pid one after the other
 * @param process for the other gateways; empty where the server has no address on a network
 */
record SealedKey(long gateway, int session, Optional<CancelTarget.Process> process) {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int MOST_BYTES = 64;

  /** Seals and opens. Thread-safe. */
  static final class Sealer {
    private static final SecureRandom RANDOM = new SecureRandom();
    private final SecretKeySpec key;

    Sealer(byte[] secret) {
      this.key = new SecretKeySpec(secret, "AES");
    }

    byte[] seal(int pid, SealedKey content) {
      return seal(session(pid), content.bytes());
    }

    /** The content, if the key was sealed with our secret for this pid. */
    Optional<SealedKey> open(int pid, byte[] sealed) {
      return open(session(pid), sealed).flatMap(content -> parse(ByteBuffer.wrap(content)));
    }

    /** A short key, for another gateway. */
    byte[] sealForward(int pid, byte[] shortKey) {
      return seal(forward(pid), shortKey);
    }

    /** The short key that another gateway passes on, if this is one. */
    Optional<byte[]> openForward(int pid, byte[] sealed) {
      return sealed.length == NONCE_BYTES + SessionKeys.SHORT_KEY_BYTES + TAG_BITS / 8
          ? open(forward(pid), sealed)
          : Optional.empty();
    }

    /** What is authenticated with it, so that one kind cannot be taken for the other. */
    private static byte[] session(int pid) {
      return ByteBuffer.allocate(4).putInt(pid).array();
    }

    private static byte[] forward(int pid) {
      return ByteBuffer.allocate(5).putInt(pid).put((byte) 'F').array();
    }

    private byte[] seal(byte[] context, byte[] content) {
      byte[] nonce = new byte[NONCE_BYTES];
      RANDOM.nextBytes(nonce);
      try {
        byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(content);
        return ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has AES-GCM", e);
      }
    }

    private Optional<byte[]> open(byte[] context, byte[] sealed) {
      if (sealed.length <= NONCE_BYTES + TAG_BITS / 8) {
        return Optional.empty();
      }
      try {
        byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
        return Optional.of(
            cipher(Cipher.DECRYPT_MODE, nonce, context)
                .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES));
      } catch (AEADBadTagException e) {
        return Optional.empty();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has AES-GCM", e);
      }
    }

    private Cipher cipher(int mode, byte[] nonce, byte[] context) throws GeneralSecurityException {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(context);
      return cipher;
    }
  }

  private byte[] bytes() {
    ByteBuffer bytes = ByteBuffer.allocate(MOST_BYTES + 256).putLong(gateway).putInt(session);
    process.ifPresent(at -> {
      InetSocketAddress address = (InetSocketAddress) at.address();
      byte[] host = address.getAddress().getAddress();
      bytes.put((byte) host.length).put(host).putShort((short) address.getPort());
      bytes.putInt(at.pid()).put((byte) at.key().length).put(at.key());
    });
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private static Optional<SealedKey> parse(ByteBuffer bytes) {
    try {
      long gateway = bytes.getLong();
      int session = bytes.getInt();
      return Optional.of(
          new SealedKey(
              gateway,
              session,
              bytes.hasRemaining() ? Optional.of(process(bytes)) : Optional.empty()));
    } catch (BufferUnderflowException | UnknownHostException e) {
      return Optional.empty(); // sealed by a gateway of another version
    }
  }

  private static CancelTarget.Process process(ByteBuffer bytes) throws UnknownHostException {
    byte[] host = new byte[bytes.get() & 0xff];
    bytes.get(host);
    int port = bytes.getShort() & 0xffff;
    int pid = bytes.getInt();
    byte[] key = new byte[bytes.get() & 0xff];
    bytes.get(key);
    return new CancelTarget.Process(
        new InetSocketAddress(InetAddress.getByAddress(host), port), pid, key, Optional.empty());
  }
}
