import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { MessagesFor } from "#components/messages-for";
import { QueryProvider } from "#components/query-provider";
import { TransactionPage } from "#components/transactions/transaction-page";
import { requireUser } from "#lib/auth/session";
import { isId } from "#lib/domain/ids";
import type { Namespace } from "#lib/i18n/app-config";
import { readPayment, readPaymentTimeline } from "#lib/reads/payments";

/** What the page's client parts say: its own words, the dialog's, and why something is refused. */
const NAMESPACES: readonly Namespace[] = [
  "transactions",
  "offline",
  "timeline",
  "finalize",
  "order",
  "states",
  "abnormal",
  "problems",
  "errors",
  "signIn",
  "blockers",
];

type Params = { params: Promise<{ paymentId: string }> };

export async function generateMetadata({ params }: Params): Promise<Metadata> {
  const viewer = await requireUser("payment:read");
  const { paymentId } = await params;
  const payment = isId("pay", paymentId) ? await readPayment(paymentId, viewer) : null;
  const t = await getTranslations("errors");
  return { title: payment ? `${payment.orderNumber} / ${payment.attempt}` : t("notFoundTitle") };
}

/** One transaction. Lists of single providers live beside it; an id always starts with `pay_`. */
export default async function TransactionRoute({ params }: Params) {
  const viewer = await requireUser("payment:read");
  const { paymentId } = await params;
  if (!isId("pay", paymentId)) notFound();
  const [payment, timeline] = await Promise.all([
    readPayment(paymentId, viewer),
    readPaymentTimeline(paymentId, viewer),
  ]);
  if (!payment) notFound();
  return (
    <MessagesFor namespaces={NAMESPACES}>
      <QueryProvider>
        <TransactionPage initial={payment} initialTimeline={timeline} />
      </QueryProvider>
    </MessagesFor>
  );
}
