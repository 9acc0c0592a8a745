import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Below those that systems lend to outgoing connections (Linux from 32768, others from 49152): what is free there stays free until
 * whoever it is for listens on it, and after a restart as well.
 */
const FIRST = 20_000;
const LAST = 32_000;
const TRIES = 50;
/** What was handed out may not be listened on yet. */
const given = new Set<number>();

/** A port nobody listens on right now, on the loopback address; another each time. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < TRIES; tried++) {
    const wish = randomInt(FIRST, LAST + 1);
    if (given.has(wish)) continue;
    given.add(wish);
    const port = await listened(wish).catch(() => null);
    if (port) return port;
  }
  return listened(0);
}

/** Listens on a port for a moment; on any for 0. */
function listened(port: number): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once("error", failed);
    probe.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const address = probe.address();
      probe.close(() => done(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** The command with which a person finds out who listens on a port. */
export function whoHasPort(port: number): string {
  if (process.platform === "linux") return `ss -ltnp 'sport = :${port}'   (or: lsof -i :${port})`;
  if (process.platform === "win32") return `netstat -ano | findstr :${port}`;
  return `lsof -i :${port}`;
}
