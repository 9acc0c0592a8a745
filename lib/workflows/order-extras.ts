import type { Tx } from "#db/client";
import { countLines } from "#db/queries/order-lines";
import type { LockedOrder, OrderRow } from "#db/queries/order-locks";
import { type ServiceRow, servicesForLink } from "#db/queries/services";
import type { PaymentServiceId } from "#lib/domain/ids";
import { type Currency, isCurrency } from "#lib/domain/money";
import type { OrderExtras } from "#lib/domain/order-actions";
import { isLive } from "#lib/domain/payment";
import type { Prepayment } from "#lib/domain/prepayment";
import type { World } from "./world.ts";

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
  const [lineCount, services] = await Promise.all([
    countLines(tx, order.id),
    servicesForLink(tx, serviceId, order.currency),
  ]);
  const service = services.find((row) => row.id === serviceId) ?? null;
  return {
    service,
    extras: {
      now: world.now(),
      hasCustomer: order.customerId !== null,
      lineCount,
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
