import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDatabase } from "#db/client";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { openShop, type Shop } from "#e2e/stories/shop";
import { admin } from "#lib/commands/administer";
import { type AuditListQuery, auditListPage, auditListQuery, auditVerdict } from "#lib/contracts/audit";
import { createOrder } from "#lib/workflows/create-order";
import { createService } from "#lib/workflows/save-service";
import { readAudit, readAuditCsv, readAuditVerdict } from "./audit.ts";
import type { Viewer } from "./viewer.ts";

let at: WorkflowWorld;
let shop: Shop;
let viewer: Viewer;
beforeAll(async () => {
  at = await startWorkflowWorld();
  shop = openShop(at);
  viewer = { id: at.finance.id, name: at.finance.name, email: "olena@holdpoint.test", role: "admin", language: "en" };
  await at.monobank.call("POST", "/switches", { processingMs: 20 });
});
afterAll(async () => {
  await closeDatabase();
  await at?.stop();
});

const today = () => new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Kyiv" }).format(new Date());
/** Midnight may pass while the stories are told. */
const firstDay = today();

const list = async (query: Partial<AuditListQuery> = {}) =>
  auditListPage.parse(await readAudit(auditListQuery.parse(query), viewer));
const numberOf = async (orderId: string) =>
  String((await at.owner`select number from sales_orders where id = ${orderId}`)[0]?.number);

test("every change has who, when, before and after; a customer made together with an order has a row too", async () => {
  const created = await createOrder(
    at.world,
    { ...at.sales, requestId: "req-1" },
    {
      customer: { name: "ФОП Нова", email: "nova@example.com", phone: null, language: "uk", taxId: null },
      paymentServiceId: at.services.debit,
      externalReference: null,
      note: null,
      prepayment: { kind: "none" },
      lines: [],
    },
  );
  if (!created.ok) throw new Error(JSON.stringify(created.error));
  const { rows } = await list({ who: at.sales.id as never });
  const made = rows.find(({ action }) => action === "customer.created");
  expect(made).toMatchObject({
    actorName: "Ihor Melnyk",
    requestId: "req-1",
    entity: "customer",
    entityName: "ФОП Нова",
  });
  expect(made?.changes).toContainEqual({ field: "name", after: "ФОП Нова" });
  expect(rows.find(({ action }) => action === "order.create")).toMatchObject({
    entityName: await numberOf(created.value.orderId),
    orderId: created.value.orderId,
  });
});

test("an order's number finds the order and all that belongs to it; money is told in the order's currency", async () => {
  const { orderId, paymentId } = await shop.paid(await shop.service("monobank"));
  const number = await numberOf(orderId);
  const { rows } = await list({ about: number });
  expect(new Set(rows.map(({ entity }) => entity))).toEqual(new Set(["order", "payment"]));
  expect(rows.every((row) => row.orderId === orderId)).toBe(true);
  const paid = rows.find(
    ({ action, changes }) => action === "payment.state" && changes.some(({ after }) => after === "successful"),
  );
  expect(paid).toMatchObject({ entityId: paymentId, entityName: `${number} · 1` });
  expect(paid?.changes).toContainEqual({ field: "captured", after: { amount: 44_985, currency: "UAH" } });
  // In a spreadsheet money is read as money: hryvnias, not kopiyky.
  const cells = (await readAuditCsv({ about: paymentId }, viewer)).split(/[\r\n,]+/);
  expect(cells).toContain('"449.85 UAH"');
  expect((await list({ about: paymentId })).rows.every(({ entityId }) => entityId === paymentId)).toBe(true);
  expect((await list({ about: "SO-999999" })).rows).toEqual([]);
});

test("filters by kind of actor, by what and by day; pages neither repeat nor lose a row", async () => {
  const all = (await list({ limit: 500 })).rows;
  const webhooks = (await list({ who: "webhook", limit: 500 })).rows;
  expect(webhooks.length).toBeGreaterThan(0);
  expect(webhooks.map(({ seq }) => seq)).toEqual(
    all.filter(({ actorKind }) => actorKind === "webhook").map(({ seq }) => seq),
  );
  expect((await list({ entity: "customer" })).rows.every(({ entity }) => entity === "customer")).toBe(true);
  expect((await list({ from: firstDay, to: today(), limit: 500 })).rows.length).toBe(all.length);
  expect((await list({ to: "2020-01-01" })).rows).toEqual([]);
  expect((await list({ from: "2099-01-01" })).rows).toEqual([]);

  const walked: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ limit: 3, ...(cursor ? { cursor } : {}) });
    walked.push(...page.rows.map(({ seq }) => seq));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  expect(walked).toEqual(all.map(({ seq }) => seq));
  await expect(list({ cursor: "bm9uc2Vuc2U" })).rejects.toThrow("cursor");
});

test("a secret is in no row and in no export", async () => {
  const secret = `canary-${crypto.randomUUID()}`;
  const made = await createService(at.world, at.finance, {
    provider: "monobank",
    name: '=HYPERLINK("http://evil.example")',
    description: null,
    currencyNumeric: 980,
    paymentType: "debit",
    validitySeconds: 3600,
    holdMarginHours: 24,
    customerMayRenew: true,
    customerMayPayWhole: false,
    mode: "test",
    credentials: { token: secret },
    enabled: false,
    alwaysInclude: false,
  });
  expect(made.ok).toBe(true);
  const csv = await readAuditCsv({}, viewer);
  expect(JSON.stringify((await list({ limit: 500 })).rows)).not.toContain(secret);
  expect(csv).not.toContain(secret);
  expect((await at.owner`select 1 from audit_log where body like ${`%${secret}%`}`).length).toBe(0);
  // What somebody typed does not become a formula in a spreadsheet.
  expect(csv).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
  expect(csv.split("\r\n")[0]).toContain('"seq","chain","at"');
});

const command = async () => {
  const printed: string[] = [];
  await admin(at.world.db, ["verify-audit"], { ask: null, print: (line) => printed.push(line) });
  return printed.join("\n");
};

test("one flipped byte is named by the screen and by the command; put back, the log is whole", async () => {
  const whole = auditVerdict.parse(await readAuditVerdict(viewer));
  expect(whole).toMatchObject({ broken: null });
  expect(whole.rows).toBe(Number((await at.owner`select count(*) as n from audit_log`)[0]?.n));
  expect(await command()).toContain(`${whole.rows} rows in ${whole.chains} chains. Head: ${whole.head}`);

  const [row] = await at.owner`select seq, chain, body, at, action from audit_log order by seq offset 4 limit 1`;
  if (!row) throw new Error("the log is too short for this test");
  const last = row.body.length - 2;
  const flipped =
    row.body.slice(0, last) + String.fromCharCode(row.body.charCodeAt(last) ^ 1) + row.body.slice(last + 1);
  const write = (body: string) =>
    at.owner.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`update audit_log set body = ${body} where seq = ${row.seq}`;
    });
  await write(flipped);
  const verdict = await readAuditVerdict(viewer);
  expect(verdict.broken).toMatchObject({ seq: String(row.seq), chain: row.chain, action: row.action });
  expect(verdict.broken?.at).toBe(row.at.toISOString());
  await expect(command()).rejects.toThrow(`chain ${row.chain}, number ${row.seq}, ${row.at.toISOString()}`);
  await write(row.body);
  expect((await readAuditVerdict(viewer)).broken).toBeNull();
});
