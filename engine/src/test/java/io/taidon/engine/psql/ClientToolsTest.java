package io.taidon.engine.psql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import io.taidon.engine.psql.ClientTools.Configured;
import io.taidon.engine.psql.ClientTools.PackageRoot;
import io.taidon.engine.psql.ClientTools.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientToolsTest {
  @TempDir Path temp;

  @Test
  void theNewestPackageWins() throws IOException {
    program("pg/9.6/bin/psql");
    program("pg/17/bin/psql");
    program("pg/9/bin/psql");
    program("pg/docs/bin/psql");

    assertThat(tools(Configured.NONE).find(Tool.PSQL)).isEqualTo(temp.resolve("pg/17/bin/psql"));
  }

  @Test
  void pathComesBeforePackagesButNotDebiansWrapper() throws IOException {
    program("pg/17/bin/psql");
    Path wrapper = program("share/pg_wrapper");
    Path inPath = Files.createDirectory(temp.resolve("bin")).resolve("psql");
    Files.createSymbolicLink(inPath, wrapper);
    assertThat(tools(Configured.NONE).find(Tool.PSQL)).isEqualTo(temp.resolve("pg/17/bin/psql"));

    Files.delete(inPath);
    program("bin/psql");
    assertThat(tools(Configured.NONE).find(Tool.PSQL)).isEqualTo(inPath);
  }

  @Test
  void theConfiguredPathIsTheOnlyOneTried() throws IOException {
    program("bin/psql");
    Path own = program("own");
    assertThat(tools(new Configured(Optional.of(own), Optional.empty())).find(Tool.PSQL))
        .isEqualTo(own);
    assertNotFound(new Configured(Optional.of(temp.resolve("none")), Optional.empty()), Tool.PSQL);
  }

  @Test
  void noneSaysHowToGetOne() {
    assertNotFound(Configured.NONE, Tool.PGBENCH);
  }

  private void assertNotFound(Configured configured, Tool tool) {
    assertThatThrownBy(() -> tools(configured).find(tool))
        .isInstanceOfSatisfying(
            TaidonException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.CLIENT_TOOL_NOT_FOUND);
              assertThat(e.remedy())
                  .hasValueSatisfying(r -> assertThat(r).contains("apt-get", ".path"));
            });
  }

  private ClientTools tools(Configured configured) {
    return new ClientTools(
        configured, List.of(temp.resolve("bin")), List.of(new PackageRoot(temp.resolve("pg"), "")));
  }

  private Path program(String name) throws IOException {
    Path path = temp.resolve(name);
    Files.createDirectories(path.getParent());
    return Files.createFile(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
  }
}
