import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseJsonObject } from "../exact-json.ts";
import { account, linkRequest, NOW, reference, type TinyServer, tinyServer } from "../fixtures.ts";
import { httpClient } from "../http.ts";
import { makeLiqpay } from "./provider.ts";
import { encodeData, envelope, isSignedWith, readEnvelope, signData } from "./signature.ts";

const PUBLIC = "sandbox_i20000000002";
const PRIVATE = "sandbox_test_private_key_000000000002";

let say: { status: number; body: string; headers?: Record<string, string> };
let told: { path: string; type: string | undefined; params: Record<string, unknown>; signed: boolean }[] = [];
let server: TinyServer;
beforeEach(async () => {
  told = [];
  say = { status: 200, body: "{}" };
  server = await tinyServer((request, response) => {
    let text = "";
    request.on("data", (part) => (text += part));
    request.on("end", () => {
      const form = readEnvelope(text);
      told.push({
        path: request.url ?? "",
        type: request.headers["content-type"],
        params: { ...parseJsonObject(Buffer.from(form?.data ?? "", "base64").toString()) },
        signed: isSignedWith(PRIVATE, form?.data ?? "", form?.signature ?? ""),
      });
      response.writeHead(say.status, say.headers).end(say.body);
    });
  });
});
afterEach(() => server.stop());

const liqpay = makeLiqpay({ http: httpClient(), base: () => ({ url: server.url, overridden: true }) });
const official = makeLiqpay({ base: () => ({ url: "https://www.liqpay.ua", overridden: false }) });
const shop = () => account("liqpay");
const answer = (status: number, body: unknown, headers?: Record<string, string>) => {
  say = { status, body: typeof body === "string" ? body : JSON.stringify(body), headers };
};
const paramsOf = (link: string) => {
  const query = new URL(link).searchParams;
  expect(isSignedWith(PRIVATE, query.get("data") ?? "", query.get("signature") ?? "")).toBe(true);
  return { ...parseJsonObject(Buffer.from(query.get("data") ?? "", "base64").toString("utf8")) };
};

describe("a checkout link", () => {
  test("is made without a call, signed, and dies by itself", async () => {
    const request = linkRequest({ expiresAt: new Date("2026-11-22T18:30:00.900Z") });
    const created = await official.createLink(shop(), request);
    if (!created.ok) throw new Error(created.error.code);
    const { url, ...rest } = created.value;
    expect(rest).toEqual({ providerPaymentId: null, expiresAt: new Date("2026-11-22T18:30:00.000Z") });
    expect(url).toMatch(/^https:\/\/www\.liqpay\.ua\/api\/3\/checkout\?data=[\w%]+&signature=[\w%]+$/);
    expect(url.length).toBeLessThan(2000);
    expect(paramsOf(url)).toEqual({
      version: 3,
      public_key: PUBLIC,
      action: "pay",
      amount: 1499.5,
      currency: "UAH",
      description: "Передплата за замовлення SO-1042",
      order_id: request.reference,
      language: "uk",
      expired_date: "2026-11-22 18:30:00",
      result_url: request.returnUrl,
      server_url: request.webhookUrl,
    });
  });

  test("for a hold leaves out what cannot be held; version 7 signs with SHA3-256", async () => {
    const service = account("liqpay", {
      paymentType: "withholding",
      credentials: { publicKey: ` ${PUBLIC} `, privateKey: `${PRIVATE}\n`, version: "7" },
    });
    const created = await official.createLink(service, linkRequest());
    const params = paramsOf(created.ok ? created.value.url : "");
    expect(params).toMatchObject({ version: 7, action: "hold", paytypes: "apay,gpay,card,privat24" });
    expect(new URL(created.ok ? created.value.url : "").searchParams.get("signature")).toHaveLength(44);
  });

  test("with a long purpose is cut to 250 characters and exchanged for a short address when it grows past 2000", async () => {
    answer(302, "", { location: "/checkout/opaque" });
    const request = linkRequest({
      purpose: "Замовлення ".repeat(60),
      returnUrl: `https://shop.example/${"r".repeat(450)}`,
      webhookUrl: `https://shop.example/${"w".repeat(450)}`,
    });
    expect(await liqpay.createLink(shop(), request)).toMatchObject({
      ok: true,
      value: { url: `${server.url}/checkout/opaque` },
    });
    expect(told[0]).toMatchObject({ path: "/api/3/checkout", signed: true, type: "application/x-www-form-urlencoded" });
    expect(told[0]?.params.description).toHaveLength(250);
  });

  test.each([
    [302, "", { location: "https://evil.example/" }, { kind: "rejected", code: "bad_page_url" }],
    [302, "", { location: "javascript:alert(1)" }, { kind: "rejected", code: "bad_page_url" }],
    [302, "", {}, { kind: "unavailable", code: "bad_answer" }],
    [
      200,
      { err_code: "err_wrong_currency", err_description: "no" },
      {},
      { kind: "rejected", code: "err_wrong_currency", message: "no" },
    ],
    [200, "<html>", {}, { kind: "unavailable", code: "bad_answer" }],
    [502, "<html>", {}, { kind: "unavailable", code: "http_502" }],
    [307, "", { location: "/x" }, { kind: "unavailable", code: "bad_answer" }],
  ])("the exchange answered with %i %j %j gives no link", async (status, body, headers, error) => {
    answer(status, body, headers as Record<string, string>);
    const request = linkRequest({
      purpose: "Замовлення ".repeat(60),
      returnUrl: `https://shop.example/${"r".repeat(480)}`,
      webhookUrl: `https://shop.example/${"w".repeat(480)}`,
    });
    expect(await liqpay.createLink(shop(), request)).toMatchObject({ ok: false, error });
  });

  test("is not made over its end, with too long addresses, or with test keys on a live service", async () => {
    const code = async (service = shop(), more = {}) => {
      const result = await official.createLink(service, linkRequest(more));
      return result.ok ? "made" : result.error.code;
    };
    expect(await code(shop(), { expiresAt: NOW })).toBe("expires_in_past");
    expect(await code(shop(), { returnUrl: `https://shop.example/${"r".repeat(500)}` })).toBe("own_url_too_long");
    expect(await code(account("liqpay", { mode: "live" }))).toBe("sandbox_keys");
    expect(await code(account("liqpay", { credentials: { publicKey: PUBLIC } }))).toBe("no_credentials");
    expect(liqpay.cancelLink, "nothing at LiqPay cancels a link").toBeUndefined();
  });
});

const payment = () => reference({ reference: "SO-1042-1", providerPaymentId: "2763752316" });
const report = {
  result: "ok",
  payment_id: 2_763_752_316,
  action: "pay",
  status: "success",
  public_key: PUBLIC,
  order_id: "SO-1042-1",
  amount: 1499.5,
  currency: "UAH",
};
const refusal = (err_code: string, more = {}) => ({
  result: "error",
  status: "error",
  err_code,
  err_description: "No",
  ...more,
});

describe("asking how a payment stands", () => {
  test("not found is a link that nobody opened: pending, whatever the HTTP status", async () => {
    for (const status of [200, 400]) {
      answer(status, refusal("payment_not_found"));
      expect(await liqpay.readPayment(shop(), payment())).toMatchObject({
        value: {
          reference: "SO-1042-1",
          facts: { progress: "pending" },
          providerStatus: "payment_not_found",
          unknownStatus: false,
        },
      });
      // Nothing of it is anybody's failure.
      const read = await liqpay.readPayment(shop(), payment());
      expect(read.ok && read.value.details).toEqual({});
    }
    expect(told[0]).toMatchObject({
      path: "/api/request",
      signed: true,
      params: { action: "status", order_id: "SO-1042-1", version: 3 },
    });
  });

  test("a declined payment is a good answer, even under result error", async () => {
    answer(200, {
      ...report,
      result: "error",
      status: "failure",
      err_code: "9859",
      err_description: "Insufficient funds",
    });
    expect(await liqpay.readPayment(shop(), payment())).toMatchObject({
      value: { facts: { ended: "failed" }, details: { failureCode: "9859", failureReason: "Insufficient funds" } },
    });
  });

  test("an answer about another order proves nothing about ours, and a person looks", async () => {
    answer(200, { ...report, order_id: "SO-9999-1" });
    expect(await liqpay.readPayment(shop(), payment())).toMatchObject({
      value: { reference: "SO-1042-1", facts: {}, wrongAccount: true, raw: { order_id: "SO-9999-1" } },
    });
  });

  test.each([
    "",
    "null",
    "[]",
    "{}",
    '{"result":"ok"}',
    JSON.stringify({ ...report, amount: "1e3" }),
    JSON.stringify({ ...report, status: 5.5, amount: [1] }),
  ])("%j is no answer", async (body) => {
    answer(200, body);
    expect(await liqpay.readPayment(shop(), payment())).toMatchObject({
      error: { kind: "unavailable", code: "bad_answer" },
    });
  });
});

describe("refusals and faults", () => {
  const commands = async () => [
    await liqpay.finalizeHold?.(shop(), payment(), 1n, "a"),
    await liqpay.releaseHold?.(shop(), payment(), "a"),
    await liqpay.refund?.(shop(), payment(), 1n, "a"),
  ];

  test.each([
    ["err_amount_hold", { kind: "rejected", code: "err_amount_hold", message: "No" }],
    ["payment_err_status", { kind: "rejected", code: "payment_err_status", alreadyDone: true }],
    ["invalid_signature", { kind: "rejected", code: "invalid_signature", credentials: true }],
    ["public_key_not_found", { kind: "rejected", credentials: true }],
    ["err_api_ip", { kind: "rejected", credentials: true }],
    ["9854", { kind: "rejected", code: "9854" }],
    ["90", { kind: "outcome_unknown", code: "90" }],
    ["err_cache", { kind: "outcome_unknown", code: "err_cache" }],
  ])("%s", async (code, error) => {
    for (const status of [200, 400, 500]) {
      answer(status, refusal(code));
      for (const result of await commands()) expect(result).toMatchObject({ ok: false, error });
    }
    const asked = await liqpay.readPayment(shop(), payment());
    expect(asked).toMatchObject({ ok: false, error: { kind: error.kind === "rejected" ? "rejected" : "unavailable" } });
  });

  test.each([
    [502, "<html>502</html>", "http_502"],
    [500, "<html>500</html>", "http_500"],
    [500, "{}", "http_500"],
    [200, "<html>hello</html>", "bad_answer"],
    [200, "", "bad_answer"],
    [200, '{"result":"o', "bad_answer"],
    [301, "", "http_301"],
  ])("%i %j leaves a command open and a question to be asked again", async (status, body, code) => {
    answer(status, body, status === 301 ? { location: "https://evil.example/" } : {});
    for (const result of await commands()) expect(result).toMatchObject({ error: { kind: "outcome_unknown", code } });
    expect(await liqpay.readPayment(shop(), payment())).toMatchObject({ error: { kind: "unavailable", code } });
    expect(await liqpay.testConnection(shop())).toMatchObject({ error: { kind: "unavailable", code } });
  });

  test("429 in HTML is unread", async () => {
    answer(429, "<html>", { "retry-after": "9" });
    for (const result of await commands())
      expect(result).toMatchObject({ error: { kind: "unavailable", retryAfterSeconds: 9 } });
  });

  test("the private key never comes back in a sentence", async () => {
    answer(200, refusal("err_wrong", { err_description: `key ${PRIVATE} is odd` }));
    const [result] = await commands();
    expect(result?.ok === false && result.error.message).toBe("key [removed] is odd");
  });
});

describe("commands", () => {
  test("a completion always sends its sum; the reply tells what was taken", async () => {
    answer(200, { ...report, action: "hold", amount: 500, completion_date: 1_763_629_300_000 });
    const held = reference({ reference: "SO-1042-1", paymentType: "withholding" }, { heldMinor: 149_950n });
    expect(await liqpay.finalizeHold?.(shop(), held, 50_000n, "a")).toMatchObject({
      ok: true,
      value: { observation: { facts: { capturedMinor: 50_000n, heldMinor: 149_950n } } },
    });
    expect(told[0]?.params).toMatchObject({ action: "hold_completion", amount: 500 });
  });

  test("a completion that failed is a refusal; a reply about another order tells nothing", async () => {
    answer(200, { ...report, status: "failure", err_code: "9854", err_description: "Declined" });
    expect(await liqpay.finalizeHold?.(shop(), payment(), 1n, "a")).toMatchObject({
      error: { kind: "rejected", code: "9854" },
    });
    answer(200, { ...report, order_id: "other" });
    expect(await liqpay.finalizeHold?.(shop(), payment(), 1n, "a")).toMatchObject({
      ok: true,
      value: { observation: null },
    });
  });

  test("release and refund are the same action with their own sums, also when the money comes later", async () => {
    answer(200, { result: "ok", action: "refund", payment_id: 1, status: "success", wait_amount: true });
    const held = reference({}, { heldMinor: 140_000n });
    expect(await liqpay.releaseHold?.(shop(), held, "a")).toEqual({
      ok: true,
      value: { providerReference: null, observation: null },
    });
    expect(await liqpay.refund?.(shop(), held, 5n, "a")).toMatchObject({ ok: true });
    expect(told.map(({ params }) => [params.action, params.amount])).toEqual([
      ["refund", 1400],
      ["refund", 0.05],
    ]);
  });

  test("the connection test needs only to be recognised", async () => {
    answer(200, refusal("payment_not_found"));
    expect(await liqpay.testConnection(shop())).toEqual({ ok: true, value: { merchantName: null } });
    answer(200, refusal("err_signature"));
    expect(await liqpay.testConnection(shop())).toMatchObject({ error: { credentials: true, message: "No" } });
    const mixed = account("liqpay", { credentials: { publicKey: PUBLIC, privateKey: "live_key_0001" } });
    expect(await liqpay.testConnection(mixed)).toMatchObject({
      error: { code: "keys_do_not_match", credentials: true },
    });
  });
});

describe("callbacks", () => {
  const post = (payload: unknown, version: 3 | 7 = 3, key = PRIVATE) => {
    const text = typeof payload === "string" ? payload : JSON.stringify(payload);
    return Buffer.from(envelope(version, key, Buffer.from(text).toString("base64")));
  };
  const receive = (body: Uint8Array, service = shop()) => official.readWebhook(service, body, {});

  test("are read under either hash; money waits for a status call", async () => {
    for (const version of [3, 7] as const)
      expect(await receive(post(report, version))).toMatchObject({
        ok: true,
        value: {
          confirmByStatus: true,
          observation: { reference: "SO-1042-1", providerPaymentId: "2763752316", facts: { capturedMinor: 149_950n } },
        },
      });
  });

  test("written in LiqPay's own way, 210.0 and all, still verify and still mean 210.00", async () => {
    const text = JSON.stringify(report).replace("1499.5", "210.0");
    expect(await receive(post(text))).toMatchObject({
      value: { observation: { asked: { amountMinor: 21_000n, currency: "UAH" } } },
    });
  });

  test("our own link's pair, posted back by the payer, is not a callback", async () => {
    const link = await official.createLink(shop(), linkRequest());
    const query = new URL(link.ok ? link.value.url : "").search.slice(1);
    expect(await receive(Buffer.from(query))).toEqual({ ok: false, error: "not_ours" });
    expect(await receive(Buffer.from(`${query}&status=success`))).toEqual({ ok: false, error: "malformed" });
    const { status: _s, ...noStatus } = report;
    const { payment_id: _p, ...noId } = report;
    const { order_id: _o, ...noOrder } = report;
    for (const lacking of [noStatus, noId, noOrder, { ...report, payment_id: null }, { ...report, status: {} }])
      expect(await receive(post(lacking))).toEqual({ ok: false, error: "not_ours" });
  });

  test("of another shop, or of a test payment on a live service, add nothing", async () => {
    expect(await receive(post({ ...report, public_key: "i9" }))).toMatchObject({
      value: { observation: { wrongAccount: true, facts: {} } },
    });
    const live = account("liqpay", { mode: "live", credentials: { publicKey: "i1", privateKey: PRIVATE } });
    expect(await receive(post({ ...report, public_key: "i1", status: "sandbox" }), live)).toMatchObject({
      value: { observation: { wrongAccount: true, facts: {} } },
    });
  });

  test("forged, altered or nonsensical ones are refused", async () => {
    expect(await receive(post(report, 3, "another_key_0001"))).toEqual({ ok: false, error: "bad_signature" });
    const data = encodeData(report);
    const joined = `data=${data}&signature=${signData(3, PRIVATE, data)}`
      .replaceAll("=", "%3D")
      .replace(/^data%3D/, "data=")
      .replace("signature%3D", "signature=");
    expect(await receive(Buffer.from(joined.replace("data=e", "data=f")))).toEqual({
      ok: false,
      error: "bad_signature",
    });
    for (const text of ["", "{", "null", "[]", "\ufeff{}"]) {
      const result = await receive(post(text));
      expect(result).toMatchObject({ ok: false, error: "malformed" });
    }
    for (const body of [Buffer.from(JSON.stringify(report)), Buffer.of(0x80, 0x81), Buffer.alloc(0)])
      expect(await receive(body)).toEqual({ ok: false, error: "malformed" });
    expect(await receive(post({ ...report, amount: "lots" }))).toEqual({ ok: false, error: "malformed" });
    expect(await receive(post(report), account("liqpay", { credentials: {} }))).toEqual({
      ok: false,
      error: "not_configured",
    });
    expect(
      await receive(post(report, 3, ""), account("liqpay", { credentials: { publicKey: PUBLIC, privateKey: "" } })),
    ).toEqual({
      ok: false,
      error: "not_configured",
    });
  });

  test("with an unknown word add no money and ask for a person", async () => {
    expect(await receive(post({ ...report, status: "reticulating" }))).toMatchObject({
      value: { observation: { unknownStatus: true, facts: {} } },
    });
  });
});
