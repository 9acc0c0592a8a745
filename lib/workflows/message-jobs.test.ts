import { afterAll, beforeAll, expect, test } from "vitest";
import { queueMessages, SEND_MESSAGE } from "#db/queries/messages";
import { MailServer } from "#e2e/emulators/mail-server";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { eventually } from "#e2e/stories/shop";
import { startSchedule } from "./schedule.ts";

const server = new MailServer();
let at: WorkflowWorld;
let stopSchedule: () => Promise<void>;
beforeAll(async () => {
  process.env.SMTP_URL = await server.start();
  process.env.MAIL_FROM = "mail@holdpoint.example";
  at = await startWorkflowWorld();
  stopSchedule = startSchedule();
  await until(async () => (await jobs()) !== null);
});
afterAll(async () => {
  await stopSchedule?.();
  await at?.stop();
  await server.stop();
});

/** How many jobs name a message; null while the queue is not there yet. */
const jobs = async (): Promise<number | null> => {
  const [queue] = await at.app`select 1 from pgboss.queue where name = ${SEND_MESSAGE}`.catch(() => []);
  if (!queue) return null;
  const [row] = await at.app`select count(*)::int as n from pgboss.job where name = ${SEND_MESSAGE}`;
  return row?.n;
};
async function until(look: () => Promise<boolean>): Promise<void> {
  // The pulse alone comes every ten seconds, and a queue that could not be made is tried for again after fifteen.
  await eventually(look, (isSo) => isSo, "it came to pass", 50_000);
}
const draft = (to: string) => ({
  kind: "payment_request" as const,
  orderId: null,
  to,
  language: "en" as const,
  dedupeKey: `test:${to}`,
});

test("a message and its job are written together, or neither; the job sends it at once, and once", async () => {
  const before = (await jobs()) ?? 0;
  const rolledBack = at.world.db.transaction(async (tx) => {
    await queueMessages(tx, draft("nobody@romashka.example"));
    throw new Error("the event did not happen");
  });
  await expect(rolledBack).rejects.toThrow("did not happen");
  expect(await jobs()).toBe(before);

  // The queue is known to transactions a moment after it exists.
  await until(async () => {
    const to = `o${Date.now()}@romashka.example`;
    await at.world.db.transaction((tx) => queueMessages(tx, draft(to), draft(to)));
    return ((await jobs()) ?? 0) > before;
  });
  const to = "o.hnatiuk@romashka.example";
  await at.world.db.transaction((tx) => queueMessages(tx, draft(to)));
  await at.world.db.transaction((tx) => queueMessages(tx, draft(to)));
  await until(async () => server.to(to).length > 0);
  const rows = await at.owner`select state, attempts from messages where recipient = ${to}`;
  expect(rows).toHaveLength(1);
  await until(async () => {
    const [row] = await at.owner`select state from messages where recipient = ${to}`;
    return row?.state === "sent";
  });
  expect(server.to(to)).toHaveLength(1);
  expect(server.to("nobody@romashka.example")).toEqual([]);
  expect(await at.owner`select 1 from messages where recipient = 'nobody@romashka.example'`).toEqual([]);
}, 120_000);

test("a queue that refuses does not take the event down with it: the message is written, and found by the pulse", async () => {
  await at.owner`alter schema pgboss rename to pgboss_away`;
  const to = "later@romashka.example";
  await at.world.db.transaction((tx) => queueMessages(tx, draft(to)));
  expect(await at.owner`select state from messages where recipient = ${to}`).toHaveLength(1);
  await until(async () => server.to(to).length === 1);
  await at.owner`alter schema pgboss_away rename to pgboss`;
}, 120_000);
