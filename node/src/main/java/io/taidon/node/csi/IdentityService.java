package io.taidon.node.csi;

import com.google.protobuf.BoolValue;
import io.grpc.stub.StreamObserver;
import io.taidon.crds.v1alpha1.Api;
import io.taidon.node.csi.v1.GetPluginCapabilitiesRequest;
import io.taidon.node.csi.v1.GetPluginCapabilitiesResponse;
import io.taidon.node.csi.v1.GetPluginInfoRequest;
import io.taidon.node.csi.v1.GetPluginInfoResponse;
import io.taidon.node.csi.v1.IdentityGrpc;
import io.taidon.node.csi.v1.ProbeRequest;
import io.taidon.node.csi.v1.ProbeResponse;
import java.util.function.BooleanSupplier;

/** Says who the plugin is. Kubelets do not ask; probes of sidecars do. */
final class IdentityService extends IdentityGrpc.IdentityImplBase {
  private final Answers answers;
  private final String version;
  private final BooleanSupplier healthy;

  IdentityService(Answers answers, String version, BooleanSupplier healthy) {
    this.answers = answers;
    this.version = version;
    this.healthy = healthy;
  }

  @Override
  public void getPluginInfo(
      GetPluginInfoRequest request, StreamObserver<GetPluginInfoResponse> observer) {
    answers.give(
        "info",
        observer,
        () ->
            GetPluginInfoResponse.newBuilder()
                .setName(Api.CSI_DRIVER)
                .setVendorVersion(version)
                .build());
  }

  @Override
  public void getPluginCapabilities(
      GetPluginCapabilitiesRequest request,
      StreamObserver<GetPluginCapabilitiesResponse> observer) {
    answers.give("info", observer, GetPluginCapabilitiesResponse::getDefaultInstance);
  }

  @Override
  public void probe(ProbeRequest request, StreamObserver<ProbeResponse> observer) {
    answers.give(
        "probe",
        observer,
        () -> ProbeResponse.newBuilder().setReady(BoolValue.of(healthy.getAsBoolean())).build());
  }
}
