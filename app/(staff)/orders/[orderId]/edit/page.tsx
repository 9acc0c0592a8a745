import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { cache } from "react";
import { OrderFormPage } from "#components/orders/order-form-page";
import { requireUser } from "#lib/auth/session";
import { isId, type OrderId } from "#lib/domain/ids";
import { pages } from "#lib/paths";
import { readOrder, readOrderFormChoices } from "#lib/reads/orders";

type Props = { params: Promise<{ orderId: string }> };

/** Once per request: the title and the page ask for the same order. */
const orderFor = cache(async (orderId: OrderId) => readOrder(orderId, await requireUser("order:write")));

async function idOf({ params }: Props): Promise<OrderId> {
  const { orderId } = await params;
  return isId("ord", orderId) ? orderId : notFound();
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  const order = await orderFor(await idOf(props));
  return { title: (await getTranslations("orderForm"))("editTitle", { number: order?.number ?? "" }) };
}

/** Changing an open order. One that is released is shown instead: it says how to reopen it. */
export default async function EditOrderPage(props: Props) {
  const viewer = await requireUser("order:write");
  const orderId = await idOf(props);
  const [order, choices] = await Promise.all([orderFor(orderId), readOrderFormChoices(viewer)]);
  if (!order) notFound();
  if (order.actions.edit !== null) redirect(pages.order(order.id));
  return <OrderFormPage order={order} choices={choices} authorId={viewer.id} />;
}
