import { existsSync } from "node:fs";
import { join } from "node:path";
import { KEEP_ALIVE, untilReady } from "#lib/commands/application";
import { buildOnce } from "#lib/commands/build";
import { runCommand } from "#lib/commands/command";
import { DEMO_HOME, startDemoWorld, wantsFresh } from "#lib/commands/demo-world";
import { portFromEnvironment, refuseTakenPort } from "#lib/commands/port";
import { ROOT, startProcess } from "#lib/commands/processes";
import { bold, CommandFailure, duration, faint, say, step } from "#lib/commands/terminal";

const HELP = `npm run demo              starts Holdpoint with sample data and emulated payment providers
npm run demo -- --fresh   the same, with new sample data
PORT=4000 npm run demo    on another port`;

await runCommand(async (keeper) => {
  const flags = process.argv.slice(2);
  const unknown = flags.filter((flag) => !["--fresh", "--help", "-h"].includes(flag));
  if (unknown.length > 0) throw new CommandFailure(`Unknown: ${unknown.join(" ")}\n\n${HELP}`);
  if (flags.includes("--help") || flags.includes("-h")) {
    say(HELP);
    return 0;
  }
  const start = Date.now();
  const port = portFromEnvironment();
  // Only this machine, unless told otherwise: the passwords below are known to everybody.
  const host = process.env.HOST || "127.0.0.1";
  say(bold("\nHoldpoint: a demo\n"));
  await refuseTakenPort(port, host, "npm run demo");

  let server = "";
  const firstTime = !existsSync(join(ROOT, ".holdpoint", "build"));
  await step(`Building the application${firstTime ? " (a minute or two the first time)" : ""}`, async () => {
    const build = await buildOnce({
      onStart: (service) => {
        keeper.keep(service);
        void service.ended.then(() => keeper.release(service));
      },
      onWait: (pid) => say(faint(`  another command is building (process ${pid}); waiting for it`)),
    });
    server = build.server;
    return build.reused ? "The application is built already" : "The application is built";
  });

  const world = await startDemoWorld(keeper, { fresh: wantsFresh(flags), port, command: "npm run demo" });
  const url = `http://localhost:${port}`;
  const origin = `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${port}`;
  await step("Starting the application", async () => {
    const app = keeper.keep(
      startProcess({
        name: "The application",
        args: [server],
        env: {
          ...world.env,
          ...KEEP_ALIVE,
          NODE_ENV: "production",
          NODE_OPTIONS: "",
          PORT: String(port),
          HOSTNAME: host,
        },
        logFile: join(DEMO_HOME, "app.log"),
      }),
    );
    await untilReady(app, origin);
    return "The application answers";
  });
  // The sample weeks lie in the past: without this the first screen says, rightly, that nobody has asked the banks for days.
  await step("Asking the banks what is new", async () => {
    const answer = await fetch(`${origin}/api/cron/manage-payment-links`, {
      headers: { authorization: `Bearer ${world.env.CRON_SECRET}` },
    });
    await answer.body?.cancel();
    return answer.ok ? "The banks have been asked" : "The banks do not answer yet; the application goes on asking";
  });

  say(`
${bold(`Holdpoint is ready: ${url}`)}   ${faint(`(${duration(Date.now() - start)})`)}

  Sign in as   sales@holdpoint.test     enters and releases orders, ships
               finance@holdpoint.test   finalizes, refunds, invoices
               admin@holdpoint.test     sets everything up
  Password     holdpoint-demo

${world.emulators.map((emulator) => `  ${`${emulator.provider} (emulated)`.padEnd(24)} ${emulator.url}`).join("\n")}
${world.inbox ? `  Customers' mail          ${world.inbox.url}\n` : ""}  Logs and data            ${DEMO_HOME}

Stop with Ctrl-C. The data is kept for the next time; \`npm run demo -- --fresh\` starts over.
`);
  await keeper.untilStopped();
  return 0;
});
