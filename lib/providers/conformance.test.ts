import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Json, type Received, type Rig, startRig } from "../../e2e/emulators/harness.ts";
import { learn, type MoneyFacts, NO_FACTS, type PaymentType, paymentState, reviewReasons } from "../domain/payment.ts";
import type {
  LinkRequest,
  Observation,
  PaymentProvider,
  PaymentReference,
  Provider,
  ProviderFailure,
  ServiceAccount,
} from "../domain/provider.ts";
import { PROVIDERS } from "../domain/provider.ts";
import type { Result } from "../domain/result.ts";
import type { BaseUrl } from "./base-url.ts";
import { account, linkRequest } from "./fixtures.ts";
import { type HttpClient, httpClient, LIMITS } from "./http.ts";
import { makeLiqpay } from "./liqpay/provider.ts";
import { makeMonobank } from "./monobank/provider.ts";
import { findProvider } from "./registry.ts";
import { Traffic } from "./traffic.ts";

/**
 * The same demands on every registered provider, over its real wire protocol: an emulator runs as a process of its own.
 * A new provider adds a row here and passes.
 */
type Options = { http: HttpClient; base: () => BaseUrl };
const ROWS: Record<
  Provider,
  {
    script: "monobank.ts" | "liqpay.ts";
    make: (options: Options) => PaymentProvider;
    strangers: Record<string, string>;
  }
> = {
  monobank: { script: "monobank.ts", make: makeMonobank, strangers: { token: "not-a-known-token" } },
  liqpay: {
    script: "liqpay.ts",
    make: makeLiqpay,
    strangers: { publicKey: "sandbox_i20000000002", privateKey: "sandbox_not_the_private_key" },
  },
};

/** Where the provider's documentation leaves open what it does: the same life must end the same under each answer. */
const DOUBTS: Record<Provider, Record<string, unknown>[]> = {
  monobank: [
    {},
    { partialRefundStatus: "reversed" },
    { cancelMode: "processing", cancelDelayMs: 30 },
    { captureWebhookCardDetails: false, payMethodField: false },
    { removeEmptyBody: true, strictFiscal: true },
    { holdLapseStatus: "expired" },
  ],
  liqpay: [
    {},
    { partialRefundStatus: "reversed", refundCallbackAction: "pay" },
    { completionAmount: "held" },
    { completionAmount: "held", partialRefundStatus: "reversed" },
    { errorHttpStatus: 400, failureResult: "error" },
    { sandboxStatus: "sandbox" },
  ],
};

/** Faults after which a command's outcome is open; each names the operation it spoils. */
const LOST = [
  "drop_before_commit",
  "commit_then_drop",
  "half_body",
  "garbage",
  "empty",
  "huge_body",
  "gzip_bomb",
  "html_502",
  "503",
  "500",
  "redirect",
];
/** Faults that take the whole deadline; the deadline is short in these tests. */
const SLOW = ["hang_before", "hang_after", "drip", "endless"];
const DEADLINE_MS = 700;

describe.each(PROVIDERS)("%s", (name) => {
  const row = ROWS[name];
  let rig: Rig;
  let provider: PaymentProvider;
  /** With a breaker of its own per call, or one fault's failures would answer for the next. */
  let unbroken: PaymentProvider;
  /** The same, in a hurry. */
  let hasty: PaymentProvider;

  beforeAll(async () => {
    rig = await startRig(row.script);
    const base = () => ({ url: rig.url, overridden: true });
    provider = row.make({ http: httpClient(), base });
    const within =
      (limits: typeof LIMITS): HttpClient =>
      (call) =>
        httpClient(limits, new Traffic())(call);
    unbroken = row.make({ http: within(LIMITS), base });
    hasty = row.make({ http: within({ ...LIMITS, totalMs: DEADLINE_MS, connectMs: DEADLINE_MS }), base });
  }, 60_000);
  afterAll(() => rig.stop());
  beforeEach(async () => {
    await rig.control("POST", "/reset");
    await rig.control("POST", "/switches", { processingMs: 5, webhookRetrySpacingMs: [5, 5] });
    await rig.quiet();
    rig.received.length = 0;
  });

  /** All that the bank tells by itself has come; what tells of the success, wherever it stands among the rest. */
  async function toldOfSuccess(): Promise<Received> {
    await rig.quiet();
    const told = rig.received.find((post) => /success/.test(JSON.stringify(decode(post))));
    if (!told) throw new Error("no webhook told of the success");
    return told;
  }

  /** One payment's life as the rest of the program would live it: facts grow, nothing else is remembered. */
  class Life {
    service: ServiceAccount;
    request: LinkRequest;
    link = "";
    providerPaymentId: string | null = null;
    facts: MoneyFacts = NO_FACTS;
    finalized: bigint | null = null;
    cancelRequested = false;
    latest: Observation | null = null;
    now = new Date();

    constructor(paymentType: PaymentType, more: Partial<LinkRequest> = {}) {
      this.service = account(name, { paymentType });
      const now = new Date();
      this.request = linkRequest({
        now,
        expiresAt: new Date(now.getTime() + 3_600_000),
        returnUrl: `${rig.shopUrl}/return`,
        webhookUrl: `${rig.shopUrl}/hook`,
        ...more,
      });
    }
    static async begin(paymentType: PaymentType, more: Partial<LinkRequest> = {}): Promise<Life> {
      const life = new Life(paymentType, more);
      const created = must(await provider.createLink(life.service, life.request));
      life.link = created.url;
      life.providerPaymentId = created.providerPaymentId;
      return life;
    }
    reference(): PaymentReference {
      const { request, service } = this;
      return {
        reference: request.reference,
        providerPaymentId: this.providerPaymentId,
        amountMinor: request.amountMinor,
        currency: request.currency,
        paymentType: service.paymentType,
        known: this.facts,
        cancelRequested: this.cancelRequested,
        finalizeRequestedMinor: this.finalized,
        expiresAt: request.expiresAt,
        now: this.now,
        basket: request.basket,
      };
    }
    take(observation: Observation): void {
      this.latest = observation;
      this.providerPaymentId ??= observation.providerPaymentId;
      this.facts = learn(this.facts, observation.facts);
    }
    async ask(): Promise<string> {
      this.take(must(await provider.readPayment(this.service, this.reference())));
      return paymentState(this.facts);
    }
    /** How it stands when the bank has done what it had taken up. */
    async askInTheEnd(): Promise<string> {
      await rig.quiet();
      return this.ask();
    }
    async act(action: string, more: Record<string, unknown> = {}): Promise<Json> {
      const answer = await rig.control("POST", `/payments/${this.request.reference}/act`, {
        action,
        // A link made without a call is unknown to the bank until it is opened.
        ...(this.providerPaymentId === null ? { link: this.link } : {}),
        ...more,
      });
      expect(answer.error, `${action} at the bank`).toBeUndefined();
      return answer;
    }
    async finalize(amountMinor: bigint): Promise<Result<unknown, ProviderFailure> | undefined> {
      const before = this.finalized;
      this.finalized = amountMinor;
      const result = await provider.finalizeHold?.(this.service, this.reference(), amountMinor, "opr_finalize");
      if (result && !result.ok) this.finalized = before;
      return result;
    }
    read({ body, headers }: Received) {
      return provider.readWebhook(this.service, Buffer.from(body), headers as Record<string, string>);
    }
  }

  test("is what the registry gives for its name", () => {
    expect(findProvider(name).provider).toBe(name);
    expect(findProvider(name).capabilities).toEqual(provider.capabilities);
  });

  test("has a method for everything its buttons promise, and no other", () => {
    const { cancelUnpaidLink, holds, releaseHold, refund } = provider.capabilities;
    expect(Boolean(provider.cancelLink)).toBe(cancelUnpaidLink);
    expect(Boolean(provider.finalizeHold)).toBe(holds);
    expect(Boolean(provider.releaseHold)).toBe(releaseHold);
    expect(Boolean(provider.refund)).toBe(refund);
    for (const field of provider.credentialFields) {
      expect(field.example.length).toBeLessThanOrEqual(field.maxLength);
      expect(field.pattern.test(field.example), field.name).toBe(true);
      expect(field.pattern.test("se cret\u0000"), field.name).toBe(false);
    }
  });

  test("tells good credentials from bad ones", async () => {
    expect(await provider.testConnection(account(name))).toMatchObject({ ok: true });
    const stranger = account(name, { credentials: row.strangers });
    expect(await provider.testConnection(stranger)).toMatchObject({
      ok: false,
      error: { kind: "rejected", credentials: true },
    });
    const empty = account(name, { credentials: {} });
    expect(await provider.testConnection(empty)).toMatchObject({
      ok: false,
      error: { kind: "rejected", credentials: true },
    });
  });

  test("a link is pending until it is paid; paid, it has the asked sum and the card behind a mask", async () => {
    const life = await Life.begin("debit");
    expect(life.link).toMatch(/^http/);
    expect(await life.ask()).toBe("pending");
    await life.act("pay");
    expect(await life.ask()).toBe("successful");
    expect(life.facts).toMatchObject({ capturedMinor: 149_950n, heldMinor: 0n, refundedMinor: 0n });
    expect(life.latest).toMatchObject({
      reference: life.request.reference,
      asked: { amountMinor: 149_950n, currency: "UAH" },
      wrongAccount: false,
      unknownStatus: false,
    });
    expect(life.latest?.details.maskedCard).toMatch(/^\d{4,8}\*+\d{2,4}$/);
    expect(life.latest?.eventKey.length).toBeLessThan(400);
    expect(JSON.stringify(life.latest?.raw)).not.toContain("4242424242424242");
  });

  test("the longest texts and addresses still make a link of bearable length that can be paid", async () => {
    const long = (path: string) => `${rig.shopUrl}/${path}?`.padEnd(500, "x");
    const life = await Life.begin("debit", {
      purpose: "Ї".repeat(250),
      returnUrl: long("return"),
      webhookUrl: long("hook"),
      basket: { name: "Ї".repeat(120), code: "SO-1042" },
    });
    expect(life.link.length).toBeLessThan(2_000);
    expect(await life.ask()).toBe("pending");
    await life.act("pay");
    expect(await life.ask()).toBe("successful");
  });

  test("webhook and status tell one fact as one event; the webhook waits for the call with its money", async () => {
    const life = await Life.begin("debit");
    await life.act("pay");
    await life.ask();
    const success = await life.read(await toldOfSuccess());
    for (const post of rig.received) expect(await life.read(post)).toMatchObject({ ok: true });
    expect(success).toMatchObject({
      ok: true,
      value: { confirmByStatus: true, observation: { reference: life.request.reference } },
    });
    expect(success.ok && success.value.eventKey).toBe(life.latest?.eventKey);
  });

  test("a webhook signed again, or with its keys in another order, is the same event", async () => {
    const life = await Life.begin("debit");
    await life.act("pay");
    await rig.quiet();
    const before = rig.received.length;
    await rig.control("POST", "/webhooks/resend", { reference: life.request.reference, times: 2, reserialize: true });
    const again = rig.received.slice(before);
    expect(again.length).toBeGreaterThanOrEqual(2);
    const keys = await Promise.all(again.map(async (post) => must(await life.read(post)).eventKey));
    expect(new Set(keys).size).toBe(1);
  });

  test("a forged webhook is refused; another account's adds nothing", async () => {
    const life = await Life.begin("debit");
    await life.act("pay");
    // What the bank still has to say of itself is not taken for the forged.
    const good = await toldOfSuccess();
    const bytes = Buffer.from(good.body);
    for (let bit = 0; bit < bytes.length * 8; bit += 37) {
      const altered = Buffer.from(bytes);
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const result = await provider.readWebhook(life.service, altered, good.headers as Record<string, string>);
      expect(result.ok, `bit ${bit}`).toBe(false);
    }
    for (const variant of ["bad_signature", "other_account"]) {
      const before = rig.received.length;
      await rig.control("POST", "/webhooks/resend", { reference: life.request.reference, variant });
      const forged = rig.received[before];
      if (!forged) throw new Error(`no ${variant} webhook came`);
      const result = await life.read(forged);
      expect(!result.ok || result.value.observation.wrongAccount, variant).toBe(true);
      if (result.ok) expect(result.value.observation.facts).toEqual({});
    }
  });

  test("told by every webhook in any order, with a call for those that need one, a life ends the same", async () => {
    const life = await Life.begin("withholding");
    await life.act("pay");
    await life.ask();
    await life.finalize(50_000n);
    await life.askInTheEnd();
    const end = life.facts;
    await rig.quiet();
    const posts = [...rig.received];
    expect(posts.length).toBeGreaterThanOrEqual(3);
    for (const order of [posts, posts.toReversed(), [...posts, ...posts]]) {
      life.facts = NO_FACTS;
      for (const post of order) {
        const webhook = must(await life.read(post));
        life.facts = learn(life.facts, webhook.observation.facts);
        if (webhook.confirmByStatus) await life.ask();
      }
      expect({ ...life.facts, progress: end.progress }).toEqual(end);
      expect(reviewReasons(life.facts, 149_950n)).toEqual([]);
    }
  });

  test("a declined card is a failed payment with the bank's reason", async () => {
    const life = await Life.begin("debit");
    await life.act("decline");
    expect(await life.ask()).toBe("failed");
    expect(life.latest?.details.failureCode).toMatch(/59/);
    expect(life.latest?.details.failureReason).toBe("Insufficient funds");
  });

  test("a hold has an end; a part is taken, once; nothing but that part counts", async () => {
    const life = await Life.begin("withholding");
    await life.act("pay");
    expect(await life.ask()).toBe("withholding");
    const days = ((life.latest?.holdExpiresAt?.getTime() ?? 0) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan((provider.capabilities.holdDays ?? 0) - 0.1);
    expect(days).toBeLessThanOrEqual(provider.capabilities.holdDays ?? 0);

    expect(await life.finalize(999_999n)).toMatchObject({ ok: false, error: { kind: "rejected" } });
    expect(await life.ask()).toBe("withholding");
    expect(await life.finalize(50_000n)).toMatchObject({ ok: true });
    expect(await life.askInTheEnd()).toBe("successful");
    expect(life.facts).toMatchObject({
      heldMinor: 149_950n,
      capturedMinor: 50_000n,
      refundedMinor: 0n,
      holdReleased: false,
    });
    expect(reviewReasons(life.facts, 149_950n)).toEqual([]);
    expect(await life.finalize(50_000n)).toMatchObject({ ok: false, error: { kind: "rejected", alreadyDone: true } });
  });

  test("a hold let go is over", async () => {
    const life = await Life.begin("withholding");
    await life.act("pay");
    await life.ask();
    expect(await provider.releaseHold?.(life.service, life.reference(), "opr_release")).toMatchObject({ ok: true });
    expect(await life.askInTheEnd()).toBe("cancelled");
    expect(life.facts).toMatchObject({ holdReleased: true, capturedMinor: 0n });
    expect(reviewReasons(life.facts, 149_950n)).toEqual([]);
    const again = await provider.releaseHold?.(life.service, life.reference(), "opr_release_2");
    expect(again).toMatchObject({ ok: false, error: { kind: "rejected", alreadyDone: true } });
  });

  test("a hold that the bank drops by itself is over too", async () => {
    const life = await Life.begin("withholding");
    await life.act("pay");
    await life.ask();
    await life.act("lapse_hold");
    expect(await life.ask()).toBe("cancelled");
    expect(await life.finalize(1n)).toMatchObject({ ok: false, error: { kind: "rejected" } });
  });

  test.each(["success", "reversed"])(
    "money goes back in parts, the bank calling that %s",
    async (partialRefundStatus) => {
      await rig.control("POST", "/switches", { partialRefundStatus });
      const life = await Life.begin("debit");
      await life.act("pay");
      await life.ask();
      const refund = (amountMinor: bigint, id: string) =>
        provider.refund?.(life.service, life.reference(), amountMinor, id);
      expect(await refund(50_000n, "opr_refund_1")).toMatchObject({ ok: true });
      expect(await life.askInTheEnd()).toBe("partially_refunded");
      expect(life.facts.refundedMinor).toBe(50_000n);
      expect(await refund(100_000n, "opr_refund_2"), "more than is left").toMatchObject({
        ok: false,
        error: { kind: "rejected" },
      });
      expect(await refund(99_950n, "opr_refund_3")).toMatchObject({ ok: true });
      expect(await life.askInTheEnd()).toBe("refunded");
      expect(life.facts).toMatchObject({ capturedMinor: 149_950n, refundedMinor: 149_950n });
      expect(reviewReasons(life.facts, 149_950n)).toEqual([]);
    },
  );

  test.each(DOUBTS[name])(
    "a hold of which a part is taken and given back, and one let go, under %j",
    async (switches) => {
      await rig.control("POST", "/switches", switches);
      const taken = await Life.begin("withholding");
      await taken.act("pay");
      await taken.ask();
      expect(await taken.finalize(50_000n)).toMatchObject({ ok: true });
      expect(await taken.askInTheEnd()).toBe("successful");
      const card = taken.latest?.details.maskedCard;
      await provider.refund?.(taken.service, taken.reference(), 20_000n, "opr_1");
      expect(await taken.askInTheEnd()).toBe("partially_refunded");
      await provider.refund?.(taken.service, taken.reference(), 30_000n, "opr_2");
      expect(await taken.askInTheEnd()).toBe("refunded");
      expect(taken.facts).toMatchObject({ heldMinor: 149_950n, capturedMinor: 50_000n, refundedMinor: 50_000n });
      expect(taken.facts).toMatchObject({ holdReleased: false, ended: null });
      expect(card).toBeDefined();

      // Told only at the end, by somebody who slept through it all, it comes out the same.
      const { facts } = taken;
      taken.facts = NO_FACTS;
      expect(await taken.ask()).toBe("refunded");
      expect(taken.facts).toEqual({ ...facts, progress: taken.facts.progress });

      const lapsed = await Life.begin("withholding");
      await lapsed.act("pay");
      await lapsed.ask();
      await lapsed.act("lapse_hold");
      expect(await lapsed.ask()).toBe("cancelled");
    },
  );

  test("a link we remove is cancelled, where the provider can", async () => {
    const life = await Life.begin("debit");
    const result = await provider.cancelLink?.(life.service, life.reference());
    if (!provider.capabilities.cancelUnpaidLink) return expect(result).toBeUndefined();
    expect(result).toMatchObject({ ok: true });
    life.cancelRequested = true;
    expect(await life.ask()).toBe("cancelled");
    const paid = await Life.begin("debit");
    await paid.act("pay");
    const refused = await provider.cancelLink?.(paid.service, paid.reference());
    expect(refused, "a paid one stays").toMatchObject({ ok: false, error: { kind: "rejected" } });
  });

  test("a link that nobody paid expires when the provider says so, or half an hour after its end", async () => {
    const life = await Life.begin("debit");
    await rig.control("POST", "/clock", { advanceSeconds: 3_600 + 31 * 60 });
    life.now = new Date(life.request.expiresAt.getTime() + 31 * 60_000);
    expect(await life.ask()).toBe("expired");
    await rig.control("DELETE", "/clock");
  });

  test("another amount, currency or payment in the answer never passes as ours", async () => {
    const spoilt = async (mode: string) => {
      const life = await Life.begin("debit");
      await life.act("pay");
      await rig.control("POST", "/faults", { operation: "status", mode, times: 1 });
      await life.ask();
      return life;
    };
    expect((await spoilt("wrong_amount")).latest?.asked?.amountMinor).toBe(150_050n);
    expect((await spoilt("wrong_currency")).latest?.asked?.currency).not.toBe("UAH");
    const other = await spoilt("wrong_reference");
    expect(other.latest).toMatchObject({ wrongAccount: true, facts: {} });
    const strange = other.latest?.eventKey;
    expect(await other.ask(), "the next answer is about ours").toBe("successful");
    expect(other.latest?.eventKey).not.toBe(strange);
    const unknown = await spoilt("unknown_status");
    expect(unknown.latest).toMatchObject({ unknownStatus: true, facts: {}, providerStatus: "reticulating" });
    expect((await spoilt("extra_fields")).facts.capturedMinor).toBe(149_950n);
    expect((await spoilt("proto_keys")).facts.capturedMinor).toBe(149_950n);
    expect((await spoilt("wrong_content_type")).facts.capturedMinor).toBe(149_950n);
  });

  /** Every command and question, on a payment it fits, with the emulator's name for it. */
  const OPERATIONS: [
    string,
    PaymentType,
    (life: Life, by: PaymentProvider) => Promise<Result<unknown, ProviderFailure> | undefined>,
    "command" | "question",
  ][] = [
    ["status", "debit", (life, by) => by.readPayment(life.service, life.reference()), "question"],
    [
      "finalize",
      "withholding",
      async (life, by) => by.finalizeHold?.(life.service, life.reference(), 50_000n, "opr_1"),
      "command",
    ],
    ["cancel", "withholding", async (life, by) => by.releaseHold?.(life.service, life.reference(), "opr_2"), "command"],
    ["refund", "debit", async (life, by) => by.refund?.(life.service, life.reference(), 7n, "opr_3"), "command"],
  ];

  describe.each(OPERATIONS)("when the answer to %s", (operation, type, run, intent) => {
    const lost = intent === "command" ? "outcome_unknown" : "unavailable";
    const spoil = (mode: string, more = {}) => rig.control("POST", "/faults", { operation, mode, ...more });
    const paid = async () => {
      const life = await Life.begin(type);
      await life.act("pay");
      await life.ask();
      return life;
    };

    test.each(LOST)("is %s, the outcome is open and nothing is repeated", async (mode) => {
      const life = await paid();
      await spoil(mode);
      const result = await run(life, unbroken);
      expect(result).toMatchObject({ ok: false, error: { kind: lost, message: expect.any(String) } });
      const { faults } = await rig.control("GET", "/state");
      expect(faults[0].hits).toBe(1);
    });

    test("takes too long, the deadline is total", async () => {
      const lives = await Promise.all(SLOW.map(() => paid()));
      for (const [index, mode] of SLOW.entries())
        await spoil(mode, {
          reference: lives[index]?.request.reference,
          ms: mode === "endless" || mode === "drip" ? 50 : 60_000,
        });
      const started = Date.now();
      const results = await Promise.all(lives.map((life) => run(life, hasty)));
      // Long before the bank would have let go.
      expect(Date.now() - started).toBeLessThan(20_000);
      for (const result of results) expect(result).toMatchObject({ ok: false, error: { kind: lost, code: "timeout" } });
    });

    test("is 429, nothing happened", async () => {
      const life = await paid();
      await spoil("429", { retryAfter: 7 });
      expect(await run(life, unbroken)).toMatchObject({
        ok: false,
        error: { kind: "unavailable", retryAfterSeconds: 7 },
      });
    });

    test.each(["401", "403"])("is %s, the credentials are refused", async (mode) => {
      const life = await paid();
      await spoil(mode);
      expect(await run(life, unbroken)).toMatchObject({ ok: false, error: { kind: "rejected", credentials: true } });
    });
  });

  test("money that moved though its answer was lost is found by asking, once", async () => {
    const life = await Life.begin("withholding");
    await life.act("pay");
    await life.ask();
    await rig.control("POST", "/faults", { operation: "finalize", mode: "commit_then_drop", times: 1 });
    life.finalized = 50_000n;
    const result = await provider.finalizeHold?.(life.service, life.reference(), 50_000n, "opr_1");
    expect(result).toMatchObject({ ok: false, error: { kind: "outcome_unknown" } });
    expect(await life.askInTheEnd()).toBe("successful");
    const ledger = (await rig.control("GET", "/ledger")) as { kind: string; reference: string; amountMinor: string }[];
    const captures = ledger.filter((line) => line.kind === "captured" && line.reference === life.request.reference);
    expect(captures.map(({ amountMinor }) => amountMinor)).toEqual(["50000"]);
  });
});

function must<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** What a webhook's body says, in either dress. */
function decode({ body }: Received): Json {
  return JSON.parse(body.startsWith("data=") ? atob(new URLSearchParams(body).get("data") ?? "") : body);
}
