import fc from "fast-check";
import { quiet } from "#e2e/rig/oracles";
import type { WorkflowWorld } from "#e2e/rig/workflow-world";
import { codeOf, type Row, type Shop, WHOLE } from "#e2e/stories/shop";
import type { OrderId, PaymentId, PaymentServiceId, ReviewTaskId } from "#lib/domain/ids";
import { cancelOrder } from "#lib/workflows/cancel-order";
import { deletePayment } from "#lib/workflows/delete-payment";
import { finalizeHold } from "#lib/workflows/finalize-hold";
import { invoiceOrder } from "#lib/workflows/invoice-order";
import { approveOffline, recordOffline } from "#lib/workflows/record-offline";
import { refundPayment } from "#lib/workflows/refund-payment";
import { releaseHold } from "#lib/workflows/release-hold";
import { releaseOrder } from "#lib/workflows/release-order";
import { reopenOrder } from "#lib/workflows/reopen-order";
import { requestNewLink } from "#lib/workflows/request-new-link";
import { resolveReview } from "#lib/workflows/resolve-review";
import { reverseOffline } from "#lib/workflows/reverse-offline";
import { shipOrder } from "#lib/workflows/ship-order";
import { updateOrder } from "#lib/workflows/update-order";
import { approveWaiver, requestWaiver } from "#lib/workflows/waive-prepayment";

/**
 * Random lives of orders: what people, customers, banks and time may do, in any order, with anything going wrong on the wire.
 * Beside the real thing a small book is kept, by what was answered alone: what customers were charged, what was promised,
 * what left. When the dust has settled the book, the database and the banks must say the same.
 */

/** What the book knows of one order. */
export type Book = {
  id: OrderId;
  /** By our payment's id: what left the customer's card, and what somebody at the bank gave back. */
  charged: Map<PaymentId, bigint>;
  backAtBank: Map<PaymentId, bigint>;
  /** By the payment of a receipt: what came past the banks and what of it was taken out of the books again. */
  handed: Map<PaymentId, bigint>;
  handedBack: Map<PaymentId, bigint>;
  /** What was answered with yes. */
  refunds: Map<PaymentId, number>;
  shipments: number;
  invoices: number;
  provider: "monobank" | "liqpay" | null;
  released: boolean;
  /** A link may be there that nobody has paid yet. */
  payable: boolean;
  cancelled: boolean;
  /** Something has happened after which a person has to look. */
  odd: boolean;
  agedSeconds: number;
};
export type Model = { books: Book[] };
export type Real = { at: WorkflowWorld; shop: Shop; services: Record<ServiceName, PaymentServiceId> };

const SERVICES = ["debit", "hold", "liqpay", "liqpayHold"] as const;
type ServiceName = (typeof SERVICES)[number];
const FAULTS = [
  "drop_before_commit",
  "commit_then_drop",
  "half_body",
  "garbage",
  "empty",
  "html_502",
  "503",
  "500",
  "429",
  "error",
  "extra_fields",
] as const;
const OPERATIONS = ["create", "status", "finalize", "cancel", "remove"] as const;
const MODES = ["normal", "normal", "lost", "duplicate", "reorder", "delay"] as const;

const which = fc.nat({ max: 2 });
const banks = fc.constantFrom("monobank", "liqpay");
const birth = fc.record({
  service: fc.constantFrom(...SERVICES, ...SERVICES, null),
  percent: fc.constantFrom("30", "30", "100", null),
  release: fc.constantFrom(true, true, true, false),
  /** The customer pays as soon as there is a link. */
  paid: fc.constantFrom(true, true, true, false),
});
/** What may happen. The numbers say how often. */
const EVENTS = {
  create: [3, birth],
  release: [3, fc.record({ which })],
  pay: [10, fc.record({ which, difference: fc.constantFrom(0, 0, 0, 0, 0, -1, 1) })],
  payOld: [2, fc.record({ which, attempt: fc.nat({ max: 3 }) })],
  decline: [2, fc.record({ which })],
  sync: [4, fc.record({ which })],
  cron: [4, fc.record({})],
  finalize: [6, fc.record({ which, part: fc.boolean() })],
  letGo: [3, fc.record({ which })],
  refund: [7, fc.record({ which, part: fc.boolean() })],
  refundAtBank: [1, fc.record({ which })],
  lapse: [1, fc.record({ which })],
  ship: [6, fc.record({ which, part: fc.boolean() })],
  invoice: [4, fc.record({ which })],
  newLink: [5, fc.record({ which, replace: fc.boolean(), forBalance: fc.boolean() })],
  cancelLink: [3, fc.record({ which })],
  deleteLink: [1, fc.record({ which })],
  edit: [3, fc.record({ which, percent: fc.constantFrom("20", "50", "100") })],
  reopen: [3, fc.record({ which })],
  cancelOrder: [1, fc.record({ which })],
  waive: [2, fc.record({ which })],
  offline: [3, fc.record({ which, amount: fc.constantFrom(15_000, 44_985), link: fc.constantFrom("cancel", "keep") })],
  offlineBack: [2, fc.record({ which, part: fc.boolean() })],
  review: [5, fc.record({ which, answer: fc.constantFrom("accept", "refund") })],
  webhooks: [4, fc.record({ bank: banks, mode: fc.constantFrom(...MODES) })],
  flush: [2, fc.record({ bank: banks })],
  resend: [3, fc.record({ which })],
  fault: [9, fc.record({ which, operation: fc.constantFrom(...OPERATIONS), mode: fc.constantFrom(...FAULTS) })],
  hours: [2, fc.record({ which, hours: fc.constantFrom(0.5, 2, 30, 200) })],
} satisfies Record<string, [number, fc.Arbitrary<object>]>;
type Event = keyof typeof EVENTS;

const NEEDS_MONEY = new Set<Event>(["finalize", "letGo", "refund", "refundAtBank", "lapse", "review"]);
const NEEDS_LINK = new Set<Event>(["pay", "decline", "cancelLink"]);
const AFTER_CANCELLING = new Set<Event>(["payOld", "refund", "resend", "review", "hours", "sync"]);
const BEFORE_RELEASE = new Set<Event>(["release", "edit", "cancelOrder", "waive", "hours", "offline"]);

/** How often what came of which event: a run in which hardly anything happens proves little. */
export const cameOf = new Map<string, number>();

class Step implements fc.AsyncCommand<Model, Real> {
  readonly event: Event;
  // biome-ignore lint/suspicious/noExplicitAny: each event reads its own fields, given by its own arbitrary
  readonly by: any;
  #came = "";
  constructor(event: Event, by: unknown) {
    this.event = event;
    this.by = by;
  }

  /** What cannot even be wished for is left out: it would only be a refusal, and most lives would be made of them. */
  check({ books }: Readonly<Model>): boolean {
    if (this.event === "create") return books.length < 3;
    if (!("which" in this.by)) return books.length > 0;
    const book = books[this.by.which % Math.max(1, books.length)];
    if (!book) return false;
    if (book.cancelled) return AFTER_CANCELLING.has(this.event);
    if (NEEDS_MONEY.has(this.event)) return book.charged.size > 0;
    if (NEEDS_LINK.has(this.event)) return book.payable;
    if (this.event === "edit") return !book.released;
    return book.released || BEFORE_RELEASE.has(this.event);
  }

  async run(model: Model, real: Real): Promise<void> {
    const book = model.books[(this.by.which ?? 0) % Math.max(1, model.books.length)] as Book;
    this.#came = "…";
    this.#came = await happen[this.event](real, book, this.by, model);
    const came = `${this.event}: ${this.#came}`;
    cameOf.set(came, (cameOf.get(came) ?? 0) + 1);
    // Whatever is told by webhook arrives before the next step, unless it is held back on purpose.
    await settled(real);
  }

  toString = () => `${this.event}(${JSON.stringify(this.by)}) → ${this.#came}`;
}

/** A life: an order, and everything that happens to it and to those that join it. */
export const lives = (most: number, replayPath?: string) => fc.record({ first: birth, next: steps(most, replayPath) });

/** Lives it. */
export async function live(
  real: Real,
  { first, next }: { first: unknown; next: Iterable<fc.AsyncCommand<Model, Real>> },
) {
  const model: Model = { books: [] };
  const setup = async () => {
    await happen.create(real, NOBODY, first, model);
    return { model, real };
  };
  await fc.asyncModelRun(setup, next);
  return model;
}
const NOBODY = null as unknown as Book;

const steps = (most: number, replayPath?: string) =>
  fc.commands(
    Object.entries(EVENTS).flatMap(([event, [often, by]]) =>
      Array.from({ length: often }, () =>
        (by as fc.Arbitrary<object>).map((fields) => new Step(event as Event, fields)),
      ),
    ),
    { maxCommands: most, size: "max", ...(replayPath ? { replayPath } : {}) },
  );

async function settled({ at }: Real): Promise<void> {
  for (const bank of [at.monobank, at.liqpay]) {
    const { mode } = (await bank.call<{ mode: string }>("GET", "/busy")) ?? {};
    if (mode !== "delay" && mode !== "reorder") await quiet(bank);
  }
}

const bankOf = ({ at }: Real, row: Row) => (row.provider === "liqpay" ? at.liqpay : at.monobank);
const wholes = (amount: bigint) => (amount * 2n) / 3n;
const add = <K>(book: Map<K, bigint>, key: K, amount: bigint) => book.set(key, (book.get(key) ?? 0n) + amount);

/** A link that somebody was charged for, and that we still think of as unpaid, is about to be taken away. */
async function takesAwayUnderAPayer({ shop }: Real, book: Book): Promise<void> {
  for (const row of await shop.attempts(book.id))
    if (book.charged.has(row.id) && ["creating", "pending", "processing", "failed"].includes(row.state))
      book.odd = true;
}

// biome-ignore lint/suspicious/noExplicitAny: as above
type Happening = (real: Real, book: Book, by: any, model: Model) => Promise<string>;

/** The customer does something with a link; what the bank refuses has not happened. */
async function atBank(real: Real, row: Row, act: object): Promise<boolean> {
  const { shop } = real;
  const before = bankOf(real, row);
  return shop.pay(row.id, act as never).then(
    () => before === bankOf(real, row),
    (cause: Error) => {
      if (!/ 40[04] /.test(cause.message)) throw cause;
      return false;
    },
  );
}

async function payLink(real: Real, book: Book, row: Row | undefined, act: Record<string, unknown>, difference = 0) {
  // Nobody can pay what they were never shown.
  if (!row?.url) return "no link";
  const live = ["pending", "processing", "failed"].includes(row.state);
  const amountMinor = Number(row.amount_minor) + difference;
  const done = await atBank(real, row, { action: "pay", ...act, ...(difference ? { amountMinor } : {}) });
  if (!done) return "refused";
  add(book.charged, row.id, BigInt(amountMinor));
  book.payable = false;
  if (!live || difference || book.cancelled) book.odd = true;
  return "charged";
}

const happen: Record<Event, Happening> = {
  create: async (real, _book, { service, percent, release, paid }, model) => {
    const { shop, services } = real;
    const id = await shop.openOrder(service ? services[service as ServiceName] : null, service ? percent : null);
    model.books.push({
      id,
      charged: new Map(),
      backAtBank: new Map(),
      handed: new Map(),
      handedBack: new Map(),
      refunds: new Map(),
      shipments: 0,
      invoices: 0,
      provider: service === null ? null : service.startsWith("liqpay") ? "liqpay" : "monobank",
      released: false,
      payable: false,
      cancelled: false,
      odd: false,
      agedSeconds: 0,
    });
    const book = model.books.at(-1) as Book;
    if (!release) return "open";
    const released = await happen.release(real, book, {}, model);
    return book.payable && paid ? `released, ${await payLink(real, book, await shop.last(id), {})}` : released;
  },
  release: async ({ at }, book) => {
    const answer = await releaseOrder(at.world, at.sales, book.id, {});
    book.released ||= answer.ok;
    book.payable ||= answer.ok && book.provider !== null;
    return codeOf(answer);
  },
  pay: async (real, book, { difference }) => payLink(real, book, await real.shop.last(book.id), {}, difference),
  payOld: async (real, book, { attempt }) => {
    const rows = await real.shop.attempts(book.id);
    const row = rows[attempt % Math.max(1, rows.length)];
    const { mode } = row?.url ? await bankOf(real, row).call<{ mode: string }>("GET", "/busy") : { mode: "" };
    // Nobody asks about a link that is long over; where its message is lost too, only the bank's statement tells.
    if (row?.next_sync_at === null && mode === "lost") return "unheard of";
    return payLink(real, book, row, { force: true });
  },
  decline: async (real, book) => {
    const row = await real.shop.last(book.id);
    return row.url && (await atBank(real, row, { action: "decline" })) ? "declined" : "nothing";
  },
  sync: async ({ shop }, book) => {
    const { id } = await shop.last(book.id);
    return id ? codeOf(await shop.sync(id)) : "no link";
  },
  cron: async ({ shop }) => {
    const { failed } = await shop.run();
    return failed ? "some failed" : "all well";
  },
  finalize: async ({ at, shop }, book, { part }) => {
    const held = (await shop.attempts(book.id)).find(({ state }) => state === "withholding");
    if (!held) return "nothing held";
    const amountMinor = part ? wholes(BigInt(held.held_minor)) : null;
    return codeOf(await finalizeHold(at.world, at.finance, held.id, { amountMinor }));
  },
  letGo: async ({ at, shop }, book) => {
    const held = (await shop.attempts(book.id)).find(({ state }) => state === "withholding");
    return held ? codeOf(await releaseHold(at.world, at.finance, held.id)) : "nothing held";
  },
  refund: async ({ at, shop }, book, { part }) => {
    const taken = (await shop.attempts(book.id)).find((row) => BigInt(row.captured_minor) > BigInt(row.refunded_minor));
    if (!taken) return "nothing taken";
    const wish = { amountMinor: part ? 1_000n : null, reason: "Model" };
    const answer = await refundPayment(at.world, at.finance, taken.id, wish);
    if (!answer.ok) return codeOf(answer);
    // Nobody is asked about money that no bank knows: it is taken out of the books at once.
    const left = BigInt(taken.captured_minor) - BigInt(taken.refunded_minor);
    if (taken.provider === "offline") add(book.handedBack, taken.id, wish.amountMinor ?? left);
    else book.refunds.set(taken.id, (book.refunds.get(taken.id) ?? 0) + 1);
    return codeOf(answer);
  },
  refundAtBank: async (real, book) => {
    const [paid] = [...book.charged.keys()];
    if (!paid) return "nothing taken";
    const row = await real.shop.payment(paid);
    const kind = row.payment_type === "withholding" ? "held" : "taken";
    if (kind === "held" || !(await atBank(real, row, { action: "refund_at_bank", amountMinor: 500 }))) return "refused";
    add(book.backAtBank, paid, 500n);
    book.odd = true;
    return "given back there";
  },
  lapse: async (real, book) => {
    const held = (await real.shop.attempts(book.id)).find(({ state }) => state === "withholding");
    return held && (await atBank(real, held, { action: "lapse_hold" })) ? "lapsed" : "nothing held";
  },
  ship: async ({ at, shop }, book, { part }) => {
    const lines = await at.owner`select id from order_lines where order_id = ${book.id} order by position`;
    const some = part ? { lines: [{ lineId: lines[0]?.id as string, quantity: "0.25" }] } : {};
    const answer = await shipOrder(at.world, at.sales, book.id, { ...WHOLE, ...some });
    if (!answer.ok) return codeOf(answer);
    book.shipments += 1;
    // By the customers' purses alone: goods never leave an order that asks for money and on which nobody ever paid.
    const { required_minor } = await shop.order(book.id);
    const waived =
      await at.owner`select coalesce(sum(cap_minor), 0)::bigint as sum from waivers where order_id = ${book.id}`;
    const attached = await at.owner`select 1 from allocations where ${book.id} in (from_order_id, to_order_id)`;
    const everPaid = [...book.charged.values(), ...book.handed.values()].reduce((sum, amount) => sum + amount, 0n);
    if (attached.length === 0 && everPaid + BigInt(waived[0]?.sum ?? 0) < BigInt(required_minor))
      throw new Error(`${book.id} shipped: ${required_minor} asked, ${everPaid} ever paid, ${waived[0]?.sum} waived`);
    return "ok";
  },
  invoice: async ({ at }, book) => {
    const answer = await invoiceOrder(at.world, at.finance, book.id, { note: null });
    if (answer.ok) book.invoices += 1;
    return codeOf(answer);
  },
  newLink: async (real, book, { replace, forBalance }) => {
    if (replace) await takesAwayUnderAPayer(real, book);
    await declinedAndPaid(real, book);
    const answer = await requestNewLink(real.at.world, real.at.sales, book.id, { replace, forBalance });
    book.payable ||= answer.ok;
    return codeOf(answer);
  },
  cancelLink: async (real, book) => {
    const { id } = await real.shop.last(book.id);
    await takesAwayUnderAPayer(real, book);
    return id ? codeOf(await real.shop.cancel(id)) : "no link";
  },
  deleteLink: async ({ at, shop }, book) => {
    const { id } = await shop.last(book.id);
    if (book.charged.has(id)) book.odd = true;
    return id ? codeOf(await deletePayment(at.world, at.finance, id)) : "no link";
  },
  edit: async ({ at, shop }, book, { percent }) => {
    const { version, service_id } = await shop.order(book.id);
    if (!service_id) return "no service";
    return codeOf(
      await updateOrder(at.world, at.sales, book.id, { version, prepayment: { kind: "percent", percent } }),
    );
  },
  reopen: async (real, book) => {
    await takesAwayUnderAPayer(real, book);
    const answer = await reopenOrder(real.at.world, real.at.sales, book.id, {});
    if (answer.ok && !answer.value.pending) book.released = false;
    return codeOf(answer);
  },
  cancelOrder: async (real, book) => {
    await takesAwayUnderAPayer(real, book);
    // Taken money is proposed to go back: Finance decides.
    if (book.charged.size > 0) book.odd = true;
    const answer = await cancelOrder(real.at.world, real.at.sales, book.id, { reason: null });
    if (answer.ok && !answer.value.pending) book.cancelled = true;
    return codeOf(answer);
  },
  waive: async ({ at }, book) => {
    const endsAt = new Date(Date.now() + 20 * 86_400_000);
    const wish = { capMinor: 20_000n, currency: "UAH", reason: "Model", endsAt };
    const asked = await requestWaiver(at.world, at.sales, book.id, wish);
    return asked.ok ? codeOf(await approveWaiver(at.world, at.finance, asked.value.waiverId)) : codeOf(asked);
  },
  offline: async (real, book, { amount, link }) => {
    const { at } = real;
    if (link === "cancel") await takesAwayUnderAPayer(real, book);
    const wish = {
      kind: "bank_transfer" as const,
      amountMinor: BigInt(amount),
      currency: "UAH",
      receivedOn: new Date().toISOString().slice(0, 10),
      reference: `Model ${crypto.randomUUID()}`,
      note: null,
      attachmentId: null,
    };
    const recorded = await recordOffline(at.world, at.sales, book.id, { ...wish, liveLink: link });
    if (!recorded.ok) return codeOf(recorded);
    const { receiptId, waits } = recorded.value;
    if (waits) {
      const approved = await approveOffline(at.world, at.finance, receiptId, { liveLink: link });
      if (!approved.ok) return `waits: ${codeOf(approved)}`;
    }
    const [receipt] = await at.owner`select payment_id from offline_receipts where id = ${receiptId}`;
    add(book.handed, receipt?.payment_id, BigInt(amount));
    // Twice the money, or money on an order that is gone, is for a person.
    book.odd = true;
    return waits ? "approved" : "counts";
  },
  offlineBack: async ({ at, shop }, book, { part }) => {
    const [paymentId] = [...book.handed.keys()];
    if (!paymentId) return "nothing recorded";
    const { captured_minor, refunded_minor } = await shop.payment(paymentId);
    const amountMinor = part ? 1_000n : null;
    const answer = await reverseOffline(at.world, at.finance, paymentId, { amountMinor, reason: "Model" });
    if (answer.ok) add(book.handedBack, paymentId, amountMinor ?? BigInt(captured_minor) - BigInt(refunded_minor));
    return codeOf(answer);
  },
  review: async ({ at, shop }, book, { answer }) => {
    const [task] =
      await at.owner`select id from review_tasks where order_id = ${book.id} and closed_at is null order by opened_at limit 1`;
    if (!task) return "no task";
    const resolved = await resolveReview(at.world, at.finance, task.id as ReviewTaskId, { answer, note: "Model" });
    // A surplus of recorded money goes back with the answer; how much, the answer does not say.
    if (resolved.ok && answer === "refund")
      for (const id of book.handed.keys()) book.handedBack.set(id, BigInt((await shop.payment(id)).refunded_minor));
    return codeOf(resolved);
  },
  webhooks: async ({ at }, _book, { bank, mode }) => {
    // What was held back until now comes first.
    await at[bank as "monobank"].call("POST", "/webhooks/flush");
    await at[bank as "monobank"].webhooks({ mode, ...(mode === "duplicate" ? { n: 3, ms: 10 } : {}) });
    return mode;
  },
  flush: async ({ at }, _book, { bank }) => {
    const { sent } = await at[bank as "monobank"].call<{ sent: number }>("POST", "/webhooks/flush");
    return sent ? "sent" : "nothing held";
  },
  resend: async (real, book) => {
    const row = await real.shop.last(book.id);
    if (!row.id) return "no link";
    const wish = { reference: row.id, all: true, times: 2, parallel: true };
    return bankOf(real, row)
      .resend(wish)
      .then(
        () => "sent",
        () => "nothing to send",
      );
  },
  fault: async ({ at }, book, { operation, mode }) => {
    if (!book.provider) return "no bank";
    await at[book.provider].fault({ operation, mode, times: 1 });
    return "armed";
  },
  hours: async (real, book, { hours }) => {
    await age(real, book, Math.round(hours * 3_600));
    return "passed";
  },
};

/** A declined link that was paid in the end, unheard of by us, is taken back for the next one. */
async function declinedAndPaid({ shop }: Real, book: Book): Promise<void> {
  for (const row of await shop.attempts(book.id))
    if (row.state === "failed" && book.charged.has(row.id)) book.odd = true;
}

/** Time passes for one order: everything about it is that much older, here and at the banks. */
async function age({ at, shop }: Real, book: Book, seconds: number): Promise<void> {
  book.agedSeconds += seconds;
  const references = (await shop.attempts(book.id)).map(({ id }) => id as string);
  for (const bank of [at.monobank, at.liqpay]) await bank.age(seconds, references);
  await at.owner.begin(async (sql) => {
    // What is frozen stays as it is while time passes: only we may make it older.
    await sql`set local session_replication_role = replica`;
    const older = (table: string, columns: string[], where: string) =>
      sql.unsafe(
        `update ${table} set ${columns.map((column) => `${column} = ${column} - make_interval(secs => ${seconds})`).join(", ")} where ${where}`,
      );
    const ours = `order_id = '${book.id}'`;
    const payments = ["valid_until", "expires_at", "hold_expires_at", "created_at", "updated_at", "next_sync_at"];
    await older("payments", [...payments, "locked_until", "checked_at"], ours);
    await older("provider_operations", ["next_attempt_at", "locked_until", "created_at", "sent_at"], ours);
    await older("payment_events", ["received_at"], ours);
    await older(
      "webhook_inbox",
      ["next_attempt_at", "received_at"],
      `reference in (select id from payments where ${ours})`,
    );
    for (const table of ["shipments", "invoices"]) await older(table, ["created_at"], ours);
    await older("waivers", ["ends_at", "requested_at", "approved_at", "revoked_at"], ours);
    await older("allocations", ["created_at"], `'${book.id}' in (from_order_id, to_order_id)`);
    await older("review_tasks", ["opened_at", "due_at"], ours);
    await older(
      "sales_orders",
      ["released_at", "cancelled_at", "created_at", "accepted_until", "next_deadline_at"],
      `id = '${book.id}'`,
    );
  });
}

/** Where book, database and banks do not say the same after everything has settled. */
export async function differences({ at, shop }: Real, book: Book): Promise<string[]> {
  const wrong: string[] = [];
  const say = (sentence: string) => void wrong.push(`${book.id}: ${sentence}`);
  const order = await shop.order(book.id);
  const rows = await shop.attempts(book.id);
  for (const row of rows) {
    const charged = book.charged.get(row.id) ?? book.handed.get(row.id) ?? 0n;
    const [held, captured, refunded] = [row.held_minor, row.captured_minor, row.refunded_minor].map(BigInt) as [
      bigint,
      bigint,
      bigint,
    ];
    const operations: Row[] =
      await at.owner`select kind, state, amount_minor from provider_operations where payment_id = ${row.id}`;
    const confirmed = (kind: string) =>
      operations
        .filter((it) => it.kind === kind && ["confirmed", "resolved"].includes(it.state))
        .map(({ amount_minor }) => BigInt(amount_minor ?? 0));
    const told = row.review_reasons.length > 0;
    if ((row.payment_type === "withholding" ? held : captured) !== charged)
      say(`${row.id}: the customer was charged ${charged}, we say held ${held}, taken ${captured}`);
    if (row.payment_type === "withholding") {
      const taken = confirmed("finalize");
      if (taken.length > 1) say(`${row.id}: finalized ${taken.length} times`);
      if (captured !== (taken[0] ?? 0n)) say(`${row.id}: taken ${captured}, finalized ${taken.join()}`);
    }
    const given = [...confirmed("refund"), book.backAtBank.get(row.id) ?? 0n, book.handedBack.get(row.id) ?? 0n];
    const back = given.reduce((sum, amount) => sum + amount, 0n);
    if (refunded !== back) say(`${row.id}: given back ${refunded}, asked for and done ${back}`);
    const ended = operations.filter((it) => it.kind === "refund" && !["planned", "sent", "unknown"].includes(it.state));
    if (ended.length < (book.refunds.get(row.id) ?? 0)) say(`${row.id}: a refund that was promised has no end`);
    for (const { kind, state } of operations)
      if (["planned", "sent", "unknown"].includes(state) && !told) say(`${row.id}: ${kind} is still ${state}`);
  }
  for (const [table, promised] of [
    ["shipments", book.shipments],
    ["invoices", book.invoices],
  ] as const) {
    const [count] = await at.owner.unsafe(`select count(*)::int as n from ${table} where order_id = '${book.id}'`);
    if (count?.n !== promised) say(`${count?.n} ${table}, ${promised} were answered with yes`);
  }
  if (book.cancelled && order.status !== "cancelled") say(`cancelled, and it is ${order.status}`);
  if (!book.odd && order.needs_review) {
    const reasons = rows.flatMap(({ review_reasons }) => review_reasons);
    say(`nothing odd has happened, and a person has to look: ${reasons.join()}`);
  }
  const usable = rows.every(
    (row) =>
      row.state !== "withholding" ||
      new Date(row.hold_expires_at).getTime() - row.hold_margin_hours * 3_600_000 > Date.now() + 60_000,
  );
  const paid = BigInt(order.secured_minor) >= BigInt(order.required_minor);
  if (order.released_at && !order.cancelled_at && !order.needs_review && paid && usable && !order.accepted)
    say(`${order.secured_minor} of ${order.required_minor} is there, and the gate is shut`);
  return wrong;
}
