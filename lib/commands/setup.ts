import { runCommand } from "#lib/commands/command";
import { DEMO_HOME, startDemoWorld, wantsFresh } from "#lib/commands/demo-world";
import { portFromEnvironment } from "#lib/commands/port";
import { bold, CommandFailure, say } from "#lib/commands/terminal";

await runCommand(async (keeper) => {
  const flags = process.argv.slice(2);
  const unknown = flags.filter((flag) => flag !== "--fresh");
  if (unknown.length > 0) throw new CommandFailure(`Unknown: ${unknown.join(" ")}\n\nnpm run setup [-- --fresh]`);
  say(bold("\nHoldpoint: preparing everything\n"));
  await startDemoWorld(keeper, {
    fresh: wantsFresh(flags),
    port: portFromEnvironment(),
    command: "npm run setup",
  });
  say(`
Prepared: database, schema, sample data and secrets, in ${DEMO_HOME}.

  npm run dev    develop, with every change showing at once
  npm run demo   look around
  npm test       check everything
`);
  return 0;
});
