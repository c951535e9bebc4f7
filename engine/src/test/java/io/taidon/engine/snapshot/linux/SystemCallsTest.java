package io.taidon.engine.snapshot.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemCallsTest {
  @TempDir Path directory;

  @BeforeEach
  void requireLinux() {
    Assumptions.assumeTrue(Platform.current().isPresent(), "needs Linux on x86-64 or arm64");
  }

  @Test
  void aFailureTellsCallSubjectAndErrno() throws Exception {
    try (SystemCalls calls = SystemCalls.open();
        Descriptor parent = calls.openDirectory(directory)) {
      SystemCallException failure =
          catchThrowableOfType(
              SystemCallException.class, () -> calls.unlink(parent, Names.bytes("absent")));

      assertThat(failure.call()).isEqualTo("unlink");
      assertThat(failure.subject()).isEqualTo("absent");
      assertThat(failure.errno()).isEqualTo(Errno.ENOENT);
      assertThat(failure).hasMessage("unlink of absent: ENOENT");
    }
  }

  @Test
  void renamesNeverReplace() throws Exception {
    Files.writeString(directory.resolve("from"), "from");
    Files.writeString(directory.resolve("to"), "to");
    try (SystemCalls calls = SystemCalls.open();
        Descriptor parent = calls.openDirectory(directory)) {
      SystemCallException failure =
          catchThrowableOfType(
              SystemCallException.class,
              () -> calls.rename(parent, Names.bytes("from"), parent, Names.bytes("to")));

      assertThat(failure.errno()).isEqualTo(Errno.EEXIST);
      assertThat(directory.resolve("to")).hasContent("to");
    }
  }

  @Test
  void aDirectoryOfManyNamesIsListedWhole() throws Exception {
    for (int i = 0; i < 3000; i++) {
      Files.createFile(directory.resolve("a file with a name of some length " + i));
    }
    try (SystemCalls calls = SystemCalls.open();
        Descriptor parent = calls.openDirectory(directory)) {
      assertThat(calls.list(parent))
          .hasSize(3000)
          .allMatch(entry -> entry.type() == DirectoryEntry.Type.REGULAR);
    }
  }

  @Test
  void fileSystemsAreSynced() throws Exception {
    assertThat(Durability.syncFileSystem(directory)).isTrue();
  }

  @Test
  void otherMachinesAreUnsupported() {
    assertThat(Platform.detect("Mac OS X", "aarch64")).isEmpty();
    assertThat(Platform.detect("Linux", "riscv64")).isEmpty();
    assertThat(Platform.detect("Linux", "aarch64")).contains(Platform.LINUX_ARM64);
    assertThat(new Errno(4711).name()).isEqualTo("errno 4711");
  }
}
