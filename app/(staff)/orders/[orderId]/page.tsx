import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { cache } from "react";
import { MessagesFor } from "#components/messages-for";
import { OrderPage } from "#components/orders/order-page";
import { QueryProvider } from "#components/query-provider";
import { requireUser } from "#lib/auth/session";
import type { OrderId } from "#lib/domain/ids";
import { isId } from "#lib/domain/ids";
import { BLOCKER_NAMESPACES } from "#lib/i18n/blocker-text";
import { readOrder, readOrderTimeline } from "#lib/reads/orders";

type Props = { params: Promise<{ orderId: string }> };

/** Once per request: the title and the page ask for the same order. */
const orderFor = cache(async (orderId: OrderId) => readOrder(orderId, await requireUser("order:read")));

async function idOf({ params }: Props): Promise<OrderId> {
  const { orderId } = await params;
  return isId("ord", orderId) ? orderId : notFound();
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  const order = await orderFor(await idOf(props));
  return { title: order?.number ?? (await getTranslations("errors"))("notFoundTitle") };
}

export default async function Page(props: Props) {
  const viewer = await requireUser("order:read");
  const orderId = await idOf(props);
  const [order, timeline] = await Promise.all([orderFor(orderId), readOrderTimeline(orderId, viewer)]);
  if (!order) notFound();
  return (
    <MessagesFor
      namespaces={[
        "order",
        "cancelSteps",
        "waivers",
        "offline",
        "share",
        "messages",
        "timeline",
        "finalize",
        "trouble",
        "errors",
        "abnormal",
        "signIn",
        ...BLOCKER_NAMESPACES,
      ]}
    >
      <QueryProvider>
        <OrderPage key={order.id} initial={order} initialTimeline={timeline} />
      </QueryProvider>
    </MessagesFor>
  );
}
