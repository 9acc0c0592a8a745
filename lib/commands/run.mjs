// The way into every command: `node --conditions=react-server lib/commands/run.mjs <command> [arguments]`.
// Plain JavaScript that any Node from 18 understands, because it may be started by whatever Node the machine has; the
// commands themselves are TypeScript and run on the Node 24 among our dev dependencies.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "..", "..");
const [command, ...rest] = process.argv.slice(2);
const [major, minor] = process.versions.node.split(".").map(Number);
const runsTypeScript = major > 22 || (major === 22 && minor >= 18);

process.env.NEXT_TELEMETRY_DISABLED = "1";
process.chdir(root);

if (runsTypeScript) {
  process.argv = [process.argv[0], join(here, `${command}.ts`), ...rest];
  await import(pathToFileURL(join(here, `${command}.ts`)).href);
} else {
  const own = ownNode();
  if (!own) {
    console.error(
      `\nThis is Node ${process.versions.node}; Holdpoint needs 22.18 or newer, and brings its own Node 24 with \`npm ci\`.\n` +
        "That one is missing, perhaps because install scripts are switched off. Try:\n\n" +
        "  npm ci && npm rebuild node --foreground-scripts\n",
    );
    process.exit(1);
  }
  const child = spawn(own, [...process.execArgv, fileURLToPath(import.meta.url), command, ...rest], {
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}

/** The Node among the dev dependencies; fetched now when its install script was not allowed to. */
function ownNode() {
  const file = join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(file)) return file;
  if (!existsSync(join(root, "node_modules", "node"))) return undefined;
  console.log(`This is Node ${process.versions.node}; fetching Node 24 into node_modules …`);
  spawnSync("npm", ["rebuild", "node", "--foreground-scripts"], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
    env: { ...process.env, npm_config_allow_scripts: "node" },
  });
  return existsSync(file) ? file : undefined;
}
