package io.taidon.gateway.config;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What was set, and reading it as what it should be. Every failure is a {@link TaidonException}
 * with {@code INVALID_ARGUMENT} that names the setting by the name it was given under.
 */
final class SettingValues {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

  private final Map<Setting, Given> given;

  /** A value and the name it was given under. */
  private record Given(String name, String value) {}

  private SettingValues(Map<Setting, Given> given) {
    this.given = given;
  }

  /**
   * Takes the file's, and over them the environment's.
   *
   * @throws TaidonException also if there is a setting that does not exist: a misspelt limit would
   *     be no limit
   */
  static SettingValues of(Optional<Path> file, Map<String, String> environment) {
    Map<Setting, Given> given = new EnumMap<>(Setting.class);
    file.map(SettingValues::properties)
        .ifPresent(properties ->
            properties
                .stringPropertyNames()
                .forEach(key -> put(given, Setting.ofKey(key), key, properties.getProperty(key))));
    environment.forEach((name, value) -> {
      if (Setting.isOurs(name)) {
        put(given, Setting.ofVariable(name), name, value);
      }
    });
    return new SettingValues(given);
  }

  /** Empty if it is not set, or set to nothing, and has no standard. */
  Optional<String> text(Setting setting) {
    String value = given.containsKey(setting) ? value(setting) : setting.standard();
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  Optional<Path> path(Setting setting) {
    return text(setting).map(Path::of);
  }

  List<String> list(Setting setting) {
    return Arrays.stream(text(setting).orElse("").split(","))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  boolean truth(Setting setting) {
    return switch (required(setting)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(setting, "true or false");
    };
  }

  int number(Setting setting, int least) {
    String text = required(setting);
    if (NUMBER.matcher(text).matches() && Integer.parseInt(text) >= least) {
      return Integer.parseInt(text);
    }
    throw wrong(setting, "a whole number from " + least + " on");
  }

  Duration duration(Setting setting, Duration least) {
    Matcher parts = DURATION.matcher(required(setting));
    if (parts.matches()) {
      long amount = Long.parseLong(parts.group(1));
      Duration duration =
          switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
          };
      if (duration.compareTo(least) >= 0) {
        return duration;
      }
    }
    throw wrong(
        setting,
        "a time such as 500ms, 15s, 2m or 1h, and not less than " + least.toMillis() + "ms");
  }

  <E extends Enum<E>> E choice(Setting setting, Class<E> choices) {
    String text = required(setting);
    for (E choice : choices.getEnumConstants()) {
      if (choice.name().toLowerCase(Locale.ROOT).equals(text)) {
        return choice;
      }
    }
    throw wrong(
        setting,
        "one of "
            + String.join(
                ", ",
                Arrays.stream(choices.getEnumConstants())
                    .map(choice -> choice.name().toLowerCase(Locale.ROOT))
                    .toList()));
  }

  /** Addresses to connect to, {@code host:port} each, not looked up. */
  List<InetSocketAddress> addresses(Setting setting) {
    return list(setting).stream()
        .map(text -> {
          int colon = text.lastIndexOf(':');
          String port = text.substring(colon + 1);
          if (colon < 1 || !NUMBER.matcher(port).matches() || Integer.parseInt(port) > 65535) {
            throw wrong(setting, "addresses such as gateway.example.com:6432");
          }
          return InetSocketAddress.createUnresolved(
              text.substring(0, colon), Integer.parseInt(port));
        })
        .toList();
  }

  /** An address to listen on: {@code host:port}, {@code [ipv6]:port}. */
  Optional<InetSocketAddress> listen(Setting setting) {
    return text(setting)
        .map(text -> {
          int colon = text.lastIndexOf(':');
          String host = text.substring(0, Math.max(colon, 0));
          String port = text.substring(colon + 1);
          if (host.isEmpty() || !NUMBER.matcher(port).matches() || Integer.parseInt(port) > 65535) {
            throw wrong(setting, "an address such as 127.0.0.1:6432 or [::]:6432");
          }
          try {
            return new InetSocketAddress(InetAddress.getByName(host), Integer.parseInt(port));
          } catch (UnknownHostException e) {
            throw wrong(setting, "an address of this machine");
          }
        });
  }

  /** The failure of a setting that is not what it should be. */
  TaidonException wrong(Setting setting, String shouldBe) {
    return TaidonException.of(
            ErrorCode.INVALID_ARGUMENT,
            "The setting %s is \"%s\", and should be %s."
                .formatted(name(setting), shortened(value(setting)), shouldBe))
        .remedy("docs/gateway.md lists the settings.");
  }

  /** The failure of a setting that must be there. */
  TaidonException missing(Setting setting, String why) {
    return TaidonException.of(
            ErrorCode.INVALID_ARGUMENT,
            "The setting %s is missing: %s.".formatted(setting.key(), why))
        .remedy("Set it in the file or as %s.".formatted(setting.variable()));
  }

  private String required(Setting setting) {
    return text(setting).orElseThrow(() -> missing(setting, "it has no standard"));
  }

  private String value(Setting setting) {
    Given found = given.get(setting);
    return found == null ? setting.standard() : found.value();
  }

  private String name(Setting setting) {
    Given found = given.get(setting);
    return found == null ? setting.key() : found.name();
  }

  private static void put(
      Map<Setting, Given> given, Optional<Setting> setting, String name, String value) {
    if (setting.isEmpty()) {
      throw TaidonException.of(
              ErrorCode.INVALID_ARGUMENT, "There is no setting " + shortened(name) + ".")
          .remedy("docs/gateway.md lists the settings.");
    }
    given.put(setting.get(), new Given(name, value.strip()));
  }

  private static String shortened(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "...";
  }

  private static Properties properties(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
      return properties;
    } catch (IOException e) {
      throw TaidonException.of(
              ErrorCode.FILE_UNREADABLE, "The settings file " + file + " cannot be read.", e)
          .remedy("Name a readable file with --config.");
    } catch (IllegalArgumentException e) {
      throw TaidonException.of(
          ErrorCode.CONFIG_CORRUPT, "The settings file " + file + " is no properties file.", e);
    }
  }
}
