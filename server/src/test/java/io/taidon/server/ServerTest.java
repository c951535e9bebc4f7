package io.taidon.server;

import io.quarkus.test.common.http.TestHTTPResource;
import io.taidon.server.life.ServerIdentity;
import jakarta.inject.Inject;
import java.net.URI;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of the API share: a client with the token, and an engine to tell what to do. */
public abstract class ServerTest {
  @TestHTTPResource("/")
  URI base;

  @Inject ServerIdentity identity;
  @Inject protected TestingEngine engine;

  protected ApiClient api() {
    return new ApiClient(base, identity.token());
  }

  protected ApiClient apiWithToken(String token) {
    return new ApiClient(base, token);
  }

  @BeforeEach
  void resetEngine() {
    engine.reset();
  }
}
