import { setTimeout as sleep } from "node:timers/promises";
import { lastLines, type Service } from "#lib/commands/processes";
import { CommandFailure } from "#lib/commands/terminal";

const PATIENCE_MS = 60_000;

/**
 * How long a quiet connection stays open, in ms, as the built server's environment wants it. Node hangs up after 5 s, and a
 * proxy or browser that sends in that very instant loses its request without an answer; usual proxies give up after 60 s, so
 * with this it is always they who hang up.
 */
export const KEEP_ALIVE = { KEEP_ALIVE_TIMEOUT: "75000" };

/**
 * Waits until an application answers and is ready for work.
 * @param url its origin
 */
export async function untilReady(service: Service, url: string): Promise<void> {
  let over: string | undefined;
  void service.ended.then((how) => {
    over = how;
  });
  const deadline = Date.now() + PATIENCE_MS;
  let last = "it does not answer";
  while (Date.now() < deadline) {
    if (over !== undefined) throw failure(service, over);
    try {
      const answer = await fetch(`${url}/api/ready`, { redirect: "manual", signal: AbortSignal.timeout(10_000) });
      await answer.body?.cancel();
      if (answer.status < 500) return;
      last = `it answers ${answer.status}`;
    } catch {
      // not yet
    }
    await sleep(100);
  }
  throw failure(service, `after ${PATIENCE_MS / 1000} s ${last}`);
}

function failure(service: Service, how: string): CommandFailure {
  const { logFile } = service;
  return new CommandFailure(
    `${service.name} did not start (${how}).` +
      (logFile ? ` Its last lines (${logFile}):\n\n${lastLines(logFile, 25)}` : ""),
  );
}
