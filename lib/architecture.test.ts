import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");

/**
 * Who may import whom (architecture: imports point one way). A folder's rule names what of our own code it may reach; the
 * longest matching folder counts. Tests and their rig may reach anything.
 */
const MAY: Record<string, readonly string[]> = {
  "lib/domain": ["lib/domain"],
  "lib/contracts": ["lib/contracts", "lib/domain"],
  "lib/providers": ["lib/providers", "lib/domain", "lib/env", "lib/log"],
  "lib/workflows": [
    "lib/workflows",
    "lib/pay/page-model",
    "lib/mail",
    "lib/sms",
    "lib/i18n/locale",
    "lib/paths",
    "lib/domain",
    "lib/contracts",
    "lib/providers/registry",
    "db",
    "lib/log",
    "lib/env",
    "lib/crypto",
  ],
  "lib/reads": [
    "lib/reads",
    "lib/log",
    "lib/domain",
    "lib/contracts",
    "db",
    "lib/env",
    "lib/providers/registry",
    "lib/paths",
    "lib/crypto",
    "lib/mail",
    "lib/i18n/locale",
  ],
  "lib/api": ["lib/api", "lib/domain", "lib/contracts", "lib/paths", "lib/format", "lib/i18n/locale"],
  "lib/auth": [
    "lib/auth",
    "lib/http",
    "lib/contracts",
    "lib/domain",
    "db",
    "lib/env",
    "lib/log",
    "lib/paths",
    "lib/workflows/world",
    "lib/i18n",
    "lib/crypto",
  ],
  "lib/sms": ["lib/sms", "lib/domain", "lib/providers/public-address"],
  "lib/mail": ["lib/mail", "db", "lib/pay", "lib/domain", "lib/contracts", "lib/format", "lib/i18n", "lib/paths"],
  "lib/pay": [
    "lib/pay",
    "db",
    "lib/auth/limits",
    "lib/env",
    "lib/domain",
    "lib/contracts",
    "lib/format",
    "lib/i18n",
    "lib/paths",
  ],
  "lib/documents": [
    "lib/documents",
    "db",
    "lib/domain",
    "lib/format",
    "lib/i18n",
    "lib/log",
    "lib/pay/page-model",
    "lib/paths",
  ],
  "lib/i18n": [
    "lib/i18n",
    "lib/domain",
    "lib/contracts",
    "lib/auth",
    "lib/format",
    "lib/paths",
    "lib/reads/company-name",
  ],
  db: ["db", "lib/domain", "lib/env", "lib/log", "lib/contracts"],
  components: ["components", "lib/domain", "lib/contracts", "lib/api", "lib/format", "lib/paths", "lib/i18n"],
};

/** Commands and sample data are programs of their own: they start everything, so they may reach everything. */
const PROGRAMS = ["lib/commands", "db/seed", "db/embedded", "db/migrate.ts"];
const isTest = (file: string) =>
  /\.(test|db\.test|e2e)\.tsx?$/.test(file) || file.startsWith("e2e/") || file.endsWith("fixtures.ts");

/** `from "…"` and `import("…")` of our own code, as paths from the root, with the line they stand on. */
function importsOf(file: string): { target: string; line: number }[] {
  const found: { target: string; line: number }[] = [];
  const lines = readFileSync(join(ROOT, file), "utf8").split("\n");
  for (const [index, text] of lines.entries()) {
    for (const match of text.matchAll(/(?:from|import)\s*\(?\s*["']([^"']+)["']/g)) {
      const specifier = match[1] ?? "";
      if (specifier.startsWith("#")) found.push({ target: specifier.slice(1), line: index + 1 });
      else if (specifier.startsWith("."))
        found.push({ target: relative(ROOT, resolve(ROOT, dirname(file), specifier)), line: index + 1 });
    }
  }
  return found;
}

const within = (path: string, folder: string) =>
  path === folder || path.startsWith(`${folder}/`) || path.startsWith(`${folder}.`);

test("imports point one way", () => {
  const files = globSync(["{lib,db,components,app}/**/*.{ts,tsx}"], { cwd: ROOT }).filter((file) => !isTest(file));
  expect(files.length).toBeGreaterThan(100);
  const wrong = files.flatMap((file) => {
    if (PROGRAMS.some((program) => file.startsWith(program))) return [];
    const folder = Object.keys(MAY)
      .filter((candidate) => within(file, candidate))
      .sort((a, b) => b.length - a.length)[0];
    if (!folder) return [];
    return importsOf(file)
      .filter(({ target }) => !(MAY[folder] ?? []).some((allowed) => within(target, allowed)))
      .map(({ target, line }) => `${file}:${line} imports ${target}`);
  });
  expect(wrong).toEqual([]);
});

test("a provider's folder knows no other provider, and nobody but the registry knows a provider's folder", () => {
  const files = globSync(["{lib,db,components,app}/**/*.{ts,tsx}"], { cwd: ROOT }).filter((file) => !isTest(file));
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter(({ target }) => {
        const other = /^lib\/providers\/([a-z]+)\//.exec(target)?.[1];
        return other && file !== "lib/providers/registry.ts" && !file.startsWith(`lib/providers/${other}/`);
      })
      .map(({ target, line }) => `${file}:${line} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test("workflows and reads ask the database by name: statements and tables are db's", () => {
  const asking = globSync(["lib/{workflows,reads}/**/*.ts"], { cwd: ROOT }).filter((file) => !isTest(file));
  expect(asking.length).toBeGreaterThan(40);
  const found = asking.flatMap((file) =>
    readFileSync(join(ROOT, file), "utf8")
      .split("\n")
      .flatMap((text, index) =>
        /(?:from|import)\s*\(?\s*["'](?:drizzle-orm|postgres\b|(?:#|(?:\.\.\/)+)db\/schema)/.test(text)
          ? [`${file}:${index + 1} ${text.trim()}`]
          : [],
      ),
  );
  expect(found).toEqual([]);
});

test("the domain asks for no clock, no dice and no outside", () => {
  const wrong = globSync(["lib/domain/*.ts"], { cwd: ROOT })
    .filter((file) => !isTest(file))
    .flatMap((file) =>
      readFileSync(join(ROOT, file), "utf8")
        .split("\n")
        .flatMap((text, index) =>
          /Date\.now\(|new Date\(\)|Math\.random|process\.|from "(?!\.)/.test(text) && !text.trimStart().startsWith("*")
            ? [`${file}:${index + 1} ${text.trim()}`]
            : [],
        ),
    );
  expect(wrong).toEqual([]);
});

test("no server action exists, and pages decide nothing about SQL", () => {
  const wrong = globSync(["{app,components}/**/*.{ts,tsx}"], { cwd: ROOT }).flatMap((file) => {
    const text = readFileSync(join(ROOT, file), "utf8");
    return [
      ...(/^["']use server["']/m.test(text) ? [`${file} has a server action`] : []),
      ...(/from "drizzle-orm/.test(text) ? [`${file} writes SQL`] : []),
    ];
  });
  expect(wrong).toEqual([]);
});
