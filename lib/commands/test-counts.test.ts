import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { playwrightCounts, sum, vitestCounts } from "#lib/commands/test-counts";

const folder = mkdtempSync(join(tmpdir(), "holdpoint-counts-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(content: unknown): string {
  const path = join(folder, `${Math.random()}.json`);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

function vitestReport(...files: { status: string; tests: string[] }[]): string {
  return file({
    testResults: files.map(({ status, tests }) => ({
      status,
      assertionResults: tests.map((outcome) => ({ status: outcome })),
    })),
  });
}

test("passed tests pass, failed tests fail, and skipped tests fail too", () => {
  const report = vitestReport({ status: "failed", tests: ["passed", "failed", "skipped", "todo", "pending"] });
  expect(vitestCounts(report, 1)).toEqual({ passed: 1, failed: 4 });
});

test("a file that does not even load is a failure", () => {
  const report = vitestReport({ status: "passed", tests: ["passed"] }, { status: "failed", tests: [] });
  expect(vitestCounts(report, 1)).toEqual({ passed: 1, failed: 1 });
});

test("an error outside every test is a failure, and so is a run that wrote no report or ran no test", () => {
  expect(vitestCounts(vitestReport({ status: "passed", tests: ["passed"] }), 1)).toEqual({ passed: 1, failed: 1 });
  expect(vitestCounts(join(folder, "nowhere.json"), 0)).toEqual({ passed: 0, failed: 1 });
  expect(vitestCounts(file("{ half"), 0)).toEqual({ passed: 0, failed: 1 });
  expect(vitestCounts(vitestReport(), 0)).toEqual({ passed: 0, failed: 1 });
});

test("in the browser, skipped and flaky tests fail, and so does what went wrong around the tests", () => {
  const stats = { expected: 5, unexpected: 1, flaky: 1, skipped: 1 };
  expect(playwrightCounts(file({ stats, errors: [{}] }), 1)).toEqual({ passed: 5, failed: 4 });
  const fine = { expected: 5, unexpected: 0, flaky: 0, skipped: 0 };
  expect(playwrightCounts(file({ stats: fine, errors: [] }), 0)).toEqual({ passed: 5, failed: 0 });
  expect(playwrightCounts(file({ stats: fine, errors: [] }), 1)).toEqual({ passed: 5, failed: 1 });
});

test("parts add up", () => {
  expect(
    sum([
      { passed: 1, failed: 2 },
      { passed: 3, failed: 4 },
    ]),
  ).toEqual({ passed: 4, failed: 6 });
});
