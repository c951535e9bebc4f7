package io.taidon.e2e.cluster;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What {@code kubectl get} prints, from where it has it: the table that the API server makes of the
 * printer columns.
 *
 * @param columns those without {@code -o wide} have priority 0
 * @param rows a text for each column, by the column's name
 */
public record ApiTable(List<Column> columns, List<Map<String, String>> rows) {
  private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";

  /** A column. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Column(String name, int priority) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Wire(List<Column> columnDefinitions, List<Row> rows) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Row(List<Object> cells) {}

  /** The table of all objects of a kind in a namespace. */
  public static ApiTable of(KubernetesClient client, String namespace, String plural) {
    String path =
        "apis/taidon.io/v1alpha1/namespaces/" + namespace + "/" + plural + "?includeObject=None";
    try {
      HttpResponse<String> answer =
          client
              .getHttpClient()
              .sendAsync(
                  client
                      .getHttpClient()
                      .newHttpRequestBuilder()
                      .uri(client.getMasterUrl() + path)
                      .header("Accept", TABLE)
                      .build(),
                  String.class)
              .get(Patience.limit().toSeconds(), TimeUnit.SECONDS);
      if (!answer.isSuccessful()) {
        throw new IllegalStateException("the table of " + plural + ": " + answer.bodyString());
      }
      return of(client.getKubernetesSerialization().unmarshal(answer.body(), Wire.class));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (java.io.IOException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the table of " + plural, e);
    }
  }

  private static ApiTable of(Wire wire) {
    List<Map<String, String>> rows = new ArrayList<>();
    for (Row row : wire.rows()) {
      Map<String, String> cells = new LinkedHashMap<>();
      for (int i = 0; i < wire.columnDefinitions().size(); i++) {
        Object cell = row.cells().get(i);
        cells.put(wire.columnDefinitions().get(i).name(), cell == null ? "" : cell.toString());
      }
      rows.add(cells);
    }
    return new ApiTable(wire.columnDefinitions(), rows);
  }

  /** The row of an object. */
  public Map<String, String> row(String name) {
    return rows.stream()
        .filter(row -> name.equals(row.get("Name")))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no row of " + name + " in " + rows));
  }

  /** The names of the columns that {@code kubectl get} shows without {@code -o wide}. */
  public List<String> shown() {
    return columns.stream().filter(column -> column.priority() == 0).map(Column::name).toList();
  }
}
