import "server-only";
import { write as fsWrite, writeSync } from "node:fs";
import { type DestinationStream, type Logger, pino } from "pino";
import { logSettings } from "#lib/env";

/**
 * What a line may carry. Everything else is left out, also when a caller gets past the types: a new field is a decision
 * made here, never by accident. No bodies, headers, keys, names, addresses or texts people typed.
 */
const ALLOWED = [
  "orderId",
  "paymentId",
  "serviceId",
  "operationId",
  "shipmentId",
  "invoiceId",
  "reviewId",
  "userId",
  "tokenId",
  "signInId",
  "endpointId",
  "deliveryId",
  "inboxId",
  "jobId",
  "runId",
  "migration",
  "provider",
  "operation",
  "requestId",
  "method",
  "route",
  "status",
  "state",
  "refusal",
  "event",
  "reason",
  "attempt",
  "count",
  "looked",
  "moved",
  "failed",
  "left",
  "bytes",
  "ms",
  "signal",
  "digest",
  "code",
  "constraint",
  "errorName",
  "errorMessage",
  "at",
] as const;

type Allowed = (typeof ALLOWED)[number];
type Value = string | number | bigint | boolean | null | undefined;

/** The fields of a line; `error` is reduced to what `describeError` says of it. */
export type LogFields = Partial<Record<Allowed, Value>> & { error?: unknown };

const allowed: ReadonlySet<string> = new Set(ALLOWED);
const LONGEST = 300;

/** Faults of our own program, whose messages name code and no content. */
const MESSAGE_IS_SAFE = new Set([
  "TypeError",
  "ReferenceError",
  "RangeError",
  "EnvironmentInvalid",
  "DatabaseUnavailable",
]);

/**
 * What may be said of an error: its kind, the database's or system's code, the constraint, and the lines of code it
 * came from. Not its message, which may hold a query's parameters or a provider's answer, unless it is known to be ours.
 */
export function describeError(error: unknown): Record<string, Value> {
  if (!(error instanceof Error)) return { errorName: typeof error };
  const chain: Error[] = [];
  for (let next: unknown = error; next instanceof Error && chain.length < 5; next = next.cause) chain.push(next);
  const find = (...names: string[]) => {
    for (const link of chain) {
      for (const name of names) {
        const value = (link as unknown as Record<string, unknown>)[name];
        if (typeof value === "string" || typeof value === "number") return value;
      }
    }
    return undefined;
  };
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return {
    errorName: chain.map((link) => link.name).join(" < "),
    errorMessage: MESSAGE_IS_SAFE.has(error.name) ? error.message : undefined,
    code: find("code"),
    constraint: find("constraint_name", "constraint"),
    digest: find("digest"),
    at: frames
      .slice(0, 4)
      .map((line) => line.trim())
      .join(" | "),
  };
}

function permitted(fields: LogFields): Record<string, string | number | boolean | null> {
  const { error, ...given } = fields;
  const all: Record<string, unknown> = error === undefined ? given : { ...describeError(error), ...given };
  const line: Record<string, string | number | boolean | null> = {};
  for (const [name, value] of Object.entries(all)) {
    if (!allowed.has(name)) continue;
    if (typeof value === "string") line[name] = value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
    else if (typeof value === "bigint") line[name] = value.toString();
    else if (typeof value === "number" || typeof value === "boolean" || value === null) line[name] = value;
  }
  return line;
}

export type Log = Record<"debug" | "info" | "warn" | "error" | "fatal", (event: string, fields?: LogFields) => void>;

/**
 * Makes a log that writes JSON lines.
 * @param to where the lines go
 */
export function makeLog(to: DestinationStream): Log {
  let pinoLog: Logger | undefined;
  const write =
    (level: keyof Log) =>
    (event: string, fields: LogFields = {}) => {
      if (!pinoLog) {
        const { level: lowest, instance } = logSettings();
        pinoLog = pino(
          {
            level: lowest,
            base: { instance },
            messageKey: "event",
            timestamp: () => `,"time":"${new Date().toISOString()}"`,
            formatters: { level: (label) => ({ level: label }) },
          },
          to,
        );
      }
      const { event: _given, ...rest } = permitted(fields);
      pinoLog[level](rest, event);
    };
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    fatal: write("fatal"),
  };
}

const LONGEST_BACKLOG = 4_000_000;

/**
 * Standard output that nobody waits for: a disk that is full, a pipe that nobody reads or one that is gone cost lines,
 * never a request. (Node's own stream writes files and pipes synchronously; pino's tries for ever to get rid of its
 * last lines when the process ends.)
 */
function standardOutput(): DestinationStream {
  let waiting: string[] = [];
  let waitingLength = 0;
  let writing = false;
  let writingSince = 0;
  const writeNext = () => {
    if (writing || waiting.length === 0) return;
    const text = waiting.join("");
    waiting = [];
    waitingLength = 0;
    writing = true;
    writingSince = Date.now();
    fsWrite(1, text, (error, written) => {
      writing = false;
      const rest = error ? "" : Buffer.from(text).subarray(written).toString();
      if (rest) {
        waiting.unshift(rest);
        waitingLength += rest.length;
      }
      writeNext();
    });
  };
  process.on("exit", () => {
    // A write that has hung for a second says that nobody reads: our last words would hang as well.
    if (writing && Date.now() - writingSince > 1000) return;
    try {
      writeSync(1, waiting.join(""));
    } catch {
      // One attempt; there is nowhere left to say so.
    }
  });
  return {
    write(line: string) {
      if (waitingLength > LONGEST_BACKLOG) return;
      waiting.push(line);
      waitingLength += line.length;
      writeNext();
    },
  };
}

let standard: Log | undefined;

function toStandardOutput(level: keyof Log) {
  return (event: string, fields?: LogFields) => {
    standard ??= makeLog(standardOutput());
    standard[level](event, fields);
  };
}

/**
 * The log of this process: one JSON line per event on standard output.
 *
 * `log.warn("webhook.refused", { serviceId, reason: "bad_signature" })`; events are named like facts, in the past tense.
 */
export const log: Log = {
  debug: toStandardOutput("debug"),
  info: toStandardOutput("info"),
  warn: toStandardOutput("warn"),
  error: toStandardOutput("error"),
  fatal: toStandardOutput("fatal"),
};
