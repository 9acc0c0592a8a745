import { and, asc, eq, isNull } from "drizzle-orm";
import { payments } from "#db/schema/payments";
import { reviewTasks } from "#db/schema/review";
import type { CreateOrderInput, UpdateOrderInput } from "#lib/contracts/orders";
import type { CustomerId, OrderId, PaymentId, UserId } from "#lib/domain/ids";
import type { PaymentSource } from "#lib/domain/provider";
import type { Result } from "#lib/domain/result";
import type { ReviewAnswer, ReviewCause } from "#lib/domain/review";
import { assignReview } from "#lib/workflows/assign-review";
import { cancelOrder } from "#lib/workflows/cancel-order";
import { cancelPayment } from "#lib/workflows/cancel-payment";
import { createOrder } from "#lib/workflows/create-order";
import { deletePayment } from "#lib/workflows/delete-payment";
import { finalizeHold } from "#lib/workflows/finalize-hold";
import { invoiceOrder } from "#lib/workflows/invoice-order";
import { recordOffline } from "#lib/workflows/record-offline";
import { refundPayment } from "#lib/workflows/refund-payment";
import { releaseHold } from "#lib/workflows/release-hold";
import { releaseOrder } from "#lib/workflows/release-order";
import { reopenOrder } from "#lib/workflows/reopen-order";
import { requestNewLink } from "#lib/workflows/request-new-link";
import { resolveReview } from "#lib/workflows/resolve-review";
import { shareLink } from "#lib/workflows/share-link";
import { shipOrder } from "#lib/workflows/ship-order";
import { syncPayment } from "#lib/workflows/sync-payment";
import { updateOrder } from "#lib/workflows/update-order";
import { approveWaiver, requestWaiver } from "#lib/workflows/waive-prepayment";
import { TASK, type World } from "#lib/workflows/world";
import type { Bank } from "./bank.ts";
import type { Catalog } from "./catalog.ts";
import type { Cast } from "./people.ts";
import type { Services } from "./services.ts";

/** The people, goods and banks that every chapter of the story has at hand. */
export type Stage = {
  world: World;
  cast: Cast;
  catalog: Catalog;
  services: Services;
  banks: { monobank: Bank; liqpay: Bank } | null;
};

/** One order's life. Every step is the application's own work or something that the emulated bank really does. */
export class Scene {
  readonly stage: Stage;
  readonly orderId: OrderId;
  constructor(stage: Stage, orderId: OrderId) {
    this.stage = stage;
    this.orderId = orderId;
  }

  static async begin(stage: Stage, input: CreateOrderInput): Promise<Scene> {
    const { orderId } = done(await createOrder(stage.world, stage.cast.sales, input));
    return new Scene(stage, orderId);
  }

  async release(): Promise<void> {
    done(await releaseOrder(this.stage.world, this.stage.cast.sales, this.orderId, {}));
  }
  /** The bank's answer to the link's creation is lost: nobody knows yet whether there is one. */
  async releaseUnanswered(): Promise<void> {
    await this.#bank("monobank").fault({ operation: "create", mode: "drop_before_commit", times: 1 });
    await this.release();
  }
  async share(channel: "copy" | "open" | "qr" = "copy"): Promise<void> {
    const { id } = await this.#last();
    done(await shareLink(this.stage.world, this.stage.cast.sales, id, { channel, recipient: null }));
  }
  async pay(how: { amountMinor?: number; force?: boolean } = {}): Promise<void> {
    await this.#customer({ action: "pay", ...how });
    await this.look();
  }
  /** The customer pays, and the bank is still at it. */
  async payUnfinished(): Promise<void> {
    const { provider } = await this.#last();
    await this.#bank(provider).switch({ processingMs: 40 * 60_000 });
    await this.#customer({ action: "pay", wait: false });
    await this.#bank(provider).switch({ processingMs: 5 });
    await this.look();
  }
  async decline(code?: string): Promise<void> {
    await this.#customer({ action: "decline", ...(code ? { code } : {}) });
    await this.look();
  }
  /** Somebody gives money back in the bank's own cabinet, not here. */
  async refundAtBank(amountMinor: number): Promise<void> {
    await this.#customer({ action: "refund_at_bank", amountMinor });
    await this.look();
  }
  /** The payer's bank lets go of a hold before its time. */
  async lapseHold(): Promise<void> {
    await this.#customer({ action: "lapse_hold" });
    await this.look();
  }
  /** The task asks the bank: for what happened there, or what only time has changed. */
  async look(): Promise<void> {
    const { id } = await this.#last();
    done(await syncPayment(this.stage.world, TASK, id));
  }
  async newLink({ replace = false }: { replace?: boolean } = {}): Promise<void> {
    done(await requestNewLink(this.stage.world, this.stage.cast.sales, this.orderId, { replace }));
  }
  /** The customer finds the first link in an old chat and pays that one as well. */
  async payFirst(): Promise<void> {
    const { id, provider, url } = await this.#first();
    await this.#bank(provider).act(id, { action: "pay", ...(provider === "liqpay" && url ? { link: url } : {}) });
    done(await syncPayment(this.stage.world, this.stage.cast.sales, id));
  }
  /** Finance decides what the review desk asks about this order. */
  async answer(cause: ReviewCause, answer: ReviewAnswer, note: string): Promise<void> {
    const [task] = await this.stage.world.db
      .select({ id: reviewTasks.id })
      .from(reviewTasks)
      .where(and(eq(reviewTasks.orderId, this.orderId), eq(reviewTasks.cause, cause), isNull(reviewTasks.closedAt)));
    if (!task) throw new Error("Invariant broken: a chapter answers a question that nobody asked");
    done(await resolveReview(this.stage.world, this.stage.cast.finance, task.id, { answer, note }));
  }
  /** Finance takes what the review desk asks about this order. */
  async take(): Promise<void> {
    const { world, cast } = this.stage;
    const open = await world.db
      .select({ id: reviewTasks.id })
      .from(reviewTasks)
      .where(and(eq(reviewTasks.orderId, this.orderId), isNull(reviewTasks.closedAt)));
    for (const { id } of open)
      done(await assignReview(world, cast.finance, id, { ownerId: cast.finance.id as UserId }));
  }
  async cancelLink(): Promise<void> {
    const { id } = await this.#last();
    done(await cancelPayment(this.stage.world, this.stage.cast.sales, id, { reason: null }));
    await this.look();
  }
  async deleteLink(): Promise<void> {
    const { id } = await this.#last();
    done(await deletePayment(this.stage.world, this.stage.cast.finance, id));
  }
  async finalize(amountMinor: bigint | null = null): Promise<void> {
    const { id } = await this.#last();
    done(await finalizeHold(this.stage.world, this.stage.cast.finance, id, { amountMinor }));
    await this.#until((payment) => payment.capturedMinor > 0n);
  }
  async releaseHold(): Promise<void> {
    const { id } = await this.#last();
    done(await releaseHold(this.stage.world, this.stage.cast.finance, id));
    await this.#until((payment) => payment.holdReleased);
  }
  async refund(amountMinor: bigint | null, reason: string): Promise<void> {
    const { id } = await this.#last();
    done(await refundPayment(this.stage.world, this.stage.cast.finance, id, { amountMinor, reason }));
    await this.#until((payment) => payment.refundedMinor > 0n);
  }
  /** Everything that is left, or so many pieces of the first line. */
  async ship(ofTheFirstLine?: string): Promise<void> {
    const lines = ofTheFirstLine === undefined ? undefined : await this.#firstLine(ofTheFirstLine);
    const trackingNumber = `2045${this.orderId.slice(-10).replace(/\D/g, "7")}`;
    done(await shipOrder(this.stage.world, this.stage.cast.sales, this.orderId, { lines, trackingNumber, note: null }));
  }
  async invoice(ofTheFirstLine?: string): Promise<void> {
    const lines = ofTheFirstLine === undefined ? undefined : await this.#firstLine(ofTheFirstLine);
    done(await invoiceOrder(this.stage.world, this.stage.cast.finance, this.orderId, { lines, note: null }));
  }
  /** Finance writes down a bank transfer: the money came past the payment services. */
  async recordTransfer(
    amountMinor: bigint,
    reference: string,
    { liveLink, note = null }: { liveLink?: "cancel"; note?: string | null } = {},
  ): Promise<void> {
    const { world, cast } = this.stage;
    const receivedOn = world.now().toISOString().slice(0, 10);
    const paper = { kind: "bank_transfer", currency: "UAH", receivedOn, attachmentId: null } as const;
    done(await recordOffline(world, cast.finance, this.orderId, { ...paper, amountMinor, reference, note, liveLink }));
  }
  /** Sales asks to send the goods without their money; `approved`: Finance has allowed it. */
  async waive(reason: string, { approved = false } = {}): Promise<void> {
    const { world, cast } = this.stage;
    const { requiredMinor } = await this.#order();
    const endsAt = new Date(Date.now() + 3 * 86_400_000);
    const input = { capMinor: requiredMinor, currency: "UAH", reason, endsAt };
    const { waiverId } = done(await requestWaiver(world, cast.sales, this.orderId, input));
    if (approved) done(await approveWaiver(world, cast.finance, waiverId));
  }
  async reopen(): Promise<void> {
    done(await reopenOrder(this.stage.world, this.stage.cast.sales, this.orderId, {}));
  }
  /** With money there the change says what becomes of it, and releases the order again. */
  async change(lines: NonNullable<CreateOrderInput["lines"]>, money?: UpdateOrderInput["money"]): Promise<void> {
    const { version } = await this.#order();
    done(await updateOrder(this.stage.world, this.stage.cast.sales, this.orderId, { lines, version, money }));
  }
  async cancel(reason: string): Promise<void> {
    done(await cancelOrder(this.stage.world, this.stage.cast.sales, this.orderId, { reason }));
  }

  #bank(provider: PaymentSource): Bank {
    const bank = provider === "offline" ? null : this.stage.banks?.[provider];
    if (!bank) throw new Error("Invariant broken: a chapter with money and no bank");
    return bank;
  }
  async #customer(act: Parameters<Bank["act"]>[1]): Promise<void> {
    const { id, provider, url } = await this.#last();
    await this.#bank(provider).act(id, provider === "liqpay" && url ? { ...act, link: url } : act);
  }
  async #first() {
    const [first] = await this.#attempts();
    if (!first) throw new Error("Invariant broken: a chapter asks for a link that was never made");
    return first;
  }
  /** What the newest link asks for. */
  async asked(): Promise<number> {
    return Number((await this.#last()).amountMinor);
  }
  #attempts() {
    return this.stage.world.db
      .select()
      .from(payments)
      .where(eq(payments.orderId, this.orderId))
      .orderBy(asc(payments.attempt));
  }
  async #last() {
    const last = (await this.#attempts()).at(-1);
    if (!last) throw new Error("Invariant broken: a chapter asks for a link that was never made");
    return last;
  }
  async #order() {
    const order = await this.stage.world.db.query.salesOrders.findFirst({
      where: (row, { eq: is }) => is(row.id, this.orderId),
    });
    if (!order) throw new Error("Invariant broken: a chapter without its order");
    return order;
  }
  async #firstLine(quantity: string) {
    const [line] = await this.stage.world.db.query.orderLines.findMany({
      where: (row, { eq: is }) => is(row.orderId, this.orderId),
      orderBy: (row, { asc: up }) => up(row.position),
      limit: 1,
    });
    if (!line) throw new Error("Invariant broken: a chapter ships an empty order");
    return [{ lineId: line.id, quantity }];
  }
  /** Banks do what they accepted a moment later. */
  async #until(good: (payment: typeof payments.$inferSelect) => boolean): Promise<void> {
    const { id } = await this.#last();
    for (let tries = 0; tries < 60; tries++) {
      if (good(await this.#last())) return;
      await new Promise((wake) => setTimeout(wake, 50));
      done(await syncPayment(this.stage.world, this.stage.cast.finance, id as PaymentId));
    }
    throw new Error("The emulated bank did not do what it had accepted");
  }
}

/** A line as a person would pick it from the catalogue. */
export function goods(catalog: Catalog, picked: readonly (readonly [index: number, quantity: string])[]) {
  return picked.map(([index, quantity]): NonNullable<CreateOrderInput["lines"]>[number] => {
    const item = catalog.items[index % catalog.items.length];
    if (!item) throw new Error("Invariant broken: an empty catalogue");
    return {
      itemId: item.id,
      description: item.name,
      quantity,
      unitPrice: { amount: Number(item.priceMinor), currency: "UAH" },
      discountPercent: "0",
      vatPercent: "20",
    };
  });
}

export function buyer(catalog: Catalog, index: number): CustomerId {
  const id = catalog.customers[index % catalog.customers.length];
  if (!id) throw new Error("Invariant broken: nobody to sell to");
  return id;
}

function done<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(`The story was refused: ${JSON.stringify(result.error)}`);
  return result.value;
}
