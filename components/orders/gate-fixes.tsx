"use client";
import { BadgeCheck, RefreshCw } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { ActionButton } from "#components/action-button";
import { useReason } from "#components/use-blocker-words";
import { useMoneyText } from "#components/use-money-text";
import type { OrderId } from "#lib/domain/ids";
import type { Fix } from "#lib/domain/refusal";
import { pages } from "#lib/paths";
import { type ActionProps, CopyLinkAction, EditAction, NewLinkAction, ShipAction } from "./order-actions";

/** The button for a way out of a closed gate; null where there is nothing to press, or the head's button says it already. */
export function gateFix(props: ActionProps, fix: Fix, label: string): ReactNode {
  const { order, step } = props;
  const inGate: ActionProps = { ...props, place: "gate" };
  switch (fix) {
    case "copy_link":
      return <CopyLinkAction key="copy" {...inGate} />;
    case "new_link":
      return <NewLinkAction key={fix} {...inGate} />;
    case "sync":
      return order.payment && <SyncAction key={fix} {...inGate} />;
    case "finalize":
      return order.payment && <FinalizeAction key={fix} {...inGate} />;
    case "reopen":
      return <EditAction key={fix} {...inGate} />;
    case "edit_order":
      return order.status === "open" && <EditAction key={fix} {...inGate} />;
    case "open_review":
      return (
        <FixLink
          key={fix}
          href={pages.reviews({ orderId: order.id as OrderId })}
          label={label}
          filled={step === "open_review"}
        />
      );
    case "open_transaction":
    case "refund":
      return (
        order.payment && (
          <FixLink
            key={fix}
            href={pages.transaction(order.payment.id)}
            label={label}
            filled={step === "open_transaction"}
          />
        )
      );
    case "open_settings":
      return <FixLink key={fix} href={pages.settings()} label={label} filled={false} />;
    default:
      return null;
  }
}

function FixLink({ href, label, filled }: { href: string; label: string; filled: boolean }) {
  return (
    <Link className={`button button--sm ${filled ? "button--primary" : "button--outline"}`} href={href}>
      {label}
    </Link>
  );
}

/** Small in the gate, wide in the bar of a phone. */
const place = ({ place }: ActionProps) =>
  place === "bar" ? { size: "lg" as const, fullWidth: true } : { size: "sm" as const };

/** With the gate open: ship, and take the money that is only held. */
export function OpenGateActions(props: ActionProps) {
  const { order } = props;
  const inGate: ActionProps = { ...props, place: "gate" };
  return (
    <>
      {order.shipped !== "fully" && <ShipAction {...inGate} />}
      {order.payment?.state === "withholding" && <FinalizeAction {...inGate} />}
    </>
  );
}

export function FinalizeAction(props: ActionProps) {
  const { order, commands, open, step } = props;
  const t = useTranslations("order");
  const fix = useTranslations("blockers.fix");
  const why = useReason();
  const amount = useMoneyText();
  const { payment } = order;
  if (!payment) return null;
  return (
    <ActionButton
      {...place(props)}
      variant={step === "finalize" ? "primary" : "outline"}
      icon={<BadgeCheck aria-hidden="true" />}
      label={props.place === "bar" ? t("payment.finalize") : fix("finalize", { held: amount(payment.held) })}
      disabledReason={why(payment.actions.finalize)}
      isPending={commands.running === "finalize"}
      pendingLabel={t("payment.finalizing")}
      onPress={() => open("finalize")}
    />
  );
}

export function SyncAction(props: ActionProps) {
  const { order, commands, step } = props;
  const t = useTranslations("order.payment");
  const why = useReason();
  const provider = useTranslations("states.provider");
  const { payment } = order;
  if (!payment) return null;
  return (
    <ActionButton
      {...place(props)}
      variant={step === "sync" ? "primary" : "outline"}
      icon={<RefreshCw aria-hidden="true" />}
      label={t("updateStatus")}
      disabledReason={why(payment.actions.sync)}
      isPending={commands.running === "sync"}
      pendingLabel={t("updating", { provider: provider(payment.provider) })}
      onPress={() => commands.sync(payment.id)}
    />
  );
}
