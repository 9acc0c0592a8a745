"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { WaiverListRow } from "#lib/contracts/waivers";
import { pages } from "#lib/paths";
import { WaiverActions, type WaiverCommands } from "./waiver-actions";
import { WaiverSentence } from "./waiver-sentence";

/** One waiver of the list: whose order, how much until when, who and why, and what may be done about it. */
export function WaiverRow({ waiver, commands }: { waiver: WaiverListRow; commands: WaiverCommands }) {
  const t = useTranslations("waivers");
  return (
    <li>
      <div className="approval-said">
        <p className="approval-head">
          <Link className="text-link" href={pages.order(waiver.orderId)} prefetch={false}>
            {waiver.orderNumber}
          </Link>
          <span>{waiver.customerName}</span>
          <span className="quiet">
            {t("kind")}
            {waiver.shipped && ` · ${t("shipped")}`}
          </span>
        </p>
        <WaiverSentence waiver={waiver} />
      </div>
      {waiver.state !== "over" && (
        <WaiverActions waiver={waiver} orderNumber={waiver.orderNumber} commands={commands} />
      )}
    </li>
  );
}
