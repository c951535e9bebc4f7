package io.taidon.runner.source;

import java.util.regex.Pattern;

/** Takes secrets out of addresses and of what libraries say about them. */
final class Redacted {
  private static final Pattern USER_INFO = Pattern.compile("//[^/@\\s]*@");
  private static final Pattern QUERY = Pattern.compile("\\?\\S*");

  private Redacted() {}

  /** The address without user, password, query and fragment, any of which may be a secret. */
  static String url(String url) {
    String rest = USER_INFO.matcher(url).replaceFirst("//");
    int end = rest.length();
    for (char c : new char[] {'?', '#'}) {
      int at = rest.indexOf(c);
      end = at < 0 ? end : Math.min(end, at);
    }
    return rest.substring(0, end);
  }

  /** The message of a failure, in one line. */
  static String text(Throwable failure, String url) {
    String said = failure.getMessage();
    if (said == null || said.isBlank()) {
      said = failure.getClass().getSimpleName();
    }
    String plain = said.replace(url, url(url)).lines().findFirst().orElse("");
    return QUERY.matcher(USER_INFO.matcher(plain).replaceAll("//")).replaceAll("");
  }
}
