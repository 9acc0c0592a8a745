import postgres from "postgres";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { findService } from "#db/queries/services";
import { freshWorld, someone } from "#e2e/rig/world";
import type { CreateServiceInput, UpdateServiceInput } from "#lib/contracts/services";
import type { PaymentServiceId } from "#lib/domain/ids";
import { createService, updateService } from "./save-service.ts";
import { accountOf } from "./service-account.ts";

const world = await freshWorld();
const owner = postgres(world.database.ownerUrl, { max: 2, onnotice: () => {} });
const admin = someone("admin");
afterAll(async () => {
  await owner.end();
  await world.close();
});
beforeEach(async () => {
  await owner`delete from payment_services`;
});

const TOKEN = "uCanaryTokenThatNobodyMaySee1902";
const monobank = (change: Partial<CreateServiceInput> = {}): CreateServiceInput => ({
  provider: "monobank",
  name: "monobank",
  description: null,
  currencyNumeric: 980,
  paymentType: "debit",
  validitySeconds: 14_400,
  holdMarginHours: 24,
  customerMayRenew: true,
  customerMayPayWhole: false,
  mode: "test",
  credentials: { token: TOKEN },
  enabled: true,
  alwaysInclude: false,
  ...change,
});

async function made(change: Partial<CreateServiceInput> = {}): Promise<PaymentServiceId> {
  const result = await createService(world, admin, monobank(change));
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value.serviceId;
}
const change = (id: PaymentServiceId, version: number, fields: Partial<UpdateServiceInput>) =>
  updateService(world, admin, id, { description: null, ...fields, version });
const row = async (id: PaymentServiceId) => {
  const found = await findService(world.db, id);
  if (!found) throw new Error("gone");
  return found;
};
const codes = (result: Awaited<ReturnType<typeof createService>>) =>
  result.ok || result.error.kind !== "invalid"
    ? result
    : Object.fromEntries(result.error.errors.map(({ field, code }) => [field, code]));

describe("secrets", () => {
  test("come back out for the provider, and nowhere else", async () => {
    const service = await row(await made());
    expect(accountOf(service)).toMatchObject({ ok: true, value: { credentials: { token: TOKEN }, currency: "UAH" } });
    expect(JSON.stringify(service)).not.toContain(TOKEN);
    const everything = await owner`select body from audit_log union all select credentials::text from payment_services`;
    expect(JSON.stringify(everything)).not.toContain(TOKEN);
    expect(service.credentials.token).toMatchObject({ last4: "1902", value: null, changedByName: admin.name });
  });

  test("lose the spaces, line breaks and invisible characters that were pasted along", async () => {
    const service = await row(await made({ credentials: { token: `\u00a0\n ${TOKEN}\u200b \r\n` } }));
    expect(accountOf(service)).toMatchObject({ ok: true, value: { credentials: { token: TOKEN } } });
  });

  test("stay when they are not sent, change when they are, and a fingerprint says which", async () => {
    const id = await made();
    const before = await row(id);
    expect(await change(id, 1, { name: "monobank main" })).toMatchObject({ ok: true });
    expect((await row(id)).credentials).toEqual(before.credentials);
    world.pass(60);
    expect(await change(id, 2, { credentials: { token: "another-token-4711" } })).toMatchObject({ ok: true });
    const after = await row(id);
    expect(after.credentialsFingerprint).not.toBe(before.credentialsFingerprint);
    expect(accountOf(after)).toMatchObject({ ok: true, value: { credentials: { token: "another-token-4711" } } });
  });

  test("moved from one service to another, they do not open there", async () => {
    const [mine, theirs] = [await made(), await made({ credentials: { token: "their-token-0000" } })];
    await owner`update payment_services a set credentials = b.credentials from payment_services b
                where a.id = ${mine} and b.id = ${theirs}`;
    expect(accountOf(await row(mine))).toEqual({ ok: false, error: { code: "cannot_decrypt" } });
  });

  test("that can no longer be opened are repaired by typing them again", async () => {
    const id = await made();
    await owner`update payment_services set credentials = jsonb_set(credentials, '{token,sealed}', '"v1.broken"')`;
    expect(accountOf(await row(id))).toEqual({ ok: false, error: { code: "cannot_decrypt" } });
    expect(await change(id, 1, { credentials: { token: TOKEN } })).toMatchObject({ ok: true });
    expect(accountOf(await row(id)).ok).toBe(true);
  });

  test("clear a known problem with the keys when they are replaced, not when they are typed again", async () => {
    const id = await made();
    await owner`update payment_services set credentials_problem_at = now(), credentials_problem = 'invalid token'`;
    await change(id, 1, { credentials: { token: TOKEN } });
    expect((await row(id)).credentialsProblem).toBe("invalid token");
    await change(id, 2, { credentials: { token: "a-better-token" } });
    expect((await row(id)).credentialsProblemAt).toBeNull();
  });
});

describe("field errors", () => {
  test.each([
    [{ credentials: { token: "" } }, { "credentials.token": "required" }],
    [{ credentials: { token: "short" } }, { "credentials.token": "bad_format" }],
    [{ credentials: { token: "x".repeat(300) } }, { "credentials.token": "too_long" }],
    [{ credentials: { key: "whatever-it-is" } }, { "credentials.key": "unknown_field" }],
    [{ currencyNumeric: 1 }, { currencyNumeric: "unknown_currency" }],
    [{ validitySeconds: 2_592_000 * 40 }, { validitySeconds: "too_long" }],
    [{ enabled: false, alwaysInclude: true }, { alwaysInclude: "not_enabled" }],
  ] as [Partial<CreateServiceInput>, Record<string, string>][])("%j", async (input, expected) => {
    expect(codes(await createService(world, admin, monobank(input)))).toMatchObject(expected);
    expect(await owner`select 1 from payment_services`).toHaveLength(0);
  });

  test("several at once are told at once", async () => {
    const result = await createService(world, admin, monobank({ currencyNumeric: 1, credentials: { token: "x" } }));
    expect(codes(result)).toEqual({ currencyNumeric: "unknown_currency", "credentials.token": "bad_format" });
  });

  test("the currency does not change once the service has payments", async () => {
    const id = await made();
    expect(await change(id, 1, { currencyNumeric: 978 })).toMatchObject({ ok: true });
    await owner`insert into sales_orders (id, number, order_date, currency, pay_token) values ('ord_x', 'X', '2026-11-20', 'EUR', 'x')
                on conflict do nothing`;
    await owner`insert into payments (id, order_id, service_id, provider, attempt, payment_type, mode, hold_margin_hours,
      amount_minor, currency, purpose, language, valid_until) values ('pay_x', 'ord_x', ${id}, 'monobank', 1, 'debit', 'test', 24,
      100, 'EUR', 'x', 'uk', now())`;
    expect(codes(await change(id, 2, { currencyNumeric: 980 }))).toEqual({ currencyNumeric: "has_payments" });
    expect(await change(id, 2, { currencyNumeric: 978, name: "Euro" })).toMatchObject({ ok: true });
    await owner`delete from payments`;
  });
});

describe("enabling", () => {
  test("is refused without credentials, at birth and later", async () => {
    expect(await createService(world, admin, monobank({ credentials: {} }))).toMatchObject({
      error: { kind: "blocked", blocker: { code: "SERVICE_CREDENTIALS", action: "enable_service" } },
    });
    const id = await made({ credentials: {}, enabled: false });
    expect(await change(id, 1, { enabled: true })).toMatchObject({
      error: { kind: "blocked", blocker: { code: "SERVICE_CREDENTIALS", owner: { role: "admin" } } },
    });
    expect(await change(id, 1, { enabled: true, credentials: { token: TOKEN } })).toMatchObject({ ok: true });
    expect((await row(id)).enabled).toBe(true);
  });

  test("LiqPay needs both keys, and neither its version", async () => {
    const liqpay = monobank({ provider: "liqpay", credentials: { publicKey: "sandbox_i1" }, enabled: false });
    const result = await createService(world, admin, liqpay);
    if (!result.ok) throw new Error("refused");
    expect((await row(result.value.serviceId)).credentialsComplete).toBe(false);
    await change(result.value.serviceId, 1, { credentials: { privateKey: "sandbox_secret_1" }, enabled: true });
    const complete = await row(result.value.serviceId);
    expect(complete).toMatchObject({ enabled: true, credentialsComplete: true });
    expect(complete.credentials.publicKey?.value).toBe("sandbox_i1");
    expect(complete.credentials.privateKey?.value).toBeNull();
  });

  test("a service whose keys cannot be opened is not switched on, and nothing is overwritten", async () => {
    const id = await made({ enabled: false });
    await owner`update payment_services set credentials = jsonb_set(credentials, '{token,sealed}', '"v1.broken"')`;
    expect(await change(id, 1, { enabled: true })).toMatchObject({ error: { kind: "blocked" } });
    expect((await row(id)).credentials.token?.sealed).toBe("v1.broken");
  });
});

describe("Always include", () => {
  test("moves from one service to the other, both changes audited", async () => {
    const first = await made({ alwaysInclude: true });
    const second = await made({ alwaysInclude: true });
    expect([(await row(first)).alwaysInclude, (await row(second)).alwaysInclude]).toEqual([false, true]);
    await change(first, 2, { alwaysInclude: true });
    expect([(await row(first)).alwaysInclude, (await row(second)).alwaysInclude]).toEqual([true, false]);
    const audits = await owner`select body from audit_log where entity_id = ${second} order by seq desc limit 1`;
    expect(JSON.parse(audits[0]?.body)).toMatchObject({
      before: { alwaysInclude: true },
      after: { alwaysInclude: false },
    });
  });

  test("wanted for two services at once ends with exactly one", async () => {
    const ids = [await made(), await made(), await made(), await made()];
    const results = await Promise.all(ids.map((id) => change(id, 1, { alwaysInclude: true })));
    expect(results.filter((result) => result.ok).length).toBeGreaterThan(0);
    expect(await owner`select 1 from payment_services where always_include`).toHaveLength(1);
  });

  test("goes when the service is switched off", async () => {
    const id = await made({ alwaysInclude: true });
    await change(id, 1, { enabled: false });
    expect(await row(id)).toMatchObject({ enabled: false, alwaysInclude: false });
  });
});

describe("two people", () => {
  test("the second save of the same version is refused with both versions", async () => {
    const id = await made();
    expect(await change(id, 1, { name: "First" })).toMatchObject({ ok: true });
    expect(await change(id, 1, { name: "Second" })).toEqual({
      ok: false,
      error: { kind: "version_conflict", currentVersion: 2, yourVersion: 1 },
    });
    expect((await row(id)).name).toBe("First");
  });

  test("of eight saves at once one wins", async () => {
    const id = await made();
    const results = await Promise.all(Array.from({ length: 8 }, (_, n) => change(id, 1, { name: `Name ${n}` })));
    expect(results.filter((result) => result.ok)).toHaveLength(1);
  });

  test("a service that does not exist is not found", async () => {
    const result = await change("svc_00000000000000000000000000" as PaymentServiceId, 1, {});
    expect(result).toMatchObject({ error: { kind: "not_found" } });
  });
});

test("what changed is written down: who, before, after, and of the secret only its fingerprint", async () => {
  const id = await made();
  await change(id, 1, { name: "New name" });
  const [audit] = await owner`select * from audit_log where entity_id = ${id} order by seq desc limit 1`;
  expect(audit).toMatchObject({ action: "payment_service.changed", actor_name: admin.name, request_id: "req-test" });
  const body = JSON.parse(audit?.body);
  expect([body.before.name, body.after.name]).toEqual(["monobank", "New name"]);
  expect(body.after.credentials.token).toMatch(/^[0-9a-f]{24}$/);
});
