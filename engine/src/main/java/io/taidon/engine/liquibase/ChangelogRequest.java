package io.taidon.engine.liquibase;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is to be planned, with every choice made: the same in every folder and on every machine.
 * Paths are relative to the workspace, with slashes; the empty path is the workspace itself.
 *
 * @param changelog the root changelog, relative to a directory of the search path
 * @param searchPath directories, in order
 * @param postgresVersion the server's version, {@code 17.11}
 * @param command how far to go
 * @param contexts empty for none
 * @param labels empty for none
 * @param parameters changelog parameters, by name
 * @param extensions jars with custom changes, in order
 */
public record ChangelogRequest(
    String changelog,
    List<String> searchPath,
    String postgresVersion,
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
        @JsonSubTypes({
          @JsonSubTypes.Type(value = UpdateCommand.All.class, name = "update"),
          @JsonSubTypes.Type(value = UpdateCommand.Count.class, name = "update-count"),
          @JsonSubTypes.Type(value = UpdateCommand.ToTag.class, name = "update-to-tag")
        })
        UpdateCommand command,
    String contexts,
    String labels,
    SortedMap<String, String> parameters,
    List<String> extensions) {
  public ChangelogRequest {
    searchPath = List.copyOf(searchPath);
    parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
    extensions = List.copyOf(extensions);
  }
}
