import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDatabase } from "#e2e/rig/database";
import { freshWorld } from "#e2e/rig/world";
import { passwordMatches } from "#lib/auth/passwords";
import { startEmulator } from "#lib/commands/emulators";
import { ORDER_STATUSES } from "#lib/domain/order";
import { PAYMENT_STATES } from "#lib/domain/payment";
import { seed, seedForTests } from "./seed.ts";

const world = await freshWorld();
const owner = postgres(world.database.ownerUrl, { max: 1, onnotice: () => {} });
afterAll(async () => {
  await owner.end();
  await world.close();
});

const counts = async () => {
  const [row] =
    await owner`select (select count(*)::int from users) as users, (select count(*)::int from customers) as customers,
    (select count(*)::int from items) as items, (select count(*)::int from payment_services) as services,
    (select count(*)::int from company) as company`;
  return row;
};

test("the minimal story gives a test a user of every role, goods, buyers and services; told twice, it stays one", async () => {
  await seedForTests(world.database.ownerUrl);
  const once = await counts();
  expect(once).toEqual({ users: 4, customers: 3, items: 5, services: 3, company: 1 });
  await seedForTests(world.database.ownerUrl);
  expect(await counts()).toEqual(once);
});

test("the demo's people sign in with the demo's password", async () => {
  const [user] = await owner`select password_hash from users where email = 'finance@holdpoint.test'`;
  expect(await passwordMatches(user?.password_hash, "holdpoint-demo")).toBe(true);
});

test("people, goods and services that are there already are kept as they are", async () => {
  const before = await counts();
  await seed(world.database.ownerUrl);
  expect(await counts()).toEqual(before);
});

describe("the demo's story", () => {
  let at: { home: string; stops: (() => Promise<unknown>)[]; ownerUrl: string; sql: postgres.Sql };
  beforeAll(async () => {
    const database = await freshDatabase();
    const home = mkdtempSync(join(tmpdir(), "holdpoint-story-"));
    const stops: (() => Promise<unknown>)[] = [];
    const keep = (service: { stop: () => Promise<unknown> }) => void stops.push(() => service.stop());
    const [monobank, liqpay] = await Promise.all([
      startEmulator({ provider: "monobank", home, keep }),
      startEmulator({ provider: "liqpay", home, keep }),
    ]);
    at = { home, stops, ownerUrl: database.ownerUrl, sql: postgres(database.ownerUrl, { max: 1, onnotice: () => {} }) };
    banks = [monobank.ledgerFile, liqpay.ledgerFile];
    const environment = { MONOBANK_API_URL: monobank.url, LIQPAY_API_URL: liqpay.url };
    await inAnotherProcess(at.ownerUrl, environment, { monobank: monobank.controlUrl, liqpay: liqpay.controlUrl });
  }, 300_000);
  afterAll(async () => {
    await at.sql.end();
    for (const stop of at.stops) await stop();
    rmSync(at.home, { recursive: true, force: true });
  });
  let banks: string[] = [];

  test("has an order in every status and a payment in every state", async () => {
    const words = async (column: string, table: string) =>
      (
        await at.sql.unsafe(`select distinct ${column} as word from ${table} where ${column} is not null order by 1`)
      ).map(({ word }) => word);
    expect(await words("status", "sales_orders")).toEqual([...ORDER_STATUSES].sort());
    expect(await words("state", "payments")).toEqual([...PAYMENT_STATES].sort());
    expect(await words("shipped", "sales_orders")).toEqual(["fully", "none", "partly"]);
    const [row] = await at.sql`select count(*)::int as orders, count(*) filter (where needs_review)::int as reviews,
      min(created_at) < now() - interval '40 days' as long from sales_orders`;
    expect(row).toMatchObject({ long: true, reviews: 4 });
    expect(row?.orders).toBeGreaterThanOrEqual(40);
  });

  test("has one of each trouble on the review desk: owned, overdue and new, and one that was decided", async () => {
    const open = await at.sql`select cause, owner_id is not null as owned, due_at < now() as overdue, order_id
      from review_tasks where closed_at is null order by cause`;
    expect(open.map(({ cause }) => cause)).toEqual([
      "amount_mismatch",
      "cover_lost_after_shipping",
      "duplicate_payment",
      "external_refund",
      "late_payment",
      "late_payment",
      "unmatched_webhook",
    ]);
    expect(open.filter(({ owned }) => owned).map(({ cause, overdue }) => [cause, overdue])).toEqual([
      ["amount_mismatch", true],
    ]);
    expect(open.filter(({ overdue }) => overdue)).toHaveLength(1);
    const told = await at.sql`select t.details from review_tasks t where cause = 'unmatched_webhook'`;
    const [waiting] = await at.sql`select p.amount_minor from payments p join sales_orders o on o.id = p.order_id
      where o.external_reference = 'CRM-2291'`;
    expect(told[0]?.details.amount).toEqual({ amount: Number(waiting?.amount_minor), currency: "UAH" });
    const closed = await at.sql`select resolution from review_tasks where closed_at is not null`;
    expect([...closed]).toEqual([{ resolution: "dismissed" }]);
  });

  test("holds no money that the banks' ledgers, or a receipt of ours, do not know, to the minor unit", async () => {
    const ledger = banks.flatMap((file) =>
      readFileSync(file, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as { kind: string; reference: string; amountMinor: string }),
    );
    const sum = (id: string, kind: string) =>
      ledger
        .filter((line) => line.reference === id && line.kind === kind)
        .reduce((total, line) => total + BigInt(line.amountMinor), 0n);
    const rows = await at.sql`
      select id, held_minor, captured_minor, refunded_minor from payments where provider <> 'offline'`;
    expect(rows.length).toBeGreaterThan(20);
    for (const { id, held_minor, captured_minor, refunded_minor } of rows)
      expect([id, held_minor, captured_minor, refunded_minor]).toEqual([
        id,
        `${sum(id, "held")}`,
        `${sum(id, "captured")}`,
        `${sum(id, "refunded")}`,
      ]);
    const byHand = await at.sql`
      select p.captured_minor::text as taken, r.amount_minor::text as receipt from payments p
      left join offline_receipts r on r.payment_id = p.id where p.provider = 'offline'`;
    expect(byHand.length).toBeGreaterThan(0);
    for (const { taken, receipt } of byHand) expect(taken).toBe(receipt);
  });

  test("happened at its time: nothing is told before its order, nor after now", async () => {
    const wrong = await at.sql`
      select o.number, t.kind, t.at, o.created_at from order_timeline t join sales_orders o on o.id = t.order_id
      where t.at < o.created_at - interval '1 second' or t.at > now()`;
    expect([...wrong]).toEqual([]);
    const [old] = await at.sql`select count(*)::int as n from order_timeline where at < now() - interval '1 day'`;
    expect(old?.n).toBeGreaterThan(150);
    expect([...(await at.sql`select audit_first_broken() as seq`)]).toEqual([{ seq: null }]);
  });

  test("is told once", async () => {
    const [before] = await at.sql`select count(*)::int as n from sales_orders`;
    await inAnotherProcess(at.ownerUrl, {}, { monobank: "http://127.0.0.1:9", liqpay: "http://127.0.0.1:9" });
    expect([...(await at.sql`select count(*)::int as n from sales_orders`)]).toEqual([before]);
  });

  test("without banks it is people, goods, services and open orders", async () => {
    const { ownerUrl } = await freshDatabase();
    await inAnotherProcess(ownerUrl, {}, null);
    const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} });
    expect([...(await sql`select distinct status from sales_orders`)]).toEqual([{ status: "open" }]);
    expect([...(await sql`select count(*)::int as n from payments`)]).toEqual([{ n: 0 }]);
    await sql.end();
  });
});

/** The environment is read once per process, and the story needs the emulators' addresses in it. */
async function inAnotherProcess(
  ownerUrl: string,
  environment: Record<string, string>,
  banks: { monobank: string; liqpay: string } | null,
): Promise<void> {
  const script = `import { seed } from "#db/seed"; await seed(process.env.OWNER_URL, ${JSON.stringify(banks ? { banks } : {})});`;
  const file = fileURLToPath(
    new URL(`./seed-of-test-${process.pid}-${Math.random().toString(36).slice(2)}.mjs`, import.meta.url),
  );
  writeFileSync(file, script);
  try {
    const child = spawn(process.execPath, ["--conditions=react-server", file], {
      env: { ...process.env, ...environment, OWNER_URL: ownerUrl, LOG_LEVEL: "silent" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (part) => {
      said += part;
    });
    const [code] = await once(child, "exit");
    if (code !== 0) throw new Error(said);
  } finally {
    rmSync(file);
  }
}
