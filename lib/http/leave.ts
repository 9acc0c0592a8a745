import "server-only";
import { subscribe } from "node:diagnostics_channel";
import type { Server, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { log } from "#lib/log";

/**
 * How a process takes its leave without anybody losing a request. It goes on answering for a while, with a word that this
 * was the connection's last answer, so that proxies and browsers that keep connections open move to another process; once
 * nobody has come for a moment it takes no new ones; then it waits for those that are still being answered.
 */
const GOODBYE_MS = 5_000;
/** Who asks `/api/ready` has sent the last elsewhere by then; a connection that is knocking when the door shuts is cut off. */
const QUIET_MS = 1_000;
/** In all: what is not over by then, never will be. */
const PATIENCE_MS = 30_000;
const LOOK_EACH_MS = 50;

const servers = new Set<Server>();
const answers = new Set<ServerResponse>();

/** Requests are answered by another bundle of this process than the one that hears the signal. */
const LEAVING = Symbol.for("holdpoint.leaving");
const told = globalThis as { [LEAVING]?: boolean };
export const isLeaving = (): boolean => told[LEAVING] === true;

/** Sees every request of this process from its first byte on. */
export function watchRequests(): void {
  subscribe("http.server.request.start", (message) => {
    const { server, response } = message as { server: Server; response: ServerResponse };
    servers.add(server);
    answers.add(response);
    response.once("close", () => answers.delete(response));
    if (isLeaving()) response.shouldKeepAlive = false;
  });
}

export async function leave(): Promise<void> {
  const begun = performance.now();
  const past = (ms: number) => performance.now() - begun > ms;
  told[LEAVING] = true;
  for (const response of answers) if (!response.headersSent) response.shouldKeepAlive = false;
  let quietSince: number | null = null;
  while (!past(GOODBYE_MS)) {
    const now = performance.now();
    quietSince = (await connections()) > 0 ? null : (quietSince ?? now);
    if (quietSince !== null && now - quietSince > QUIET_MS) break;
    await sleep(LOOK_EACH_MS);
  }
  for (const server of servers) server.close();
  while (answers.size > 0 && !past(PATIENCE_MS)) {
    for (const server of servers) server.closeIdleConnections();
    await sleep(LOOK_EACH_MS);
  }
  log.info("server.left", { left: answers.size, ms: Math.round(performance.now() - begun) });
}

async function connections(): Promise<number> {
  const counts = await Promise.all(
    [...servers].map(
      (server) => new Promise<number>((done) => server.getConnections((_fault, count) => done(count ?? 0))),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
