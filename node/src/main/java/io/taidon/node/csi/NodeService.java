package io.taidon.node.csi;

import io.grpc.stub.StreamObserver;
import io.taidon.node.csi.v1.NodeGetCapabilitiesRequest;
import io.taidon.node.csi.v1.NodeGetCapabilitiesResponse;
import io.taidon.node.csi.v1.NodeGetInfoRequest;
import io.taidon.node.csi.v1.NodeGetInfoResponse;
import io.taidon.node.csi.v1.NodeGrpc;
import io.taidon.node.csi.v1.NodePublishVolumeRequest;
import io.taidon.node.csi.v1.NodePublishVolumeResponse;
import io.taidon.node.csi.v1.NodeUnpublishVolumeRequest;
import io.taidon.node.csi.v1.NodeUnpublishVolumeResponse;
import io.taidon.node.csi.v1.VolumeCapability;
import io.taidon.node.name.Refusals;
import io.taidon.node.name.VolumeId;
import io.taidon.node.publish.Credentials;
import io.taidon.node.publish.Publisher;
import io.taidon.node.slot.Orders;
import io.taidon.node.slot.Target;
import java.nio.file.Path;

/** What a kubelet asks for: volumes, and no more volumes. */
final class NodeService extends NodeGrpc.NodeImplBase {
  private final Answers answers;
  private final String node;
  private final Path kubelet;
  private final Publisher publisher;

  NodeService(Answers answers, String node, Path kubelet, Publisher publisher) {
    this.answers = answers;
    this.node = node;
    this.kubelet = kubelet;
    this.publisher = publisher;
  }

  @Override
  public void nodePublishVolume(
      NodePublishVolumeRequest request, StreamObserver<NodePublishVolumeResponse> observer) {
    answers.give(
        "publish",
        observer,
        () -> {
          refuseWhatCannotBe(request);
          publisher.publish(
              Orders.read(
                  kubelet,
                  request.getVolumeId(),
                  request.getTargetPath(),
                  request.getVolumeContextMap()),
              Credentials.of(request.getSecretsMap()));
          return NodePublishVolumeResponse.getDefaultInstance();
        });
  }

  private static void refuseWhatCannotBe(NodePublishVolumeRequest request) {
    VolumeCapability capability = request.getVolumeCapability();
    if (request.getReadonly()) {
      throw Refusals.invalid(
          "The volume cannot be read-only: PostgreSQL writes to its data directory.");
    }
    if (capability.hasBlock()) {
      throw Refusals.invalid("The volume is a directory, not a block device.");
    }
    if (!capability.getMount().getFsType().isEmpty()) {
      throw Refusals.invalid("The volume has the pool's file system: leave fsType out.");
    }
    if (capability.getMount().getMountFlagsCount() > 0) {
      throw Refusals.invalid("The volume takes no mount options.");
    }
  }

  @Override
  public void nodeUnpublishVolume(
      NodeUnpublishVolumeRequest request, StreamObserver<NodeUnpublishVolumeResponse> observer) {
    answers.give(
        "unpublish",
        observer,
        () -> {
          publisher.unpublish(
              new VolumeId(request.getVolumeId()), Target.parse(kubelet, request.getTargetPath()));
          return NodeUnpublishVolumeResponse.getDefaultInstance();
        });
  }

  @Override
  public void nodeGetCapabilities(
      NodeGetCapabilitiesRequest request, StreamObserver<NodeGetCapabilitiesResponse> observer) {
    answers.give("info", observer, NodeGetCapabilitiesResponse::getDefaultInstance);
  }

  @Override
  public void nodeGetInfo(
      NodeGetInfoRequest request, StreamObserver<NodeGetInfoResponse> observer) {
    answers.give("info", observer, () -> NodeGetInfoResponse.newBuilder().setNodeId(node).build());
  }
}
