import { generateKeyPairSync, sign } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { account, linkRequest, NOW, reference, type TinyServer, tinyServer } from "../fixtures.ts";
import { httpClient } from "../http.ts";
import { makeMonobank } from "./provider.ts";

const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = pair.publicKey.export({ type: "spki", format: "pem" }) as string;

/** What the bank says next, and what it was told. */
let say: { status: number; body: string };
let told: { path: string; headers: IncomingMessage["headers"]; body: Record<string, unknown> }[] = [];
let bank: TinyServer;
beforeEach(async () => {
  told = [];
  say = { status: 200, body: "{}" };
  bank = await tinyServer((request, response) => {
    let text = "";
    request.on("data", (part) => (text += part));
    request.on("end", () => {
      told.push({ path: request.url ?? "", headers: request.headers, body: text ? JSON.parse(text) : {} });
      const isKey = request.url === "/api/merchant/pubkey" && say.status === 200;
      response.writeHead(say.status).end(isKey ? JSON.stringify({ key: btoa(pem) }) : say.body);
    });
  });
});
afterEach(() => bank.stop());

const monobank = makeMonobank({ http: httpClient(), base: () => ({ url: bank.url, overridden: true }) });
const shop = () => account("monobank");
const answer = (status: number, body: unknown) => {
  say = { status, body: typeof body === "string" ? body : JSON.stringify(body) };
};
const page = () => `${bank.url}/pay/x`;

describe("creating a link", () => {
  test("asks for minor units, a numeric currency, one basket line for the sum, and the rest of the link's life", async () => {
    answer(200, { invoiceId: "p2_9ZgpZVsl3", pageUrl: page() });
    const request = linkRequest();
    const service = account("monobank", { paymentType: "withholding" });
    expect(await monobank.createLink(service, request)).toEqual({
      ok: true,
      value: { url: page(), providerPaymentId: "p2_9ZgpZVsl3", expiresAt: request.expiresAt },
    });
    expect(told[0]?.headers).toMatchObject({ "x-token": "test-monobank-token", "x-cms": "Holdpoint" });
    expect(told[0]?.body).toEqual({
      amount: 149_950,
      ccy: 980,
      merchantPaymInfo: {
        reference: request.reference,
        destination: "Передплата за замовлення SO-1042",
        comment: "SO-1042",
        customerEmails: ["client@example.com"],
        basketOrder: [{ name: "Передплата", qty: 1, sum: 149_950, total: 149_950, code: "PREPAY" }],
        metadata: { order: "SO-1042", payment: request.paymentId },
      },
      redirectUrl: request.returnUrl,
      webHookUrl: request.webhookUrl,
      validity: 172_800,
      paymentType: "hold",
    });
  });

  test("a life beyond 30 days is cut by us, so that our date is the bank's", async () => {
    answer(200, { invoiceId: "a", pageUrl: page() });
    const created = await monobank.createLink(
      shop(),
      linkRequest({ expiresAt: new Date(NOW.getTime() + 90 * 86_400_000) }),
    );
    expect(told[0]?.body.validity).toBe(2_592_000);
    expect(created).toMatchObject({ value: { expiresAt: new Date(NOW.getTime() + 2_592_000_000) } });
  });

  test("a link that is over before it begins is not asked for", async () => {
    const result = await monobank.createLink(shop(), linkRequest({ expiresAt: NOW }));
    expect(result).toMatchObject({ error: { kind: "rejected", code: "expires_in_past" } });
    expect(told).toEqual([]);
  });

  test.each(["javascript:alert(1)", "https://evil.example/", "data:text/html,x", "", 7])(
    "the page %j is shown to nobody",
    async (pageUrl) => {
      answer(200, { invoiceId: "a", pageUrl });
      const result = await monobank.createLink(shop(), linkRequest());
      expect(result).toMatchObject({ error: { kind: "rejected", code: "bad_page_url" } });
    },
  );

  test.each([
    "",
    "{}",
    "[]",
    "null",
    '{"invoiceId":"a"',
    '{"invoiceId":5,"pageUrl":"x"}',
    '{"invoiceId":"a/b","pageUrl":"x"}',
  ])("after the answer %j nobody knows whether there is an invoice", async (body) => {
    answer(200, body);
    expect(await monobank.createLink(shop(), linkRequest())).toMatchObject({
      error: { kind: "outcome_unknown", code: "bad_answer" },
    });
  });
});

/** Status, body → what it means to a command and to a question. */
const REFUSALS: [string, number, unknown, object, object][] = [
  [
    "a bad parameter",
    400,
    { errCode: "BAD_REQUEST", errText: "empty 'invoiceId'" },
    ...both({ kind: "rejected", code: "BAD_REQUEST", message: "empty 'invoiceId'" }),
  ],
  [
    "a bad token",
    403,
    { errCode: "FORBIDDEN", errText: "invalid 'X-Token'" },
    ...both({ kind: "rejected", code: "FORBIDDEN", credentials: true }),
  ],
  [
    "no token",
    401,
    { errCode: "UNAUTHORIZED" },
    ...both({ kind: "rejected", code: "UNAUTHORIZED", credentials: true }),
  ],
  [
    "the firewall",
    403,
    "<html>glory to Ukraine</html>",
    ...both({ kind: "unavailable", code: "firewall", message: "" }),
  ],
  [
    "too many requests",
    429,
    { errCode: "TMR" },
    ...both({ kind: "unavailable", code: "too_many_requests", retryAfterSeconds: 30 }),
  ],
  ["a fault at the bank", 500, { errCode: "INTERNAL_ERROR", errText: "oops" }, ...lost("INTERNAL_ERROR")],
  ["a proxy's page", 502, "<html><h1>502</h1></html>", ...lost("http_502")],
  ["nothing at all", 503, "", ...lost("http_503")],
  ["half a JSON", 500, '{"errCode":"CANCEL_NOT', ...lost("http_500")],
];
function both(error: object): [object, object] {
  return [error, error];
}
function lost(code: string): [object, object] {
  return [
    { kind: "outcome_unknown", code },
    { kind: "unavailable", code },
  ];
}

describe("refusals and faults", () => {
  for (const [name, status, body, command, question] of REFUSALS)
    test(name, async () => {
      answer(status, body);
      const payment = reference({ paymentType: "withholding" }, { heldMinor: 149_950n });
      expect(await monobank.createLink(shop(), linkRequest())).toMatchObject({ ok: false, error: command });
      expect(await monobank.cancelLink?.(shop(), payment)).toMatchObject({ ok: false, error: command });
      expect(await monobank.finalizeHold?.(shop(), payment, 1n, "opr_1")).toMatchObject({ ok: false, error: command });
      expect(await monobank.releaseHold?.(shop(), payment, "opr_2")).toMatchObject({ ok: false, error: command });
      expect(await monobank.refund?.(shop(), payment, 1n, "opr_3")).toMatchObject({ ok: false, error: command });
      expect(await monobank.readPayment(shop(), payment)).toMatchObject({ ok: false, error: question });
      expect(await monobank.testConnection(shop())).toMatchObject({ ok: false, error: question });
    });

  test("a token never comes back in a sentence", async () => {
    answer(400, { errCode: "BAD_REQUEST", errText: `token test-monobank-token\u0007 ${"x".repeat(900)}` });
    const result = await monobank.testConnection(shop());
    expect(result.ok ? "" : result.error.message).toMatch(/^token \[removed\] x+$/);
    expect(result.ok ? "" : result.error.message).toHaveLength(500);
  });

  test("500 CANCEL_NOT_AVAILABLE is a plain no", async () => {
    answer(500, { errCode: "CANCEL_NOT_AVAILABLE", errText: "cancel is not available" });
    expect(await monobank.refund?.(shop(), reference(), 5n, "opr_1")).toMatchObject({
      error: { kind: "rejected", code: "CANCEL_NOT_AVAILABLE" },
    });
  });

  test("without a token nothing is asked", async () => {
    const empty = account("monobank", { credentials: {} });
    expect(await monobank.testConnection(empty)).toMatchObject({
      error: { code: "no_credentials", credentials: true },
    });
    expect(told).toEqual([]);
  });
});

describe("commands", () => {
  test("a part is finalized with its sum, and with the basket where there is one", async () => {
    answer(200, { status: "success" });
    const payment = reference({ basket: { name: "Передплата", code: "PREPAY" } });
    expect(await monobank.finalizeHold?.(shop(), payment, 50_000n, "opr_1")).toEqual({
      ok: true,
      value: { providerReference: null, observation: null },
    });
    expect(told[0]?.body).toEqual({
      invoiceId: payment.providerPaymentId,
      amount: 50_000,
      items: [{ name: "Передплата", qty: 1, sum: 50_000, code: "PREPAY" }],
    });
  });

  test("a second finalization says that it was done before; too much does not", async () => {
    answer(400, { errCode: "1001", errText: "order on hold not found" });
    expect(await monobank.finalizeHold?.(shop(), reference(), 1n, "opr_1")).toMatchObject({
      error: { kind: "rejected", alreadyDone: true },
    });
    answer(400, { errCode: "1001", errText: "finalization amount exceeds hold amount" });
    const result = await monobank.finalizeHold?.(shop(), reference(), 1n, "opr_1");
    expect(result?.ok === false && result.error).toEqual({
      kind: "rejected",
      code: "1001",
      message: "finalization amount exceeds hold amount",
    });
  });

  test("a release gives the whole hold back, a refund its sum, each under its own reference", async () => {
    answer(200, { status: "processing", createdDate: "x", modifiedDate: "x" });
    const payment = reference({}, { heldMinor: 140_000n });
    expect(await monobank.releaseHold?.(shop(), payment, "opr_1")).toMatchObject({
      value: { providerReference: "opr_1" },
    });
    expect(await monobank.refund?.(shop(), payment, 7n, "opr_2")).toMatchObject({
      value: { providerReference: "opr_2" },
    });
    expect(told.map(({ body }) => [body.amount, body.extRef])).toEqual([
      [140_000, "opr_1"],
      [7, "opr_2"],
    ]);
    answer(200, { status: "failure" });
    expect(await monobank.refund?.(shop(), payment, 7n, "opr_3")).toMatchObject({
      error: { kind: "rejected", code: "cancel_failed" },
    });
    answer(400, { errCode: "WRONG_CANCEL_AMOUNT" });
    expect(await monobank.refund?.(shop(), payment, 7n, "opr_4")).toMatchObject({ error: { alreadyDone: true } });
  });

  test.each(["", "{}"])("a removal answered with %j is done", async (body) => {
    answer(200, body);
    expect(await monobank.cancelLink?.(shop(), reference())).toMatchObject({
      value: { observation: { facts: { ended: "cancelled" } } },
    });
  });

  test("an invoice in use stays payable; an unknown one may be gone already", async () => {
    answer(400, { errCode: "INVOICE_ALREADY_USED" });
    const used = await monobank.cancelLink?.(shop(), reference());
    expect(used?.ok === false && used.error).toEqual({ kind: "rejected", code: "INVOICE_ALREADY_USED", message: "" });
    answer(404, { errCode: "NOT_FOUND" });
    expect(await monobank.cancelLink?.(shop(), reference())).toMatchObject({
      error: { kind: "rejected", alreadyDone: true },
    });
  });

  test("without the bank's id there is nothing to command", async () => {
    const payment = reference({ providerPaymentId: null });
    for (const result of [
      await monobank.cancelLink?.(shop(), payment),
      await monobank.finalizeHold?.(shop(), payment, 1n, "a"),
      await monobank.releaseHold?.(shop(), payment, "a"),
      await monobank.refund?.(shop(), payment, 1n, "a"),
      await monobank.readPayment(shop(), payment),
    ])
      expect(result).toMatchObject({ error: { kind: "rejected", code: "no_invoice_id" } });
    expect(told).toEqual([]);
  });
});

const invoice = {
  invoiceId: "2611209uKpQzXvMw4r7d",
  status: "success",
  amount: 149_950,
  ccy: 980,
  finalAmount: 149_950,
  modifiedDate: "2026-11-20T09:15:54Z",
  reference: "SO-1042-1",
};

describe("asking how a payment stands", () => {
  test("a removed invoice that the bank no longer knows is cancelled; another one is a refusal", async () => {
    answer(404, { errCode: "1004", errText: "invoice not found" });
    expect(await monobank.readPayment(shop(), reference({ cancelRequested: true }))).toMatchObject({
      value: { facts: { ended: "cancelled" } },
    });
    expect(await monobank.readPayment(shop(), reference())).toMatchObject({
      error: { kind: "rejected", code: "1004" },
    });
    const paid = reference({ cancelRequested: true }, { capturedMinor: 1n });
    expect(await monobank.readPayment(shop(), paid)).toMatchObject({ ok: false });
  });

  test.each([{ invoiceId: "somebodyElse" }, { reference: "SO-9999-1" }])(
    "an answer about %j proves nothing about ours, and a person looks",
    async (other) => {
      answer(200, { ...invoice, ...other });
      expect(await monobank.readPayment(shop(), reference())).toMatchObject({
        value: {
          reference: "SO-1042-1",
          providerPaymentId: invoice.invoiceId,
          facts: {},
          wrongAccount: true,
          raw: { status: "success", ...other },
        },
      });
    },
  );

  test("hostile keys change nothing", async () => {
    answer(200, `${JSON.stringify(invoice).slice(0, -1)},"__proto__":{"finalAmount":1},"constructor":{"x":1}}`);
    expect(await monobank.readPayment(shop(), reference())).toMatchObject({
      value: { facts: { capturedMinor: 149_950n } },
    });
  });

  test("an amount with a fraction is no answer", async () => {
    answer(200, { ...invoice, amount: 149_950.5 });
    expect(await monobank.readPayment(shop(), reference())).toMatchObject({
      error: { kind: "unavailable", code: "bad_answer" },
    });
  });
});

describe("webhooks", () => {
  const raw = Buffer.from(JSON.stringify(invoice));
  const xSign = (bytes: Uint8Array) => sign("sha256", bytes, pair.privateKey).toString("base64");

  test("a good one is read, and its money waits for a status call", async () => {
    expect(await monobank.readWebhook(shop(), raw, { "X-Sign": xSign(raw) })).toMatchObject({
      ok: true,
      value: { confirmByStatus: true, observation: { reference: "SO-1042-1", facts: { capturedMinor: 149_950n } } },
    });
  });

  test("no, two, mixed or wrong signatures are refused, the first three without asking the bank", async () => {
    const good = xSign(raw);
    for (const headers of [
      {},
      { "x-sign": "" },
      { "x-sign": `${good}, ${good}` },
      { "x-sign": "A".repeat(5000) },
      { "x-sign": good, "X-SIGN": good },
    ])
      expect(await monobank.readWebhook(shop(), raw, headers as Record<string, string>)).toEqual({
        ok: false,
        error: "bad_signature",
      });
    expect(told).toEqual([]);
    const other = xSign(Buffer.from("{}"));
    expect(await monobank.readWebhook(shop(), raw, { "x-sign": other })).toEqual({ ok: false, error: "bad_signature" });
  });

  test("signed nonsense is malformed; a service without a token verifies nothing; a silent bank means later", async () => {
    for (const text of ["", "null", "[]", "{", '{"status":"success"}', `\ufeff${raw.toString()}`]) {
      const bytes = Buffer.from(text);
      expect(await monobank.readWebhook(shop(), bytes, { "x-sign": xSign(bytes) })).toEqual({
        ok: false,
        error: "malformed",
      });
    }
    const notText = Buffer.of(0x7b, 0x80, 0x7d);
    expect(await monobank.readWebhook(shop(), notText, { "x-sign": xSign(notText) })).toEqual({
      ok: false,
      error: "malformed",
    });
    const empty = account("monobank", { credentials: { token: " " } });
    expect(await monobank.readWebhook(empty, raw, { "x-sign": xSign(raw) })).toEqual({
      ok: false,
      error: "not_configured",
    });
    answer(500, "");
    expect(await monobank.readWebhook(shop(), raw, { "x-sign": xSign(raw) })).toEqual({
      ok: false,
      error: "unavailable",
    });
  });
});
