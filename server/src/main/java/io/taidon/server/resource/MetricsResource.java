package io.taidon.server.resource;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.taidon.engine.CacheView;
import io.taidon.engine.Engine;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * Figures for a Prometheus server, in its text format
 * (prometheus.io/docs/instrumenting/exposition_formats): made when they are asked for, so that
 * nothing is counted twice.
 */
@Path("/v1/metrics")
@RunOnVirtualThread
@Tag(name = "server")
public final class MetricsResource {
  private final Engine engine;

  @Inject
  MetricsResource(Engine engine) {
    this.engine = engine;
  }

  @GET
  @Produces(MediaType.TEXT_PLAIN)
  @Operation(operationId = "getMetrics", summary = "Figures in the text format of Prometheus")
  public String metrics() {
    CacheView cache = engine.cache();
    Page page = new Page();
    page.gauge("taidon_cache_usage_bytes", "What all states take.", cache.usageBytes());
    page.gauge("taidon_cache_limit_bytes", "What they may take.", cache.effectiveMaxBytes());
    page.gauge(
        "taidon_cache_reclaimable_bytes",
        "What would be free if all went that may.",
        cache.reclaimableBytes());
    page.gauge("taidon_cache_states", "States in the cache.", cache.stateCount());
    page.gauge("taidon_store_free_bytes", "Free on the file system.", cache.storeFreeBytes());
    page.gauge("taidon_store_size_bytes", "Size of the file system.", cache.storeTotalBytes());
    page.counter("taidon_cache_hits_total", "Prepares whose state was there.", cache.hits());
    page.counters(
        "taidon_cache_misses_total",
        "Prepares whose state was not there, by why.",
        cache.missesByReason());
    page.counters(
        "taidon_cache_evictions_total", "States that went, by why.", cache.evictionsByReason());
    return page.text.toString();
  }

  /** Lines of the text format. */
  private static final class Page {
    private final StringBuilder text = new StringBuilder();

    void gauge(String name, String help, long value) {
      head(name, help, "gauge");
      text.append(name).append(' ').append(value).append('\n');
    }

    void counter(String name, String help, long value) {
      head(name, help, "counter");
      text.append(name).append(' ').append(value).append('\n');
    }

    /** Reasons are words of ours, which need no escaping. */
    void counters(String name, String help, Map<String, Long> byReason) {
      head(name, help, "counter");
      byReason.forEach((reason, count) ->
          text.append(name)
              .append("{reason=\"")
              .append(reason)
              .append("\"} ")
              .append(count)
              .append('\n'));
    }

    private void head(String name, String help, String type) {
      text.append("# HELP ").append(name).append(' ').append(help).append('\n');
      text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }
  }
}
