package io.taidon.crds.v1alpha1;

import java.util.Set;

/**
 * Attributes of an inline ephemeral volume of the driver {@link Api#CSI_DRIVER}: what the operator
 * asks the node plugin for. What the kubelet adds (namespace, pod name and uid) is in the keys of
 * the CSI specification.
 */
public final class VolumeAttributes {
  /** {@code instance} or {@code build}. */
  public static final String PURPOSE = "taidon.io/purpose";

  public static final String PURPOSE_INSTANCE = "instance";
  public static final String PURPOSE_BUILD = "build";

  /** The id of the state to clone; absent for a build that begins with initdb. */
  public static final String STATE = "taidon.io/state";

  /** For an instance: the uid of its DbInstance, under which the data outlives its pods. */
  public static final String INSTANCE_UID = "taidon.io/instance-uid";

  /**
   * For a build: the ids of the states that it may seal, in order, separated by commas; the first
   * may be state 0. A seal out of order is refused.
   */
  public static final String SEALS = "taidon.io/seals";

  /** The class of pools to use; absent: the pool that holds the state, or the node's first. */
  public static final String STATE_CLASS = "taidon.io/state-class";

  /** The data directory inside the volume. */
  public static final String DATA_DIRECTORY = "pgdata";

  /** The directory inside the volume of an instance with a file for each of the credentials. */
  public static final String CREDENTIALS_DIRECTORY = "credentials";

  /**
   * The file in that directory into which the pod of an instance writes its address when it starts,
   * on a line.
   */
  public static final String ADDRESS_FILE = "address";

  /** The key of the SCRAM verifier in the Secret of an instance; the password no pod sees. */
  public static final String VERIFIER = "verifier";

  /** The key of the role, which says whether the server is for reading only. */
  public static final String ROLE = "role";

  /** The keys of the Secret of an instance's volume whose values its server gets to see. */
  public static final Set<String> CREDENTIALS = Set.of(VERIFIER, ROLE);

  /** The seal socket inside the volume of a build. */
  public static final String SEAL_SOCKET = "seal.sock";

  private VolumeAttributes() {}
}
