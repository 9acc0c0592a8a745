import { and, eq, sql } from "drizzle-orm";
import type { Tx } from "#db/client";
import type { LockedOrder, OrderRow } from "#db/queries/order-locks";
import { orderLines } from "#db/schema/orders";
import { paymentServices } from "#db/schema/services";
import type { PaymentServiceId } from "#lib/domain/ids";
import { type Currency, isCurrency } from "#lib/domain/money";
import type { OrderExtras } from "#lib/domain/order-actions";
import { isLive } from "#lib/domain/payment";
import type { Prepayment } from "#lib/domain/prepayment";
import type { World } from "./world.ts";

export type ServiceRow = typeof paymentServices.$inferSelect;

export function prepaymentOfRow(
  row: Pick<OrderRow, "prepaymentKind" | "prepaymentBp" | "prepaymentMinor">,
): Prepayment {
  switch (row.prepaymentKind) {
    case "percent":
      return { kind: "percent", basisPoints: row.prepaymentBp ?? 0 };
    case "amount":
      return { kind: "amount", amountMinor: row.prepaymentMinor ?? 0n };
    case "none":
      return { kind: "none" };
  }
}

/**
 * What the rules about a locked order need beyond its money, and the row of the service that a link would be made with
 * (the order's own unless another is named).
 */
export async function extrasOf(
  tx: Tx,
  world: World,
  { order, payments }: LockedOrder,
  serviceId: PaymentServiceId | null = order.serviceId,
): Promise<{ extras: OrderExtras; service: ServiceRow | null }> {
  const [lines, services] = await Promise.all([
    tx.select({ count: sql<number>`count(*)::int` }).from(orderLines).where(eq(orderLines.orderId, order.id)),
    tx
      .select()
      .from(paymentServices)
      .where(
        sql`${paymentServices.id} = ${serviceId ?? ""} or ${and(
          eq(paymentServices.enabled, true),
          eq(paymentServices.currency, order.currency),
          sql`${paymentServices.credentialsProblemAt} is null`,
        )}`,
      ),
  ]);
  const service = services.find((row) => row.id === serviceId) ?? null;
  return {
    service,
    extras: {
      now: world.now(),
      hasCustomer: order.customerId !== null,
      lineCount: lines[0]?.count ?? 0,
      prepayment: prepaymentOfRow(order),
      service: service && {
        name: service.name,
        enabled: service.enabled,
        currency: currencyOf(service),
        credentialsUsable: service.credentialsComplete && service.credentialsProblemAt === null,
      },
      otherServiceUsable: services.some((row) => row.id !== serviceId),
      shipped: order.shipped,
      invoiced: order.invoiced,
      liveUrl: payments.find((row) => isLive(row.state))?.url ?? null,
    },
  };
}

function currencyOf(service: ServiceRow): Currency {
  if (!isCurrency(service.currency)) throw new Error("Invariant broken: a payment service without a known currency");
  return service.currency;
}
