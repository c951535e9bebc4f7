package io.taidon.engine.psql;

import static org.assertj.core.api.Assertions.assertThat;

import io.taidon.core.error.TaidonException;
import io.taidon.core.state.ContentHasher;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Properties over generated scripts; every run generates the same ones. */
class PsqlScannerTest {
  private static final String[] PIECES = {
    "'",
    "''",
    "\"",
    "$$",
    "$a$",
    "$1",
    "/*",
    "*/",
    "--",
    "\n",
    "\r\n",
    ";",
    "(",
    ")",
    "\\",
    "\\\\",
    "\\;",
    "\\i",
    "\\ir",
    "\\copy",
    "\\set",
    "\\gset",
    "\\if",
    "\\elif",
    "\\else",
    "\\endif",
    "\\g",
    "\\q",
    "\\cd",
    "\\r",
    "\\c",
    "\\lo_import",
    "\\.",
    ":x",
    ":'x'",
    ":\"x\"",
    ":{?x}",
    ":",
    "::",
    "e'",
    "E'",
    "U&'",
    "b'",
    "copy",
    "from",
    "stdin",
    "t",
    "x",
    " ",
    "\t",
    "now()",
    "do",
    "`",
    "|",
    "a.sql",
    "true",
    "false",
    "'a.sql'",
    "set",
    "standard_conforming_strings",
    "off",
    "on",
    "é",
    "\u0000",
    "\ufeff",
    "~",
    "-",
    "..",
    "/"
  };

  @TempDir Path temp;

  @Test
  void anyBytesGiveAResultOrAPlainFailure() {
    Random random = new Random(42);
    Scripts scripts = new Scripts(temp).file("a.sql", "select 1;\n");
    for (int i = 0; i < 1500; i++) {
      byte[] content = i % 3 == 0 ? bytes(random) : generated(random);
      scripts.file("m.sql", content);
      try {
        scripts.step("-f", "m.sql");
      } catch (TaidonException expected) {
        assertThat(expected.sentence()).as("script %d", i).isNotBlank();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whereTheBufferEndsDoesNotMatter(TrickyScripts tricky) {
    byte[] content = tricky.script().getBytes(StandardCharsets.UTF_8);
    List<String> whole = commands(new ByteArrayInputStream(content));
    for (int split = 0; split <= content.length; split++) {
      assertThat(commands(new SplitStream(content, split))).isEqualTo(whole);
    }
    assertThat(commands(new SplitStream(content, -1))).isEqualTo(whole);
  }

  @Test
  void whereTheBufferEndsDoesNotMatterForGeneratedScripts() {
    Random random = new Random(7);
    for (int i = 0; i < 1500; i++) {
      byte[] content = generated(random);
      List<String> whole = commands(new ByteArrayInputStream(content));
      assertThat(commands(new SplitStream(content, random.nextInt(content.length + 1))))
          .as("script %d", i)
          .isEqualTo(whole);
      assertThat(commands(new SplitStream(content, -1))).as("script %d", i).isEqualTo(whole);
    }
  }

  @Test
  void hashedTextIsAllText() {
    Random random = new Random(3);
    for (int i = 0; i < 300; i++) {
      byte[] content =
          ("select '" + random.nextLong() + "' -- x\n;").getBytes(StandardCharsets.UTF_8);
      ContentHasher hasher = new ContentHasher();
      ContentHasher expected = new ContentHasher().text(content, 0, content.length);
      scan(new SplitStream(content, i % content.length), hasher, new ArrayList<>());
      assertThat(hasher.finish()).isEqualTo(expected.finish());
    }
  }

  /** Commands with their lines, what was found, and the hash or the failure at the end. */
  private static List<String> commands(InputStream in) {
    List<String> events = new ArrayList<>();
    ContentHasher hasher = new ContentHasher();
    try {
      scan(in, hasher, events);
      events.add(hasher.finish().hex());
    } catch (TaidonException e) {
      // How far the text before a NUL was read depends on the reads; that it is refused does not.
      return List.of(e.sentence());
    }
    return events;
  }

  private static void scan(InputStream in, ContentHasher hasher, List<String> events) {
    ScriptSource source = new ScriptSource(in, "test", hasher, count -> {});
    StatementTracker tracker =
        new StatementTracker(true, () -> true, (finding, line) -> events.add(line + " " + finding));
    PsqlVariables variables = new PsqlVariables(java.util.Map.of("x", "'$$ \\echo x"));
    PsqlScanner.Handler handler =
        new PsqlScanner.Handler() {
          @Override
          public boolean command() {
            SlashCommand command = SlashCommand.read(source.remainder(), variables);
            events.add(source.line() + " " + command);
            source.consume(command.length());
            return true;
          }

          @Override
          public PsqlVariables.Value variable(String name) {
            return variables.get(name);
          }

          @Override
          public boolean sendsStatements() {
            return true;
          }
        };
    new PsqlScanner(source, tracker, handler).run();
  }

  private static byte[] bytes(Random random) {
    byte[] content = new byte[random.nextInt(300)];
    random.nextBytes(content);
    for (int i = 0; i < content.length; i++) {
      if (content[i] == 0) {
        content[i] = '\\';
      }
    }
    return content;
  }

  private static byte[] generated(Random random) {
    StringBuilder script = new StringBuilder();
    int pieces = random.nextInt(40);
    for (int i = 0; i < pieces; i++) {
      script
          .append(PIECES[random.nextInt(PIECES.length)])
          .append(random.nextInt(3) == 0 ? " " : "");
    }
    return script.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Gives bytes in two reads, split at a place, or one by one. */
  private static final class SplitStream extends InputStream {
    private final byte[] content;
    private final int split;
    private int position;

    SplitStream(byte[] content, int split) {
      this.content = content;
      this.split = split;
    }

    @Override
    public int read() throws IOException {
      return position < content.length ? content[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      if (position >= content.length) {
        return -1;
      }
      int end = split < 0 ? position + 1 : position < split ? split : content.length;
      int count = Math.min(length, end - position);
      System.arraycopy(content, position, into, offset, count);
      position += count;
      return count;
    }
  }
}
