import {
  type APIRequestContext,
  type APIResponse,
  type BrowserContext,
  type BrowserContextOptions,
  test as base,
  expect,
  type Page,
  request,
} from "@playwright/test";
import postgres from "postgres";
import { type Act, Bank } from "#e2e/rig/bank";
import { runningStack } from "#e2e/rig/running-stack";

/** The house of the end-to-end stories: its people, its banks, and orders in the middle of their life. */

export type Who = "sales" | "sales2" | "finance" | "admin";
export const PASSWORD = "holdpoint-demo";
const emailOf = (who: Who) => `${who}@holdpoint.test`;

/** The address of an instance of the application; they share one database. */
export const app = (instance = 0): string => runningStack().apps[instance]?.url ?? "";
export const bank = (provider: string): Bank => new Bank(runningStack().emulators[provider]?.controlUrl ?? "");

/** What our own pages send with a request that changes something, whichever instance answers it. */
export const fromUs = () => ({ origin: app(), "sec-fetch-site": "same-origin", "content-type": "application/json" });

/** Somebody signed in, without a browser. */
export async function signedIn(who: Who, instance = 0): Promise<APIRequestContext> {
  const context = await request.newContext({ baseURL: app(instance) });
  const { csrfToken } = await (await context.get("/api/auth/csrf")).json();
  const form = { csrfToken, email: emailOf(who), password: PASSWORD, json: "true" };
  expect((await context.post("/api/auth/callback/credentials", { form })).status()).toBe(200);
  return context;
}

/** Signed in once per file and person; a browser takes over the cookies. */
const kept = new Map<string, Promise<APIRequestContext>>();
export function as(who: Who, instance = 0): Promise<APIRequestContext> {
  const name = `${who}@${instance}`;
  const known = kept.get(name) ?? signedIn(who, instance);
  kept.set(name, known);
  return known;
}

/** A test with windows: browsers of people who have signed in, closed when the story ends. */
export const test = base.extend<{ windowOf: (who: Who | null, options?: BrowserContextOptions) => Promise<Page> }>({
  windowOf: async ({ browser }, use) => {
    const open: BrowserContext[] = [];
    await use(async (who, options = {}) => {
      const storageState = who ? await (await as(who)).storageState() : undefined;
      const context = await browser.newContext({
        baseURL: app(),
        ...(storageState ? { storageState } : {}),
        ...options,
      });
      open.push(context);
      const page = await context.newPage();
      if (options.javaScriptEnabled !== false) awaitTakeover(page);
      return page;
    });
    await Promise.all(open.map((context) => context.close()));
  },
});

/** A page that was gone to is there when its script is: keys that are pressed and words that are typed before are lost. */
function awaitTakeover(page: Page): void {
  const [goto, reload] = [page.goto.bind(page), page.reload.bind(page)];
  const after = async <T>(going: Promise<T>): Promise<T> => {
    const answer = await going;
    // Not waitForFunction: to it a promise is as good as a yes. A page that never comes to rest is the story's to judge.
    await expect(async () => expect(await page.evaluate(takenOver)).toBe(true))
      .toPass({ intervals: [20, 50, 100], timeout: 30_000 })
      .catch(() => {});
    return answer;
  };
  page.goto = (...to) => after(goto(...to));
  page.reload = (...how) => after(reload(...how));
}

/** Runs in the page. React has drawn over everything that the server wrote, and has nothing left to do; pages without a script have nothing to wait for. */
async function takenOver(): Promise<boolean> {
  if (!document.querySelector('script[src*="/_next/"]')) return true;
  const name = Object.keys(document).find((key) => key.startsWith("__reactContainer$"));
  // biome-ignore lint/suspicious/noExplicitAny: React's own notes on the document
  const root = name && (document as any)[name].stateNode;
  // What has a loading screen of its own is taken over after the rest, when its code has come.
  const isDrawn = () => {
    if (!root || root.current.memoizedState.isDehydrated || root.pendingLanes !== 0) return false;
    const parts = [root.current];
    for (let part = parts.pop(); part; part = parts.pop()) {
      if (part.memoizedState?.dehydrated) return false;
      for (const next of [part.sibling, part.child]) if (next) parts.push(next);
    }
    return true;
  };
  if (!isDrawn()) return false;
  // What is done after drawing, listening to keys among it, is done by then.
  await new Promise((idle) => requestIdleCallback(idle));
  await document.fonts.ready;
  return isDrawn();
}

/** What somebody posts, refusals included. */
export async function post(who: Who, path: string, data: object = {}, instance = 0): Promise<APIResponse> {
  return (await as(who, instance)).post(`/api/v1${path}`, { data, headers: fromUs() });
}

/** What somebody posts, and it goes through. */
// biome-ignore lint/suspicious/noExplicitAny: answers of the API, judged field by field in the stories
export async function done(who: Who, path: string, data: object = {}, instance = 0): Promise<any> {
  const answer = await post(who, path, data, instance);
  expect(answer.status(), await answer.text()).toBeLessThan(300);
  return answer.json();
}

export const uah = (amount: number) => ({ amount, currency: "UAH" });

let services: Promise<Record<"debit" | "hold" | "liqpay", string>> | undefined;
export function service(kind: "debit" | "hold" | "liqpay"): Promise<string> {
  services ??= (async () => {
    const { rows } = await (await (await as("admin")).get("/api/v1/payment-services")).json();
    const named = (name: string) => rows.find((row: { name: string }) => row.name === name).id as string;
    return { debit: named("monobank"), hold: named("monobank · withholding"), liqpay: named("LiqPay") };
  })();
  return services.then((all) => all[kind]);
}

export type Order = { id: string; number: string; payPath: string };

/** An open order of two drills over 1 499.50, 30 % of it (449.85) before they leave. */
export async function openOrder(kind: "debit" | "hold" | "liqpay" = "debit", more: object = {}): Promise<Order> {
  const line = { description: "Перфоратор SDS+ 800 Вт", quantity: "1", unit: "шт", unitPrice: uah(74_975) };
  const { id, number, payPath } = await done("sales", "/orders", {
    customer: { name: "ТОВ «Ромашка Буд»", email: "o.hnatiuk@romashka.example", language: "en" },
    language: "en",
    paymentServiceId: await service(kind),
    prepayment: { kind: "percent", percent: "30" },
    lines: [line, line],
    ...more,
  });
  return { id, number, payPath };
}

export async function releasedOrder(kind: "debit" | "hold" | "liqpay" = "debit", more: object = {}): Promise<Order> {
  const order = await openOrder(kind, more);
  await done("sales", `/orders/${order.id}/release`);
  return order;
}

/** Released and paid, and we have heard of it. */
export async function paidOrder(kind: "debit" | "hold" | "liqpay" = "debit"): Promise<Order> {
  const order = await releasedOrder(kind);
  await pay(order);
  await expect.poll(async () => (await orderRow(order)).accepted, { message: "the gate opens" }).toBe(true);
  return order;
}

// biome-ignore lint/suspicious/noExplicitAny: rows of any table, judged column by column in the stories
type Row = Record<string, any>;
let owner: postgres.Sql | undefined;
/** The database as its owner: may look anywhere. */
export function sql(): postgres.Sql {
  owner ??= postgres(runningStack().ownerUrl, { max: 2, idle_timeout: 5, onnotice: () => {} });
  return owner;
}
export const orderRow = async ({ id }: Pick<Order, "id">): Promise<Row> =>
  (await sql()`select * from sales_orders where id = ${id}`)[0] ?? {};
export const attempts = async ({ id }: Pick<Order, "id">): Promise<Row[]> =>
  sql()`select * from payments where order_id = ${id} order by attempt`;
export const newest = async (order: Pick<Order, "id">): Promise<Row> => (await attempts(order)).at(-1) ?? {};
/** How often the bank did something for an order's newest attempt. */
export async function booked(order: Pick<Order, "id">, kind: string): Promise<number> {
  const { id, provider } = await newest(order);
  return (await bank(provider).linesOf(id)).filter((line) => line.kind === kind).length;
}

/** What the customer does at the bank with the order's newest link. */
export async function pay(order: Pick<Order, "id">, act: Act = { action: "pay" }): Promise<void> {
  const { id, provider, url } = await newest(order);
  await bank(provider).act(id, { ...(provider === "liqpay" ? { link: url } : {}), ...act });
}

/** The task that runs every 20 minutes, asked for by whoever has its secret. */
export const managePaymentLinks = async (instance = 0): Promise<APIResponse> => {
  const context = await request.newContext({ baseURL: app(instance) });
  const { cronSecret } = runningStack();
  // As long as the run itself may take.
  return context.get("/api/cron/manage-payment-links", {
    headers: { authorization: `Bearer ${cronSecret}` },
    timeout: 60_000,
  });
};

/** Whoever had something in hand when it died has been dead for long. */
export const longDead = () => sql()`update work_in_hand set taken_at = taken_at - interval '5 minutes'`;

/** Both banks behave again. For `afterEach`. */
export async function bankIsItself(): Promise<void> {
  for (const provider of ["monobank", "liqpay"]) {
    await bank(provider).noFaults();
    await bank(provider).realTime();
    await bank(provider).webhooks({ mode: "normal" });
  }
}
