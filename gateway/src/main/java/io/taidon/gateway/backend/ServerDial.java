package io.taidon.gateway.backend;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.taidon.gateway.directory.Endpoint;
import io.taidon.gateway.wire.Parameter;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * A connection to an instance's server, on its way or there, which nobody has logged in over yet.
 * Belongs to one event loop.
 */
public final class ServerDial {
  private final Endpoint endpoint;
  private final ServerLogin login = new ServerLogin();
  private final Connector.Connecting connecting;
  private final long begunAt = System.nanoTime();

  private ServerDial(Connector connector, EventLoop loop, Endpoint endpoint, Duration limit) {
    this.endpoint = endpoint;
    this.connecting = connector.connect(loop, endpoint.address(), endpoint.tls(), limit, login);
  }

  /** Starts to connect on a client's event loop. */
  public static ServerDial begin(
      Connector connector, EventLoop loop, Endpoint endpoint, Duration limit) {
    return new ServerDial(connector, loop, endpoint, limit);
  }

  /** When it began, by {@link System#nanoTime}. */
  public long begunAt() {
    return begunAt;
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  /**
   * Lets the login begin as soon as it is connected, see {@link ServerLogin#askAhead}.
   *
   * @param parameters those that the login will be started with, if it is
   */
  public void askAhead(List<Parameter> parameters) {
    whenDone(connected -> {
      if (connected) {
        login.askAhead(parameters);
      }
    });
  }

  /** The handler to log in with, once it is connected. */
  public ServerLogin login() {
    return login;
  }

  public Channel channel() {
    return connecting.channel();
  }

  /** Tells whether it is connected, and encrypted if it should be, when that is known. */
  public void whenDone(Consumer<Boolean> listener) {
    if (connecting.ready().isDone()) {
      listener.accept(connecting.ready().isSuccess() && channel().isActive());
    } else {
      connecting.ready().addListener(done -> listener.accept(done.isSuccess()));
    }
  }

  /** Nobody will log in over it. */
  public void abandon() {
    connecting.channel().close();
  }
}
