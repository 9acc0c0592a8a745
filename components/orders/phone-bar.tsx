"use client";
import { useTranslations } from "next-intl";
import { FinalizeAction, SyncAction } from "./gate-fixes";
import { type ActionProps, InvoiceAction, LinkAction, ShipAction } from "./order-actions";

/**
 * At the foot of a phone: the next step, as far as this person can take it, and Ship. Nothing where nothing is left to do,
 * instead of two buttons that only say no.
 */
export function PhoneBar(props: ActionProps) {
  const t = useTranslations("order.action");
  const { order, step } = props;
  if (order.status === "cancelled" || order.completed) return null;
  const bar: ActionProps = { ...props, place: "bar" };
  return (
    <div className="bottom-bar" role="toolbar" aria-label={t("label")} data-step={step ?? undefined}>
      {step === "finalize" ? (
        <FinalizeAction {...bar} />
      ) : step === "sync" ? (
        <SyncAction {...bar} />
      ) : step === "invoice" ? (
        <InvoiceAction {...bar} />
      ) : (
        <LinkAction {...bar} />
      )}
      <ShipAction {...bar} />
    </div>
  );
}
