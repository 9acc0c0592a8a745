import "server-only";
import { z } from "zod";
import type { CurrentUser } from "#lib/auth/sign-ins";
import type { OfflineRecorded } from "#lib/contracts/approvals";
import { type OrderPreview, type OrderView, orderView, type TimelineEntry, timelineEntry } from "#lib/contracts/orders";
import { paymentPageView } from "#lib/contracts/payments";
import type { OrderId, PaymentId } from "#lib/domain/ids";
import { moneyView } from "#lib/domain/money";
import { notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { readOfflineReceipt } from "#lib/reads/offline";
import { readOrder } from "#lib/reads/orders";
import { readPayment } from "#lib/reads/payments";
import type { Recorded } from "#lib/workflows/record-offline";
import type { EditPreview } from "#lib/workflows/update-order";
import type { Answer } from "./handle.ts";

type Answered<Body> = Promise<Result<Answer<Body>, Refusal>>;
const okStatus = (pending: boolean | undefined) => (pending ? 202 : 200);

/** What a read found; null is 404. `what` names it in the problem. */
export async function found<T>(reading: Promise<T | null>, what: string): Answered<T> {
  const body = await reading;
  return body === null ? refuse(notFound(what)) : ok({ body });
}

/** A list that is short enough to have no pages. */
export const listed = async <T>(reading: T[] | Promise<T[]>): Answered<{ rows: T[] }> =>
  ok({ body: { rows: await reading } });

export const timelineAnswer = z.object({ rows: z.array(timelineEntry) });

/** A timeline as it was read. One without entries may be of something that does not exist: that is asked only then. */
export async function timelineOf(
  reading: Promise<TimelineEntry[]>,
  whose: () => Promise<unknown>,
  what: string,
): Answered<{ rows: TimelineEntry[] }> {
  const rows = await reading;
  return rows.length > 0 || (await whose()) ? ok({ body: { rows } }) : refuse(notFound(what));
}

/** The order as it is after a command; 202 while the provider's answer is still to come. */
export async function orderAfter(
  done: Promise<Result<{ orderId: OrderId; pending?: boolean }, Refusal>>,
  user: CurrentUser,
  status?: 201,
): Answered<OrderView> {
  const result = await done;
  if (!result.ok) return result;
  const { orderId, pending } = result.value;
  const body = await readOrder(orderId, user);
  return body ? ok({ status: status ?? okStatus(pending), body }) : refuse(notFound("order"));
}

/** The same with the word whether something is still to come: release and new link. */
export async function orderAndPendingAfter(
  done: Promise<Result<{ orderId: OrderId; pending: boolean }, Refusal>>,
  user: CurrentUser,
): Answered<{ order: OrderView; pending: boolean }> {
  const result = await done;
  if (!result.ok) return result;
  const { orderId, pending } = result.value;
  const order = await readOrder(orderId, user);
  return order ? ok({ status: okStatus(pending), body: { order, pending } }) : refuse(notFound("order"));
}

/** A change's effect on money, as it travels. */
export async function previewAnswer(looking: Promise<Result<EditPreview, Refusal>>): Answered<OrderPreview> {
  const result = await looking;
  if (!result.ok) return result;
  const { currency, money, choices } = result.value;
  const view = (amountMinor: bigint) => moneyView(amountMinor, currency);
  return ok({
    body: {
      total: { before: view(money.before.totalMinor), after: view(money.after.totalMinor) },
      required: { before: view(money.before.requiredMinor), after: view(money.after.requiredMinor) },
      covered: view(money.coveredMinor),
      missing: view(money.missingMinor),
      surplus: view(money.surplusMinor),
      choices: choices.map(({ steps, ...choice }) => ({
        ...choice,
        amount: view(money.missingMinor + money.surplusMinor),
        steps: steps.map(({ amountMinor, takenMinor, ...step }) => ({
          ...step,
          amount: view(amountMinor),
          taken: view(takenMinor),
        })),
      })),
    },
  });
}

/** Both sides of an action on a payment: the transaction page and the order page each take theirs. */
export const paymentAnswer = z.object({ payment: paymentPageView, order: orderView });

export async function paymentAfter(
  done: Promise<Result<{ paymentId: PaymentId; orderId: OrderId; pending: boolean }, Refusal>>,
  user: CurrentUser,
): Answered<z.output<typeof paymentAnswer>> {
  const result = await done;
  if (!result.ok) return result;
  const { paymentId, orderId, pending } = result.value;
  const [payment, order] = await Promise.all([readPayment(paymentId, user), readOrder(orderId, user)]);
  return payment && order ? ok({ status: okStatus(pending), body: { payment, order } }) : refuse(notFound("payment"));
}

/** Recorded money and its order as they are afterwards; 202 while a link that was to be cancelled is still being cancelled. */
export async function offlineAfter(
  done: Promise<Result<Recorded, Refusal>>,
  user: CurrentUser,
): Answered<OfflineRecorded> {
  const result = await done;
  if (!result.ok) return result;
  const { receiptId, orderId, link } = result.value;
  const [order, receipt] = await Promise.all([readOrder(orderId, user), readOfflineReceipt(receiptId, user)]);
  return order && receipt
    ? ok({ status: okStatus(link === "pending"), body: { order, receipt, link } })
    : refuse(notFound("offline_receipt"));
}

/** A saved record as it is read afterwards. */
export async function savedAs<T, View>(
  done: Promise<Result<T, Refusal>>,
  read: (value: T) => Promise<View | null>,
  what: string,
  status?: 201,
): Answered<View> {
  const result = await done;
  if (!result.ok) return result;
  const body = await read(result.value);
  return body === null ? refuse(notFound(what)) : ok({ ...(status ? { status } : {}), body });
}
