import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Json, type Rig, startRig } from "./harness.ts";
import { Money, openEnvelope, parseAmount, serialize, signData } from "./liqpay-wire.ts";
import vectors from "./vectors/liqpay.json" with { type: "json" };

const PUBLIC = "sandbox_i20000000002";
const PRIVATE = "sandbox_test_private_key_000000000002";
let rig: Rig;

beforeAll(async () => {
  rig = await startRig("liqpay.ts");
});
afterAll(() => rig.stop());
beforeEach(async () => {
  await rig.control("POST", "/reset");
  await rig.control("POST", "/switches", { processingMs: 20, webhookRetrySpacingMs: [10, 20] });
  await rig.quiet();
  rig.received.length = 0;
  rig.answers.length = 0;
});

/** The shop's own half of the protocol, written out here so that the emulator is not judged by itself. */
function pack(params: Record<string, unknown>): URLSearchParams {
  const data = Buffer.from(JSON.stringify({ version: 3, public_key: PUBLIC, ...params })).toString("base64");
  const hash = createHash(String(params.version) === "7" ? "sha3-256" : "sha1");
  return new URLSearchParams({ data, signature: hash.update(PRIVATE + data + PRIVATE).digest("base64") });
}

const order = (id: string, more: Record<string, unknown> = {}) => ({
  action: "pay",
  amount: 210,
  currency: "UAH",
  description: "Замовлення SO-1042",
  order_id: id,
  result_url: `${rig.shopUrl}/return?o=${id}`,
  server_url: `${rig.shopUrl}/callback`,
  ...more,
});

async function request(params: Record<string, unknown>): Promise<{ status: number; text: string; json: Json }> {
  const res = await fetch(`${rig.url}/api/request`, { method: "POST", body: pack(params), redirect: "manual" });
  const text = await res.text();
  return { status: res.status, text, json: text.startsWith("{") ? JSON.parse(text) : undefined };
}

const link = (params: Record<string, unknown>) => `${rig.url}/api/3/checkout?${pack(params)}`;

async function open(params: Record<string, unknown>): Promise<string> {
  const res = await fetch(link(params), { redirect: "manual" });
  expect([res.status, await res.text()]).toEqual([302, ""]);
  return String(res.headers.get("location"));
}

async function refusedWith(params: Record<string, unknown>): Promise<string> {
  const res = await fetch(link(params), { redirect: "manual" });
  expect(res.headers.get("location")).toBeNull();
  return ((await res.json()) as Json).err_code;
}

const status = async (id: string) => (await request({ action: "status", order_id: id })).json;
const act = (id: string, action: string, more = {}) => rig.control("POST", `/payments/${id}/act`, { action, ...more });
const code = async (params: Record<string, unknown>) => (await request(params)).json.err_code;
const kinds = async (id: string) =>
  (await rig.control("GET", "/ledger"))
    .filter((line: Json) => line.providerId === id)
    .map((line: Json) => [line.kind, line.amountMinor]);

/** Callbacks as the shop reads them: form decoded once, signature checked over the data string. */
function callbacks(): { text: string; json: Json; signed: boolean; length: number }[] {
  return rig.received.map(({ body }) => {
    const form = new URLSearchParams(body);
    expect([...form.keys()]).toEqual(["data", "signature"]);
    const data = String(form.get("data"));
    const signature = String(form.get("signature"));
    const hash = createHash(signature.length === 44 ? "sha3-256" : "sha1");
    const text = Buffer.from(data, "base64").toString("utf8");
    const good = hash.update(PRIVATE + data + PRIVATE).digest("base64");
    return { text, json: JSON.parse(text), signed: good === signature, length: signature.length };
  });
}

test("signatures agree with the published vectors, the joined copy is refused", () => {
  expect(vectors.vectors.length).toBe(5);
  for (const { id, inputs, expected } of vectors.vectors) {
    expect(signData(inputs.private_key, inputs.data, 3), id).toBe(expected.signature);
  }
  const negative = vectors.negative[0]?.inputs;
  expect(negative && signData(negative.private_key, negative.data, 3)).not.toBe(negative?.signature);
  const wrapped = vectors.vectors.find((v) => v.id === "lq-doc-checkout-wrapped76");
  const keyOf = () => "your_private_key";
  expect(openEnvelope(wrapped?.inputs.data ?? "", wrapped?.expected.signature ?? "", keyOf)).toHaveProperty("params");
  expect(openEnvelope(negative?.data ?? "", negative?.signature ?? "", keyOf)).toHaveProperty(
    "code",
    "invalid_signature",
  );
  expect(signData("k", "d", 7).length).toBe(44);
});

test("money is printed with a point and read without floating point", () => {
  const printed = [0, 5, 50, 21000, 149950, 2249].map((minor) => serialize({ a: new Money(minor) }));
  expect(printed).toEqual(['{"a":0.0}', '{"a":0.05}', '{"a":0.5}', '{"a":210.0}', '{"a":1499.5}', '{"a":22.49}']);
  expect([7.34, "10", "1499.50", 1499.5, 0.1 + 0.2, "1e3", -1, "", null].map(parseAmount)).toEqual([
    734,
    1000,
    149950,
    149950,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("a payer pays a checkout link on the page; the callback has the documented key order", async () => {
  expect((await status("SO-1042-1")).err_code).toBe("payment_not_found");
  const page = await open(order("SO-1042-1"));
  expect((await status("SO-1042-1")).status).toBe("prepared");
  expect(await open(order("SO-1042-1"))).toBe(page);
  const html = await (await fetch(`${page}?lang=en`)).text();
  expect(html).toContain(">Pay 210.00 UAH</button>");
  expect(html).toContain("Замовлення SO-1042");
  const paid = await fetch(page, {
    method: "POST",
    body: new URLSearchParams({ action: "pay", terms: "yes", card: "4242424242424242" }),
    redirect: "manual",
  });
  expect([paid.status, paid.headers.get("location")]).toEqual([303, `${rig.shopUrl}/return?o=SO-1042-1`]);
  await rig.until(2);
  const all = callbacks();
  expect(all.every((c) => c.signed && c.length === 28)).toBe(true);
  expect(rig.received[0]?.headers["content-type"]).toBe("application/x-www-form-urlencoded");
  const success = all.find((c) => c.json.status === "success");
  expect(Object.keys(success?.json)).toEqual(
    (
      "payment_id action status version type paytype public_key acq_id order_id liqpay_order_id description " +
      "sender_first_name sender_last_name sender_card_mask2 sender_card_bank sender_card_type sender_card_country ip " +
      "amount currency sender_commission receiver_commission agent_commission amount_debit amount_credit " +
      "commission_debit commission_credit currency_debit currency_credit sender_bonus amount_bonus mpi_eci is_3ds " +
      "language create_date end_date transaction_id"
    ).split(" "),
  );
  expect(success?.text).toContain('"amount":210.0,"currency":"UAH","sender_commission":0.0,"receiver_commission":3.15');
  expect(success?.text).not.toBe(JSON.stringify(success?.json));
  expect(success?.json).toMatchObject({ public_key: PUBLIC, mpi_eci: "7", sender_card_mask2: "424242*42" });
  const now = await status("SO-1042-1");
  expect(now).toMatchObject({ result: "ok", status: "success", amount: 210, payment_id: success?.json.payment_id });
  expect(await refusedWith(order("SO-1042-1"))).toBe("order_id_duplicate");
  expect(await kinds(String(now.payment_id))).toEqual([
    ["opened", "21000"],
    ["processing", "21000"],
    ["captured", "21000"],
  ]);
});

test("a hold: no end_date, completed once, at most the held sum, the rest released", async () => {
  const refund = { action: "refund", order_id: "H-1", amount: 24 };
  const complete = (amount?: number) => ({ action: "hold_completion", order_id: "H-1", amount });
  await open(order("H-1", { action: "hold", amount: 24.71 }));
  expect(await code(complete(24))).toBe("payment_err_status");
  expect(await code(refund)).toBe("payment_err_status");
  await act("H-1", "pay");
  await rig.until(2);
  const held = callbacks().find((c) => c.json.status === "hold_wait");
  expect(held?.json).toMatchObject({ action: "hold", type: "hold", amount: 24.71 });
  expect(Object.keys(held?.json)).not.toContain("end_date");
  expect(Object.keys(held?.json)).not.toContain("rrn_credit");
  expect(await code(complete())).toBe("invalid_signature");
  expect(await code(complete(24.72))).toBe("err_amount_hold");
  const done = await request(complete(24));
  expect(done.json).toMatchObject({ result: "ok", action: "hold", status: "success", amount: 24 });
  expect(done.text).toContain('"amount":24.0,');
  expect(typeof done.json.completion_date).toBe("number");
  expect(await code(complete(0.71))).toBe("payment_err_status");
  await rig.until(3);
  expect(callbacks().filter((c) => c.json.status === "success").length).toBe(1);
  expect((await kinds(String(done.json.payment_id))).slice(-3)).toEqual([
    ["held", "2471"],
    ["captured", "2400"],
    ["released", "71"],
  ]);
  await rig.control("POST", "/switches", { completionAmount: "held" });
  expect((await status("H-1")).amount).toBe(24.71);
});

test("refunds: partial in both wordings, the rest, too much, waiting for funds; a hold is released as a whole", async () => {
  const refund = (id: string, amount: number) => request({ action: "refund", order_id: id, amount });
  for (const [id, word] of [
    ["R-1", "success"],
    ["R-2", "reversed"],
  ] as const) {
    await rig.control("POST", "/switches", { partialRefundStatus: word });
    await open(order(id));
    await act(id, "pay");
    expect((await refund(id, 210.01)).json.err_code).toBe("err_amount_hold");
    expect((await refund(id, 60)).json).toMatchObject({
      result: "ok",
      action: "refund",
      status: word,
      wait_amount: false,
    });
    expect(await status(id)).toMatchObject({ status: word, refund_amount: 60 });
    expect((await refund(id, 150.01)).json.err_code).toBe("err_amount_hold");
    await rig.control("POST", "/switches", { secondPartialRefund: false });
    expect((await refund(id, 150)).json.err_code).toBe("payment_err_status");
    await rig.control("POST", "/switches", { secondPartialRefund: true });
    expect((await refund(id, 150)).json.status).toBe("reversed");
    expect(await status(id)).toMatchObject({ status: "reversed", refund_amount: 210 });
    expect((await refund(id, 1)).json.err_code).toBe("payment_err_status");
  }
  await open(order("R-3", { action: "hold" }));
  await act("R-3", "pay");
  expect((await refund("R-3", 210)).json.status).toBe("reversed");
  const released = await status("R-3");
  expect((await kinds(String(released.payment_id))).at(-1)).toEqual(["released", "21000"]);
  await open(order("R-4"));
  await act("R-4", "pay");
  await rig.control("POST", "/switches", { refundWaits: true });
  expect((await refund("R-4", 210)).json).toMatchObject({ status: "success", wait_amount: true });
  expect(await status("R-4")).toMatchObject({ status: "wait_reserve", wait_reserve_status: true });
  await act("R-4", "fund_refund");
  expect((await status("R-4")).status).toBe("reversed");
});

test("declines, test cards, 3-D Secure, checks and a cancel by the payer", async () => {
  await open(order("D-1"));
  await act("D-1", "decline", { code: "9861" });
  expect(await status("D-1")).toMatchObject({ status: "failure", err_code: "9861" });
  expect(await refusedWith(order("D-1"))).toBe("order_id_duplicate");
  for (const [card, expected] of [
    ["4000000000000002", "limit"],
    ["4000000000009995", "9859"],
  ]) {
    await open(order(`D-${card}`));
    await act(`D-${card}`, "pay", { card });
    expect((await status(`D-${card}`)).err_code).toBe(expected);
  }
  const page = await open(order("D-2"));
  await fetch(page, {
    method: "POST",
    body: new URLSearchParams({ action: "pay", terms: "yes", card: "4000000000003063" }),
  });
  expect((await status("D-2")).status).toBe("3ds_verify");
  expect(await (await fetch(page)).text()).toContain(">Confirm</button>");
  await act("D-2", "confirm");
  expect(await status("D-2")).toMatchObject({ status: "success", is_3ds: true });
  for (const [id, action, word] of [
    ["D-3", "security_check", "wait_secure"],
    ["D-4", "unverified", "wait_accept"],
    ["D-5", "cancel_by_payer", "failure"],
    ["D-6", "leave", "prepared"],
  ] as const) {
    await open(order(id));
    await act(id, action);
    expect((await status(id)).status).toBe(word);
  }
  expect((await status("D-5")).err_code).toBe("cancel");
  await rig.control("POST", "/switches", { sandboxStatus: "sandbox" });
  await act("D-7", "pay", { link: link(order("D-7")), amountMinor: 100, currency: "USD" });
  expect(await status("D-7")).toMatchObject({ status: "sandbox", amount: 1, currency: "USD" });
});

test("what checkout and requests refuse", async () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ currency: "PLN" }, "err_wrong_currency"],
    [{ amount: 1.005 }, "err_wrong"],
    [{ description: undefined }, "err_missing"],
    [{ order_id: "x".repeat(256) }, "err_wrong"],
    [{ action: "hold", paytypes: "card,cash" }, "payment_err_paytype"],
    [{ expired_date: "2026-11-22T18:30:00Z" }, "err_wrong"],
    [{ split_rules: '[{"amount":1}]' }, "err_split_amount"],
    [{ action: "auth" }, "err_api_action"],
    [{ version: 5 }, "err_wrong"],
    [{ public_key: "sandbox_i404" }, "public_key_not_found"],
  ];
  for (const [more, expected] of cases) expect(await refusedWith(order("C-1", more)), expected).toBe(expected);
  expect(await code({ action: "unhold", order_id: "C-1" })).toBe("err_api_action");
  const post = async (body: string, type = "application/x-www-form-urlencoded") => {
    const res = await fetch(`${rig.url}/api/request`, { method: "POST", body, headers: { "content-type": type } });
    return [res.status, ((await res.json()) as Json).err_code];
  };
  const good = pack({ action: "status", order_id: "C-1?>" });
  expect(await post(JSON.stringify(Object.fromEntries(good)), "application/json")).toEqual([200, "err_missing"]);
  expect(await post(`data=${good.get("data")}&signature=${"+".repeat(28)}`)).toEqual([200, "invalid_signature"]);
  const seven = pack({ action: "status", order_id: "C-1", version: 7 });
  expect(await post(String(seven))).toEqual([200, "payment_not_found"]);
  const data = String(seven.get("data"));
  const sha1 = createHash("sha1")
    .update(PRIVATE + data + PRIVATE)
    .digest("base64");
  expect(await post(String(new URLSearchParams({ data, signature: sha1 })))).toEqual([200, "invalid_signature"]);
  expect(await post(String(pack({ action: "status", order_id: "C-1", version: "3" })))).toEqual([
    200,
    "payment_not_found",
  ]);
  await rig.control("POST", "/switches", { errorHttpStatus: 400 });
  expect(await post(String(good))).toEqual([400, "payment_not_found"]);
});

test("a version 7 link is answered with SHA3-256 callbacks; callbacks are tried three times, spoiled on request", async () => {
  rig.answers.push(500, 204, 200);
  await open(order("V-7", { version: "7" }));
  await rig.control("POST", "/webhooks", { mode: "lost" });
  await rig.control("POST", "/switches", { processingMs: 600_000 });
  await act("V-7", "pay", { wait: false });
  await rig.control("POST", "/switches", { processingMs: 20 });
  await rig.control("POST", "/webhooks", { mode: "normal" });
  await rig.control("POST", "/hurry");
  await rig.until(3);
  expect(new Set(rig.received.map((r) => r.body)).size).toBe(1);
  expect(callbacks()[0]).toMatchObject({ signed: true, length: 44 });
  for (const [mode, signed] of [
    ["bad_signature", false],
    ["other_account", true],
  ] as const) {
    rig.received.length = 0;
    await rig.control("POST", "/webhooks", { mode });
    await open(order(mode));
    await act(mode, "pay");
    await rig.until(2);
    expect(callbacks().every((c) => c.signed === signed)).toBe(true);
    expect(callbacks()[0]?.json.public_key === PUBLIC).toBe(mode === "bad_signature");
  }
  rig.received.length = 0;
  await rig.control("POST", "/webhooks", { mode: "delay" });
  await act("L-1", "pay", { link: link(order("L-1")) });
  expect(rig.received.length).toBe(0);
  expect((await rig.control("POST", "/webhooks/flush")).sent).toBe(2);
  expect(callbacks().map((c) => c.json.status)).toEqual(["processing", "success"]);
});

test("time: links die with grace, the payer's bank drops a hold after 8 days, LiqPay gives up after 30", async () => {
  const expired_date = new Date(Date.now() + 3600_000).toISOString().slice(0, 19).replace("T", " ");
  await open(order("T-1", { expired_date }));
  await open(order("T-2", { expired_date }));
  await act("H-8", "pay", { link: link(order("H-8", { action: "hold" })) });
  await rig.control("POST", "/clock", { advanceSeconds: 3660 });
  const dead = await fetch(link(order("T-3", { expired_date })), { redirect: "manual" });
  expect([dead.status, dead.headers.get("location")]).toEqual([410, null]);
  await act("T-1", "pay");
  expect((await status("T-1")).status).toBe("success");
  await rig.control("POST", "/clock", { advanceSeconds: 600 });
  expect(await status("T-2")).toMatchObject({ status: "failure", err_code: "expired_prepared" });
  expect((await act("T-2", "pay")).error).toContain("cannot be paid");
  await rig.control("POST", "/clock", { advanceSeconds: 8 * 86_400 });
  expect((await status("H-8")).status).toBe("hold_wait");
  expect((await request({ action: "hold_completion", order_id: "H-8", amount: 210 })).json).toMatchObject({
    result: "error",
    status: "failure",
    err_code: "9854",
  });
  await rig.control("POST", "/clock", { advanceSeconds: 22 * 86_400 });
  const lapsed = await status("H-8");
  expect(lapsed.status).toBe("reversed");
  expect((await kinds(String(lapsed.payment_id))).map(([kind]: string[]) => kind)).toEqual([
    "opened",
    "processing",
    "held",
    "released",
  ]);
});

test("bills by mail can be paid and cancelled; notes, receipts and reports", async () => {
  const bill = await request({ ...order("B-1"), action: "invoice_send", email: "client@example.com" });
  expect(bill.json).toMatchObject({ result: "ok", action: "pay", status: "invoice_wait", receiver_type: "email" });
  expect((await status("B-1")).status).toBe("invoice_wait");
  expect((await fetch(bill.json.href)).status).toBe(200);
  const cancel = { action: "invoice_cancel", order_id: "B-1" };
  expect((await request(cancel)).json).toEqual({ result: "ok", invoice_id: bill.json.id });
  expect(await code(cancel)).toBe("payment_err_status");
  expect((await fetch(bill.json.href)).status).toBe(410);
  expect(await code({ ...order("B-2"), action: "invoice_send" })).toBe("err_empty_phone");
  await request({ ...order("B-3"), action: "invoice_send", action_payment: "hold", phone: "+380501234567" });
  expect(await code({ action: "ticket", order_id: "B-3", email: "a@b.ua" })).toBe("payment_err_status");
  await act("B-3", "pay");
  expect((await status("B-3")).status).toBe("hold_wait");
  expect((await request({ action: "data", order_id: "B-3", info: "note" })).json.info).toBe("note");
  const reports = (await request({ action: "reports", date_from: 0, date_to: Date.now() + 1000 })).json;
  expect(reports.data.map((p: Json) => p.order_id)).toEqual(["B-3"]);
});

test("faults keep what the bank believes apart from what the caller is told; a restart keeps payments", async () => {
  await act("F-1", "pay", { link: link(order("F-1", { action: "hold" })) });
  const complete = { action: "hold_completion", order_id: "F-1", amount: 100 };
  const fault = (operation: string, mode: string) => rig.control("POST", "/faults", { operation, mode, times: 1 });
  await fault("finalize", "drop_before_commit");
  await expect(request(complete)).rejects.toThrow();
  expect((await status("F-1")).status).toBe("hold_wait");
  await fault("status", "429");
  expect(await request({ action: "status", order_id: "F-1" })).toMatchObject({ status: 429, json: undefined });
  await fault("status", "wrong_amount");
  expect((await request({ action: "status", order_id: "F-1" })).text).toContain('"amount":211.0,');
  await fault("finalize", "commit_then_drop");
  await expect(request(complete)).rejects.toThrow();
  await fault("refund", "html_502");
  expect((await request({ action: "refund", order_id: "F-1", amount: 1 })).text).toContain("<html>");
  await fault("checkout", "hostile_page_url");
  expect(await open(order("F-2"))).toMatch(/^javascript:/);
  await rig.restart();
  expect(await status("F-1")).toMatchObject({ status: "success", amount: 100 });
  expect((await rig.control("GET", "/payments/F-1")).capturedMinor).toBe(10_000);
});
