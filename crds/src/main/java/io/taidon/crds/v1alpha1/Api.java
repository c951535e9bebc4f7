package io.taidon.crds.v1alpha1;

/** Names that every part of the product writes the same way. */
public final class Api {
  public static final String GROUP = "taidon.io";
  public static final String VERSION = "v1alpha1";

  /** The category: {@code kubectl get taidon} lists all kinds. */
  public static final String CATEGORY = "taidon";

  /** The CSI driver of the node plugin. */
  public static final String CSI_DRIVER = "state.taidon.io";

  /** Label on pods, Secrets and StateSnapshots: the name of the object they serve. */
  public static final String LABEL_JOB = "taidon.io/prepare-job";

  public static final String LABEL_INSTANCE = "taidon.io/instance";

  /** Label on pods: what they are for, {@code plan}, {@code build} or {@code instance}. */
  public static final String LABEL_ROLE = "taidon.io/role";

  /**
   * Label on pods that have to reach a network to fetch their source; its value is {@code source}.
   */
  public static final String LABEL_EGRESS = "taidon.io/egress";

  public static final String EGRESS_SOURCE = "source";

  /**
   * Annotation on StateSnapshots, and on PrepareJobs for the state that they led to: it is never
   * evicted. Any value; people write there why.
   */
  public static final String ANNOTATION_PIN = "taidon.io/pin";

  /** Finalizer on StateSnapshots: node plugins still hold copies in their pools. */
  public static final String FINALIZER_POOL = "taidon.io/pool";

  /** Finalizer on DbInstances: a node plugin still holds the data. */
  public static final String FINALIZER_DATA = "taidon.io/data";

  /**
   * Field managers of server-side apply. The gateway's and node's have the replica's or node's name
   * after them.
   */
  public static final String MANAGER_OPERATOR = "taidon-operator";

  /** Of what the operator's cache decides about StateSnapshots. */
  public static final String MANAGER_CACHE = "taidon-operator-cache";

  /** Of what the operator counts of StateSnapshots: uses, and what building them took. */
  public static final String MANAGER_WORTH = "taidon-operator-worth";

  public static final String MANAGER_GATEWAY = "taidon-gateway-";
  public static final String MANAGER_NODE = "taidon-node-";

  /** The role of an instance's owner, a superuser. */
  public static final String ROLE_OWNER = "sqlrs";

  /** The role of an instance with {@code access: ReadOnly}, whose server is a standby. */
  public static final String ROLE_READER = "sqlrs_reader";

  /** The port of the server in an instance's pod. */
  public static final int SERVER_PORT = 5432;

  private Api() {}
}
