package io.taidon.core.state;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What makes one Liquibase changeset what it is. Unlike with psql, the path counts: Liquibase
 * stores it in DATABASECHANGELOG. It is relative to the search path, so the folder and the machine
 * are not in it.
 *
 * @param liquibaseVersion what applies the changeset, and what it writes into DATABASECHANGELOG
 * @param path the changelog file as Liquibase records it
 * @param id the changeset's id
 * @param author the changeset's author
 * @param checksum Liquibase's own checksum, with its version: {@code 9:...}
 * @param content digest of all that the changeset says, of which Liquibase's checksum forgives a
 *     part, after parameters were put in
 * @param files digests of the files that it reads besides its changelog, by path
 * @param parameters changelog parameters given for this update, by name
 * @param contexts the contexts of this update; empty for none
 * @param labels the label expression of this update; empty for none
 * @param extensions digests of the jars with custom changes, in class path order
 */
public record LiquibaseStepIdentity(
    String liquibaseVersion,
    String path,
    String id,
    String author,
    String checksum,
    Digest content,
    SortedMap<String, Digest> files,
    SortedMap<String, String> parameters,
    String contexts,
    String labels,
    List<Digest> extensions) {
  public LiquibaseStepIdentity {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
    extensions = List.copyOf(extensions);
  }
}
