import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { KEEP_ALIVE } from "#lib/commands/application";
import { ROOT } from "#lib/commands/processes";

// Runs the production build in this very process, so that a supervisor's signals reach it.
const server = join(ROOT, ".next", "standalone", "server.js");
if (!existsSync(server)) {
  console.error("\nThere is no build yet. Run `npm run build` first.\n");
  process.exit(1);
}
if (existsSync(join(ROOT, ".env"))) process.loadEnvFile(join(ROOT, ".env"));
process.env.PORT ||= "3000";
// The variable of this name that shells set is the machine's name, not an address to listen on.
process.env.HOSTNAME = process.env.HOST || "0.0.0.0";
process.env.KEEP_ALIVE_TIMEOUT ||= KEEP_ALIVE.KEEP_ALIVE_TIMEOUT;
await import(pathToFileURL(server).href);
