import { createHash } from "node:crypto";
import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bin, lastLines, ROOT, runProcess, type Service } from "#lib/commands/processes";
import { CommandFailure } from "#lib/commands/terminal";

/** What goes into a build. Tests, commands and emulators do not. */
const INPUTS = ["app", "components", "lib", "db", "public", "drizzle"];
const INPUT_FILES = [
  "instrumentation.ts",
  "instrumentation-node.ts",
  "next.config.ts",
  "package-lock.json",
  "package.json",
  "postcss.config.mjs",
  "proxy.ts",
  "tsconfig.json",
];
const NO_INPUT = /(\.test\.tsx?|\.md)$|^lib[\\/]commands[\\/]/;

const BUILDS = join(ROOT, ".holdpoint", "build");
const KEPT_BUILDS = 3;

/** A production build, in a folder of its own that later builds leave alone. */
export type Build = { directory: string; server: string; reused: boolean };

/**
 * Builds the application for production, unless nothing that goes into it has changed.
 *
 * Servers of the demo and the tests run from a copy under `.holdpoint/build`, so a new build never pulls the files from
 * under a server that is running.
 * @param onStart is told of the process that builds, so that it can be stopped
 */
export async function buildOnce(
  options: { onStart?: (service: Service) => void; onWait?: (pid: number) => void } = {},
): Promise<Build> {
  const unlock = await lock(options.onWait);
  try {
    const id = inputHash();
    const directory = join(BUILDS, id);
    const build = { directory, server: join(directory, "server.js") };
    // Whoever asks for a build runs servers from it, for as long as it lives.
    writeFileSync(`${directory}.by-${process.pid}`, "");
    if (existsSync(build.server)) {
      const now = new Date();
      utimesSync(directory, now, now);
      return { ...build, reused: true };
    }
    await buildNow(options.onStart);
    const half = `${directory}.new`;
    rmSync(half, { recursive: true, force: true });
    linkTree(join(ROOT, ".next", "standalone"), half);
    // The environment of a server is given to it, never found lying about.
    for (const name of readdirSync(half)) if (name.startsWith(".env")) rmSync(join(half, name));
    renameSync(half, directory);
    forgetOldBuilds(id);
    return { ...build, reused: false };
  } finally {
    unlock();
  }
}

/** Runs `next build` and completes its standalone server, ready to be copied to a machine without this checkout. */
export async function build(onStart?: (service: Service) => void): Promise<void> {
  const unlock = await lock();
  try {
    await buildNow(onStart);
  } finally {
    unlock();
  }
}

async function buildNow(onStart?: (service: Service) => void): Promise<void> {
  const logFile = join(ROOT, ".holdpoint", "build.log");
  rmSync(logFile, { force: true });
  const standalone = join(ROOT, ".next", "standalone");
  rmSync(standalone, { recursive: true, force: true });
  const env = { NODE_ENV: "production", NODE_OPTIONS: "" };
  const next = bin("next", "dist/bin/next");
  const started = onStart ? { onStart } : {};
  const code = await runProcess({ name: "The build", args: [next, "build"], env, logFile, ...started });
  if (code !== 0 || !existsSync(join(standalone, "server.js"))) {
    throw new CommandFailure(
      `The build failed. Its last lines (all of them: ${logFile}):\n\n${lastLines(logFile, 40)}`,
    );
  }
  // Next leaves these two to a content delivery network; we serve them ourselves.
  cpSync(join(ROOT, ".next", "static"), join(standalone, ".next", "static"), { recursive: true });
  if (existsSync(join(ROOT, "public"))) cpSync(join(ROOT, "public"), join(standalone, "public"), { recursive: true });
}

function inputHash(): string {
  const hash = createHash("sha256").update(process.version);
  const add = (path: string) => {
    hash
      .update(path)
      .update("\0")
      .update(readFileSync(join(ROOT, path)))
      .update("\0");
  };
  const walk = (folder: string) => {
    if (!existsSync(join(ROOT, folder))) return;
    for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true }).sort(byName)) {
      const path = join(folder, entry.name);
      if (NO_INPUT.test(path)) continue;
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) add(path);
    }
  };
  for (const folder of INPUTS) walk(folder);
  for (const file of INPUT_FILES) if (existsSync(join(ROOT, file))) add(file);
  return hash.digest("hex").slice(0, 16);
}

function byName(one: { name: string }, other: { name: string }): number {
  return one.name < other.name ? -1 : 1;
}

/** Copies a folder without copying its contents: hard links where the file system has them. */
function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) linkTree(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else {
      try {
        linkSync(source, target);
      } catch {
        copyFileSync(source, target);
      }
    }
  }
}

/** Keeps the newest builds, and every one that a living command runs servers from. */
function forgetOldBuilds(current: string): void {
  const names = readdirSync(BUILDS);
  const used = new Set([current]);
  for (const name of names) {
    const [, id, pid] = /^([0-9a-f]{16})\.by-(\d+)$/.exec(name) ?? [];
    if (id && isAlive(Number(pid))) used.add(id);
    else if (id) rmSync(join(BUILDS, name));
  }
  const spare = names
    .filter((name) => /^[0-9a-f]{16}(\.new)?$/.test(name) && !used.has(name))
    .map((name) => ({ path: join(BUILDS, name), usedAt: statSync(join(BUILDS, name)).mtimeMs }))
    .sort((one, other) => other.usedAt - one.usedAt);
  for (const { path } of spare.slice(KEPT_BUILDS - 1)) rmSync(path, { recursive: true, force: true });
}

/** One build at a time per checkout. The mark of a builder that was killed is taken over. */
async function lock(onWait?: (pid: number) => void): Promise<() => void> {
  mkdirSync(BUILDS, { recursive: true });
  const mark = join(BUILDS, "building");
  let told = false;
  for (;;) {
    try {
      writeFileSync(mark, String(process.pid), { flag: "wx" });
      return () => rmSync(mark, { force: true });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
    }
    const holder = holderOf(mark);
    if (holder !== undefined && !isAlive(holder)) {
      // Its writer may be between making the file and writing its number.
      await sleep(100);
      if (holderOf(mark) === holder) rmSync(mark, { force: true });
      continue;
    }
    if (!told && holder) onWait?.(holder);
    told = true;
    await sleep(500);
  }
}

function holderOf(mark: string): number | undefined {
  try {
    return Number(readFileSync(mark, "utf8"));
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  if (!pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === "EPERM";
  }
}
