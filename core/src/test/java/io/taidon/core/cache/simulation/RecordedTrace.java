package io.taidon.core.cache.simulation;

import io.taidon.core.cache.simulation.Trace.Step;
import io.taidon.core.state.StateId;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A trace of states that were really built and measured, as a text file; {@code
 * docs/state-cache-design.md} describes the format.
 *
 * @param meaning what was recorded, in a sentence
 * @param notes how and where, for people
 * @param states each after its parent
 * @param requests in the order of time
 */
public record RecordedTrace(
    String name, String meaning, List<String> notes, List<State> states, List<Request> requests) {
  private static final String FIRST_LINE = "# taidon cache trace 1";
  private static final String NAME = "# name: ";
  private static final String MEANING = "# meaning: ";
  private static final String NOTE = "# ";

  /**
   * A state that was built.
   *
   * @param id any word without a comma, unique in the trace
   * @param parent the state that its step was applied to
   * @param bytes its own: what it takes beyond its parent
   */
  public record State(String id, Optional<String> parent, long buildMillis, long bytes) {}

  /**
   * Somebody asked for a state.
   *
   * @param atSeconds since the first request
   */
  public record Request(long atSeconds, String state) {}

  public RecordedTrace {
    notes = List.copyOf(notes);
    states = List.copyOf(states);
    requests = List.copyOf(requests);
  }

  /** The trace that is kept among the resources under this name. */
  static Trace ofResource(String name) {
    try (InputStream in = RecordedTrace.class.getResourceAsStream("/traces/" + name)) {
      if (in == null) {
        throw new IllegalArgumentException("there is no trace " + name);
      }
      return read(name, in).trace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a trace, compressed if its name ends with {@code .gz}. */
  public static RecordedTrace of(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return read(file.toString(), in);
    }
  }

  private static RecordedTrace read(String name, InputStream in) throws IOException {
    InputStream plain = name.endsWith(".gz") ? new GZIPInputStream(in) : in;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
      return new Parser(name).parse(lines.lines().toList());
    }
  }

  /** Writes it, compressed if the name ends with {@code .gz}. */
  public void write(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        OutputStream wanted = file.toString().endsWith(".gz") ? new GZIPOutputStream(out) : out;
        Writer text = new BufferedWriter(new OutputStreamWriter(wanted, StandardCharsets.UTF_8))) {
      text.write(FIRST_LINE + "\n" + NAME + name + "\n" + MEANING + meaning + "\n");
      for (String note : notes) {
        text.write(NOTE + note + "\n");
      }
      for (State state : states) {
        text.write(
            "s,%s,%s,%d,%d\n"
                .formatted(
                    state.id(), state.parent().orElse(""), state.buildMillis(), state.bytes()));
      }
      for (Request request : requests) {
        text.write("r,%d,%s\n".formatted(request.atSeconds(), request.state()));
      }
    }
  }

  /** The same for the simulation: each request with the whole chain of its state. */
  Trace trace() {
    Chains chains = new Chains(states);
    return new Trace(
        name,
        meaning,
        requests.stream()
            .map(r -> new Trace.Request(r.atSeconds(), chains.endingIn(r.state())))
            .toList(),
        states.stream().mapToLong(State::bytes).sum());
  }

  /** Requests for the same state share one list; there are many of them. */
  private static final class Chains {
    private final Map<String, State> states = new HashMap<>();
    private final Map<String, Step> steps = new HashMap<>();
    private final Map<String, List<Step>> chains = new HashMap<>();

    Chains(List<State> states) {
      for (State state : states) {
        StateId id = new StateId(String.format("%064x", steps.size()));
        this.states.put(state.id(), state);
        steps.put(state.id(), new Step(id, state.buildMillis(), state.bytes()));
      }
    }

    List<Step> endingIn(String last) {
      return chains.computeIfAbsent(last, this::walk);
    }

    private List<Step> walk(String last) {
      List<Step> chain = new ArrayList<>();
      Optional<String> at = Optional.of(last);
      while (at.isPresent()) {
        chain.add(steps.get(at.get()));
        at = states.get(at.get()).parent();
      }
      return List.copyOf(chain.reversed());
    }
  }

  /** Refuses what cannot be replayed, and says in which line it is. */
  private static final class Parser {
    private final String file;
    private final List<String> notes = new ArrayList<>();
    private final Map<String, State> states = new LinkedHashMap<>();
    private final List<Request> requests = new ArrayList<>();
    private String name;
    private String meaning = "";
    private int number;

    Parser(String file) {
      this.file = file;
      this.name = file;
    }

    RecordedTrace parse(List<String> lines) {
      for (String line : lines) {
        number++;
        if (number == 1) {
          require(line.equals(FIRST_LINE), "the first line must be " + FIRST_LINE);
        } else if (line.startsWith("#")) {
          comment(line);
        } else {
          fields(line.split(",", -1));
        }
      }
      require(!requests.isEmpty(), "there is no request");
      return new RecordedTrace(name, meaning, notes, List.copyOf(states.values()), requests);
    }

    private void comment(String line) {
      if (line.startsWith(NAME)) {
        name = line.substring(NAME.length());
      } else if (line.startsWith(MEANING)) {
        meaning = line.substring(MEANING.length());
      } else {
        notes.add(line.substring(Math.min(line.length(), NOTE.length())));
      }
    }

    private void fields(String[] fields) {
      switch (fields[0]) {
        case "s" -> state(fields);
        case "r" -> request(fields);
        default -> require(false, "a line begins with s, r or #");
      }
    }

    private void state(String[] fields) {
      require(fields.length == 5, "s,ID,PARENT,MILLIS,BYTES is wanted");
      Optional<String> parent = fields[2].isEmpty() ? Optional.empty() : Optional.of(fields[2]);
      require(parent.isEmpty() || states.containsKey(parent.get()), "no such parent before");
      require(!fields[1].isEmpty() && !states.containsKey(fields[1]), "the id is not new");
      states.put(fields[1], new State(fields[1], parent, count(fields[3]), count(fields[4])));
    }

    private void request(String[] fields) {
      require(fields.length == 3, "r,SECONDS,ID is wanted");
      long at = count(fields[1]);
      require(requests.isEmpty() || at >= requests.getLast().atSeconds(), "time goes backwards");
      require(states.containsKey(fields[2]), "no such state before");
      requests.add(new Request(at, fields[2]));
    }

    private long count(String digits) {
      require(digits.matches("[0-9]{1,18}"), "not a whole number: " + digits);
      return Long.parseLong(digits);
    }

    private void require(boolean holds, String sentence) {
      if (!holds) {
        throw new IllegalArgumentException(file + ", line " + number + ": " + sentence);
      }
    }
  }
}
