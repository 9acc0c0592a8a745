import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { openDatabase } from "#db/client";
import { customers } from "#db/schema/catalog";
import { company, users } from "#db/schema/people";
import { startEmulator } from "#lib/commands/emulators";
import { type CustomerId, makeId, type PaymentServiceId, type UserId } from "#lib/domain/ids";
import { findProvider } from "#lib/providers/registry";
import { receiveWebhook } from "#lib/workflows/receive-webhook";
import type { Actor, World } from "#lib/workflows/world";
import { Bank } from "./bank.ts";
import { freshDatabase } from "./database.ts";
import { storeService } from "./stored-service.ts";

export type WorkflowWorld = {
  world: World;
  /** As the owner: may look anywhere. */
  owner: postgres.Sql;
  ownerUrl: string;
  /** As the application's role. */
  app: postgres.Sql;
  monobank: Bank;
  liqpay: Bank;
  services: { debit: PaymentServiceId; hold: PaymentServiceId; liqpay: PaymentServiceId };
  customer: CustomerId;
  sales: Actor;
  finance: Actor;
  stop: () => Promise<void>;
};

const randomId = <P extends "usr" | "cus">(prefix: P) =>
  makeId(prefix, Date.now(), crypto.getRandomValues(new Uint8Array(16)));

/**
 * The workflows on a real database, real provider emulators and a real webhook address, without the web application: for
 * tests that want to stand between two steps. Call once per file.
 */
export async function startWorkflowWorld(): Promise<WorkflowWorld> {
  const database = await freshDatabase();
  const home = mkdtempSync(join(tmpdir(), "holdpoint-world-"));
  const stops: (() => Promise<unknown>)[] = [];
  const keep = (service: { stop: () => Promise<unknown> }) => void stops.push(() => service.stop());
  const [monobank, liqpay] = await Promise.all([
    startEmulator({ provider: "monobank", home, keep }),
    startEmulator({ provider: "liqpay", home, keep }),
  ]);

  let world: World;
  const server = await webhookDoor((serviceId, raw, headers) => receiveWebhook(world, serviceId, raw, headers));
  stops.push(() => new Promise((done) => server.close(done)));
  Object.assign(process.env, {
    DATABASE_URL: database.appUrl,
    APP_URL: `http://localhost:${(server.address() as AddressInfo).port}`,
    AUTH_SECRET: "a-secret-of-tests-that-is-long-enough-000000",
    CRON_SECRET: "a-secret-of-tests-that-is-long-enough-111111",
    ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
    MONOBANK_API_URL: monobank.url,
    LIQPAY_API_URL: liqpay.url,
  });
  const { db, close } = openDatabase(database.appUrl, 10);
  stops.push(close);
  world = { db, findProvider, now: () => new Date() };

  const owner = postgres(database.ownerUrl, { max: 2, onnotice: () => {} });
  const app = postgres(database.appUrl, { max: 4, onnotice: () => {} });
  stops.push(
    () => owner.end({ timeout: 2 }),
    () => app.end({ timeout: 2 }),
  );

  const salesId = randomId("usr") as UserId;
  const financeId = randomId("usr") as UserId;
  const customer = randomId("cus") as CustomerId;
  await db.insert(company).values({ name: "ТОВ «Дніпро Інструмент»" });
  await db.insert(users).values([
    { id: salesId, email: "ihor@holdpoint.test", name: "Ihor Melnyk", role: "sales", passwordHash: "-" },
    { id: financeId, email: "olena@holdpoint.test", name: "Olena Koval", role: "finance", passwordHash: "-" },
  ]);
  await db.insert(customers).values({ id: customer, name: "ТОВ «Ромашка Буд»", email: "o.hnatiuk@romashka.example" });

  const services = {
    debit: await storeService(db, {
      provider: "monobank",
      name: "monobank",
      paymentType: "debit",
      secrets: { token: "test-monobank-token" },
    }),
    hold: await storeService(db, {
      provider: "monobank",
      name: "monobank hold",
      paymentType: "withholding",
      secrets: { token: "demo-monobank-hold-token" },
    }),
    liqpay: await storeService(db, {
      provider: "liqpay",
      name: "LiqPay",
      paymentType: "debit",
      secrets: { publicKey: "sandbox_i20000000002", privateKey: "sandbox_test_private_key_000000000002" },
    }),
  };
  return {
    world,
    owner,
    ownerUrl: database.ownerUrl,
    app,
    monobank: new Bank(monobank.controlUrl),
    liqpay: new Bank(liqpay.controlUrl),
    services,
    customer,
    sales: { kind: "user", id: salesId, name: "Ihor Melnyk", role: "sales", requestId: null },
    finance: { kind: "user", id: financeId, name: "Olena Koval", role: "finance", requestId: null },
    stop: async () => {
      for (const stop of stops.reverse()) await stop().catch(() => {});
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** An address that providers can call, in place of the application's. */
async function webhookDoor(
  receive: (serviceId: string, raw: Uint8Array, headers: Record<string, string>) => Promise<{ status: number }>,
): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const serviceId = /^\/api\/webhooks\/([^/]+)$/.exec(request.url ?? "")?.[1] ?? "";
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      receive(serviceId, Buffer.concat(chunks), headers).then(
        ({ status }) => response.writeHead(status).end(),
        (fault: unknown) => {
          console.error(fault);
          response.writeHead(500).end();
        },
      );
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return server;
}
