package io.taidon.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** How the instance is and how to reach it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DbInstanceStatus(
    @JsonPropertyDescription("The generation that this status is about.") Long observedGeneration,
    @JsonPropertyDescription("`Ready`: a client gets a row.") @Size(max = 8)
        List<Condition> conditions,
    @JsonPropertyDescription("The id of the state it started from.") @Size(max = 64) String stateId,
    @JsonPropertyDescription("The image of its server.") @Size(max = 512) String image,
    @JsonPropertyDescription("The gateway's host and port.") @Size(max = 300) String endpoint,
    @JsonPropertyDescription("The Secret with the DSN and the credentials.") NameRef secretRef,
    @JsonPropertyDescription("The node that holds its data.") @Size(max = 253) String node,
    @JsonPropertyDescription("The pod of its server while it runs.") NameRef podRef,
    @JsonPropertyDescription("The address that the gateway dials while it runs.") @Size(max = 300)
        String address,
    @JsonPropertyDescription("When it will be deleted.") @Size(max = 40) String expiryTime,
    @JsonPropertyDescription("When it was last stopped.") @Size(max = 40) String stopTime,
    @JsonPropertyDescription("Where the time of the last start went.") Timeline timeline,
    @JsonPropertyDescription(
            "Use through each gateway replica; each entry is written by its gateway.")
        @Size(max = 64)
        List<GatewayUse> use,
    @JsonPropertyDescription(
            "Where the server of the last start is, as its pod says it before Kubernetes does;"
                + " written by the node.")
        Announcement announcement) {

  /** What gateways say of its use. */
  public static DbInstanceStatus ofUse(List<GatewayUse> use) {
    return new DbInstanceStatus(
        null, null, null, null, null, null, null, null, null, null, null, null, use, null);
  }

  /** What the node says of its address. */
  public static DbInstanceStatus ofAnnouncement(Announcement announcement) {
    return new DbInstanceStatus(
        null, null, null, null, null, null, null, null, null, null, null, null, null, announcement);
  }

  /** Where the pod of one start says that it is. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Announcement(
      @JsonPropertyDescription(
              "The `timeline.requestTime` of the start that it is about; for another it means"
                  + " nothing.")
          @Size(max = 40)
          String requestTime,
      @JsonPropertyDescription(
              "The address that the gateway dials until `status.address` is known.")
          @Size(max = 300)
          String address) {}

  /** Milliseconds since the request for a start was seen. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Timeline(
      @JsonPropertyDescription("When the request was seen.") @Size(max = 40) String requestTime,
      @JsonPropertyDescription("The pod was bound to a node.") Long boundMillis,
      @JsonPropertyDescription("The state was cloned and mounted.") Long clonedMillis,
      @JsonPropertyDescription("The server was started.") Long startedMillis,
      @JsonPropertyDescription("The server answered a request for a connection.")
          Long answeredMillis) {}

  /** What one gateway replica sees of an instance. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record GatewayUse(
      @JsonPropertyDescription("The replica's name.") @Required @Size(min = 1, max = 253)
          String gateway,
      @JsonPropertyDescription("Open sessions.") Integer sessions,
      @JsonPropertyDescription("When a client last asked for something.") @Size(max = 40)
          String lastActivityTime,
      @JsonPropertyDescription("When a client that waits asked for a wake.") @Size(max = 40)
          String wakeTime,
      @JsonPropertyDescription("When the replica wrote this.") @Size(max = 40) String reportTime) {}
}
