import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import {
  asItWas,
  atTheBank,
  bankActs,
  becomes,
  expired,
  headline,
  LANGUAGES,
  payButton,
  phone,
  processesForLong,
  released,
  unreleased,
  wider,
} from "#e2e/stories/payer";
import { bank, done, newest, type Order, post, service, sql, uah } from "#e2e/stories/staff";

/** The customer's page in each of its states: on a phone, with and without script, in both languages. */
test.afterEach(asItWas);

/** How an order gets into each state, what its headline says, and whether there is a Pay button, or one that asks the seller. */
type Story = { make: () => Promise<Order>; query?: string; en: RegExp; uk: RegExp; pays?: RegExp; asks?: RegExp };
const STORIES: Record<string, Story> = {
  ready: { make: () => released(), en: /Prepayment, pay now ₴22.100\.00/, uk: /22.100,00.₴/, pays: /^Pay |^Сплатити / },
  replaced: {
    make: async () => {
      const order = await released();
      await done("sales", `/payments/${(await newest(order)).id}/cancel`);
      await done("sales", `/orders/${order.id}/payments`);
      return order;
    },
    en: /replaces an earlier request/,
    uk: /замінює попередній/,
    pays: /^Pay |^Сплатити /,
  },
  "not reported yet": {
    make: () => released(),
    query: "from=bank",
    en: /bank has not reported/,
    uk: /Банк іще не повідомив/,
    pays: /^Pay |^Сплатити /,
  },
  processing: {
    make: async () => {
      await processesForLong();
      return bankActs(await released(), { action: "pay", wait: false }, "processing");
    },
    en: /bank is processing/,
    uk: /Банк обробляє/,
  },
  paid: {
    make: async () => bankActs(await released(), { action: "pay" }, "successful"),
    en: /Thank you\. ₴22.100\.00 is paid/,
    uk: /Дякуємо\. 22.100,00.₴ сплачено/,
  },
  held: {
    make: async () => bankActs(await released("hold"), { action: "pay" }, "withholding"),
    en: /reserved, not yet taken/,
    uk: /зарезервовано, ще не списано/,
  },
  "partly paid": {
    make: async () => {
      const order = await bankActs(await released("hold"), { action: "pay" }, "withholding");
      await done("finance", `/payments/${(await newest(order)).id}/finalize`, { amount: uah(1_000_000) });
      await becomes(order, "successful");
      return order;
    },
    en: /₴10.000\.00\. ₴12.100\.00 is still missing/,
    uk: /Бракує ще 12.100,00.₴/,
    pays: /^Pay ₴12|^Сплатити 12/,
  },
  failed: {
    make: async () => bankActs(await released(), { action: "decline", code: "59" }, "failed"),
    en: /did not go through/,
    uk: /Оплата не пройшла/,
    pays: /^Try again|^Спробувати ще раз/,
  },
  "not prepared": {
    make: async () => {
      await bank("monobank").fault({ mode: "error", operation: "create", times: 1 });
      const order = await unreleased();
      await post("sales", `/orders/${order.id}/release`);
      await becomes(order, "failed");
      return order;
    },
    en: /could not be prepared/,
    uk: /Не вдалося підготувати/,
    pays: /^Pay |^Сплатити /,
  },
  expired: {
    make: async () => expired(await released()),
    en: /This request ended/,
    uk: /Строк цього запиту минув/,
    pays: /new link|нове посилання/,
  },
  "expired, and only the seller may renew": {
    make: async () => {
      await sql()`update payment_services set customer_may_renew = false where id = ${await service("debit")}`;
      return expired(await released());
    },
    en: /This request ended/,
    uk: /Строк цього запиту минув/,
    asks: /Ask for a new link|Попросити нове посилання/,
  },
  "link cancelled": {
    make: async () => {
      const order = await released();
      await done("sales", `/payments/${(await newest(order)).id}/cancel`);
      return order;
    },
    en: /seller cancelled this request/,
    uk: /Продавець скасував/,
    asks: /Ask for a new link|Попросити нове посилання/,
  },
  "being cancelled": {
    make: async () => {
      const order = await bankActs(await released("hold"), { action: "pay" }, "withholding");
      // The bank's answer to letting go of the hold does not come, however often it is asked for.
      await bank("monobank").fault({
        mode: "drop_before_commit",
        operation: "cancel",
        reference: (await newest(order)).id,
      });
      await done("sales", `/orders/${order.id}/cancel`);
      return order;
    },
    en: /is cancelling this order/,
    uk: /Продавець скасовує/,
  },
  cancelled: {
    make: async () => {
      const order = await unreleased();
      await done("sales", `/orders/${order.id}/cancel`);
      return order;
    },
    en: /This order is cancelled/,
    uk: /Це замовлення скасовано/,
  },
  "nothing to pay": {
    make: async () => {
      const order = await unreleased("debit", { paymentServiceId: null, prepayment: { kind: "none" } });
      await done("sales", `/orders/${order.id}/release`);
      return order;
    },
    en: /nothing to pay online/,
    uk: /не треба платити онлайн/,
  },
  refunded: {
    make: async () => {
      const order = await bankActs(await released(), { action: "pay" }, "successful");
      return bankActs(order, { action: "refund_at_bank" }, "refunded");
    },
    en: /₴22.100\.00 was returned to you/,
    uk: /22.100,00.₴ повернено вам/,
  },
  "in review": {
    make: async () => bankActs(await released(), { action: "pay", amountMinor: 2_300_000 }, "successful"),
    en: /It is being checked/,
    uk: /Оплату перевіряють/,
  },
  "not released": { make: () => unreleased(), en: /still preparing this order/, uk: /іще готує це замовлення/ },
};

test.describe("every state, on a phone", () => {
  for (const [name, story] of Object.entries(STORIES))
    test(`${name}: with and without script, in both languages`, async ({ browser }) => {
      const order = await story.make();
      for (const javaScriptEnabled of [true, false]) {
        const page = await phone(browser, { javaScriptEnabled });
        const broken: string[] = [];
        page.on("console", (line) => line.type() === "error" && broken.push(line.text()));
        for (const lang of LANGUAGES) {
          const answer = await page.goto(`${order.payPath}?lang=${lang}${story.query ? `&${story.query}` : ""}`);
          expect(answer?.status()).toBe(200);
          await expect(page.locator("html")).toHaveAttribute("lang", lang);
          await expect(headline(page)).toHaveText(story[lang]);
          if (story.pays) await expect(payButton(page)).toHaveText(story.pays);
          else await expect(payButton(page)).toHaveCount(0);
          const askSeller = page.locator("form[action*='/ask'] button");
          if (story.asks) await expect(askSeller).toHaveText(story.asks);
          else await expect(askSeller).toHaveCount(0);
          if (javaScriptEnabled) {
            const { violations } = await new AxeBuilder({ page }).analyze();
            expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
            expect(await wider(page)).toBeLessThanOrEqual(0);
          }
        }
        expect(broken).toEqual([]);
        await page.context().close();
      }
    });

  test("nothing runs out of a screen of 320 px, nor out of half of one at twice the size", async ({ browser }) => {
    const page = await phone(browser, { width: 320 });
    for (const order of [await released(), await bankActs(await released("hold"), { action: "pay" }, "withholding")])
      for (const lang of LANGUAGES) {
        await page.goto(`${order.payPath}?lang=${lang}`);
        expect(await wider(page)).toBeLessThanOrEqual(0);
      }
    await page.context().close();
  });

  test("an address that is nobody's: 404, and not a word about anybody", async ({ browser }) => {
    for (const javaScriptEnabled of [true, false]) {
      const page = await phone(browser, { javaScriptEnabled });
      const answer = await page.goto(`/pay/${"A".repeat(32)}`);
      expect(answer?.status()).toBe(404);
      await expect(headline(page)).toHaveText("There is no such order.");
      expect(await page.content()).not.toMatch(/SO-\d|Ромашка|Дніпро/);
      await page.context().close();
    }
  });

  test("the language of the order comes first, a switch stays chosen", async ({ browser }) => {
    const order = await released("debit", { language: "uk" });
    const page = await phone(browser, { javaScriptEnabled: false });
    await page.goto(order.payPath);
    await expect(page.locator("html")).toHaveAttribute("lang", "uk");
    await page.getByRole("link", { name: "English" }).click();
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    // Back from the bank, whose return address knows nothing of it.
    await payButton(page).click();
    await atTheBank(page);
    await page.goto(`${order.payPath}?from=bank`);
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    await page.context().close();
  });
});
