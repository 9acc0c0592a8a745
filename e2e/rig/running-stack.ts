import { readFileSync } from "node:fs";
import { delimiter } from "node:path";
import type { StackFacts } from "#e2e/rig/stack";

/** Names the files in which the stacks of this run are described, one for each of Playwright's workers. */
export const STACK_FILES_VARIABLE = "HOLDPOINT_STACKS";

/** The stack that Playwright's run has started for this worker: addresses, process ids, secrets. */
export function runningStack(): StackFacts {
  const files = process.env[STACK_FILES_VARIABLE]?.split(delimiter) ?? [];
  const file = files[Number(process.env.TEST_PARALLEL_INDEX ?? 0)];
  if (!file) throw new Error("No stack is running. End-to-end tests are started with: npm run e2e");
  return JSON.parse(readFileSync(file, "utf8"));
}
