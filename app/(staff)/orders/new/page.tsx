import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { OrderFormPage } from "#components/orders/order-form-page";
import { requireUser } from "#lib/auth/session";
import { readOrderFormChoices } from "#lib/reads/orders";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("orderForm"))("newTitle") };
}

export default async function NewOrderPage() {
  const viewer = await requireUser("order:write");
  return <OrderFormPage order={null} choices={await readOrderFormChoices(viewer)} authorId={viewer.id} />;
}
