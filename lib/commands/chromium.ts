import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname, join } from "node:path";
import { bin, ROOT } from "#lib/commands/processes";
import { CommandFailure, faint, say } from "#lib/commands/terminal";

/** Flags for a Chromium that runs tests: no sandbox (root has none), and no business of its own on the network. */
export const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const LOG = join(ROOT, ".holdpoint", "chromium.log");
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const ELSEWHERE = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];

/**
 * Finds a Chromium that really starts, or installs one: Playwright's own, else Debian's.
 * @returns the path of its program
 * @throws CommandFailure that says how to get one
 */
export async function findOrInstallChromium(): Promise<string> {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (starts(given)) return given;
    throw new CommandFailure(`CHROMIUM_PATH names ${given}, which does not start as a Chromium.`);
  }
  const found = await installed();
  if (found) return found;

  say(faint("  no Chromium here yet; installing Playwright's (about 120 MB)"));
  attempt(process.execPath, [bin("@playwright/test", "cli.js"), "install", "chromium"], 240_000);
  let fetched = await installed();
  if (fetched) return fetched;

  const become = process.getuid?.() === 0 ? [] : canSudo() ? ["sudo", "-n"] : undefined;
  if (become && has("apt-get")) {
    say(faint("  that did not work; installing Debian's"));
    const apt = (...args: string[]) => {
      const [command = "", ...more] = [...become, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", ...args];
      attempt(command, more, 300_000);
    };
    apt("update", "-q");
    apt("install", "-y", "-q", "--no-install-recommends", "chromium");
    fetched = await installed();
    if (fetched) return fetched;
  }
  throw new CommandFailure(
    `The end-to-end tests need a Chromium, and none could be found or installed (what was tried: ${LOG}).\n` +
      "Install one (Debian: `apt-get install chromium`; anywhere: `npx playwright install --with-deps chromium`),\n" +
      "or name one: CHROMIUM_PATH=/path/to/chrome npm test",
  );
}

async function installed(): Promise<string | undefined> {
  const { chromium } = await import("@playwright/test");
  const candidates = [chromium.executablePath(), ...NAMES.map(inPath), ...ELSEWHERE];
  return candidates.find((path) => path && existsSync(path) && starts(path));
}

/** A file alone proves little: libraries may be missing, and Ubuntu's is a stub for a package manager. */
function starts(path: string): boolean {
  const args = [...CHROMIUM_FLAGS, "--headless=new", "--dump-dom", "data:text/html,<p>it-starts</p>"];
  const outcome = spawnSync(path, args, { encoding: "utf8", timeout: 30_000, killSignal: "SIGKILL" });
  return outcome.stdout?.includes("it-starts") ?? false;
}

function inPath(name: string): string | undefined {
  const answer = spawnSync("which", [name], { encoding: "utf8" });
  return answer.status === 0 ? answer.stdout.trim() : undefined;
}

function has(name: string): boolean {
  return inPath(name) !== undefined;
}

function canSudo(): boolean {
  return has("sudo") && spawnSync("sudo", ["-n", "true"]).status === 0;
}

function attempt(command: string, args: string[], timeout: number): void {
  mkdirSync(dirname(LOG), { recursive: true });
  const log = openSync(LOG, "a");
  const env = { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: "15000" };
  spawnSync(command, args, { stdio: ["ignore", log, log], timeout, env });
  closeSync(log);
}
