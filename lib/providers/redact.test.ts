import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJsonObject, utf8 } from "./exact-json.ts";
import { onlyHeader } from "./headers.ts";
import { checkedPageUrl } from "./page-url.ts";
import { maskedCard, maskPayload, sentence } from "./redact.ts";

describe("JSON keeps every digit", () => {
  test("decimals, long ids and exponents keep their text; plain numbers stay numbers", () => {
    const text = '{"a":210.0,"b":1499.5,"c":9007199254740993,"d":7,"e":1e2,"f":0.10,"g":[1.00],"h":-0}';
    expect(parseJsonObject(text)).toEqual({
      a: "210.0",
      b: 1499.5,
      c: "9007199254740993",
      d: 7,
      e: "1e2",
      f: "0.10",
      g: ["1.00"],
      h: "-0",
    });
  });

  test("any decimal comes back digit by digit", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 24n), fc.stringMatching(/^\d{1,12}$/), (whole, fraction) => {
        const text = `${whole}.${fraction}`;
        expect(String(parseJsonObject(`{"x":${text}}`)?.x)).toBe(text);
      }),
    );
  });

  test("what is not an object is nothing, however deep or odd", () => {
    for (const text of ["", "null", "[]", "1", '"x"', "{", '{"a":1,}', "\ufeff{}", "[".repeat(200_000), "{}x"])
      expect(parseJsonObject(text)).toBeNull();
    expect(utf8(Uint8Array.of(0x80))).toBeNull();
    expect(parseJsonObject(utf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d)) ?? "")).toBeNull();
  });

  test("a prototype in the text reaches nobody", () => {
    const object = parseJsonObject(
      '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"a":1}',
    );
    const kept = maskPayload(object ?? {});
    expect(kept).toEqual({ a: 1 });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect((kept as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("a provider's sentence", () => {
  test("is one line of visible text without our secrets", () => {
    expect(sentence("bad\u0000 token\r\n\u202eSECRET-TOKEN\u200b here", ["SECRET-TOKEN"])).toBe(
      "bad token [removed] here",
    );
    expect(sentence({ not: "text" })).toBe("");
  });

  test("has at most 500 characters and no half of one", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 1200 }), (text) => {
        const shown = sentence(text);
        expect(shown.length).toBeLessThanOrEqual(500);
        expect(shown.isWellFormed()).toBe(true);
        expect(shown).not.toMatch(/[\p{Cc}]/u);
      }),
    );
  });
});

describe("what is kept of a payload", () => {
  test("tokens go, cards and people are masked, ids stay", () => {
    const kept = maskPayload({
      invoiceId: "p2_9ZgpZVsl3",
      card_token: "abc",
      walletData: { cardToken: "abc" },
      sender_phone: "380950000001",
      sender_first_name: "Олена",
      ip: "203.0.113.7",
      sender_card_mask2: "424242*42",
      paymentInfo: { maskedPan: "4242424242424242", rrn: "070000000001" },
      note: "card 4242424242424242 here",
      transaction_id: 2_763_752_316,
    });
    expect(kept).toEqual({
      invoiceId: "p2_9ZgpZVsl3",
      card_token: "[removed]",
      walletData: "[removed]",
      sender_phone: "3***",
      sender_first_name: "О***",
      ip: "2***",
      sender_card_mask2: "424242*42",
      paymentInfo: { maskedPan: "424242******4242", rrn: "070000000001" },
      note: "card 424242******4242 here",
      transaction_id: 2_763_752_316,
    });
  });

  test("a full card number never passes as a mask", () => {
    expect(maskedCard("44441114******75")).toBe("44441114******75");
    expect(maskedCard("4242 4242 4242 4242")).toBe("424242******4242");
    expect(maskedCard("4242424242424242*")).toBe("424242******4242");
    expect(maskedCard("")).toBeUndefined();
    expect(maskedCard({})).toBeUndefined();
  });
});

test("a header counts when it is the only one", () => {
  expect(onlyHeader({ "X-Sign": "abc" }, "x-sign")).toBe("abc");
  for (const headers of [
    {},
    { "x-sign": "" },
    { "x-sign": "a, b" },
    { "x-sign": "a,b" },
    { "x-sign": "a", "X-Sign": "b" },
    { "x-sign": "a".repeat(4097) },
  ])
    expect(onlyHeader(headers as Record<string, string>, "x-sign")).toBeNull();
});

describe("a page to send our customer to", () => {
  const official = { url: "https://api.monobank.ua", overridden: false };
  const moved = { url: "http://127.0.0.1:4101", overridden: true };
  const hosts = ["pay.mbnk.biz"];
  const good = (text: unknown, base = official) => checkedPageUrl(text, hosts, base).ok;

  test("is https on a known host", () => {
    expect(good("https://pay.mbnk.biz/2611209uKpQzXvMw4r7d")).toBe(true);
    for (const bad of [
      "javascript:alert(1)",
      "JaVaScRiPt:alert(1)//https://pay.mbnk.biz",
      "data:text/html,x",
      "http://pay.mbnk.biz/x",
      "https://pay.mbnk.biz.evil.example/x",
      "https://pay.mbnk.biz@evil.example/x",
      "https://user:pw@pay.mbnk.biz/x",
      "https://evil.example/https://pay.mbnk.biz",
      "https://pay.mbnk.biz:8443/x",
      "https:\\\\pay.mbnk.biz\\x",
      "//pay.mbnk.biz/x",
      `https://pay.mbnk.biz/${"x".repeat(10_000)}`,
      "https://pay.mbnk.biz/x\n",
      "http://127.0.0.1:4101/pay/x",
      "",
      null,
      7,
    ])
      expect(checkedPageUrl(bad, hosts, official), String(bad)).toEqual({
        ok: false,
        error: { kind: "rejected", code: "bad_page_url", message: "" },
      });
  });

  test("may be on the emulator's host when the API was moved there, and on no other", () => {
    expect(good("http://127.0.0.1:4101/pay/x", moved)).toBe(true);
    expect(good("http://localhost:4101/pay/x", moved)).toBe(true);
    expect(good("https://pay.mbnk.biz/x", moved)).toBe(true);
    expect(good("http://evil.example/pay/x", moved)).toBe(false);
    expect(good("javascript:alert(1)", moved)).toBe(false);
  });
});
