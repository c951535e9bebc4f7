package io.taidon.core.state;

import java.util.SortedMap;

/**
 * What makes one psql step what it is. File names, argument spelling, the time and the machine are
 * not in it.
 *
 * @param source whether psql reads a script or gets one command, which differ in transaction and
 *     meta-command rules
 * @param content digest of the expanded content, see {@link ContentHasher}
 * @param variables psql variables ({@code -v}), by name
 * @param singleTransaction whether {@code --single-transaction} is on
 */
public record PsqlStepIdentity(
    Source source, Digest content, SortedMap<String, String> variables, boolean singleTransaction) {

  /** How psql is given its input. */
  public enum Source {
    /** {@code -f FILE} or standard input. */
    SCRIPT,
    /** {@code -c COMMAND}. */
    COMMAND
  }
}
