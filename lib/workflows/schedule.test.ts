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
  const found = () => at.app`select name, cron from pgboss.schedule`.catch(() => []);
  await expect.poll(found, { timeout: 40_000, interval: 100 }).not.toEqual([]);
  expect(await found()).toEqual([{ name: JOB, cron: "*/20 * * * *" }]);
  await Promise.all(stops.map((stop) => stop()));
});
