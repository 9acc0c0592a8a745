import { describe, expect, test } from "vitest";
import type { ServiceView } from "#lib/contracts/services";
import {
  changedBetween,
  changesKeys,
  cleanKey,
  currencyOfCode,
  draftErrors,
  draftOf,
  emptiedKeyErrors,
  missingKeys,
  rebase,
  updateBody,
} from "./service-draft.ts";

const liqpay: ServiceView = {
  id: "svc_1",
  version: 3,
  provider: "liqpay",
  name: "LiqPay",
  description: null,
  currencyNumeric: 980,
  currency: "UAH",
  paymentType: "debit",
  validitySeconds: 14_400,
  holdMarginHours: 24,
  customerMayRenew: true,
  customerMayPayWhole: false,
  mode: "test",
  enabled: false,
  alwaysInclude: false,
  logo: null,
  credentials: [
    {
      name: "publicKey",
      secret: false,
      required: true,
      example: "",
      value: "sandbox_i1",
      last4: null,
      changedAt: null,
      changedByName: null,
    },
    {
      name: "privateKey",
      secret: true,
      required: true,
      example: "",
      value: null,
      last4: "1a2b",
      changedAt: null,
      changedByName: null,
    },
  ],
  credentialsComplete: true,
  health: { state: "off", since: null, message: null },
  lastWebhookAt: null,
  lastSyncAt: null,
  lastTest: null,
  today: { links: 0, paid: 0 },
  webhookUrl: "https://holdpoint.example/api/webhooks/svc_1",
  capabilities: {
    cancelUnpaidLink: false,
    holds: true,
    finalizePart: true,
    finalizeTimes: "once",
    releaseHold: true,
    refund: true,
    refundPart: true,
    statement: true,
    holdDays: 8,
    maxValiditySeconds: 86_400,
  },
};
const draft = draftOf(liqpay);

describe("what is sent", () => {
  test("nothing changed sends nothing", () => {
    expect(updateBody(draft, liqpay)).toBeNull();
  });

  test("only the field that changed travels, with the version that was seen", () => {
    expect(updateBody({ ...draft, validitySeconds: "3 600" }, liqpay)).toEqual({
      validitySeconds: 3600,
      description: null,
      version: 3,
    });
  });

  test("a description that was not touched is not wiped", () => {
    const described = { ...liqpay, description: "Cards of PrivatBank customers" };
    expect(updateBody({ ...draftOf(described), name: "LiqPay 2" }, described)).toMatchObject({
      description: "Cards of PrivatBank customers",
    });
  });

  test("a private key that was not replaced is never sent, not even as an empty text", () => {
    expect(updateBody({ ...draft, name: "LiqPay 2" }, liqpay)).not.toHaveProperty("credentials");
    const opened = { ...draft, credentials: { ...draft.credentials, privateKey: "" } };
    expect(updateBody(opened, liqpay)).toBeNull();
  });

  test("a pasted key loses the spaces around it, and the person can be told", () => {
    expect(cleanKey(" \u00a0secret key\n")).toEqual({ value: "secret key", removed: true });
    expect(cleanKey("secret")).toEqual({ value: "secret", removed: false });
    const pasted = { ...draft, credentials: { ...draft.credentials, privateKey: "new-key \n" } };
    expect(updateBody(pasted, liqpay)?.credentials).toEqual({ privateKey: "new-key" });
    expect(changesKeys(pasted, liqpay)).toBe(true);
  });
});

describe("what is refused before it is sent", () => {
  const fields = (change: Partial<typeof draft>) => draftErrors("liqpay", { ...draft, ...change }, 86_400);

  test("the stored service itself passes", () => {
    expect(fields({})).toEqual([]);
  });

  test("an unknown currency code is named; letters are understood", () => {
    expect(fields({ currencyNumeric: "981" })).toEqual([]);
    expect(fields({ currencyNumeric: "999" })).toEqual([{ field: "currencyNumeric", code: "unknown_currency" }]);
    expect(fields({ currencyNumeric: "98a" })).toEqual([{ field: "currencyNumeric", code: "unknown_currency" }]);
    expect(currencyOfCode(" uah ")).toBe("UAH");
    expect(updateBody({ ...draft, currencyNumeric: "usd" }, liqpay)).toMatchObject({ currencyNumeric: 840 });
  });

  test("a validity of zero, of text, or longer than the provider allows is refused", () => {
    expect(fields({ validitySeconds: "0" })).toEqual([{ field: "validitySeconds", code: "too_short" }]);
    expect(fields({ validitySeconds: "-5" })[0]?.field).toBe("validitySeconds");
    expect(fields({ validitySeconds: "an hour" })[0]?.field).toBe("validitySeconds");
    expect(fields({ validitySeconds: "90000" })).toEqual([
      { field: "validitySeconds", code: "above_provider_limit", params: { max: 86_400 } },
    ]);
  });

  test("a service needs a name", () => {
    expect(fields({ name: "  " })).toEqual([{ field: "name", code: "required" }]);
  });
});

test("a key counts as missing when it is neither stored nor typed", () => {
  const fresh = liqpay.credentials.map((field) => ({ ...field, value: null, last4: null }));
  expect(missingKeys(draft, liqpay.credentials)).toEqual([]);
  expect(missingKeys({ ...draft, credentials: { publicKey: "x", privateKey: null } }, fresh)).toEqual(["privateKey"]);
  expect(missingKeys({ ...draft, credentials: { publicKey: "x", privateKey: " " } }, fresh)).toEqual(["privateKey"]);
});

describe("a key that need not be there", () => {
  const version = {
    name: "version",
    secret: false,
    required: false,
    example: "3",
    value: "7",
    last4: null,
    changedAt: null,
    changedByName: null,
  };
  const service = { ...liqpay, credentials: [...liqpay.credentials, version] };

  test("is never missing, and can be emptied", () => {
    const emptied = { ...draftOf(service), credentials: { ...draftOf(service).credentials, version: "" } };
    expect(missingKeys(emptied, service.credentials)).toEqual([]);
    expect(updateBody(emptied, service)?.credentials).toEqual({ version: "" });
    expect(emptiedKeyErrors(emptied, service.credentials)).toEqual([]);
  });

  test("one that has to be there cannot be emptied", () => {
    const emptied = { ...draft, credentials: { publicKey: " ", privateKey: null } };
    expect(emptiedKeyErrors(emptied, liqpay.credentials)).toEqual([
      { field: "credentials.publicKey", code: "required" },
    ]);
  });
});

describe("somebody else saved first", () => {
  const newer: ServiceView = { ...liqpay, version: 4, name: "LiqPay, shop", holdMarginHours: 36 };

  test("what was typed here stays, the rest takes the newer values, and saving again works", () => {
    const mine = { ...draft, holdMarginHours: "48" };
    const rebased = rebase(mine, liqpay, newer);
    expect(rebased).toMatchObject({ name: "LiqPay, shop", holdMarginHours: "48" });
    expect(updateBody(rebased, newer)).toEqual({ holdMarginHours: 48, description: null, version: 4 });
  });

  test("the message can name what changed", () => {
    expect(changedBetween(liqpay, newer)).toEqual(["name", "holdMarginHours"]);
  });
});
