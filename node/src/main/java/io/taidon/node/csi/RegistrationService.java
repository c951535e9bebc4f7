package io.taidon.node.csi;

import io.grpc.stub.StreamObserver;
import io.taidon.crds.v1alpha1.Api;
import io.taidon.node.csi.registration.InfoRequest;
import io.taidon.node.csi.registration.PluginInfo;
import io.taidon.node.csi.registration.RegistrationGrpc;
import io.taidon.node.csi.registration.RegistrationStatus;
import io.taidon.node.csi.registration.RegistrationStatusResponse;
import java.lang.System.Logger.Level;
import java.nio.file.Path;

/** Introduces the plugin to the kubelet that found its socket. */
final class RegistrationService extends RegistrationGrpc.RegistrationImplBase {
  private static final System.Logger LOG = System.getLogger(RegistrationService.class.getName());

  /** Kubelets compare the CSI major version; each accepts this one. */
  private static final String CSI_VERSION = "1.0.0";

  private final Answers answers;
  private final Path endpoint;

  RegistrationService(Answers answers, Path endpoint) {
    this.answers = answers;
    this.endpoint = endpoint;
  }

  @Override
  public void getInfo(InfoRequest request, StreamObserver<PluginInfo> observer) {
    answers.give(
        "info",
        observer,
        () ->
            PluginInfo.newBuilder()
                .setType("CSIPlugin")
                .setName(Api.CSI_DRIVER)
                .setEndpoint(endpoint.toString())
                .addSupportedVersions(CSI_VERSION)
                .build());
  }

  @Override
  public void notifyRegistrationStatus(
      RegistrationStatus request, StreamObserver<RegistrationStatusResponse> observer) {
    if (request.getPluginRegistered()) {
      LOG.log(Level.INFO, "The kubelet registered " + Api.CSI_DRIVER + ".");
    } else {
      LOG.log(Level.ERROR, "The kubelet did not register the plugin: " + request.getError());
    }
    answers.give("info", observer, RegistrationStatusResponse::getDefaultInstance);
  }
}
