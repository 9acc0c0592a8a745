import { globSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildOnce } from "#lib/commands/build";
import { findOrInstallChromium } from "#lib/commands/chromium";
import { type Keeper, runCommand } from "#lib/commands/command";
import { bin, ROOT, runProcess, type Service } from "#lib/commands/processes";
import { bold, CommandFailure, duration, faint, green, red, say } from "#lib/commands/terminal";
import { type Counts, playwrightCounts, sum, vitestCounts } from "#lib/commands/test-counts";

const HELP = `npm test                            everything: types, lint, unit, database, build, end-to-end
npm test -- --only check|unit|db|e2e   one part (e2e includes the build)
npm test -- --only unit money       ... and of it, files whose path contains "money"`;

/** Of this run alone: two people may be testing the same checkout. */
const REPORTS = join(ROOT, ".holdpoint", "reports", String(process.pid));
const ARTIFACTS = join(ROOT, ".holdpoint", "e2e-results", String(process.pid));
const PARTS = ["check", "unit", "db", "e2e"] as const;
type Part = (typeof PARTS)[number];

await runCommand(async (keeper) => {
  const { only, filters, help } = readArguments(process.argv.slice(2));
  if (help) {
    say(HELP);
    return 0;
  }
  const start = Date.now();
  mkdirSync(REPORTS, { recursive: true });
  const wants = (part: Part) => only === undefined || only === part;
  const results: { name: string; counts: Counts; ms: number }[] = [];
  const part = async (name: string, work: () => Promise<Counts>) => {
    say(bold(`\n── ${name} ${"─".repeat(Math.max(3, 72 - name.length))}`));
    const began = Date.now();
    let counts: Counts;
    try {
      counts = await work();
    } catch (cause) {
      say(red(cause instanceof CommandFailure ? cause.message : String((cause as Error).stack ?? cause)));
      counts = { passed: 0, failed: 1 };
    }
    results.push({ name, counts, ms: Date.now() - began });
    return counts.failed === 0;
  };

  if (wants("check")) {
    await part("types", () => types(keeper));
    await part("lint", () =>
      exitCodeOf(keeper, "Lint", [bin("@biomejs/biome", "bin/biome"), "check", "--error-on-warnings"]),
    );
  }
  const projects = (["unit", "db"] as const).filter(wants);
  if (projects.length > 0) {
    const name = projects.length === 2 ? "unit, database" : projects[0] === "unit" ? "unit" : "database";
    await part(name, () => vitest(keeper, projects, filters));
  }
  if (wants("e2e")) {
    const built = await part("build", () => buildForTests(keeper));
    if (built) await part("end-to-end", () => endToEnd(keeper, filters));
    else say(faint("\nNothing to run end-to-end without a build."));
  }

  rmSync(REPORTS, { recursive: true, force: true });
  const total = sum(results.map((result) => result.counts));
  say(bold(`\n── result ${"─".repeat(66)}\n`));
  for (const { name, counts, ms } of results) {
    const mark = counts.failed === 0 ? green("✓") : red("✗");
    const numbers = `${counts.passed} passed, ${counts.failed} failed`;
    say(`${mark} ${name.padEnd(16)} ${numbers.padEnd(28)} ${faint(duration(ms))}`);
  }
  say(faint(`\nIn all ${duration(Date.now() - start)}.\n`));
  // The last line, alone and plain, is what scripts read.
  say(`${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
});

function readArguments(given: string[]): { only: Part | undefined; filters: string[]; help: boolean } {
  const rest = [...given];
  let only: Part | undefined;
  const at = rest.indexOf("--only");
  if (at >= 0) {
    const [, name] = rest.splice(at, 2);
    only = PARTS.find((known) => known === name);
    if (!only) throw new CommandFailure(`--only takes one of ${PARTS.join(", ")}.\n\n${HELP}`);
  }
  const help = rest.includes("--help") || rest.includes("-h");
  if (!help && rest.some((argument) => argument.startsWith("-"))) {
    throw new CommandFailure(`Unknown: ${rest.join(" ")}\n\n${HELP}`);
  }
  if (rest.length > 0 && only === undefined && !help) {
    throw new CommandFailure(`Say which part "${rest.join(" ")}" belongs to: --only unit|db|e2e`);
  }
  return { only, filters: rest, help };
}

/** Keeps a process only for as long as it runs. */
function whileRunning(keeper: Keeper): (service: Service) => void {
  return (service) => {
    keeper.keep(service);
    void service.ended.then(() => keeper.release(service));
  };
}

async function exitCodeOf(keeper: Keeper, name: string, args: string[]): Promise<Counts> {
  const code = await runProcess({ name, args, onStart: whileRunning(keeper), env: { NODE_OPTIONS: "" } });
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function types(keeper: Keeper): Promise<Counts> {
  // Makes what TypeScript has to know about pages and style sheets; a clean checkout has none of it.
  const known = await exitCodeOf(keeper, "next typegen", [bin("next", "dist/bin/next"), "typegen"]);
  if (known.failed > 0) return known;
  return exitCodeOf(keeper, "TypeScript", [bin("typescript", "bin/tsc"), "--noEmit", "--pretty"]);
}

async function vitest(keeper: Keeper, projects: readonly string[], filters: string[]): Promise<Counts> {
  const file = join(REPORTS, "vitest.json");
  const args = [bin("vitest", "vitest.mjs"), "run", ...projects.flatMap((project) => ["--project", project])];
  args.push("--reporter=default", "--reporter=json", `--outputFile.json=${file}`, ...filters);
  const env = { NODE_ENV: "test", NODE_OPTIONS: "" };
  const code = await runProcess({ name: "Vitest", args, env, onStart: whileRunning(keeper) });
  return vitestCounts(file, code);
}

async function buildForTests(keeper: Keeper): Promise<Counts> {
  const { reused } = await buildOnce({
    onStart: whileRunning(keeper),
    onWait: (pid) => say(faint(`another command is building (process ${pid}); waiting for it`)),
  });
  say(reused ? "Nothing has changed since the last build." : "The application is built.");
  return { passed: 1, failed: 0 };
}

/** Each worker has a whole stack of its own: no more of them than there are files to play. */
function workersFor(filters: string[]): number {
  const names = filters.map((filter) => filter.replace(/(:\d+)+$/, ""));
  const files = globSync("e2e/**/*.e2e.ts", { cwd: ROOT }).map((file) => file.replaceAll("\\", "/"));
  const wanted = files.filter((file) => names.length === 0 || names.some((name) => file.includes(name)));
  return wanted.length > 1 ? 2 : 1;
}

async function endToEnd(keeper: Keeper, filters: string[]): Promise<Counts> {
  const file = join(REPORTS, "playwright.json");
  const chromium = await findOrInstallChromium();
  say(faint(`in ${chromium}`));
  const code = await runProcess({
    name: "Playwright",
    args: [bin("@playwright/test", "cli.js"), "test", ...filters, `--workers=${workersFor(filters)}`],
    env: {
      NODE_OPTIONS: "",
      CHROMIUM_PATH: chromium,
      PLAYWRIGHT_JSON_OUTPUT_FILE: file,
      E2E_ARTIFACTS: ARTIFACTS,
      PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1",
    },
    onStart: whileRunning(keeper),
    patienceMs: 30_000,
  });
  const counts = playwrightCounts(file, code);
  if (counts.failed === 0) rmSync(ARTIFACTS, { recursive: true, force: true });
  return counts;
}
