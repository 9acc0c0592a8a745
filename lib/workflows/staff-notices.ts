import type { Tx } from "#db/client";
import type { MessageRow } from "#db/queries/messages";
import type { LockedOrder } from "#db/queries/order-locks";
import type { PaymentRow } from "#db/queries/payment-rows";
import { noteRefusedCredentials } from "#db/queries/services";
import { silentServices } from "#db/queries/webhook-silence";
import { transact } from "#db/transact";
import type { PaymentServiceId, UserId } from "#lib/domain/ids";
import { moneyView } from "#lib/domain/money";
import { everHadMoney, type MoneyFacts, securedMinor } from "#lib/domain/payment";
import { ok } from "#lib/domain/result";
import { type NoticeFact, notify } from "./notify.ts";
import type { World } from "./world.ts";

/** Whose order it is; where nobody's, finance looks after it. */
export const ownerOf = ({ order }: Pick<LockedOrder, "order">): NoticeFact["to"][number] =>
  order.salespersonId ?? "finance";

/** What a report about a payment means to the people here: it is paid, it came to nothing, or a hold is gone. */
export function noticesOfReport(
  locked: LockedOrder,
  payment: PaymentRow,
  known: MoneyFacts,
  facts: MoneyFacts,
): NoticeFact[] {
  const about = (kind: NoticeFact["kind"], to: NoticeFact["to"], step: string, amountMinor: bigint): NoticeFact => ({
    kind,
    to,
    orderId: payment.orderId,
    paymentId: payment.id,
    params: { amount: moneyView(amountMinor, payment.currency), how: step, attempt: payment.attempt },
    dedupeKey: `${kind}:${payment.id}`,
  });
  const owner = ownerOf(locked);
  if (everHadMoney(facts) && !everHadMoney(known))
    return [about("paid", [owner], facts.capturedMinor > 0n ? "taken" : "held", securedMinor(facts))];
  const letGo = facts.holdReleased && !known.holdReleased && facts.capturedMinor === 0n && facts.heldMinor > 0n;
  const asked = locked.operations.some(({ paymentId, kind }) => paymentId === payment.id && kind === "release_hold");
  if (letGo && !asked) return [about("hold_lost", [owner, "finance"], "released", facts.heldMinor)];
  const ended = facts.ended !== known.ended && !everHadMoney(facts) ? facts.ended : null;
  return ended === "failed" || ended === "expired" ? [about("failed", [owner], ended, payment.amountMinor)] : [];
}

/** Something the customer should have got and has not: whoever looks after the order may know another way to them. */
export const undelivered = (
  { id, orderId, paymentId, recipient }: MessageRow,
  salespersonId: UserId | null,
  how: string,
): NoticeFact => ({
  kind: "undelivered",
  to: [salespersonId ?? "finance"],
  orderId,
  paymentId,
  params: { recipient, how },
  dedupeKey: `undelivered:${id}`,
});

/** Writes that a provider refuses our keys and tells those who can repair it, once for each time that begins. */
export async function noteAndTellRefusedCredentials(tx: Tx, id: PaymentServiceId, problem: string): Promise<void> {
  const service = await noteRefusedCredentials(tx, id, problem);
  if (!service) return;
  await notify(tx, {
    kind: "provider_problem",
    to: ["admin", "finance"],
    params: { how: "credentials", service: service.name, serviceId: id, message: problem },
    dedupeKey: `credentials:${id}:${service.since.toISOString()}`,
  });
}

/** One payment that we asked about before its webhook came is nothing; several without any webhook are. */
const SILENT_AFTER = 2;

/** Tells of services whose payments are found by asking because no webhook comes, once for each such time. */
export async function tellOfSilence(world: World): Promise<void> {
  for (const { id, name, count, lastWebhookAt } of await silentServices(world.db, world.now(), SILENT_AFTER))
    await transact<void, never>(world.db, async (tx) =>
      ok(
        await notify(tx, {
          kind: "provider_problem",
          to: ["admin", "finance"],
          params: { how: "silent", service: name, serviceId: id, number: count },
          dedupeKey: `webhooks_silent:${id}:${lastWebhookAt ?? "never"}`,
        }),
      ),
    );
}
