import type { Instrumentation } from "next";

/** Runs once when a server starts, before it takes requests. */
export async function register(): Promise<void> {
  // The bundler drops the import for every runtime but Node's.
  if (process.env.NEXT_RUNTIME === "nodejs" && process.env.NEXT_PHASE !== "phase-production-build") {
    const { boot } = await import("./instrumentation-node.ts");
    await boot();
  }
}

/** Hears of every request that ended in a fault. */
export const onRequestError: Instrumentation.onRequestError = async (error, request, context) => {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { reported } = await import("./instrumentation-node.ts");
  const { log } = await import("#lib/log");
  if (error instanceof Error) reported.add(error);
  log.error("request.failed", { error, method: request.method, route: context.routePath });
};
