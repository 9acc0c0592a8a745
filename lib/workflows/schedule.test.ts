import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { JOB } from "./manage-payment-links.ts";
import { startSchedule } from "./schedule.ts";

let at: WorkflowWorld;
beforeAll(async () => {
  at = await startWorkflowWorld();
});
afterAll(() => at?.stop());

test("a running application schedules Manage Payment Links for itself, as its own role, and two instances share one schedule", async () => {
  const stops = [startSchedule(), startSchedule()];
  let found: unknown[] = [];
  for (let time = 0; time < 100 && found.length === 0; time++) {
    await new Promise((wake) => setTimeout(wake, 100));
    found = await at.app`select name, cron from pgboss.schedule`.catch(() => []);
  }
  expect(found).toEqual([{ name: JOB, cron: "*/20 * * * *" }]);
  await Promise.all(stops.map((stop) => stop()));
});
