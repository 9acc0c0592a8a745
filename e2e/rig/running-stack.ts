import { readFileSync } from "node:fs";
import type { StackFacts } from "#e2e/rig/stack";

/** Names the file in which the stack of this run is described. */
export const STACK_FILE_VARIABLE = "HOLDPOINT_STACK";

/** The stack that Playwright's run has started: addresses, process ids, secrets. */
export function runningStack(): StackFacts {
  const file = process.env[STACK_FILE_VARIABLE];
  if (!file) throw new Error("No stack is running. End-to-end tests are started with: npm run e2e");
  return JSON.parse(readFileSync(file, "utf8"));
}
