package io.taidon.gateway.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Compares two runs of one test suite, test by test: {@code DIRECT GATEWAY EXPLAINED}, two
 * directories of JUnit's XML reports and a file that lists the differences that are understood, a
 * line each: {@code class#test direct gateway: why}. Fails on any other difference, on a line there
 * that is a difference no more, and if next to nothing ran.
 */
public final class SuiteComparison {
  private static final int FEWEST_TESTS = 3000;
  private static final String ABSENT = "absent";

  private SuiteComparison() {}

  public static void main(String[] arguments) throws Exception {
    Map<String, String> direct = results(Path.of(arguments[0]));
    Map<String, String> gateway = results(Path.of(arguments[1]));
    Set<String> explained = explained(Path.of(arguments[2]));
    Set<String> differences = differences(direct, gateway);

    System.out.println("directly:            " + count(direct));
    System.out.println("through the gateway: " + count(gateway));
    System.out.printf("%d difference(s)%n", differences.size());
    Set<String> news = new TreeSet<>(differences);
    news.removeAll(explained);
    Set<String> stale = new TreeSet<>(explained);
    stale.removeAll(differences);
    differences.forEach(difference ->
        System.out.println((news.contains(difference) ? "NEW  " : "     ") + difference));
    stale.forEach(difference -> System.out.println("GONE " + difference));
    boolean enough = direct.size() >= FEWEST_TESTS;
    if (!enough) {
      System.out.println("Too few tests ran to say anything.");
    }
    System.exit(news.isEmpty() && stale.isEmpty() && enough ? 0 : 1);
  }

  private static Set<String> differences(Map<String, String> direct, Map<String, String> gateway) {
    Set<String> names = new TreeSet<>(direct.keySet());
    names.addAll(gateway.keySet());
    return names.stream()
        .map(name ->
            Map.entry(
                name, direct.getOrDefault(name, ABSENT) + " " + gateway.getOrDefault(name, ABSENT)))
        .filter(entry -> {
          String[] two = entry.getValue().split(" ");
          return !two[0].equals(two[1]);
        })
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> explained(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> line.substring(0, line.indexOf(": ")))
        .collect(Collectors.toSet());
  }

  private static String count(Map<String, String> results) {
    Map<String, Long> counts =
        results.values().stream()
            .collect(Collectors.groupingBy(result -> result, TreeMap::new, Collectors.counting()));
    return results.size() + " tests, " + counts;
  }

  /** A name that comes twice, as those of parameterized tests may, is numbered. */
  private static Map<String, String> results(Path directory) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    DocumentBuilder parser = factory.newDocumentBuilder();
    Map<String, String> results = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> reports =
          files
              .filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
              .sorted()
              .toList();
      for (Path report : reports) {
        NodeList cases =
            parser.parse(report.toFile()).getDocumentElement().getElementsByTagName("testcase");
        for (int i = 0; i < cases.getLength(); i++) {
          add(results, (Element) cases.item(i));
        }
      }
    }
    return results;
  }

  private static void add(Map<String, String> results, Element test) {
    String result =
        Arrays.asList("skipped", "failure", "error").stream()
            .filter(kind -> test.getElementsByTagName(kind).getLength() > 0)
            .findFirst()
            .orElse("passed");
    String name =
        (test.getAttribute("classname") + "#" + test.getAttribute("name")).replaceAll("\\s+", "_");
    String unique = name;
    for (int n = 2; results.containsKey(unique); n++) {
      unique = name + "~" + n;
    }
    results.put(unique, result);
  }
}
