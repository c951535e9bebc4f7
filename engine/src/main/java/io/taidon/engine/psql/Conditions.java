package io.taidon.engine.psql;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The {@code \if} blocks of one script. Where a condition is constant, only the branch that psql
 * takes counts; where it is not, each may be taken, and what is known afterwards is what all agree
 * on. Not thread-safe.
 */
final class Conditions {

  /** Whether psql runs what stands here. */
  enum Activity {
    ALWAYS,
    PERHAPS,
    NEVER
  }

  private enum Taken {
    NOT_YET,
    PERHAPS,
    SURELY
  }

  private static final class Block {
    final Activity outside;
    final ScriptState before;
    Activity branch = Activity.NEVER;
    Taken taken = Taken.NOT_YET;
    int branchParenDepth;
    Optional<ScriptState> after = Optional.empty();

    Block(Activity outside, ScriptState before, int parenDepth) {
      this.outside = outside;
      this.before = before;
      this.branchParenDepth = parenDepth;
    }
  }

  private final Deque<Block> blocks = new ArrayDeque<>();
  private final Activity outside;

  /**
   * @param outside whether psql reads the script at all
   */
  Conditions(Activity outside) {
    this.outside = outside;
  }

  Activity activity() {
    Block top = blocks.peek();
    return top == null ? outside : top.branch;
  }

  /** Whether a condition on {@code \if}, or else on the next branch, may be asked for. */
  boolean mayEvaluate(boolean newBlock) {
    Block top = blocks.peek();
    Activity around = newBlock || top == null ? activity() : top.outside;
    return around != Activity.NEVER;
  }

  boolean isInBlock() {
    return !blocks.isEmpty();
  }

  /** {@code \if}; returns the state to go on with. */
  ScriptState begin(Optional<Boolean> condition, ScriptState now, int parenDepth) {
    Block block = new Block(activity(), now.copy(), parenDepth);
    blocks.push(block);
    choose(block, condition);
    return now;
  }

  /** {@code \elif} with a condition, or {@code \else} with {@code true}. */
  ScriptState next(Optional<Boolean> condition, ScriptState now, PsqlScanner scanner) {
    Block block = blocks.peek();
    if (block == null) {
      return now;
    }
    endBranch(block, now);
    if (block.branch != Activity.ALWAYS) {
      scanner.restoreParenDepth(block.branchParenDepth);
    }
    block.branchParenDepth = scanner.parenDepth();
    choose(block, condition);
    return block.before.copy();
  }

  /** {@code \endif}; returns the state to go on with. */
  ScriptState end(ScriptState now, PsqlScanner scanner) {
    Block block = blocks.poll();
    if (block == null) {
      return now;
    }
    endBranch(block, now);
    if (block.branch == Activity.NEVER) {
      scanner.restoreParenDepth(block.branchParenDepth);
    }
    if (block.outside == Activity.NEVER || block.after.isEmpty()) {
      return block.before;
    }
    ScriptState after = block.after.get();
    return block.taken == Taken.SURELY ? after : after.or(block.before);
  }

  private static void endBranch(Block block, ScriptState now) {
    if (block.branch != Activity.NEVER) {
      block.after = Optional.of(block.after.map(now::or).orElseGet(now::copy));
    }
  }

  private static void choose(Block block, Optional<Boolean> condition) {
    boolean never =
        block.outside == Activity.NEVER
            || block.taken == Taken.SURELY
            || condition.equals(Optional.of(false));
    if (never) {
      block.branch = Activity.NEVER;
      return;
    }
    boolean surely = condition.isPresent() && block.taken == Taken.NOT_YET;
    block.branch = surely ? block.outside : Activity.PERHAPS;
    block.taken = condition.isPresent() ? Taken.SURELY : Taken.PERHAPS;
  }

  /** psql's reading of a condition ({@code ParseVariableBool}); empty if it is not known. */
  static Optional<Boolean> evaluate(List<SlashCommand.Argument> words) {
    if (words.size() != 1 || !words.getFirst().isKnown()) {
      return Optional.empty();
    }
    String value = words.getFirst().text().toLowerCase(Locale.ROOT);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if ("true".startsWith(value)
        || "yes".startsWith(value)
        || value.equals("on")
        || value.equals("1")) {
      return Optional.of(true);
    }
    if ("false".startsWith(value)
        || "no".startsWith(value)
        || value.equals("of")
        || value.equals("off")
        || value.equals("0")) {
      return Optional.of(false);
    }
    return Optional.empty();
  }
}
