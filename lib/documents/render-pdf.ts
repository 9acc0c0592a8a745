import "server-only";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { log } from "#lib/log";
import type { PrintedDocument } from "./document.ts";

/**
 * Documents are drawn in one thread of their own, one after the other: two hundred lines take a second of computing, in which
 * the server's own thread would answer nobody. The thread starts with the first document and ends when none was wanted for a
 * minute; one that takes too long, or runs out of memory, is ended alone.
 */
const DEADLINE_MS = 60_000;
const IDLE_MS = 60_000;
const MOST_WAITING = 12;
const MEMORY_MB = 512;

/** More documents are wanted at once than one thread can make soon. */
export class TooManyDocuments extends Error {
  override name = "TooManyDocuments";
}

type Wish = {
  id: number;
  document: PrintedDocument;
  done: (bytes: Uint8Array) => void;
  failed: (fault: Error) => void;
};

let thread: Worker | null = null;
let present: Wish | null = null;
let timer: NodeJS.Timeout | undefined;
let count = 0;
const waiting: Wish[] = [];

/** The document as PDF. */
export function renderPdf(document: PrintedDocument): Promise<Uint8Array> {
  if (waiting.length >= MOST_WAITING) return Promise.reject(new TooManyDocuments("too many documents are being made"));
  return new Promise((done, failed) => {
    waiting.push({ id: ++count, document, done, failed });
    next();
  });
}

function next(): void {
  if (present) return;
  clearTimeout(timer);
  const wish = waiting.shift();
  if (!wish) {
    timer = setTimeout(end, IDLE_MS);
    timer.unref();
    return;
  }
  present = wish;
  thread ??= start();
  thread.ref();
  timer = setTimeout(() => give(new Error(`a document was not ready after ${DEADLINE_MS} ms`)), DEADLINE_MS);
  thread.postMessage({ id: wish.id, document: wish.document });
}

function start(): Worker {
  // Turbopack knows a thread by this very expression and builds it as an entry of its own, packages and faces included.
  const file = join(process.cwd(), "lib", "documents", "pdf-worker.ts");
  // What the library prints about a broken picture is nobody's business.
  const silent = { stdout: true, stderr: true };
  const made = new Worker(file, { execArgv: [], ...silent, resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } });
  made.stdout.resume();
  made.stderr.resume();
  made.on("message", ({ id, bytes, fault }: { id: number; bytes?: Uint8Array; fault?: string }) => {
    if (made !== thread || id !== present?.id) return;
    finish(bytes ?? new Error(fault));
  });
  made.on("error", (fault: Error) => made === thread && give(fault));
  return made;
}

function finish(result: Uint8Array | Error): void {
  const wish = present;
  present = null;
  // An idle thread keeps no process from ending.
  thread?.unref();
  if (result instanceof Error) wish?.failed(result);
  else wish?.done(result);
  next();
}

/** This document is given up, and the thread with it: nobody knows what it is still busy with. */
function give(fault: Error): void {
  log.error("document.failed", { error: fault });
  end();
  finish(fault);
}

function end(): void {
  const ended = thread;
  thread = null;
  void ended?.terminate();
}
