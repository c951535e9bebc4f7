package io.taidon.engine.postgres;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The operating-system account that PostgreSQL runs as. PostgreSQL refuses to run as root, so root
 * hands its servers to another account through {@code setpriv} (setpriv(1), util-linux), which
 * replaces itself by the server: the process id stays. Anybody else runs servers as themselves.
 *
 * <p>Immutable and thread-safe.
 */
public final class OsUser {
  private static final Path ACCOUNTS = Path.of("/etc/passwd");
  private static final List<String> USUAL_NAMES = List.of("postgres", "nobody");
  private static final List<Path> SETPRIV =
      List.of(Path.of("/usr/bin/setpriv"), Path.of("/bin/setpriv"));
  private static final int OTHERS_MAY_ENTER = 0001;
  private static final int GROUP_MAY_ENTER = 0010;
  private static final int OWNER_MAY_ENTER = 0100;

  private final Optional<Account> account;

  private OsUser(Optional<Account> account) {
    this.account = account;
  }

  /** The account to run as when we are root. */
  private record Account(String name, int uid, int gid, Path setpriv) {}

  /** The user itself, or {@code postgres}, else {@code nobody}, when the user is root. */
  public static OsUser current() {
    return current(Optional.empty());
  }

  /**
   * The user itself, or the named account when the user is root.
   *
   * @throws TaidonException {@code INVALID_ARGUMENT} when there is no such account, {@code
   *     CLIENT_TOOL_NOT_FOUND} without {@code setpriv}
   */
  public static OsUser current(Optional<String> configuredName) {
    return weAreRoot()
        ? new OsUser(Optional.of(account(configuredName)))
        : new OsUser(Optional.empty());
  }

  /** Whether we are root and servers run as somebody else. */
  public boolean isRoot() {
    return account.isPresent();
  }

  /** The name of the account that servers run as. */
  public String name() {
    return account.map(Account::name).orElseGet(() -> System.getProperty("user.name", ""));
  }

  /** The command that runs {@code command} as this account. */
  public List<String> wrap(List<String> command) {
    if (account.isEmpty()) {
      return command;
    }
    Account a = account.get();
    List<String> wrapped = new ArrayList<>(command.size() + 6);
    wrapped.add(a.setpriv().toString());
    wrapped.add("--reuid=" + a.uid());
    wrapped.add("--regid=" + a.gid());
    wrapped.add("--clear-groups");
    wrapped.add("--inh-caps=-all");
    wrapped.addAll(command);
    return wrapped;
  }

  /**
   * Gives a file, or a tree, to this account; symbolic links are not followed. What is right
   * already is left alone. Only for trees that no process of that account writes to at the same
   * time.
   */
  public void own(Path tree) throws IOException {
    if (account.isEmpty()) {
      return;
    }
    Account a = account.get();
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            give(directory, a);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            give(file, a);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /**
   * Checks that this account can reach a path: that it may enter every directory above it.
   *
   * @throws TaidonException {@code STORE_UNUSABLE} naming the directory that stands in the way
   */
  public void requireReach(Path path) {
    if (account.isEmpty()) {
      return;
    }
    Account a = account.get();
    for (Path above = path.toAbsolutePath().getParent(); above != null; above = above.getParent()) {
      if (!mayEnter(above, a)) {
        throw TaidonException.of(
                ErrorCode.STORE_UNUSABLE,
                "The account "
                    + a.name()
                    + ", which runs PostgreSQL because root cannot, may not enter "
                    + above
                    + ".")
            .with("path", path.toString())
            .remedy(
                "Put it below a directory that everybody may enter, or run: chmod o+x " + above);
      }
    }
  }

  private static void give(Path path, Account account) throws IOException {
    Map<String, Object> owner =
        Files.readAttributes(path, "unix:uid,gid", LinkOption.NOFOLLOW_LINKS);
    if (!Integer.valueOf(account.uid()).equals(owner.get("uid"))) {
      Files.setAttribute(path, "unix:uid", account.uid(), LinkOption.NOFOLLOW_LINKS);
    }
    if (!Integer.valueOf(account.gid()).equals(owner.get("gid"))) {
      Files.setAttribute(path, "unix:gid", account.gid(), LinkOption.NOFOLLOW_LINKS);
    }
  }

  private static boolean mayEnter(Path directory, Account account) {
    try {
      Map<String, Object> of = Files.readAttributes(directory, "unix:uid,gid,mode");
      int mode = of.get("mode") instanceof Integer m ? m : 0;
      if (Integer.valueOf(account.uid()).equals(of.get("uid"))) {
        return (mode & OWNER_MAY_ENTER) != 0;
      }
      int bit =
          Integer.valueOf(account.gid()).equals(of.get("gid")) ? GROUP_MAY_ENTER : OTHERS_MAY_ENTER;
      return (mode & bit) != 0;
    } catch (IOException e) {
      // What does not exist yet is made by us, reachable.
      return true;
    }
  }

  private static boolean weAreRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException | UnsupportedOperationException e) {
      return "root".equals(System.getProperty("user.name"));
    }
  }

  private static Account account(Optional<String> configuredName) {
    Path setpriv =
        SETPRIV.stream()
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() ->
                TaidonException.of(
                        ErrorCode.CLIENT_TOOL_NOT_FOUND,
                        "PostgreSQL cannot run as root, and setpriv, which starts it as another"
                            + " account, is not in /usr/bin.")
                    .remedy("Install util-linux, or run as an ordinary user."));
    List<String> names = configuredName.map(List::of).orElse(USUAL_NAMES);
    try {
      List<String> lines = Files.readAllLines(ACCOUNTS);
      for (String name : names) {
        for (String line : lines) {
          String[] fields = line.split(":", -1);
          if (fields.length >= 4 && fields[0].equals(name) && !fields[2].equals("0")) {
            return new Account(
                name, Integer.parseInt(fields[2]), Integer.parseInt(fields[3]), setpriv);
          }
        }
      }
    } catch (IOException | NumberFormatException e) {
      throw TaidonException.of(ErrorCode.STORE_UNUSABLE, ACCOUNTS + " cannot be read.", e);
    }
    throw TaidonException.of(
            ErrorCode.INVALID_ARGUMENT,
            "PostgreSQL cannot run as root, and there is no ordinary account "
                + String.join(" or ", names)
                + " in "
                + ACCOUNTS
                + ".")
        .remedy("Create the account, configure another one, or run as an ordinary user.");
  }
}
