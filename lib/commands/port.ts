import { spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { freePort, whoHasPort } from "#db/embedded/ports";
import { CommandFailure } from "#lib/commands/terminal";

/** The port in PORT, or 3000. */
export function portFromEnvironment(): number {
  const given = process.env.PORT;
  if (!given) return 3000;
  const port = Number(given);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new CommandFailure("PORT must be a number from 1 to 65535, such as PORT=4000.");
  }
  return port;
}

/** Whether we could listen on this port. */
export async function isFree(port: number, host: string): Promise<boolean> {
  // A browser takes `localhost` for either, so both have to be ours.
  for (const address of new Set([host, "127.0.0.1", "::1"])) {
    const outcome = await new Promise<string>((done) => {
      const probe = createServer();
      probe.once("error", (error: NodeJS.ErrnoException) => done(error.code ?? "error"));
      probe.listen({ port, host: address, exclusive: true }, () => probe.close(() => done("free")));
    });
    if (outcome === "EADDRINUSE") return false;
    if (outcome === "EACCES") {
      throw new CommandFailure(
        `Port ${port} may not be used by an ordinary user. Choose one above 1024: PORT=3000 npm run demo`,
      );
    }
  }
  return true;
}

/** The wanted port when it is free, else any free one. */
export async function portLike(wanted: number | undefined): Promise<number> {
  return wanted && (await isFree(wanted, "127.0.0.1")) ? wanted : freePort();
}

/**
 * Refuses, with the name of who has it, when a port is taken.
 * @param command what the person typed, to say how it is done with another port
 */
export async function refuseTakenPort(port: number, host: string, command: string): Promise<void> {
  if (await isFree(port, host)) return;
  throw new CommandFailure(
    `Port ${port} is in use by ${holderOf(port) ?? "another program"}.\n\n` +
      `Stop that one, or use another port:   PORT=${port + 1} ${command}\n` +
      `Who has it:                           ${whoHasPort(port)}`,
  );
}

function holderOf(port: number): string | undefined {
  const ss = spawnSync("ss", ["-Hltnp", `sport = :${port}`], { encoding: "utf8" });
  const [, name, pid] = /users:\(\("([^"]+)",pid=(\d+)/.exec(ss.stdout ?? "") ?? [];
  if (name) return `\`${name}\` (process ${pid})`;
  const lsof = spawnSync("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"], { encoding: "utf8" });
  const [, lsofPid] = /^p(\d+)/m.exec(lsof.stdout ?? "") ?? [];
  const [, lsofName] = /^c(.+)/m.exec(lsof.stdout ?? "") ?? [];
  return lsofPid ? `\`${lsofName}\` (process ${lsofPid})` : undefined;
}
