"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useMoneyText } from "#components/use-money-text";
import type { OfflineReceiptView } from "#lib/contracts/offline";
import { pages } from "#lib/paths";
import { ReceiptActions, type ReceiptCommands } from "./receipt-actions";
import { ReceiptSentence } from "./receipt-sentence";

/** One receipt of the list: whose order, how much came how, who recorded it, and what may be done about it. */
export function ReceiptRow({ receipt, commands }: { receipt: OfflineReceiptView; commands: ReceiptCommands }) {
  const t = useTranslations("offline");
  const kind = useTranslations("states.offlineKind");
  const amount = useMoneyText()(receipt.amount);
  return (
    <li>
      <div className="approval-said">
        <p className="approval-head">
          <Link className="text-link" href={pages.order(receipt.orderId)} prefetch={false}>
            {receipt.orderNumber}
          </Link>
          <span>{receipt.customerName}</span>
          <span className="quiet">{kind(receipt.kind)}</span>
        </p>
        <p className="panel-text">
          {receipt.paymentId ? (
            <Link className="text-link" href={pages.transaction(receipt.paymentId)} prefetch={false}>
              {amount}
            </Link>
          ) : (
            amount
          )}{" "}
          · {t(receipt.reversed ? "state.reversed" : `state.${receipt.state}`)}
        </p>
        <ReceiptSentence receipt={receipt} />
      </div>
      {receipt.state === "waiting" && <ReceiptActions receipt={receipt} commands={commands} />}
    </li>
  );
}
