package io.taidon.cli.client;

import java.io.IOException;
import java.time.Duration;

/** Carries requests to a server, wherever it is. */
public interface Transport {

  /**
   * Sends a request, starting the server if need be, and waits for the head of the answer, whatever
   * its status.
   */
  HttpAnswer send(ApiRequest request) throws IOException;

  /**
   * The same, but a server that is not there stays away.
   *
   * @throws java.net.ConnectException when no server can be reached
   */
  HttpAnswer sendToRunning(ApiRequest request) throws IOException;

  /** To an endpoint that somebody else looks after. */
  static Transport to(Endpoint endpoint, Duration timeout) {
    return new Transport() {
      @Override
      public HttpAnswer send(ApiRequest request) throws IOException {
        return endpoint.send(request, timeout);
      }

      @Override
      public HttpAnswer sendToRunning(ApiRequest request) throws IOException {
        return endpoint.send(request, timeout);
      }
    };
  }
}
