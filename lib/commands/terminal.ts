const colours = process.stdout.isTTY && !process.env.NO_COLOR;

function painted(code: number, text: string): string {
  return colours ? `\u001b[${code}m${text}\u001b[0m` : text;
}

export const bold = (text: string): string => painted(1, text);
export const faint = (text: string): string => painted(2, text);
export const red = (text: string): string => painted(31, text);
export const green = (text: string): string => painted(32, text);

let muted = false;

/** Work that was interrupted may still be talking while it is being stopped; nobody wants to hear that. */
export function mute(on: boolean): void {
  muted = on;
}

/** Prints one line. */
export function say(line = ""): void {
  if (!muted) process.stdout.write(`${line}\n`);
}

/** A length of time as people say it: `0.4 s`, `12 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/**
 * Says what is being done, does it, and says how it went and how long it took; a long one is heard of in between.
 * @param title what is happening now: "Starting PostgreSQL"
 * @param work does it and returns the sentence to close with, or nothing
 */
export async function step(title: string, work: () => Promise<string | undefined>): Promise<void> {
  const start = Date.now();
  say(`${faint("·")} ${title}`);
  const heartbeat = setInterval(() => say(faint(`    still at it, ${duration(Date.now() - start)}`)), 20_000);
  heartbeat.unref();
  try {
    const outcome = await work();
    say(`${green("✓")} ${outcome ?? title} ${faint(`(${duration(Date.now() - start)})`)}`);
  } catch (cause) {
    say(`${red("✗")} ${title} ${faint(`(after ${duration(Date.now() - start)})`)}`);
    throw cause;
  } finally {
    clearInterval(heartbeat);
  }
}

/** A command cannot go on. The message says what is wrong and what a person can do about it. */
export class CommandFailure extends Error {
  override name = "CommandFailure";
}
