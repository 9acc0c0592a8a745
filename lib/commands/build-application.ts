import { build } from "#lib/commands/build";
import { runCommand } from "#lib/commands/command";
import { say, step } from "#lib/commands/terminal";

await runCommand(async (keeper) => {
  await step("Building the application for production", async () => {
    await build((service) => {
      keeper.keep(service);
      void service.ended.then(() => keeper.release(service));
    });
    return "The application is built: .next/standalone holds all that a server needs";
  });
  say("\nStart it here with `npm start`, or copy .next/standalone to a server and run `node server.js` there.\n");
  return 0;
});
