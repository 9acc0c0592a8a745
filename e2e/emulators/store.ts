// Clock, ledger and state journal: what an emulator remembers.
import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";

/** Provider time: real time plus an offset that tests can move. */
export class Clock {
  offsetMs = 0;
  now(): number {
    return Date.now() + this.offsetMs;
  }
}

export type LedgerKind =
  | "link_created"
  | "opened"
  | "processing"
  | "held"
  | "captured"
  | "released"
  | "refunded"
  | "declined"
  | "expired"
  | "removed";

export interface LedgerLine {
  at: string;
  kind: LedgerKind;
  reference: string;
  providerId: string;
  amountMinor: string;
  currency: string;
  extRef?: string;
  code?: string;
}

/** Append-only file, one JSON per line, on disk (fsync) before append() returns. */
export class Ledger {
  #fd: number | undefined;
  #file: string | undefined;
  #memory: LedgerLine[] = [];

  constructor(file: string | undefined) {
    this.#file = file;
    if (!file) return;
    const torn = existsSync(file) && !/(^|\n)$/.test(readFileSync(file, "utf8"));
    this.#fd = openSync(file, "a");
    if (torn) writeSync(this.#fd, "\n");
  }

  append(line: LedgerLine): void {
    if (this.#fd === undefined) {
      this.#memory.push(line);
      return;
    }
    writeSync(this.#fd, `${JSON.stringify(line)}\n`);
    fsyncSync(this.#fd);
  }

  lines(): LedgerLine[] {
    if (!this.#file) return [...this.#memory];
    const out: LedgerLine[] = [];
    for (const text of readFileSync(this.#file, "utf8").split("\n")) {
      if (!text) continue;
      try {
        out.push(JSON.parse(text) as LedgerLine);
      } catch {
        // a line torn by a crash was never acknowledged
      }
    }
    return out;
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
  }
}

/**
 * State that survives a restart: a journal of "key → value" lines, the last one wins.
 * Each change costs one line, whatever the number of payments; the file is rewritten compactly at start.
 */
export class Journal {
  #file: string | undefined;

  constructor(file: string | undefined) {
    this.#file = file;
  }

  load(): Map<string, unknown> {
    const out = new Map<string, unknown>();
    if (!this.#file || !existsSync(this.#file)) return out;
    for (const text of readFileSync(this.#file, "utf8").split("\n")) {
      if (!text) continue;
      try {
        const line = JSON.parse(text) as { k: string; v: unknown };
        if (line.k === "reset") out.clear();
        else out.set(line.k, line.v);
      } catch {
        // torn last line
      }
    }
    const compact = [...out].map(([k, v]) => `${JSON.stringify({ k, v })}\n`).join("");
    writeFileSync(`${this.#file}.new`, compact);
    renameSync(`${this.#file}.new`, this.#file);
    return out;
  }

  put(k: string, v: unknown): void {
    if (this.#file) appendFileSync(this.#file, `${JSON.stringify({ k, v })}\n`);
  }
}
