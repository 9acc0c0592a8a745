import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { EmbeddedFailure } from "#db/embedded/failure";
import { lastLines, type Service } from "#lib/commands/processes";
import { CommandFailure, faint, mute, red, say } from "#lib/commands/terminal";

/** Anything with a beginning and an end: a process, a database cluster. */
export type Stoppable = Pick<Service, "name" | "stop"> & Partial<Pick<Service, "ended" | "logFile">>;

/** What a command keeps running. */
export type Keeper = {
  /** Stopped when the command ends, in the reverse order of keeping. Returns what it was given. */
  keep<T extends Stoppable>(service: T): T;
  /** No longer ours to stop. */
  release(service: Stoppable): void;
  /** Waits until the person stops us, or until something we keep ends by itself, which is a failure. */
  untilStopped(): Promise<void>;
};

/** The person, or the system, wants us to end. */
class Interrupted extends Error {
  readonly signal: NodeJS.Signals;
  constructor(signal: NodeJS.Signals) {
    super(signal);
    this.signal = signal;
  }
}

/**
 * Runs a command of this project: whatever happens (its end, a failure, Ctrl-C, a kill, the terminal closing, a child
 * that dies), everything it keeps is stopped before the process ends.
 */
export async function runCommand(work: (keeper: Keeper) => Promise<number | undefined>): Promise<never> {
  const kept: Stoppable[] = [];
  let interrupt: (cause: Interrupted) => void = () => undefined;
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = reject;
  });
  interrupted.catch(() => undefined);
  let serving = false;
  let stopping = false;
  let firstSignalAt = 0;

  const onSignal = (signal: NodeJS.Signals) => {
    if (firstSignalAt === 0) {
      firstSignalAt = Date.now();
      interrupt(new Interrupted(signal));
      return;
    }
    // npm passes Ctrl-C on to us although the terminal already has: only a later one is a person's second wish.
    if (Date.now() - firstSignalAt > 1500) {
      say(red("Stopped at once, by force."));
      process.exit(130);
    }
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => onSignal(signal));
  watchNpm(() => interrupt(new Interrupted("SIGHUP")));

  const stopAll = async () => {
    stopping = true;
    for (const service of kept.splice(0).reverse()) {
      await service.stop().catch((cause) => say(red(`${service.name} did not stop: ${(cause as Error).message}`)));
    }
  };

  const keeper: Keeper = {
    keep(service) {
      // Work that was under way when we were interrupted may still bring something.
      if (stopping) void service.stop();
      else kept.push(service);
      return service;
    },
    release(service) {
      const at = kept.indexOf(service);
      if (at >= 0) kept.splice(at, 1);
    },
    async untilStopped() {
      serving = true;
      const anyEnd = kept.map(async (service) => {
        const how = await (service.ended ?? new Promise<string>(() => undefined));
        return stopping ? new Promise<never>(() => undefined) : { service, how };
      });
      const { service, how } = await Promise.race(anyEnd);
      const last = service.logFile ? lastLines(service.logFile, 15) : "";
      throw new CommandFailure(
        `${service.name} ended by itself (${how}), so everything else is stopped too.` +
          (last ? `\nIts last lines (${service.logFile}):\n\n${last}` : ""),
      );
    },
  };

  let code = 0;
  try {
    code = (await Promise.race([work(keeper), interrupted])) ?? 0;
    await stopAll();
  } catch (cause) {
    if (cause instanceof Interrupted) {
      say(faint("\nStopping …"));
      mute(true);
      await stopAll();
      mute(false);
      say("Everything is stopped.");
      code = serving ? 0 : 130;
    } else {
      await stopAll();
      explain(cause);
      code = 1;
    }
  }
  process.exit(code);
}

function explain(cause: unknown): void {
  if (cause instanceof CommandFailure || cause instanceof EmbeddedFailure) {
    say(`\n${red(cause.message)}\n`);
    return;
  }
  say(`\n${red("Something unexpected went wrong:")}`);
  console.error(cause);
  say(
    "\nNothing was left running. If a second try fails as well, start over with `--fresh`, or report the lines above.",
  );
}

/** npm killed with -9 passes nothing on; we notice that the one who started us is gone. */
function watchNpm(onGone: () => void): void {
  if (!process.env.npm_lifecycle_event || process.platform === "win32") return;
  const parent = process.ppid;
  // npm starts us through a shell, which may stay between us and survive it.
  const grandparent = parentOf(parent);
  setInterval(() => {
    if (process.ppid !== parent || (grandparent !== undefined && parentOf(parent) !== grandparent)) onGone();
  }, 500).unref();
}

function parentOf(pid: number): number | undefined {
  if (process.platform === "linux") {
    try {
      // The name in brackets may contain anything, so count the fields after it.
      return Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[1]);
    } catch {
      return undefined;
    }
  }
  const answer = spawnSync("ps", ["-o", "ppid=", "-p", String(pid)], { encoding: "utf8" });
  return answer.status === 0 ? Number(answer.stdout) : undefined;
}
