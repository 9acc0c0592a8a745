import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { ItemList } from "#components/items/item-list";
import { MessagesFor } from "#components/messages-for";
import type { UrlParams } from "#lib/api/payment-filters";
import { requireUser } from "#lib/auth/session";
import { itemListQuery } from "#lib/contracts/customers";
import { may } from "#lib/domain/roles";
import { pages } from "#lib/paths";
import { BadCursor } from "#lib/reads/cursor";
import { readItems } from "#lib/reads/items";
import { readOrderFormChoices } from "#lib/reads/orders";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("items");
  return { title: t("title") };
}

/** The catalogue, by code. */
export default async function ItemsPage({ searchParams }: { searchParams: Promise<UrlParams> }) {
  const viewer = await requireUser("item:read");
  const { q, cursor, active } = await searchParams;
  const asked = itemListQuery.safeParse({
    ...(q ? { q } : {}),
    ...(cursor ? { cursor } : {}),
    ...(active ? { active } : {}),
  });
  const query = asked.success ? asked.data : itemListQuery.parse({});
  const [page, { company }] = await Promise.all([
    readItems(query, viewer).catch((error: unknown) => {
      if (error instanceof BadCursor) redirect(pages.items({ q: query.q, active: query.active }));
      throw error;
    }),
    readOrderFormChoices(viewer),
  ]);
  return (
    <MessagesFor namespaces={["items", "problems", "errors", "signIn", "blockers", "states"]}>
      <ItemList
        {...page}
        query={query}
        mayWrite={may(viewer.role, "item:write")}
        company={{ currency: company.currency, vatPercent: company.defaultVatPercent }}
      />
    </MessagesFor>
  );
}
