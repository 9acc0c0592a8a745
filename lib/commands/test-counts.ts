import { existsSync, readFileSync } from "node:fs";

/** How a part of the checks went. A test that was skipped proves nothing, so it counts as failed. */
export type Counts = { passed: number; failed: number };

/** Adds up. */
export function sum(all: Counts[]): Counts {
  return all.reduce((total, part) => ({ passed: total.passed + part.passed, failed: total.failed + part.failed }), {
    passed: 0,
    failed: 0,
  });
}

type VitestReport = {
  testResults: { status: string; assertionResults: { status: string }[] }[];
};

/**
 * Counts what Vitest's JSON reporter wrote.
 * @param exitCode what Vitest ended with; a failure that no test shows (a file that does not load, an error outside any
 *   test, no test at all) counts as one
 */
export function vitestCounts(file: string, exitCode: number): Counts {
  const report = parsed<VitestReport>(file);
  if (!report) return { passed: 0, failed: 1 };
  const counts = { passed: 0, failed: 0 };
  for (const result of report.testResults) {
    for (const test of result.assertionResults) {
      if (test.status === "passed") counts.passed++;
      else counts.failed++;
    }
    if (result.status !== "passed" && result.assertionResults.every((test) => test.status === "passed"))
      counts.failed++;
  }
  return withHidden(counts, exitCode);
}

type PlaywrightReport = {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors: unknown[];
};

/** Counts what Playwright's JSON reporter wrote; `exitCode` as above. A test that passed only when repeated has failed. */
export function playwrightCounts(file: string, exitCode: number): Counts {
  const report = parsed<PlaywrightReport>(file);
  if (!report) return { passed: 0, failed: 1 };
  const { expected, unexpected, flaky, skipped } = report.stats;
  return withHidden({ passed: expected, failed: unexpected + flaky + skipped + report.errors.length }, exitCode);
}

function withHidden(counts: Counts, exitCode: number): Counts {
  const nothingRan = counts.passed + counts.failed === 0;
  if (counts.failed === 0 && (exitCode !== 0 || nothingRan)) return { ...counts, failed: 1 };
  return counts;
}

function parsed<T>(file: string): T | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
