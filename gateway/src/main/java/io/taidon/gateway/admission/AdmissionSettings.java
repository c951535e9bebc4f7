package io.taidon.gateway.admission;

/**
 * How many may be in, and how fast they may come.
 *
 * @param unauthenticated sockets that have not logged in; one more closes the oldest of them
 * @param unauthenticatedPerAddress the same for one address; one more is refused
 * @param unauthenticatedPerTrustedAddress the same for an address that logged in not long ago
 * @param sessions of the gateway
 * @param sessionsPerInstance unless the directory says less
 * @param sessionsPerAddress of one address
 * @param pair of one address with one instance
 * @param address of one address with all instances
 * @param cancel of one network with cancel requests
 * @param remembered addresses, and pairs, and networks, that are kept in mind at once; as many
 *     again of those who logged in
 */
public record AdmissionSettings(
    int unauthenticated,
    int unauthenticatedPerAddress,
    int unauthenticatedPerTrustedAddress,
    int sessions,
    int sessionsPerInstance,
    int sessionsPerAddress,
    Limits pair,
    Limits address,
    Limits cancel,
    int remembered) {
  /** What suits a gateway that strangers can reach. */
  public static AdmissionSettings standard() {
    return new AdmissionSettings(
        1024,
        32,
        256,
        20_000,
        1_000,
        20_000,
        Limits.standardForPair(),
        Limits.standardForAddress(),
        Limits.standardForCancel(),
        100_000);
  }

  public AdmissionSettings withUnauthenticated(int most, int perAddress, int perTrustedAddress) {
    return new AdmissionSettings(
        most,
        perAddress,
        perTrustedAddress,
        sessions,
        sessionsPerInstance,
        sessionsPerAddress,
        pair,
        address,
        cancel,
        remembered);
  }

  public AdmissionSettings withSessions(int most, int perInstance, int perAddress) {
    return new AdmissionSettings(
        unauthenticated,
        unauthenticatedPerAddress,
        unauthenticatedPerTrustedAddress,
        most,
        perInstance,
        perAddress,
        pair,
        address,
        cancel,
        remembered);
  }

  public AdmissionSettings withLimits(Limits ofPair, Limits ofAddress, Limits ofCancel) {
    return new AdmissionSettings(
        unauthenticated,
        unauthenticatedPerAddress,
        unauthenticatedPerTrustedAddress,
        sessions,
        sessionsPerInstance,
        sessionsPerAddress,
        ofPair,
        ofAddress,
        ofCancel,
        remembered);
  }

  public AdmissionSettings withRemembered(int most) {
    return new AdmissionSettings(
        unauthenticated,
        unauthenticatedPerAddress,
        unauthenticatedPerTrustedAddress,
        sessions,
        sessionsPerInstance,
        sessionsPerAddress,
        pair,
        address,
        cancel,
        most);
  }
}
