package io.taidon.gateway.startup;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.taidon.gateway.wire.Packets;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A connection without a network, with the real handler, and everything that came of it. */
public final class Door implements AutoCloseable {
  public static final InetSocketAddress CLIENT = address(new byte[] {(byte) 192, 0, 2, 7}, 4711);

  private final UnpooledByteBufAllocator alloc = Packets.countingAllocator();
  private final List<Opening> openings = new ArrayList<>();
  private final List<Ending> endings = new ArrayList<>();
  private final ByteArrayOutputStream ahead = new ByteArrayOutputStream();
  private final ByteArrayOutputStream answers = new ByteArrayOutputStream();
  private final EmbeddedChannel channel;

  public Door(StartupSettings settings) {
    this(settings, CLIENT);
  }

  public Door(StartupSettings settings, InetSocketAddress peer) {
    channel =
        new EmbeddedChannel() {
          @Override
          protected SocketAddress remoteAddress0() {
            return isActive() ? peer : null;
          }
        };
    channel.config().setAllocator(alloc);
    channel.pipeline().addLast(new StartupHandler(settings, new Listener()));
  }

  /** A piece of the stream arrives. */
  public Door receive(byte[] piece) {
    ByteBuf bytes = alloc.buffer(Math.max(1, piece.length)).writeBytes(piece);
    if (channel.isOpen()) {
      channel.writeInbound(bytes);
    } else {
      bytes.release(); // as the operating system does
    }
    collectAnswers();
    return this;
  }

  public Door receive(List<byte[]> pieces) {
    pieces.forEach(this::receive);
    return this;
  }

  /** The client closes. */
  public Door end() {
    channel.close();
    channel.runPendingTasks();
    collectAnswers();
    return this;
  }

  public EmbeddedChannel channel() {
    return channel;
  }

  public List<Opening> openings() {
    return openings;
  }

  public List<Ending> endings() {
    return endings;
  }

  public boolean isOpen() {
    return channel.isOpen();
  }

  /** What the client was sent. */
  public byte[] answers() {
    return answers.toByteArray();
  }

  /** The same, once. */
  public byte[] takeAnswers() {
    byte[] taken = answers();
    answers.reset();
    return taken;
  }

  public String answerText() {
    return answers.toString(StandardCharsets.UTF_8);
  }

  /** What the client sent behind its opening, as the next handler got it. */
  public byte[] ahead() {
    return ahead.toByteArray();
  }

  /** The bytes that were allocated and not given back. */
  public long lost() {
    return Packets.lost(alloc);
  }

  @Override
  public void close() {
    end();
    channel.finishAndReleaseAll();
    channel.checkException();
    assertThat(lost()).as("bytes that were not released").isZero();
  }

  private void collectAnswers() {
    ByteBuf answer = channel.readOutbound();
    while (answer != null) {
      answers.writeBytes(ByteBufUtil.getBytes(answer));
      answer.release();
      answer = channel.readOutbound();
    }
  }

  private static InetSocketAddress address(byte[] ip, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(ip), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private final class Listener implements OpeningListener {
    @Override
    public void opened(ChannelHandlerContext ctx, Opening opening) {
      openings.add(opening);
      ctx.pipeline()
          .addLast(
              new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext next, Object message) {
                  ahead.writeBytes(Packets.bytes((ByteBuf) message));
                }
              });
    }

    @Override
    public void ended(Ending ending) {
      endings.add(ending);
    }
  }
}
