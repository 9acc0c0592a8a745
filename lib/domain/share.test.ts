import { describe, expect, test } from "vitest";
import { APP_CHANNELS, appAddress, withLink } from "./share.ts";

const LINK = "https://pay.trader.example/pay/kVb1mB4n5Xo3Qw7eRt9yUi2oPaSdFgHj";
const letter = (change: Partial<Parameters<typeof appAddress>[1]> = {}) => ({
  text: `Вітаємо! Передоплата: 22 100,00 ₴.\n${LINK}`,
  link: LINK,
  subject: "Замовлення SO-000001",
  to: null,
  ...change,
});
const said = (address: string, name: string) => new URL(address).searchParams.get(name);

describe("addresses that open an application with a ready text", () => {
  test("carry the words and the link", () => {
    expect(said(appAddress("viber", letter()), "text")).toBe(letter().text);
    const telegram = appAddress("telegram", letter());
    expect([said(telegram, "url"), said(telegram, "text")]).toEqual([LINK, "Вітаємо! Передоплата: 22 100,00 ₴."]);
    expect(said(appAddress("whatsapp", letter()), "text")).toBe(letter().text);
    expect(said(appAddress("sms_app", letter()), "body")).toBe(letter().text);
    expect(said(appAddress("mail_app", letter({ to: "o@romashka.example" })), "body")).toBe(letter().text);
  });

  test.each([
    ["+380 (50) 123-45-67", "380501234567"],
    ["0501234567", "380501234567"],
    ["+48501234567", "48501234567"],
    ["", ""],
  ])("a number like %s is written as messengers want it", (to, digits) => {
    expect(appAddress("whatsapp", letter({ to })).split("?")[0]).toBe(`https://wa.me/${digits}`);
    expect(appAddress("sms_app", letter({ to })).split("?")[0]).toBe(digits ? `sms:+${digits}` : "sms:");
  });

  test("Viber's two hundred characters cut words, never the link", () => {
    const address = appAddress("viber", letter({ text: `${"дуже ".repeat(80)}\n${LINK}` }));
    const text = said(address, "text") ?? "";
    expect(text.length).toBeLessThanOrEqual(200);
    expect(text.endsWith(`… ${LINK}`)).toBe(true);
    expect(text.startsWith("дуже дуже")).toBe(true);
  });

  test("a text without the link gets it back", () => {
    expect(withLink("Заплатіть, будь ласка", LINK)).toBe(`Заплатіть, будь ласка\n${LINK}`);
    expect(withLink("", LINK)).toBe(LINK);
    for (const channel of APP_CHANNELS)
      expect(decodeURIComponent(appAddress(channel, letter({ text: "x" })))).toContain(LINK);
  });

  test.each([
    "&to=evil@evil.example",
    "?body=else#fragment",
    "\r\nBcc: all@evil.example",
    '"><script>alert(1)</script>',
    "half a pair \ud83d",
    "100 % & more + less",
  ])("words like %j stay words", (words) => {
    for (const channel of APP_CHANNELS) {
      const address = appAddress(channel, letter({ text: `${words} ${LINK}`, subject: words, to: words }));
      const url = new URL(address);
      expect(url.hash).toBe("");
      expect([...url.searchParams.keys()].filter((key) => !["text", "url", "body", "subject"].includes(key))).toEqual(
        [],
      );
      const name = channel === "sms_app" || channel === "mail_app" ? "body" : "text";
      expect(said(address, name)).toContain(words.toWellFormed().trim());
      expect(address).not.toMatch(/[\s"<>]/);
    }
  });
});
