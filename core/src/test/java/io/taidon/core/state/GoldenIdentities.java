package io.taidon.core.state;

import io.taidon.core.plan.Plan;
import io.taidon.core.plan.PlannedStep;
import io.taidon.core.plan.Planner;
import io.taidon.core.plan.StepInput;
import io.taidon.core.plan.StepKind;
import io.taidon.core.state.PsqlStepIdentity.Source;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * Reads {@code state-identity.golden}, which pins what is asked for to the ids it must give, for
 * this and every other module that computes ids.
 *
 * <p>The format is one directive a line: {@code case NAME}, {@code engine image DIGEST} or {@code
 * engine native KEY=VALUE;...}, {@code step script|command TEXT} with {@code \n} for line ends,
 * {@code include TEXT} and {@code data TEXT} for what the step reads at its end, {@code variable
 * NAME=VALUE}, {@code single-transaction}, {@code id HEX} for each state in order, base first.
 *
 * <p>{@code changeset VERSION|PATH|ID|AUTHOR|CHECKSUM|CONTENT} is a Liquibase step; {@code file
 * PATH=TEXT}, {@code parameter NAME=VALUE}, {@code contexts TEXT}, {@code labels TEXT} and {@code
 * extension TEXT} belong to the one before them.
 */
public final class GoldenIdentities {
  private GoldenIdentities() {}

  /** One request and the ids of its states, the base first. */
  public record Case(String name, EngineIdentity engine, List<StepInput> steps, List<String> ids) {

    /** Computes the ids as the product does: planner on top of the base. */
    public List<String> compute() {
      Plan plan = Planner.plan(StateIdentity.base(engine), steps, id -> false);
      List<String> computed = new ArrayList<>();
      computed.add(plan.base().hex());
      plan.steps().stream().map(PlannedStep::output).map(StateId::hex).forEach(computed::add);
      return computed;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** All cases, in the order of the file. */
  public static List<Case> load() {
    try (InputStream in = GoldenIdentities.class.getResourceAsStream("/state-identity.golden")) {
      if (in == null) {
        throw new IllegalStateException("state-identity.golden is on the test class path");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Case> parse(String text) {
    List<Case> cases = new ArrayList<>();
    CaseReader reader = new CaseReader();
    for (String line : text.lines().filter(l -> !l.isBlank() && !l.startsWith("#")).toList()) {
      int space = line.indexOf(' ');
      String word = space < 0 ? line : line.substring(0, space);
      String rest = space < 0 ? "" : line.substring(space + 1);
      if (word.equals("case")) {
        reader.finish().ifPresent(cases::add);
        reader = new CaseReader(rest);
      } else {
        reader.take(word, rest);
      }
    }
    reader.finish().ifPresent(cases::add);
    return cases;
  }

  private static final class CaseReader {
    private final String name;
    private EngineIdentity engine = new EngineIdentity.Image("");
    private final List<StepInput> finished = new ArrayList<>();
    private final List<PsqlStepIdentity> steps = new ArrayList<>();
    private final List<LiquibaseStepIdentity> changesets = new ArrayList<>();
    private final List<String> ids = new ArrayList<>();

    CaseReader() {
      this("");
    }

    CaseReader(String name) {
      this.name = name;
    }

    void take(String word, String rest) {
      switch (word) {
        case "engine" -> engine = engine(rest);
        case "step" -> {
          finishStep();
          steps.add(step(rest));
        }
        case "changeset" -> {
          finishStep();
          changesets.add(changeset(rest));
        }
        case "file", "parameter", "contexts", "labels", "extension" ->
            changesets.add(with(changesets.removeLast(), word, rest));
        case "include" ->
            replaceContent(h ->
                h.include(new ContentHasher().text(bytes(rest), 0, bytes(rest).length).finish()));
        case "data" ->
            replaceContent(
                h -> h.data(new FileHasher().update(bytes(rest), 0, bytes(rest).length).finish()));
        case "variable" -> {
          int equals = rest.indexOf('=');
          steps.getLast().variables().put(rest.substring(0, equals), rest.substring(equals + 1));
        }
        case "single-transaction" -> {
          PsqlStepIdentity last = steps.removeLast();
          steps.add(new PsqlStepIdentity(last.source(), last.content(), last.variables(), true));
        }
        case "id" -> ids.add(rest);
        default -> throw new IllegalArgumentException("unknown directive " + word);
      }
    }

    private void finishStep() {
      steps.forEach(s -> finished.add(input(StepKind.PSQL, StateIdentity.psqlStep(s))));
      changesets.forEach(
          c -> finished.add(input(StepKind.LIQUIBASE, StateIdentity.liquibaseStep(c))));
      steps.clear();
      changesets.clear();
    }

    private static StepInput input(StepKind kind, Digest hash) {
      return new StepInput(kind, "step", hash, List.of());
    }

    private static LiquibaseStepIdentity changeset(String rest) {
      List<String> parts = List.of(rest.split("\\|", -1));
      return new LiquibaseStepIdentity(
          parts.get(0),
          parts.get(1),
          parts.get(2),
          parts.get(3),
          parts.get(4),
          StateIdentity.digest(parts.get(5)),
          new TreeMap<>(),
          new TreeMap<>(),
          "",
          "",
          List.of());
    }

    private static LiquibaseStepIdentity with(LiquibaseStepIdentity c, String word, String rest) {
      TreeMap<String, Digest> files = new TreeMap<>(c.files());
      TreeMap<String, String> parameters = new TreeMap<>(c.parameters());
      List<Digest> extensions = new ArrayList<>(c.extensions());
      String contexts = word.equals("contexts") ? rest : c.contexts();
      String labels = word.equals("labels") ? rest : c.labels();
      int equals = rest.indexOf('=');
      switch (word) {
        case "file" ->
            files.put(rest.substring(0, equals), StateIdentity.digest(rest.substring(equals + 1)));
        case "parameter" -> parameters.put(rest.substring(0, equals), rest.substring(equals + 1));
        case "extension" -> extensions.add(StateIdentity.digest(rest));
        default -> {}
      }
      return new LiquibaseStepIdentity(
          c.liquibaseVersion(),
          c.path(),
          c.id(),
          c.author(),
          c.checksum(),
          c.content(),
          files,
          parameters,
          contexts,
          labels,
          extensions);
    }

    private String text = "";

    private PsqlStepIdentity step(String rest) {
      int space = rest.indexOf(' ');
      Source source = Source.valueOf(rest.substring(0, space).toUpperCase(Locale.ROOT));
      text = rest.substring(space + 1);
      return new PsqlStepIdentity(source, hasher().finish(), new TreeMap<>(), false);
    }

    private void replaceContent(java.util.function.UnaryOperator<ContentHasher> more) {
      PsqlStepIdentity last = steps.removeLast();
      steps.add(
          new PsqlStepIdentity(
              last.source(),
              more.apply(hasher()).finish(),
              last.variables(),
              last.singleTransaction()));
    }

    private ContentHasher hasher() {
      return new ContentHasher().text(bytes(text), 0, bytes(text).length);
    }

    java.util.Optional<Case> finish() {
      finishStep();
      return name.isEmpty()
          ? java.util.Optional.empty()
          : java.util.Optional.of(new Case(name, engine, finished, ids));
    }

    private static byte[] bytes(String s) {
      return s.replace("\\n", "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static EngineIdentity engine(String rest) {
      int space = rest.indexOf(' ');
      String kind = rest.substring(0, space);
      String spec = rest.substring(space + 1);
      if (kind.equals("image")) {
        return new EngineIdentity.Image(spec);
      }
      TreeMap<String, String> fields = new TreeMap<>();
      for (String field : spec.split(";", -1)) {
        int equals = field.indexOf('=');
        fields.put(field.substring(0, equals), field.substring(equals + 1));
      }
      return new EngineIdentity.Native(
          fields.get("version"),
          StateIdentity.digest(fields.get("binaries")),
          fields.get("initdb"),
          fields.get("provider"),
          fields.get("locale"),
          fields.get("localeVersion"),
          fields.get("checksums").equals("on"),
          Integer.parseInt(fields.get("blockSize")),
          StateIdentity.digest(fields.get("settings")));
    }
  }
}
