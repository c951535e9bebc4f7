package io.taidon.gateway.cancel;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The keys of all sessions here. A key alone finds its session: cancel requests come without a
 * name, mostly in plain text, and maybe to another gateway of the same home.
 *
 * <p>Clients of protocol 3.0 have 31 + 32 random bits. Those of 3.2 have a {@link SealedKey}, which
 * every gateway that shares the secret can open, so a cancel request works wherever it arrives and
 * no state is shared. Thread-safe.
 */
public final class SessionKeys {
  private static final SecureRandom RANDOM = new SecureRandom();
  static final int SHORT_KEY_BYTES = 4;

  private final SealedKey.Sealer sealer;
  private final long gateway = RANDOM.nextLong();
  private final Map<Integer, Entry> sessions = new ConcurrentHashMap<>();

  /**
   * Keys of one gateway.
   *
   * @param secret 32 bytes, the same for all gateways that clients cannot tell apart
   */
  public SessionKeys(byte[] secret) {
    this.sealer = new SealedKey.Sealer(secret);
  }

  /** 32 fresh random bytes. */
  public static byte[] newSecret() {
    byte[] secret = new byte[32];
    RANDOM.nextBytes(secret);
    return secret;
  }

  /**
   * Gives a session its key before it has a server.
   *
   * @param target asked when a cancel request comes, from any thread
   */
  public SessionKey issueShort(Supplier<CancelTarget> target) {
    byte[] key = new byte[SHORT_KEY_BYTES];
    RANDOM.nextBytes(key);
    return register(new Entry(ByteBuffer.wrap(key).getInt(), target), key);
  }

  /**
   * As {@link #issueShort}, for clients of protocol 3.2.
   *
   * @param process what another gateway is to cancel; empty if only this one can
   */
  public SessionKey issueLong(
      Supplier<CancelTarget> target, Optional<CancelTarget.Process> process) {
    Entry entry = new Entry(RANDOM.nextInt(), target);
    SessionKey plain = register(entry, new byte[0]);
    SealedKey content = new SealedKey(gateway, entry.secret, process);
    return new SessionKey(plain.pid(), sealer.seal(plain.pid(), content));
  }

  /** Whether a key is one of protocol 3.0, which only the gateway that made it knows. */
  static boolean isShort(byte[] key) {
    return key.length == SHORT_KEY_BYTES;
  }

  /** A short key in the form in which other gateways take it from us, and from nobody else. */
  byte[] forward(int pid, byte[] shortKey) {
    return sealer.sealForward(pid, shortKey);
  }

  /** The short key that another gateway passes on, if this is one. */
  Optional<byte[]> forwarded(int pid, byte[] key) {
    return sealer.openForward(pid, key);
  }

  /** Forgets a session. Idempotent. */
  public void revoke(SessionKey key) {
    sessions.remove(key.pid());
  }

  /** What a cancel request is for; empty if its key is not known. */
  public Optional<CancelTarget> find(int pid, byte[] key) {
    if (isShort(key)) {
      return here(pid, key);
    }
    return sealer
        .open(pid, key)
        .flatMap(content ->
            content.gateway() == gateway
                ? here(pid, ByteBuffer.allocate(4).putInt(content.session()).array())
                : content.process().map(CancelTarget.class::cast));
  }

  private Optional<CancelTarget> here(int pid, byte[] secret) {
    Entry entry = sessions.get(pid);
    if (entry == null) {
      return Optional.empty();
    }
    byte[] expected = ByteBuffer.allocate(SHORT_KEY_BYTES).putInt(entry.secret).array();
    return MessageDigest.isEqual(expected, secret)
        ? Optional.of(entry.target.get())
        : Optional.empty();
  }

  private SessionKey register(Entry entry, byte[] key) {
    while (true) {
      int pid = RANDOM.nextInt() & Integer.MAX_VALUE;
      if (pid != 0 && sessions.putIfAbsent(pid, entry) == null) {
        return new SessionKey(pid, key);
      }
    }
  }

  private record Entry(int secret, Supplier<CancelTarget> target) {}
}
