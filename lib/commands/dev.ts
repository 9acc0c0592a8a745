import { untilReady } from "#lib/commands/application";
import { runCommand } from "#lib/commands/command";
import { startDemoWorld, wantsFresh } from "#lib/commands/demo-world";
import { portFromEnvironment, refuseTakenPort } from "#lib/commands/port";
import { bin, startProcess } from "#lib/commands/processes";
import { bold, CommandFailure, faint, say } from "#lib/commands/terminal";

const HELP = `npm run dev              as the demo, but every change to the code shows at once
npm run dev -- --fresh   the same, with new sample data`;

await runCommand(async (keeper) => {
  const flags = process.argv.slice(2);
  const unknown = flags.filter((flag) => !["--fresh", "--help", "-h"].includes(flag));
  if (unknown.length > 0) throw new CommandFailure(`Unknown: ${unknown.join(" ")}\n\n${HELP}`);
  if (flags.includes("--help") || flags.includes("-h")) {
    say(HELP);
    return 0;
  }
  const port = portFromEnvironment();
  const host = process.env.HOST || "127.0.0.1";
  say(bold("\nHoldpoint: development\n"));
  await refuseTakenPort(port, host, "npm run dev");
  const world = await startDemoWorld(keeper, { fresh: wantsFresh(flags), port, command: "npm run dev" });
  say(faint("· Starting Next; its output follows\n"));
  const app = keeper.keep(
    startProcess({
      name: "Next",
      args: [bin("next", "dist/bin/next"), "dev", "--port", String(port), "--hostname", host],
      env: { ...world.env, NODE_ENV: "development", NODE_OPTIONS: "" },
    }),
  );
  await untilReady(app, `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${port}`);
  say(`
${bold(`Holdpoint is ready: http://localhost:${port}`)}

  Sign in as   sales@holdpoint.test, finance@holdpoint.test or admin@holdpoint.test
  Password     holdpoint-demo
  Database     ${world.ownerUrl}
${world.emulators.map((emulator) => `  ${emulator.provider.padEnd(12)} ${emulator.url}, controlled at ${emulator.controlUrl}`).join("\n")}${world.inbox ? `\n  mail         ${world.inbox.url}` : ""}

Stop with Ctrl-C.
`);
  await keeper.untilStopped();
  return 0;
});
