import { registerHooks } from "node:module";

/**
 * One more instance that sends what is due, as a process that can be killed. Its environment is the application's; what
 * guards server code from browsers is stood in for, as in all tests.
 */
const guard = new URL("./empty.ts", import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "server-only" ? { url: guard, shortCircuit: true } : next(specifier, context),
});
const [{ database }, { findProvider }, { sendDueMessages }] = await Promise.all([
  import("#db/client"),
  import("#lib/providers/registry"),
  import("#lib/workflows/send-message"),
]);
await sendDueMessages({ db: database(), findProvider, now: () => new Date() });
process.exit(0);
