package io.taidon.engine.liquibase.worker;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import liquibase.change.Change;
import liquibase.changelog.ChangeSet;
import liquibase.precondition.Precondition;
import liquibase.precondition.PreconditionLogic;
import liquibase.precondition.core.PreconditionContainer;
import liquibase.serializer.LiquibaseSerializable;
import liquibase.sql.visitor.SqlVisitor;

/**
 * All that a changeset says, as text: Liquibase's checksum forgives white space, comments and
 * attributes that do change the result. A text that is the same for the same changeset in every
 * process. The rollback is left out, because an update never runs it.
 */
final class ChangesetContent {
  /** Not part of the result: when somebody says it was written, and how it is undone. */
  private static final Set<String> NO_MATTER = Set.of("rollback", "created", "preconditions");

  private final StringBuilder text = new StringBuilder();

  static String of(ChangeSet changeSet) {
    ChangesetContent content = new ChangesetContent();
    content.fields(changeSet);
    content.field("runWith", changeSet.getRunWith());
    content.field("onValidationFail", changeSet.getOnValidationFail());
    content.field("preconditions", changeSet.getPreconditions());
    for (SqlVisitor visitor : changeSet.getSqlVisitors()) {
      content.field("modifySql", visitor);
      content.field("modifySqlContexts", visitor.getContextFilter());
      content.field("modifySqlLabels", visitor.getLabels());
      content.field("modifySqlDbms", visitor.getApplicableDbms());
    }
    return content.text.toString();
  }

  static String of(PreconditionContainer preconditions) {
    ChangesetContent content = new ChangesetContent();
    content.field("preconditions", preconditions);
    return content.text.toString();
  }

  private void fields(LiquibaseSerializable thing) {
    text.append(thing.getSerializedObjectName()).append('{');
    for (String name : new TreeSet<>(thing.getSerializableFields())) {
      if (!(thing instanceof ChangeSet && NO_MATTER.contains(name))) {
        field(name, thing.getSerializableFieldValue(name));
      }
    }
    if (thing instanceof PreconditionLogic logic && !(thing instanceof PreconditionContainer)) {
      for (Precondition nested : logic.getNestedPreconditions()) {
        fields(nested);
      }
    }
    if (thing instanceof Change change) {
      text.append(change.getClass().getName());
    }
    text.append('}');
  }

  private void field(String name, @org.jspecify.annotations.Nullable Object value) {
    if (value != null) {
      text.append(name).append('=');
      value(value);
      text.append(';');
    }
  }

  private void value(Object value) {
    switch (value) {
      case LiquibaseSerializable thing -> fields(thing);
      case Set<?> set -> {
        Set<String> sorted = new TreeSet<>();
        set.forEach(member -> sorted.add(String.valueOf(member)));
        list(sorted);
      }
      case Collection<?> list -> list(list);
      case Map<?, ?> map ->
          map.entrySet().stream()
              .sorted((a, b) -> String.valueOf(a.getKey()).compareTo(String.valueOf(b.getKey())))
              .forEach(e -> field(String.valueOf(e.getKey()), e.getValue()));
      default -> {
        String words = String.valueOf(value);
        text.append(words.length()).append(':').append(words);
      }
    }
  }

  private void list(Collection<?> list) {
    text.append('[');
    for (Object member : list) {
      if (member != null) {
        value(member);
      }
      text.append(',');
    }
    text.append(']');
  }
}
