import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Json, type Received, type Rig, startRig } from "./harness.ts";
import { verifyBody } from "./monobank-sign.ts";
import vectors from "./vectors/monobank.json" with { type: "json" };

const TOKEN = "test-monobank-token";
/** Longer than any test: what is being processed ends when the test says so. */
const UNTIL_TOLD = 600_000;
let rig: Rig;

beforeAll(async () => {
  rig = await startRig("monobank.ts");
});
afterAll(() => rig.stop());
beforeEach(async () => {
  await rig.control("POST", "/reset");
  await rig.control("POST", "/switches", { processingMs: 20, cancelDelayMs: 20, webhookRetrySpacingMs: [10, 20] });
  await rig.quiet();
  rig.received.length = 0;
  rig.answers.length = 0;
});

async function call(
  path: string,
  body?: unknown,
  token: string | null = TOKEN,
): Promise<{ status: number; json: Json }> {
  const headers: Record<string, string> = token === null ? {} : { "x-token": token };
  const init: RequestInit = body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
  const res = await fetch(`${rig.url}/api/merchant/${path}`, { ...init, redirect: "manual" });
  const text = await res.text();
  return { status: res.status, json: text ? JSON.parse(text) : undefined };
}

function order(more: Record<string, unknown> = {}, reference = "SO-1042-1") {
  return {
    amount: 149950,
    ccy: 980,
    merchantPaymInfo: {
      reference,
      destination: "Оплата замовлення SO-1042",
      basketOrder: [{ name: "Табурет", qty: 2, sum: 74975, total: 149950, code: "SKU-7", unit: "шт." }],
    },
    redirectUrl: `${rig.shopUrl}/return?o=SO-1042`,
    webHookUrl: `${rig.shopUrl}/hook`,
    ...more,
  };
}

async function make(
  more: Record<string, unknown> = {},
  reference?: string,
): Promise<{ invoiceId: string; pageUrl: string }> {
  const { status, json } = await call("invoice/create", order(more, reference));
  expect(status).toBe(200);
  return json;
}

const status = async (id: string) => (await call(`invoice/status?invoiceId=${id}`)).json;
const act = (id: string, action: string, more = {}) => rig.control("POST", `/payments/${id}/act`, { action, ...more });
const kinds = async (id: string) =>
  (await rig.control("GET", "/ledger"))
    .filter((line: Json) => line.providerId === id)
    .map((line: Json) => [line.kind, line.amountMinor]);

async function expectGoodSignatures(): Promise<void> {
  const { key } = (await call("pubkey")).json;
  for (const { body, headers } of rig.received) {
    expect(verifyBody(Buffer.from(body), String(headers["x-sign"]), key)).toBe(true);
  }
}

test("the signature check agrees with the published sample and refuses its altered copies", () => {
  const { pubkey_base64, x_sign, body } = vectors.vectors[0]?.inputs ?? { pubkey_base64: "", x_sign: "", body: "" };
  expect(verifyBody(Buffer.from(body), x_sign, pubkey_base64)).toBe(true);
  expect(vectors.negative.length).toBe(3);
  for (const row of vectors.negative) {
    expect(verifyBody(Buffer.from(row.inputs.body), x_sign, pubkey_base64), row.id).toBe(false);
  }
});

test("a payer pays a one-time link on the page: processing, success, signed webhooks, back to the shop", async () => {
  const today = () => new Date().toISOString().slice(2, 10).replaceAll("-", "");
  const before = today();
  const { invoiceId, pageUrl } = await make();
  // Midnight may have passed meanwhile.
  expect([before, today()]).toContain(invoiceId.slice(0, 6));
  expect(pageUrl).not.toContain(invoiceId);
  const html = await (await fetch(`${pageUrl}?lang=en`)).text();
  expect(html).toContain(">Pay 1 499.50 UAH</button>");
  expect(html).toContain("no real money");
  expect(await (await fetch(pageUrl, { headers: { "accept-language": "uk" } })).text()).toContain(
    "Сплатити 1 499,50 UAH",
  );
  const wrong = await fetch(pageUrl, { method: "POST", body: "action=pay&terms=yes&card=4242424242424241" });
  expect(wrong.status).toBe(422);
  const paid = await fetch(pageUrl, {
    method: "POST",
    body: "action=pay&terms=yes&card=5555+5555+5555+4444",
    redirect: "manual",
  });
  expect([paid.status, paid.headers.get("location")]).toEqual([303, `${rig.shopUrl}/return?o=SO-1042`]);
  await rig.until(3);
  const bodies = rig.received.map((r) => JSON.parse(r.body));
  expect(bodies.map((b) => b.status).sort()).toEqual(["created", "processing", "success"]);
  const success = rig.received.find((r) => r.body.includes('"status":"success"'));
  expect(success?.body).toBe(JSON.stringify(JSON.parse(success?.body ?? "")));
  expect(success?.body).toContain("Оплата");
  expect(success?.headers["content-type"]).toBe("application/json");
  await expectGoodSignatures();
  const now = await status(invoiceId);
  expect(now).toMatchObject({
    status: "success",
    amount: 149950,
    finalAmount: 149950,
    ccy: 980,
    reference: "SO-1042-1",
  });
  expect(now.paymentInfo).toMatchObject({ maskedPan: "55555555******44", paymentSystem: "mastercard", fee: 1949 });
  expect(now.modifiedDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(await kinds(invoiceId)).toEqual([
    ["link_created", "149950"],
    ["opened", "149950"],
    ["processing", "149950"],
    ["captured", "149950"],
  ]);
  const from = Math.floor(Date.now() / 1000) - 60;
  const rows = (await call(`statement?from=${from}`)).json.list;
  expect(rows).toMatchObject([{ invoiceId, status: "success", amount: 149950, reference: "SO-1042-1" }]);
  expect((await call(`statement?from=${from - 40 * 86_400}`)).status).toBe(400);
});

test("a hold has no finalAmount; a partial finalize is accepted once, then processing, then the captured sum", async () => {
  const { invoiceId } = await make({ amount: 2000, paymentType: "hold", merchantPaymInfo: { reference: "H-1" } });
  expect((await call("invoice/finalize", { invoiceId, amount: 2000 })).json.errCode).toBe("1001");
  await act(invoiceId, "pay");
  const held = await status(invoiceId);
  expect([held.status, "finalAmount" in held, held.paymentInfo.fee]).toEqual(["hold", false, 26]);
  expect((await call("invoice/finalize", { invoiceId })).json.errCode).toBe("1001");
  expect((await call("invoice/finalize", { invoiceId, amount: 2001 })).json.errCode).toBe("1001");
  await rig.control("POST", "/switches", { processingMs: UNTIL_TOLD });
  expect(await call("invoice/finalize", { invoiceId, amount: 500 })).toEqual({
    status: 200,
    json: { status: "success" },
  });
  expect(await status(invoiceId)).toMatchObject({ status: "processing", finalAmount: 2000, amount: 2000 });
  expect((await call("invoice/finalize", { invoiceId, amount: 500 })).json).toEqual({
    errCode: "1001",
    errText: "order on hold not found",
  });
  await rig.control("POST", "/hurry");
  const done = await status(invoiceId);
  expect(done).toMatchObject({ status: "success", amount: 2000, finalAmount: 500 });
  expect(done.paymentInfo.fee).toBe(7);
  expect(done.paymentInfo.rrn).not.toBe(held.paymentInfo.rrn);
  expect(done.paymentInfo.approvalCode).toBe(held.paymentInfo.approvalCode);
  expect((await kinds(invoiceId)).slice(-3)).toEqual([
    ["held", "2000"],
    ["captured", "500"],
    ["released", "1500"],
  ]);
});

test("cancel: unpaid, partial, too much, full, later, not available, and the release of a hold", async () => {
  const { invoiceId } = await make();
  expect(await call("invoice/cancel", { invoiceId })).toMatchObject({ status: 404, json: { errCode: "1004" } });
  await act(invoiceId, "pay");
  expect((await call("invoice/cancel", { invoiceId, amount: 149951 })).json.errCode).toBe("WRONG_CANCEL_AMOUNT");
  await rig.control("POST", "/faults", { operation: "cancel", mode: "cancel_not_available", times: 1 });
  expect(await call("invoice/cancel", { invoiceId })).toMatchObject({
    status: 500,
    json: { errCode: "CANCEL_NOT_AVAILABLE" },
  });
  expect((await call("invoice/cancel", { invoiceId, amount: 49950, extRef: "r1" })).json.status).toBe("success");
  expect(await status(invoiceId)).toMatchObject({
    status: "success",
    finalAmount: 100000,
    cancelList: [{ extRef: "r1" }],
  });
  await rig.control("POST", "/switches", { cancelMode: "processing_success", cancelDelayMs: UNTIL_TOLD });
  expect((await call("invoice/cancel", { invoiceId, extRef: "r2" })).json.status).toBe("processing");
  expect((await status(invoiceId)).cancelList[1].status).toBe("processing");
  expect((await call("invoice/cancel", { invoiceId, amount: 1 })).json.errCode).toBe("WRONG_CANCEL_AMOUNT");
  await rig.control("POST", "/hurry");
  expect(await status(invoiceId)).toMatchObject({ status: "reversed", finalAmount: 0 });
  expect((await call("invoice/cancel", { invoiceId })).json.errCode).toBe("WRONG_CANCEL_AMOUNT");
  await rig.control("POST", "/switches", { cancelMode: "sync" });
  const hold = (await make({ paymentType: "hold" }, "H-2")).invoiceId;
  await act(hold, "pay");
  expect((await call("invoice/cancel", { invoiceId: hold, amount: 5 })).json.errCode).toBe("WRONG_CANCEL_AMOUNT");
  await rig.control("POST", "/switches", { holdCancelWorks: false });
  expect((await call("invoice/cancel", { invoiceId: hold })).json.errCode).toBe("1004");
  await rig.control("POST", "/switches", { holdCancelWorks: true });
  expect((await call("invoice/cancel", { invoiceId: hold })).json.status).toBe("success");
  expect(await status(hold)).toMatchObject({ status: "reversed", finalAmount: 0 });
  expect((await kinds(hold)).at(-1)).toEqual(["released", "149950"]);
  expect((await kinds(invoiceId)).slice(-2)).toEqual([
    ["refunded", "49950"],
    ["refunded", "100000"],
  ]);
});

test("remove kills an unpaid link; during and after a payment it is refused", async () => {
  const { invoiceId, pageUrl } = await make();
  await rig.until(1);
  expect(await call("invoice/remove", { invoiceId })).toEqual({ status: 200, json: {} });
  expect((await status(invoiceId)).status).toBe("expired");
  expect((await fetch(pageUrl)).status).toBe(410);
  expect((await act(invoiceId, "pay")).error).toContain("cannot be paid");
  expect((await call("invoice/remove", { invoiceId })).status).toBe(404);
  const other = (await make()).invoiceId;
  await rig.control("POST", "/switches", { processingMs: UNTIL_TOLD });
  await act(other, "pay", { wait: false });
  expect((await status(other)).status).toBe("processing");
  expect((await call("invoice/remove", { invoiceId: other })).json.errCode).toBe("INVOICE_ALREADY_USED");
  await rig.control("POST", "/switches", { processingMs: 20 });
  await rig.control("POST", "/hurry");
  expect((await status(other)).status).toBe("success");
  await rig.quiet();
  expect(rig.received.filter((r) => r.body.includes(invoiceId)).length).toBe(1);
  await act(invoiceId, "pay", { force: true });
  expect((await status(invoiceId)).status).toBe("success");
});

describe("what create refuses", () => {
  const info = { reference: "SO-1042-1", destination: "SO-1042" };
  const cases: [string, Record<string, unknown>, string][] = [
    ["amount 0", { amount: 0 }, "BAD_REQUEST"],
    ["fraction", { amount: 1.5 }, "BAD_REQUEST"],
    ["text amount", { amount: "100" }, "BAD_REQUEST"],
    ["alphabetic currency", { ccy: "UAH" }, "BAD_REQUEST"],
    ["zloty", { ccy: 985 }, "BAD_REQUEST"],
    ["payment type", { paymentType: "HOLD" }, "BAD_REQUEST"],
    ["long purpose", { merchantPaymInfo: { ...info, destination: "я".repeat(281) } }, "BAD_REQUEST"],
    ["number in metadata", { merchantPaymInfo: { ...info, metadata: { a: 1 } } }, "BAD_REQUEST"],
    ["basket sum", { amount: 149951 }, "INVALID_MERCHANT_PAYM_INFO"],
    [
      "basket code",
      { merchantPaymInfo: { basketOrder: [{ name: "x", qty: 1, sum: 149950 }] } },
      "INVALID_MERCHANT_PAYM_INFO",
    ],
    [
      "discount type",
      { merchantPaymInfo: { ...info, discounts: [{ type: "EXTRA", mode: "VALUE", value: 1 }] } },
      "INVALID_MERCHANT_PAYM_INFO",
    ],
  ];
  test.each(cases)("%s", async (_name, more, code) => {
    expect(await call("invoice/create", order(more))).toMatchObject({ status: 400, json: { errCode: code } });
    expect((await rig.control("GET", "/state")).payments).toEqual([]);
  });

  test("tokens, methods, foreign invoices and the strict fiscal mode", async () => {
    expect(await call("details", undefined, "wrong")).toMatchObject({ status: 403, json: { errCode: "FORBIDDEN" } });
    expect((await call("pubkey", undefined, null)).status).toBe(400);
    expect((await call("pubkey", {})).json.errCode).toBe("METHOD_NOT_ALLOWED");
    const { invoiceId } = await make({ validity: 90 * 86_400 });
    const view = await rig.control("GET", `/payments/${invoiceId}`);
    expect(Date.parse(view.validUntil) - Date.now()).toBeLessThanOrEqual(30 * 86_400_000);
    expect((await call(`invoice/status?invoiceId=${invoiceId}`, undefined, "demo-monobank-hold-token")).status).toBe(
      404,
    );
    await rig.control("POST", "/switches", { strictFiscal: true });
    expect((await call("invoice/create", order({ merchantPaymInfo: {} }))).json.errText).toContain("basketOrder");
  });
});

test("time: a link expires without a webhook, a hold lapses after nine days, a decline may be tried again", async () => {
  const link = (await make({ validity: 3600 })).invoiceId;
  const hold = (await make({ paymentType: "hold", validity: 3600 }, "H-3")).invoiceId;
  const tried = (await make({ validity: 3600 }, "D-1")).invoiceId;
  await act(hold, "pay");
  await act(tried, "decline", { code: "59" });
  expect(await status(tried)).toMatchObject({ status: "failure", errCode: "59" });
  await act(tried, "pay");
  expect((await status(tried)).status).toBe("success");
  expect((await status(tried)).errCode).toBeUndefined();
  await rig.control("POST", "/clock", { advanceSeconds: 3600 });
  expect((await status(link)).status).toBe("expired");
  expect((await status(hold)).status).toBe("hold");
  await rig.control("POST", "/clock", { advanceSeconds: 9 * 86_400 });
  expect(await status(hold)).toMatchObject({ status: "reversed", finalAmount: 0 });
  expect((await kinds(link)).at(-1)).toEqual(["expired", "149950"]);
  await rig.until(9);
  expect(rig.received.some((r) => r.body.includes('"status":"expired"'))).toBe(false);
  await rig.control("DELETE", "/clock");
  const now = Date.parse((await rig.control("GET", "/state")).now);
  expect(Math.abs(now - Date.now())).toBeLessThan(5000);
});

test("webhooks: three tries until exactly 200, duplicates, lost, wrong order, bad signatures, new keys", async () => {
  rig.answers.push(201, 500, 503, 200);
  await make();
  await rig.until(3);
  expect(new Set(rig.received.map((r) => r.body)).size).toBe(1);
  rig.received.length = 0;
  rig.answers.length = 0;
  await rig.control("POST", "/webhooks", { mode: "duplicate", n: 3, ms: 30 });
  await make();
  expect((await rig.until(3)).length).toBe(3);
  await rig.control("POST", "/webhooks", { mode: "lost" });
  const { invoiceId } = await make();
  await rig.control("POST", "/webhooks", { mode: "reorder", n: 2 });
  await act(invoiceId, "pay");
  await rig.until(5);
  expect(rig.received.slice(3).map((r) => JSON.parse(r.body).status)).toEqual(["success", "processing"]);
  const again = await rig.control("POST", "/webhooks/resend", {
    reference: invoiceId,
    times: 4,
    parallel: true,
    reserialize: true,
    urls: [`${rig.shopUrl}/a`, `${rig.shopUrl}/b`],
  });
  expect(again.map((a: Json) => a.answer)).toEqual(Array(8).fill(200));
  await expectGoodSignatures();
  const old = (await call("pubkey")).json.key;
  await rig.control("POST", "/keys/rotate");
  const first = rig.received[0];
  const { key } = (await call("pubkey")).json;
  expect(key).not.toBe(old);
  expect(verifyBody(Buffer.from(first?.body ?? ""), String(first?.headers["x-sign"]), key)).toBe(false);
  for (const mode of ["bad_signature", "other_account"]) {
    rig.received.length = 0;
    await rig.control("POST", "/webhooks", { mode });
    await make();
    const { body, headers } = (await rig.until(1))[0] as Received;
    expect(verifyBody(Buffer.from(body), String(headers["x-sign"]), key), mode).toBe(false);
  }
  const attempts = await rig.control("GET", "/webhooks");
  expect(attempts.filter((a: Json) => a.error === "lost on purpose").length).toBe(1);
});

test("faults: what the bank believes against what the caller is told", async () => {
  const fault = (mode: string, more = {}) =>
    rig.control("POST", "/faults", { operation: "create", mode, times: 1, ...more });
  const count = async () => (await rig.control("GET", "/state")).payments.length;
  await fault("drop_before_commit");
  await expect(call("invoice/create", order())).rejects.toThrow();
  expect(await count()).toBe(0);
  await fault("commit_then_drop", { reference: "SO-1042-1" });
  await expect(call("invoice/create", order())).rejects.toThrow();
  expect(await count()).toBe(1);
  await fault("half_body");
  await expect(call("invoice/create", order())).rejects.toThrow();
  expect(await count()).toBe(2);
  await fault("429", { retryAfter: 3 });
  expect(await call("invoice/create", order())).toMatchObject({ status: 429, json: { errCode: "TMR" } });
  await fault("403_firewall");
  await expect(call("invoice/create", order())).rejects.toThrow(/not valid JSON/);
  expect(await count()).toBe(2);
  await fault("hostile_page_url");
  expect((await call("invoice/create", order())).json.pageUrl).toMatch(/^javascript:/);
  const { invoiceId } = await make();
  await fault("wrong_amount", { operation: "status" });
  expect((await status(invoiceId)).amount).toBe(150050);
  await fault("unknown_status", { operation: "*" });
  expect((await status(invoiceId)).status).toBe("reticulating");
  expect((await status(invoiceId)).status).toBe("created");
  expect((await rig.control("POST", "/faults", { operation: "create", mode: "nonsense" })).error).toContain(
    "unknown mode",
  );
});

test("kill: the chosen process dies before or after the effect", async () => {
  for (const when of ["before", "after"]) {
    const victim = spawn(process.execPath, ["-e", "setTimeout(() => {}, 30000)"]);
    const ended = new Promise((resolve) => victim.once("exit", (_code, signal) => resolve(signal)));
    await rig.control("POST", "/kill", { pid: victim.pid, operation: "create", when });
    await expect(call("invoice/create", order())).rejects.toThrow();
    expect(await ended).toBe("SIGKILL");
    expect((await rig.control("GET", "/state")).payments.length).toBe(when === "before" ? 0 : 1);
  }
});

test("a restart keeps payments, keys and the ledger, and finishes what was under way; reset keeps the ledger", async () => {
  const { invoiceId } = await make();
  const { key } = (await call("pubkey")).json;
  await rig.control("POST", "/switches", { processingMs: UNTIL_TOLD });
  await act(invoiceId, "pay", { wait: false });
  await rig.restart();
  expect((await call("pubkey")).json.key).toBe(key);
  expect((await status(invoiceId)).status).toBe("processing");
  await rig.control("POST", "/hurry");
  expect((await status(invoiceId)).status).toBe("success");
  expect((await kinds(invoiceId)).map(([kind]: string[]) => kind)).toEqual(["link_created", "processing", "captured"]);
  await rig.control("POST", "/reset");
  expect((await call(`invoice/status?invoiceId=${invoiceId}`)).status).toBe(404);
  expect(readFileSync(rig.ledgerFile, "utf8")).toContain(invoiceId);
});
