"use client";
import { Check, Undo2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { ActionButton } from "#components/action-button";
import { Time } from "#components/time";
import { useReason } from "#components/use-blocker-words";
import { useMoneyText } from "#components/use-money-text";
import { sendWaiverApproval, sendWaiverRevocation } from "#lib/api/approvals";
import type { OrderView } from "#lib/contracts/orders";
import type { WaiverView } from "#lib/contracts/waivers";

export type WaiverCommands = {
  running: string | null;
  decide: (key: string, said: string, send: () => Promise<OrderView>) => Promise<boolean>;
};

/** Approve and take back, each with the reason where this person may not. */
export function WaiverActions({
  waiver,
  orderNumber,
  commands,
}: {
  waiver: WaiverView;
  orderNumber: string;
  commands: WaiverCommands;
}) {
  const t = useTranslations("waivers");
  const why = useReason();
  const amount = useMoneyText()(waiver.cap);
  const { running, decide } = commands;
  const said = { amount, number: orderNumber };
  const until = () => <Time at={waiver.endsAt} />;
  return (
    <div className="gate-actions">
      {waiver.state === "asked" && (
        <ActionButton
          size="sm"
          icon={<Check aria-hidden="true" />}
          label={t("approve")}
          disabledReason={why(waiver.actions.approve)}
          isPending={running === `approve ${waiver.id}`}
          pendingLabel={t("approving")}
          confirm={{
            title: t("approveTitle", said),
            body: t.rich("approveBody", { by: waiver.requestedByName, reason: waiver.reason, until }),
            confirmLabel: t("approveDo", { amount }),
            cancelLabel: t("leave"),
          }}
          onPress={() => decide(`approve ${waiver.id}`, t("approvedSaid", said), () => sendWaiverApproval(waiver.id))}
        />
      )}
      <ActionButton
        size="sm"
        icon={<Undo2 aria-hidden="true" />}
        // Who may approve says no; who asked changes their mind.
        label={t(waiver.state === "live" ? "revoke" : waiver.actions.approve ? "withdraw" : "refuse")}
        disabledReason={why(waiver.actions.revoke)}
        isPending={running === `revoke ${waiver.id}`}
        pendingLabel={t("revoking")}
        confirm={{
          title: t("revokeTitle", said),
          body: t(waiver.state === "asked" ? "withdrawBody" : "revokeBody"),
          confirmLabel: t("revokeDo"),
          cancelLabel: t("leave"),
          tone: "danger",
        }}
        onPress={() => decide(`revoke ${waiver.id}`, t("revokedSaid", said), () => sendWaiverRevocation(waiver.id))}
      />
    </div>
  );
}
