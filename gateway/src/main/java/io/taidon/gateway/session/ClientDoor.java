package io.taidon.gateway.session;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.taidon.gateway.admission.Entry;
import io.taidon.gateway.admission.Entry.Place;
import io.taidon.gateway.cancel.Cancels;
import io.taidon.gateway.metrics.GatewayMetrics;
import io.taidon.gateway.metrics.Opened;
import io.taidon.gateway.metrics.Phase;
import io.taidon.gateway.startup.Ending;
import io.taidon.gateway.startup.Opening;
import io.taidon.gateway.startup.OpeningListener;
import io.taidon.gateway.startup.StartupHandler;
import io.taidon.gateway.startup.StartupSettings;
import io.taidon.gateway.tls.TlsDetails;
import io.taidon.gateway.wire.Messages;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Takes in the sockets of clients and, when they have said what they want, sends them on. */
public final class ClientDoor extends ChannelInitializer<Channel> {
  private static final Place NO_PLACE = () -> {};

  private final SessionServices services;
  private final StartupSettings startup;
  private final Cancels cancels;
  private final ChannelGroup connections;

  /** Clients are also entered in {@code connections}, which forgets them when they close. */
  public ClientDoor(
      SessionServices services,
      StartupSettings startup,
      Cancels cancels,
      ChannelGroup connections) {
    this.services = services;
    this.startup = startup;
    this.cancels = cancels;
    this.connections = connections;
  }

  @Override
  protected void initChannel(Channel channel) {
    GatewayMetrics metrics = services.metrics();
    metrics.connected();
    connections.add(channel);
    channel.closeFuture().addListener(closed -> metrics.disconnected());
    Visitor visitor = new Visitor(channel);
    InetSocketAddress peer = (InetSocketAddress) channel.remoteAddress();
    // Behind a proxy it is known later who that is; the proxy itself is no stranger.
    if (startup.proxies().contains(peer) || visitor.enter(peer.getAddress())) {
      channel.pipeline().addLast(new StartupHandler(startup, visitor));
    }
  }

  /** A client that has not said what it wants. */
  private final class Visitor implements OpeningListener {
    private final Channel channel;
    private final long start = System.nanoTime();
    private Place place = NO_PLACE;

    Visitor(Channel channel) {
      this.channel = channel;
    }

    /**
     * Takes one of the places of those who have not logged in; closes the socket if none is left.
     */
    boolean enter(InetAddress address) {
      return switch (services.admission().accept(address, this::shed)) {
        case Entry.Admitted admitted -> {
          place = admitted.place();
          channel.closeFuture().addListener(closed -> admitted.place().close());
          yield true;
        }
        case Entry.Refused refused -> {
          services.metrics().refused(refused.refusal().reason());
          services.log().refused(client(address), refused.refusal());
          channel
              .writeAndFlush(Messages.error(channel.alloc(), Faults.of(refused.refusal())))
              .addListener(told -> channel.close());
          yield false;
        }
      };
    }

    private InetSocketAddress client(InetAddress address) {
      InetSocketAddress peer = (InetSocketAddress) channel.remoteAddress();
      return new InetSocketAddress(address, peer.getPort());
    }

    @Override
    public void opened(ChannelHandlerContext context, Opening opening) {
      services.metrics().phase(Phase.STARTUP, System.nanoTime() - start);
      if (place == NO_PLACE && !enter(opening.client().getAddress())) {
        opening.deadline().met();
        return;
      }
      switch (opening) {
        case Opening.Session session -> {
          services.metrics().opened(kind(session));
          ClientSession.begin(services, session, channel, place);
        }
        case Opening.Cancel cancel -> {
          services.metrics().opened(Opened.CANCEL);
          cancel.deadline().met();
          if (cancels.isForwarded(cancel.pid(), cancel.key())
              || services.admission().mayCancel(cancel.client().getAddress())) {
            cancels.serve(channel, cancel.pid(), cancel.key());
          } else {
            cancels.refuse(channel);
          }
        }
      }
    }

    @Override
    public void ended(Ending ending) {
      switch (ending) {
        case PROBE, CUT_SHORT, TOO_LATE, BROKEN -> services.metrics().opened(Opened.PROBE);
        case NOT_POSTGRES, REFUSED, MALFORMED_CANCEL, INJECTED, PROXY_HEADER ->
            services.metrics().opened(Opened.NOT_POSTGRES);
        case TLS_FAILED -> services.metrics().opened(Opened.TLS_FAILED);
      }
    }

    private void shed() {
      services.metrics().shed();
      channel.close();
    }

    private static Opened kind(Opening.Session session) {
      return session
          .tls()
          .map(TlsDetails::direct)
          .map(direct -> direct ? Opened.DIRECT_TLS : Opened.TLS)
          .orElse(Opened.PLAIN);
    }
  }
}
