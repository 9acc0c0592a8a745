import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { openDatabase } from "#db/client";
import { type Asking, admin } from "#lib/commands/administer";
import { runCommand } from "#lib/commands/command";
import { refuseUnreachable } from "#lib/commands/database";
import { ROOT } from "#lib/commands/processes";
import { CommandFailure, say } from "#lib/commands/terminal";

await runCommand(async () => {
  if (existsSync(join(ROOT, ".env"))) process.loadEnvFile(join(ROOT, ".env"));
  const url = process.env.DATABASE_URL;
  if (!url) throw new CommandFailure("Set DATABASE_URL, here or in .env, to say which database this is about.");
  await refuseUnreachable(url);
  const { db, close } = openDatabase(url, 1);
  try {
    await admin(db, process.argv.slice(2), { ask: terminalAsking(), print: say });
  } finally {
    await close();
  }
  return 0;
});

/** Asks at a terminal; what is typed into a hidden question is not shown. */
function terminalAsking(): Asking | null {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return null;
  return async (question, hidden = false) => {
    const lines = createInterface({ input: process.stdin, output: process.stdout, terminal: true });
    try {
      const answer = lines.question(question);
      // The line editor echoes through this method; with the question on screen it has nothing more to show.
      if (hidden) Object.assign(lines, { _writeToOutput: () => {} });
      const typed = await answer;
      if (hidden) process.stdout.write("\n");
      return hidden ? typed : typed.trim();
    } finally {
      lines.close();
    }
  };
}
