import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { closeDatabase } from "#db/client";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { customerListQuery, customerPage, itemListQuery, itemPage } from "#lib/contracts/customers";
import { jobPageView, providerKindView, serviceView } from "#lib/contracts/services";
import type { PaymentServiceId } from "#lib/domain/ids";
import { managePaymentLinks } from "#lib/workflows/manage-payment-links";
import { createCustomer, updateCustomer } from "#lib/workflows/save-customer";
import { createItem, updateItem } from "#lib/workflows/save-item";
import { createService, updateService } from "#lib/workflows/save-service";
import { testService } from "#lib/workflows/test-service";
import { readCustomer, readCustomers } from "./customers.ts";
import { readItem, readItems } from "./items.ts";
import { readJobPage } from "./jobs.ts";
import { readProviderKinds, readService, readServices } from "./services.ts";
import type { Viewer } from "./viewer.ts";

let at: WorkflowWorld;
let viewer: Viewer;
beforeAll(async () => {
  at = await startWorkflowWorld();
  viewer = { id: at.sales.id, name: at.sales.name, email: "ihor@holdpoint.test", role: "admin", language: "en" };
});
afterAll(async () => {
  await closeDatabase();
  await at?.stop();
});

async function service(token: string, change: object = {}): Promise<PaymentServiceId> {
  const made = await createService(at.world, at.finance, {
    provider: "monobank",
    name: "One of several",
    description: null,
    currencyNumeric: 980,
    paymentType: "debit",
    validitySeconds: 3600,
    holdMarginHours: 24,
    customerMayRenew: true,
    customerMayPayWhole: false,
    mode: "test",
    credentials: { token },
    enabled: true,
    alwaysInclude: false,
    ...change,
  });
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return made.value.serviceId;
}
const view = async (id: PaymentServiceId) => serviceView.parse(await readService(id, viewer));

describe("payment services", () => {
  test("show of a secret its last four characters, who changed it and when, and nothing more", async () => {
    const id = await service("canary-token-that-nobody-sees-4711");
    const shown = await view(id);
    expect(shown.credentials).toEqual([
      expect.objectContaining({
        name: "token",
        secret: true,
        value: null,
        last4: "4711",
        changedByName: "Olena Koval",
      }),
    ]);
    expect(JSON.stringify(await readServices(viewer))).not.toContain("canary-token");
    expect(shown).toMatchObject({ health: { state: "test" }, lastTest: null, today: { links: 0, paid: 0 } });
    expect(shown.webhookUrl).toMatch(/\/api\/webhooks\/svc_/);
  });

  test("a test connection is remembered together with the keys it was about", async () => {
    const id = await service("test-monobank-token");
    expect(await testService(at.world, at.finance, id)).toMatchObject({ ok: true, value: { ok: true, code: null } });
    expect((await view(id)).lastTest).toMatchObject({ ok: true, forCurrentKeys: true });
    await updateService(at.world, at.finance, id, { credentials: { token: "another-token-1234" }, version: 1 });
    expect((await view(id)).lastTest?.forCurrentKeys).toBe(false);
  });

  test("keys that the provider refuses are a problem since then, until they are replaced or accepted", async () => {
    const id = await service("nobody-knows-this-token");
    expect(await testService(at.world, at.finance, id)).toMatchObject({ value: { ok: false, merchantName: null } });
    expect((await view(id)).health).toMatchObject({ state: "problem", since: expect.any(String) });
    await updateService(at.world, at.finance, id, { credentials: { token: "test-monobank-token" }, version: 1 });
    expect((await view(id)).health.state).toBe("test");
  });

  test("a provider that does not answer says nothing about the keys", async () => {
    const id = await service("test-monobank-token");
    await at.monobank.fault({ operation: "details", mode: "503", times: 1 });
    await at.monobank.fault({ operation: "pubkey", mode: "503", times: 1 });
    const answer = await testService(at.world, at.finance, id);
    await at.monobank.noFaults();
    expect(answer).toMatchObject({ ok: true, value: { ok: false } });
    expect((await view(id)).health.state).toBe("test");
  });

  test("without keys, or with keys that cannot be opened, there is nothing to test", async () => {
    const bare = await service("", { credentials: {}, enabled: false });
    expect(await testService(at.world, at.finance, bare)).toMatchObject({
      error: { kind: "blocked", blocker: { code: "SERVICE_CREDENTIALS", action: "test_service" } },
    });
    const sealed = await service("some-token-or-other");
    await at.owner`update payment_services set credentials = jsonb_set(credentials, '{token,sealed}', '"v1.otherkey.a.b"')
      where id = ${sealed}`;
    expect((await view(sealed)).health).toMatchObject({ state: "problem", message: "cannot_decrypt" });
    expect(await testService(at.world, at.finance, sealed)).toMatchObject({ ok: false });
  });

  test("of every kind there are its fields and abilities", () => {
    const kinds = z.array(providerKindView).parse(readProviderKinds());
    expect(kinds.map(({ provider }) => provider)).toEqual(["monobank", "liqpay"]);
    expect(kinds[0]?.credentialFields.map(({ name }) => name)).toEqual(["token"]);
  });

  test("one that does not exist is null", async () => {
    expect(await readService("svc_00000000000000000000000000" as PaymentServiceId, viewer)).toBeNull();
  });
});

describe("customers", () => {
  const input = { language: "uk", email: null, phone: null, taxId: null, note: null } as const;
  test("are made, changed, found in either alphabet, by phone and tax id, and paged by name", async () => {
    for (let n = 0; n < 5; n++) await createCustomer(at.world, at.sales, { ...input, name: `ФОП Коваль ${n}` });
    const made = await createCustomer(at.world, at.sales, { ...input, name: "ТОВ «Щедрик»", taxId: "41239876" });
    if (!made.ok) throw new Error("refused");
    const { customerId } = made.value;
    const find = async (q: string, limit = 20, cursor?: string) =>
      customerPage.parse(
        await readCustomers(customerListQuery.parse({ q, limit, ...(cursor ? { cursor } : {}) }), viewer),
      );
    for (const q of ["щедр", "shched", "4123", "щ"])
      expect((await find(q)).rows.map(({ id }) => id)).toEqual([customerId]);
    const first = await find("коваль", 3);
    const second = await find("коваль", 3, first.nextCursor ?? "");
    expect([...first.rows, ...second.rows].map(({ name }) => name)).toEqual(
      [0, 1, 2, 3, 4].map((n) => `ФОП Коваль ${n}`),
    );

    await updateCustomer(at.world, at.sales, customerId, { ...input, name: "Новий Щедрик", phone: "+380501234567" });
    expect(await readCustomer(customerId)).toMatchObject({ name: "Новий Щедрик", phone: "+380501234567" });
    expect((await find("0501234567".slice(1))).rows).toHaveLength(1);
  });

  test("live in the company's zone unless another is chosen; a program that does not know of zones changes none", async () => {
    const made = await createCustomer(at.world, at.sales, { ...input, name: "Acme", zone: "America/New_York" });
    if (!made.ok) throw new Error("refused");
    const { customerId } = made.value;
    const zoneAfter = async (change: { zone?: string | null }) => {
      await updateCustomer(at.world, at.sales, customerId, { ...input, name: "Acme", ...change });
      return (await readCustomer(customerId))?.zone;
    };
    expect(await zoneAfter({})).toBe("America/New_York");
    expect(await zoneAfter({ zone: "Asia/Tokyo" })).toBe("Asia/Tokyo");
    expect(await zoneAfter({ zone: null })).toBeNull();
    const plain = await createCustomer(at.world, at.sales, { ...input, name: "Romashka" });
    expect(plain.ok && (await readCustomer(plain.value.customerId))?.zone).toBeNull();
  });
});

describe("items", () => {
  const input = {
    sku: "DR-18V",
    name: "Дриль",
    unit: "шт",
    unitPrice: { amount: 489_900, currency: "UAH" },
    vatPercent: "20",
    active: true,
  } as const;
  test("have a code of their own: the second is told at the field", async () => {
    const made = await createItem(at.world, at.finance, input);
    if (!made.ok) throw new Error("refused");
    const other = await createItem(at.world, at.finance, { ...input, sku: "DR-36V", active: false });
    if (!other.ok) throw new Error("refused");
    const taken = { error: { kind: "invalid", errors: [{ field: "sku", code: "taken" }] } };
    expect(await createItem(at.world, at.finance, input)).toMatchObject(taken);
    expect(await updateItem(at.world, at.finance, other.value.itemId, { ...input })).toMatchObject(taken);
    expect(await readItem(made.value.itemId)).toMatchObject({
      sku: "DR-18V",
      vatPercent: "20",
      unitPrice: { amount: 489_900 },
    });
    const list = async (query: object) =>
      itemPage.parse(await readItems(itemListQuery.parse(query))).rows.map(({ sku }) => sku);
    expect(await list({})).toEqual(["DR-18V", "DR-36V"]);
    expect(await list({ active: "true" })).toEqual(["DR-18V"]);
    expect(await list({ q: "дри" })).toEqual(["DR-18V", "DR-36V"]);
    expect(await list({ q: "36v" })).toEqual(["DR-36V"]);
  });
});

test("Manage Payment Links shows its runs, the next one, and what waits", async () => {
  await managePaymentLinks(at.world, { startedBy: "Marta Bondar", deadlineMs: 5_000 });
  const page = jobPageView.parse(await readJobPage(viewer, new Date("2026-11-20T12:19:59Z")));
  expect(page.runs[0]).toMatchObject({ startedBy: "Marta Bondar", failed: 0, finishedAt: expect.any(String) });
  expect(page.nextRunAt).toBe("2026-11-20T12:20:00.000Z");
  expect(page.waiting).toEqual({
    webhooks: 0,
    operations: 0,
    payments: 0,
    oldestDueAt: null,
    lagMs: 0,
    rows: [],
  });
});
