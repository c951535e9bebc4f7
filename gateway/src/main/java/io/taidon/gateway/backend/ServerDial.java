package io.taidon.gateway.backend;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.taidon.gateway.directory.Endpoint;
import java.time.Duration;
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
