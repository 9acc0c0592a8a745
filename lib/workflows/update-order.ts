import type { Tx } from "#db/client";
import { linesOfOrder, type NewLine, replaceLines } from "#db/queries/order-lines";
import { type LockedOrder, lockOrder, type OrderRow } from "#db/queries/order-locks";
import { namedServices, type OrderChanges, renameServices } from "#db/queries/orders";
import { transact } from "#db/transact";
import type { PreviewOrderInput, UpdateOrderInput } from "#lib/contracts/orders";
import type { EditMoney, MoneyChoice } from "#lib/domain/edit-money";
import type { OperationId, OrderId, UserId } from "#lib/domain/ids";
import { type Currency, moneyView } from "#lib/domain/money";
import type { BackPlan, BackStep } from "#lib/domain/money-back";
import { orderBlocker } from "#lib/domain/order-actions";
import { type Blocker, blocked, blocker, invalid, notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { type EditEffect, effectOf } from "./edit-effect.ts";
import { mayDo, planBack, planSteps } from "./give-back.ts";
import { createdCustomer, customerOf, namedRowsExist, serviceChoice } from "./order-document.ts";
import { extrasOf } from "./order-extras.ts";
import { planLink } from "./plan-link.ts";
import { lockedForGate, paymentsForGate, refreshOrder } from "./refresh-order.ts";
import { runOperation } from "./run-operation.ts";
import { auditActor, emptyStory, type Story, sourceOf, tellStory } from "./story.ts";
import type { Actor, World } from "./world.ts";

/**
 * Changes an open order; only what is sent changes, lines as a whole. The version is the one the person saw: where somebody
 * saved in between, nothing is written and both versions are named. Where money is there and no longer fits, a choice comes
 * with the change, and then all of it happens in one go: the order is saved, released again, and asked for the difference,
 * left as it is, or relieved of the surplus. `pending` while a provider has still to confirm.
 */
export async function updateOrder(
  world: World,
  actor: Actor,
  orderId: OrderId,
  input: UpdateOrderInput,
): Promise<Result<{ orderId: OrderId; pending: boolean }, Refusal>> {
  const saved = await transact<{ operations: OperationId[] }, Refusal>(world.db, async (tx) => {
    const locked = await lockOrder(tx, orderId);
    if (!locked) return refuse(notFound("order"));
    const { order } = locked;
    if (input.version !== order.version)
      return refuse({ kind: "version_conflict", currentVersion: order.version, yourVersion: input.version });
    const no = await whyNotEdit(tx, world, locked);
    if (no) return refuse(blocked(no));
    const wrong = await namedRowsExist(tx, input);
    if (wrong.length > 0) return refuse(invalid(...wrong));
    const customer = await customerOf(tx, world, input);
    if (!customer.ok) return customer;
    const effect = await effectOf(tx, world, locked, input);
    if (!effect.ok) return effect;
    const { lines, totals, serviceId, asked, money } = effect.value;
    const choice = chosen(money, input.money, order.currency);
    if (!choice.ok) return choice;

    const linesDiffer = lines !== null && !sameLines(await linesOfOrder(tx, orderId), lines.rows);
    if (lines) await replaceLines(tx, orderId, lines.rows);
    const namedBefore = await namedServices(tx, orderId);
    const others = input.otherServiceIds ?? namedBefore.filter((id) => id !== order.serviceId);
    const named = serviceChoice(serviceId, others);
    const choiceDiffers = named.join() !== namedBefore.join();
    if (choiceDiffers) await renameServices(tx, orderId, named);
    const reference = input.externalReference === undefined ? order.externalReference : input.externalReference;
    const changes: OrderChanges = {
      ...(customer.value !== undefined ? { customerId: customer.value?.id ?? null } : {}),
      ...(input.salespersonId !== undefined ? { salespersonId: input.salespersonId as UserId | null } : {}),
      ...(input.orderDate !== undefined ? { orderDate: input.orderDate } : {}),
      ...(input.language !== undefined ? { language: input.language } : {}),
      externalReference: reference,
      note: input.note === undefined ? order.note : input.note,
      serviceId,
      ...totals,
      ...asked,
      version: order.version + 1,
    };
    const story = emptyStory();
    story.timeline.push({
      orderId,
      kind: "order.edited",
      params: {
        fields: [
          ...changedFields(order, changes),
          ...(choiceDiffers ? ["otherServices"] : []),
          ...(linesDiffer ? ["lines"] : []),
        ].join(", "),
      },
      actor,
      source: sourceOf(actor),
    });
    const picture = (row: Record<string, unknown>) =>
      Object.fromEntries(Object.keys(changes).map((key) => [key, row[key] ?? null]));
    story.audits.push(...createdCustomer(actor, input, customer.value), {
      actor: auditActor(actor),
      action: "order.edit",
      entity: "order",
      entityId: orderId,
      before: { ...picture(order), ...(choiceDiffers ? { namedServices: namedBefore } : {}) },
      after: {
        ...picture(changes),
        ...(choiceDiffers ? { namedServices: named } : {}),
        ...(choice.value ? { money: choice.value } : {}),
      },
    });
    // From here on the locked order is the changed one: release, link and refunds go by it.
    Object.assign(order, changes);
    const done = choice.value ? await applyChoice(tx, world, locked, choice.value, effect.value, actor, story) : ok([]);
    if (!done.ok) return done;
    const releasedAt = choice.value ? { releasedAt: world.now() } : {};
    await refreshOrder(tx, locked, { ...changes, ...releasedAt }, world.now(), actor, story);
    await tellStory(tx, story);
    return ok({ operations: done.value });
  });
  if (!saved.ok) return saved;
  let pending = false;
  for (const operation of saved.value.operations) {
    const outcome = await runOperation(world, operation, actor);
    pending ||= outcome === null || outcome.state === "pending";
  }
  return ok({ orderId, pending });
}

const FIELDS: Record<string, readonly (keyof OrderRow)[]> = {
  customer: ["customerId"],
  salesperson: ["salespersonId"],
  orderDate: ["orderDate"],
  externalReference: ["externalReference"],
  note: ["note"],
  language: ["language"],
  paymentService: ["serviceId"],
  prepayment: ["prepaymentKind", "prepaymentBp", "prepaymentMinor"],
};

/** What the history names: a form sends every field, and only what is otherwise than before was changed. */
const changedFields = (before: OrderRow, changes: OrderChanges): string[] =>
  Object.keys(FIELDS).filter((field) =>
    FIELDS[field]?.some((column) => column in changes && (changes[column] ?? null) !== (before[column] ?? null)),
  );

const sameLines = (before: readonly NewLine[], after: readonly NewLine[]): boolean => {
  const words = (line: NewLine) =>
    JSON.stringify([
      line.itemId ?? null,
      line.sku ?? null,
      line.description,
      line.unit ?? null,
      `${line.quantityMilli}`,
      `${line.unitPriceMinor}`,
      line.discountBp ?? 0,
      line.vatBp ?? 0,
    ]);
  return before.length === after.length && before.every((line, index) => words(line) === words(after[index] ?? line));
};

async function whyNotEdit(tx: Tx, world: World, locked: LockedOrder): Promise<Blocker | null> {
  const { extras } = await extrasOf(tx, world, locked);
  return orderBlocker("edit", lockedForGate(locked), paymentsForGate(locked), extras);
}

/** The choice that has to come with a change, made on the numbers as they are; null where there is nothing to choose. */
function chosen(
  money: EditMoney,
  choice: UpdateOrderInput["money"],
  currency: Currency,
): Result<MoneyChoice | null, Refusal> {
  if (money.choices.length === 0 && !choice) return ok(null);
  const difference = money.missingMinor + money.surplusMinor;
  const numbers = {
    currency,
    totalMinor: Number(money.after.totalMinor),
    requiredMinor: Number(money.after.requiredMinor),
    coveredMinor: Number(money.coveredMinor),
    missingMinor: Number(money.missingMinor),
    surplusMinor: Number(money.surplusMinor),
  };
  if (!choice) return refuse(invalid({ field: "money", code: "money_choice_needed", params: numbers }));
  const asSeen = choice.amount.currency === currency && BigInt(choice.amount.amount) === difference;
  if (!money.choices.includes(choice.choice) || !asSeen)
    return refuse(invalid({ field: "money", code: "money_changed", params: numbers }));
  return ok(choice.choice);
}

/** Releases the changed order again and writes what the choice asks for; the calls follow the commit. */
async function applyChoice(
  tx: Tx,
  world: World,
  locked: LockedOrder,
  choice: MoneyChoice,
  { money }: EditEffect,
  actor: Actor,
  story: Story,
): Promise<Result<OperationId[], Refusal>> {
  const { order } = locked;
  const { extras, service } = await extrasOf(tx, world, locked);
  const payments = paymentsForGate(locked);
  const no = orderBlocker("release", lockedForGate(locked), payments, extras);
  if (no) return refuse(blocked(no));
  story.timeline.push({
    orderId: order.id,
    kind: "order.released",
    params: { amount: moneyView(order.requiredMinor, order.currency), ...(service ? { service: service.name } : {}) },
    actor,
    source: sourceOf(actor),
  });
  story.audits.push({
    actor: auditActor(actor),
    action: "order.release",
    entity: "order",
    entityId: order.id,
    before: { status: order.status },
    after: { required: order.requiredMinor, total: order.totalMinor, currency: order.currency, money: choice },
  });
  switch (choice) {
    case "keep":
      return ok([]);
    case "link": {
      if (!service) return refuse(blocked(blocker("NO_SERVICE", "new_link", "sales", ["edit_order"])));
      const { operationId } = await planLink(tx, world, locked, service, money.missingMinor, actor, story);
      return ok([operationId]);
    }
    case "give_back": {
      const { steps, blocker: cannot } = backOf(world, locked, money);
      if (cannot) return refuse(blocked(cannot));
      const mine = mayDo(actor.role, steps) ? steps : steps.map(proposed);
      return ok(await planSteps(tx, world, locked, mine, actor, story, reasonOf(order.language)));
    }
  }
}

/** Why money goes back, for the history and for Finance: in the order's language, as a link's purpose is. */
const reasonOf = (language: "en" | "uk"): string =>
  ({ en: "The order was changed", uk: "Замовлення змінено" })[language];

const proposed = (step: BackStep): BackStep => ({ ...step, kind: "propose_refund", takenMinor: 0n });

/** How the surplus would go back, and why it cannot where it cannot. */
function backOf(world: World, locked: LockedOrder, money: EditMoney): BackPlan & { blocker: Blocker | null } {
  const plan = planBack(world, locked, money.surplusMinor);
  if (plan.leftMinor === 0n) return { ...plan, blocker: null };
  const moving = paymentsForGate(locked).find(({ unsettled }) => unsettled !== null);
  return {
    ...plan,
    blocker: moving
      ? blocker("OPERATION_RUNNING", "refund", "sales", ["sync"], {
          operation: moving.unsettled ?? "",
          provider: moving.provider,
        })
      : blocker("NOT_SUPPORTED", "refund", "finance", ["open_transaction"]),
  };
}

export type EditPreview = {
  currency: Currency;
  money: EditMoney;
  choices: {
    choice: MoneyChoice;
    steps: (BackStep & { attempt: number; provider: string })[];
    byFinance: boolean;
    blocker: Blocker | null;
  }[];
};

/** What saving a change would do to the money on an order. Looks with the same eyes as saving does, and writes nothing. */
export async function previewOrder(
  world: World,
  actor: Actor,
  orderId: OrderId,
  input: PreviewOrderInput,
): Promise<Result<EditPreview, Refusal>> {
  return transact<EditPreview, Refusal>(world.db, async (tx) => {
    const locked = await lockOrder(tx, orderId);
    if (!locked) return refuse(notFound("order"));
    const { order } = locked;
    if (input.version !== undefined && input.version !== order.version)
      return refuse({ kind: "version_conflict", currentVersion: order.version, yourVersion: input.version });
    const no = await whyNotEdit(tx, world, locked);
    if (no) return refuse(blocked(no));
    const effect = await effectOf(tx, world, locked, input);
    if (!effect.ok) return effect;
    const { money, serviceId, totals, asked } = effect.value;
    const changed = { ...locked, order: { ...order, serviceId, ...totals, ...asked } };
    const { extras } = await extrasOf(tx, world, changed);
    const lineCount = effect.value.lines?.rows.length ?? extras.lineCount;
    const cannotRelease = orderBlocker("release", lockedForGate(changed), paymentsForGate(locked), {
      ...extras,
      lineCount,
      hasCustomer: extras.hasCustomer || Boolean(input.customerId || input.customer),
    });
    const choices = money.choices.map((choice) => {
      const back = choice === "give_back" ? backOf(world, locked, money) : { steps: [], blocker: null };
      const noLink =
        choice === "link" && serviceId === null ? blocker("NO_SERVICE", "new_link", "sales", ["edit_order"]) : null;
      return {
        choice,
        steps: back.steps.map((step) => {
          const payment = locked.payments.find(({ id }) => id === step.paymentId);
          return { ...step, attempt: payment?.attempt ?? 0, provider: payment?.provider ?? "" };
        }),
        byFinance: !mayDo(actor.role, back.steps),
        blocker: cannotRelease ?? noLink ?? back.blocker,
      };
    });
    return ok({ currency: order.currency, money, choices });
  });
}
