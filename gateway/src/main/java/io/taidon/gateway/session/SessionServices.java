package io.taidon.gateway.session;

import io.taidon.gateway.Timeouts;
import io.taidon.gateway.admission.Admission;
import io.taidon.gateway.auth.MockVerifiers;
import io.taidon.gateway.auth.TokenTransport;
import io.taidon.gateway.auth.TokenVerifier;
import io.taidon.gateway.backend.Connector;
import io.taidon.gateway.cancel.SessionKeys;
import io.taidon.gateway.directory.InstanceDirectory;
import io.taidon.gateway.metrics.GatewayMetrics;
import io.taidon.gateway.route.Router;
import io.taidon.gateway.wake.Wakes;
import java.time.InstantSource;

/** What all sessions of a gateway share. */
public record SessionServices(
    Connector connector,
    InstanceDirectory directory,
    Router router,
    Admission admission,
    MockVerifiers mocks,
    TokenVerifier tokens,
    TokenTransport tokenTransport,
    SessionKeys keys,
    Wakes wakes,
    LiveSessions live,
    GatewayMetrics metrics,
    SessionLog log,
    Timeouts timeouts,
    InstantSource clock) {}
