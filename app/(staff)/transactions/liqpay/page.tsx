import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { TransactionList } from "#components/transactions/transaction-list";
import type { UrlParams } from "#lib/api/payment-filters";
import { listPage } from "../list-page";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("transactions");
  return { title: t("titleOf.liqpay") };
}

/** LiqPay Transactions. */
export default async function LiqpayTransactionsPage({ searchParams }: { searchParams: Promise<UrlParams> }) {
  return <TransactionList {...(await listPage(await searchParams, "liqpay"))} />;
}
