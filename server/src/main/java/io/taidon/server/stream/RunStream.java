package io.taidon.server.stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.Engine;
import io.taidon.engine.RunRequest;
import io.taidon.server.error.Errors;
import io.taidon.server.life.Activity;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import org.jboss.logging.Logger;

/** A tool's run as it happens. A client that goes away, or a server that stops, ends the tool. */
public final class RunStream implements StreamingOutput {
  private static final Logger LOG = Logger.getLogger(RunStream.class);

  private final Engine engine;
  private final ObjectMapper json;
  private final Activity activity;
  private final RoutingContext exchange;
  private final RunRequest request;
  private final String instanceId;

  public RunStream(
      Engine engine,
      ObjectMapper json,
      Activity activity,
      RoutingContext exchange,
      RunRequest request,
      String instanceId) {
    this.engine = engine;
    this.json = json;
    this.activity = activity;
    this.exchange = exchange;
    this.request = request;
    this.instanceId = instanceId;
  }

  @Override
  public void write(OutputStream out) {
    Sink sink = new Sink(new Lines(out, json), Thread.currentThread());
    try (ClientWatch watch = ClientWatch.over(exchange);
        Activity.Run running = activity.run()) {
      sink.send(RunLine.start(instanceId));
      int exitCode = engine.run(request, sink);
      sink.end(RunLine.exit(exitCode));
    } catch (InterruptedException e) {
      sink.end(RunLine.error(Errors.of(stopping())));
    } catch (TaidonException e) {
      sink.end(RunLine.error(Errors.of(e)));
    } catch (RuntimeException e) {
      sink.end(RunLine.error(Errors.unforeseen(e)));
    } finally {
      Thread.interrupted();
    }
  }

  private static TaidonException stopping() {
    return TaidonException.of(ErrorCode.CANCELLED, "The run was ended: the server is stopping.");
  }

  /** Sends what the tool writes; once the client is gone it swallows, and ends the run. */
  private static final class Sink implements RunRequest.Output {
    private final Lines lines;
    private final Thread runner;
    private final Utf8Chunks stdout = new Utf8Chunks();
    private final Utf8Chunks stderr = new Utf8Chunks();
    private volatile boolean gone;

    Sink(Lines lines, Thread runner) {
      this.lines = lines;
      this.runner = runner;
    }

    @Override
    public void stdout(byte[] bytes, int length) {
      stdout.add(bytes, length).ifPresent(chunk -> send(RunLine.output("stdout", chunk)));
    }

    @Override
    public void stderr(byte[] bytes, int length) {
      stderr.add(bytes, length).ifPresent(chunk -> send(RunLine.output("stderr", chunk)));
    }

    @Override
    public void note(String line) {
      send(RunLine.log(line));
    }

    /** The last line, after what the streams still hold. */
    void end(RunLine last) {
      Thread.interrupted();
      stdout.rest().ifPresent(chunk -> send(RunLine.output("stdout", chunk)));
      stderr.rest().ifPresent(chunk -> send(RunLine.output("stderr", chunk)));
      send(last);
    }

    void send(RunLine line) {
      if (gone) {
        return;
      }
      try {
        lines.send(line);
      } catch (IOException e) {
        LOG.debug("the reader of a run is gone");
        gone = true;
        runner.interrupt();
      }
    }
  }
}
