package io.taidon.engine.bench;

import io.taidon.engine.bench.Settings.Place;
import io.taidon.engine.snapshot.BackendKind;

/**
 * Runs all benchmarks and prints them with their floors and budgets. Its arguments are places, as
 * {@code scripts/bench} makes them. Exit code 0 whether or not budgets are met: a noisy machine is
 * no defect.
 */
final class Bench {
  private Bench() {}

  public static void main(String[] arguments) throws Exception {
    Settings settings = Settings.of(arguments);
    Report report = new Report();
    if (settings.wants(Settings.Part.BACKENDS)) {
      backends(settings, report);
    }
    Place cheapest = settings.measurable().getFirst();
    if (settings.wants(Settings.Part.PROCESS)) {
      new WholeProcess(settings, report).measure(cheapest);
    }
    if (settings.wants(Settings.Part.CHANGED)) {
      new ChangedStep(settings, report).measure(cheapest);
    }
    if (settings.wants(Settings.Part.COLD)) {
      new ColdBuilds(settings, report).measure(cheapest);
    }
    if (settings.wants(Settings.Part.CHANGELOGS)) {
      changelogs(settings, report);
    }
    int over = report.over();
    System.out.println();
    System.out.println(over == 0 ? "All budgets are met." : over + " figure(s) over budget.");
  }

  private static void backends(Settings settings, Report report) throws Exception {
    BackendTable table = new BackendTable();
    Backends backends = new Backends(settings, report, table);
    for (Place place : settings.places()) {
      if (place.skipped().isPresent()) {
        report.section("Cached state to first row, inside the engine: " + place.describe());
        report.note("skipped: " + place.skipped().get());
      } else {
        backends.measure(place);
      }
    }
    table.print(report);
  }

  private static void changelogs(Settings settings, Report report) throws Exception {
    ChangelogBuilds changelogs = new ChangelogBuilds(settings, report);
    for (Place place : settings.measurable()) {
      if (place.backend() == BackendKind.BTRFS || place.backend() == BackendKind.COPY) {
        changelogs.measure(place);
      }
    }
  }
}
