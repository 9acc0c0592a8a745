import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { TransactionList } from "#components/transactions/transaction-list";
import type { UrlParams } from "#lib/api/payment-filters";
import { listPage } from "../list-page";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("transactions");
  return { title: t("titleOf.offline") };
}

/** Bank transfers and cash that were recorded by hand. */
export default async function OfflineTransactionsPage({ searchParams }: { searchParams: Promise<UrlParams> }) {
  return <TransactionList {...(await listPage(await searchParams, "offline"))} />;
}
