import type { Bank } from "#e2e/rig/bank";
import { checkOracles, quiet, settle, type Verdict } from "#e2e/rig/oracles";
import { storeService } from "#e2e/rig/stored-service";
import type { WorkflowWorld } from "#e2e/rig/workflow-world";
import type { OrderId, PaymentId, PaymentServiceId } from "#lib/domain/ids";
import type { PaymentType } from "#lib/domain/payment";
import type { Provider } from "#lib/domain/provider";
import { cancelPayment } from "#lib/workflows/cancel-payment";
import { createOrder } from "#lib/workflows/create-order";
import { managePaymentLinks } from "#lib/workflows/manage-payment-links";
import { releaseOrder } from "#lib/workflows/release-order";
import { syncPayment } from "#lib/workflows/sync-payment";

/** A row as the database's owner sees it: amounts are texts. */
// biome-ignore lint/suspicious/noExplicitAny: rows of any table, judged column by column in the tests
export type Row = Record<string, any>;

/** What stories on the workflows share: an order in the middle of its life, and ways to look at it. */
export type Shop = ReturnType<typeof openShop>;

const TOKEN = "test-monobank-token";
const LIQPAY_KEYS = { publicKey: "sandbox_i20000000002", privateKey: "sandbox_test_private_key_000000000002" };
export const WHOLE = { trackingNumber: null, note: null };

export function openShop(at: WorkflowWorld) {
  const banks: Record<string, Bank> = { monobank: at.monobank, liqpay: at.liqpay };
  const watched = { ownerUrl: at.ownerUrl, banks };
  const run = () => managePaymentLinks(at.world, { startedBy: "tests", deadlineMs: 20_000 });

  /** A service of its own: what goes wrong with it is nobody else's trouble. */
  const service = (provider: Provider, paymentType: PaymentType = "debit"): Promise<PaymentServiceId> =>
    storeService(at.world.db, {
      provider,
      name: `${provider} ${paymentType}`,
      paymentType,
      secrets: provider === "monobank" ? { token: TOKEN } : LIQPAY_KEYS,
    });

  /** An open order of two drills over 1 499.50, 30 % of it (449.85) before they leave. */
  async function openOrder(serviceId: PaymentServiceId | null, percent: string | null = "30"): Promise<OrderId> {
    const line = {
      description: "Перфоратор",
      unitPrice: { amount: 74_975, currency: "UAH" as const },
      discountPercent: "0",
      vatPercent: "20",
      sku: null,
      unit: null,
      quantity: "1",
    };
    const created = await createOrder(at.world, at.sales, {
      customerId: at.customer,
      paymentServiceId: serviceId,
      externalReference: null,
      note: null,
      prepayment: percent ? { kind: "percent", percent } : { kind: "none" },
      lines: [line, line],
    });
    if (!created.ok) throw new Error(JSON.stringify(created.error));
    return created.value.orderId;
  }

  /** Released; its link is there unless a fault stands in the way. */
  async function released(serviceId: PaymentServiceId, percent: string | null = "30") {
    const orderId = await openOrder(serviceId, percent);
    const answer = await releaseOrder(at.world, at.sales, orderId, {});
    if (!answer.ok) throw new Error(JSON.stringify(answer.error));
    return { orderId, paymentId: (await last(orderId)).id as PaymentId };
  }

  /** Released and paid (or held), and we know it; the bank has nothing more to tell. */
  async function paid(serviceId: PaymentServiceId, act: Parameters<Bank["act"]>[1] = { action: "pay" }) {
    const made = await released(serviceId);
    await pay(made.paymentId, act);
    await eventually(
      () => payment(made.paymentId),
      ({ state }) => ["successful", "withholding"].includes(state),
      "paid",
    );
    await atRest(made.paymentId);
    return made;
  }

  /** Released and paid at the bank, whether we have heard of it or not. */
  async function paidQuietly(serviceId: PaymentServiceId) {
    const made = await released(serviceId);
    await pay(made.paymentId);
    return made;
  }

  /** The customer's card is declined, and we know it. */
  async function declined(id: PaymentId) {
    await pay(id, { action: "decline" });
    await eventually(
      () => payment(id),
      ({ state }) => state === "failed",
      "declined",
    );
    await atRest(id);
  }

  /** Whatever its bank has to say by itself has come. */
  const atRest = async (id: PaymentId) => quiet(banks[(await payment(id)).provider] as Bank);

  /** What the customer does at the bank; a LiqPay link is opened first. */
  async function pay(id: PaymentId, act: Parameters<Bank["act"]>[1] = { action: "pay" }) {
    const { provider, url } = await payment(id);
    const bank = banks[provider] as Bank;
    const unopened = provider === "liqpay" && (await fetch(`${bank.controlUrl}/payments/${id}`)).status === 404;
    return bank.act(id, { ...(unopened ? { link: url } : {}), ...act });
  }

  const one = async (rows: Promise<Row[]>): Promise<Row> => (await rows)[0] ?? {};
  const order = (id: OrderId) => one(at.owner`select * from sales_orders where id = ${id}`);
  const payment = (id: PaymentId) => one(at.owner`select * from payments where id = ${id}`);
  const attempts = (id: OrderId): Promise<Row[]> =>
    at.owner`select * from payments where order_id = ${id} order by attempt`;
  const last = async (id: OrderId): Promise<Row> => (await attempts(id)).at(-1) ?? {};
  const events = (id: PaymentId): Promise<Row[]> =>
    at.owner`select * from payment_events where payment_id = ${id} order by id`;
  const operations = (id: PaymentId, kind: string): Promise<Row[]> =>
    at.owner`select * from provider_operations where payment_id = ${id} and kind = ${kind} order by created_at, id`;
  const timeline = async (id: OrderId): Promise<string[]> =>
    (await at.owner`select kind from order_timeline where order_id = ${id} order by id`).map(({ kind }) => kind);
  const serviceRow = (id: PaymentServiceId) => one(at.owner`select * from payment_services where id = ${id}`);

  /** How often a bank did something for one of our payments. */
  async function booked(id: PaymentId, kind: string): Promise<number> {
    const { provider } = await payment(id);
    return (await (banks[provider] as Bank).linesOf(id)).filter((line) => line.kind === kind).length;
  }

  /** Provider calls without an answer are due now. */
  const timePasses = () =>
    at.owner`update provider_operations set next_attempt_at = now(), locked_until = null
             where state in ('planned', 'sent', 'unknown')`;

  return {
    at,
    watched,
    service,
    openOrder,
    released,
    paid,
    paidQuietly,
    pay,
    declined,
    atRest,
    order,
    payment,
    attempts,
    last,
    events,
    operations,
    timeline,
    serviceRow,
    booked,
    timePasses,
    run,
    sync: (id: PaymentId) => syncPayment(at.world, at.sales, id),
    cancel: (id: PaymentId) => cancelPayment(at.world, at.sales, id, { reason: null }),
    /** The dust settles, and then everything that must hold, holds. */
    check: async (): Promise<Verdict> => {
      await settle(watched, run);
      return checkOracles(watched);
    },
    settle: (since?: Date) => settle(watched, run, since),
  };
}

/** Looks again and again until it is so. Each look may be the last: a state that passes is not waited for in this way. */
export async function eventually<T>(
  look: () => Promise<T>,
  good: (value: T) => boolean,
  what: string,
  withinMs = 20_000,
): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    const value = await look();
    if (good(value)) return value;
    if (Date.now() > until)
      throw new Error(
        `Waited in vain: ${what}. It is: ${JSON.stringify(value, (_name, inner) => (typeof inner === "bigint" ? `${inner}` : inner))}`,
      );
    await new Promise((wake) => setTimeout(wake, 25));
  }
}

/** The refusal's code, for a glance: a blocker's, a kind, or "ok". */
export function codeOf(
  answer: { ok: true } | { ok: false; error: { kind: string; blocker?: { code: string } } },
): string {
  if (answer.ok) return "ok";
  return answer.error.blocker?.code ?? answer.error.kind;
}
