"use client";
import { Check, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ActionButton } from "#components/action-button";
import { DialogButtons, DialogShell } from "#components/orders/dialog-shell";
import { ReasonField } from "#components/reason-field";
import { useReason } from "#components/use-blocker-words";
import { useMoneyText } from "#components/use-money-text";
import { sendOfflineApproval, sendOfflineRefusal } from "#lib/api/approvals";
import type { OfflineRecorded } from "#lib/contracts/approvals";
import type { OfflineReceiptView } from "#lib/contracts/offline";
import { type LiveLinkChoice, LiveLinkQuestion } from "./live-link-question";

export type ReceiptCommands = {
  running: string | null;
  decide: (key: string, said: string, send: () => Promise<OfflineRecorded>) => Promise<boolean>;
};

const SHORTEST_REASON = 3;

/** Approve and refuse, each with the reason where this person may not. */
export function ReceiptActions({ receipt, commands }: { receipt: OfflineReceiptView; commands: ReceiptCommands }) {
  const t = useTranslations("offline");
  const why = useReason();
  const amount = useMoneyText()(receipt.amount);
  const [asked, setAsked] = useState<"approve" | "refuse" | null>(null);
  const { running } = commands;
  return (
    <div className="gate-actions">
      <ActionButton
        size="sm"
        icon={<Check aria-hidden="true" />}
        label={t("approve", { amount })}
        disabledReason={why(receipt.actions.approve)}
        isPending={running === `approve ${receipt.id}`}
        pendingLabel={t("approving")}
        onPress={() => setAsked("approve")}
      />
      <ActionButton
        size="sm"
        icon={<X aria-hidden="true" />}
        label={t("refuse")}
        disabledReason={why(receipt.actions.refuse)}
        isPending={running === `refuse ${receipt.id}`}
        pendingLabel={t("refusing")}
        onPress={() => setAsked("refuse")}
      />
      {asked === "approve" && <ApproveDialog receipt={receipt} commands={commands} onClose={() => setAsked(null)} />}
      {asked === "refuse" && <RefuseDialog receipt={receipt} commands={commands} onClose={() => setAsked(null)} />}
    </div>
  );
}

type DialogProps = { receipt: OfflineReceiptView; commands: ReceiptCommands; onClose: () => void };

/** The last look of the second person: the paper's facts, and what becomes of a link that asks for the same money. */
function ApproveDialog({ receipt, commands, onClose }: DialogProps) {
  const t = useTranslations("offline");
  const kind = useTranslations("states.offlineKind");
  const amount = useMoneyText();
  const [link, setLink] = useState<LiveLinkChoice | null>(null);
  const [judged, setJudged] = useState(false);
  const key = `approve ${receipt.id}`;
  const said = { amount: amount(receipt.amount), number: receipt.orderNumber };
  const submit = async () => {
    setJudged(true);
    if (commands.running || (receipt.liveLink && !link)) return;
    const input = link ? { liveLink: link } : {};
    // A refusal is told beside the list, where it stays.
    await commands.decide(key, t("approvedSaid", said), () => sendOfflineApproval(receipt.id, input));
    onClose();
  };
  return (
    <DialogShell
      title={t("approveTitle", said)}
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={
        <DialogButtons
          leave={t("leave")}
          onLeave={onClose}
          submit={t("approve", said)}
          isPending={commands.running === key}
        />
      }
    >
      <div className="grid gap-4">
        <p>
          {t("approveBody", { kind: kind(receipt.kind), reference: receipt.reference, by: receipt.recordedByName })}{" "}
          {t("approveMore", { proof: receipt.attachment ? "true" : "false" })}
        </p>
        {receipt.liveLink && (
          <LiveLinkQuestion asked={receipt.liveLink} choice={link} onChoice={setLink} isMissing={judged && !link} />
        )}
      </div>
    </DialogShell>
  );
}

function RefuseDialog({ receipt, commands, onClose }: DialogProps) {
  const t = useTranslations("offline");
  const amount = useMoneyText()(receipt.amount);
  const [reason, setReason] = useState("");
  const [judged, setJudged] = useState(false);
  const key = `refuse ${receipt.id}`;
  const tooShort = reason.trim().length < SHORTEST_REASON;
  const said = { amount, number: receipt.orderNumber };
  const submit = async () => {
    setJudged(true);
    if (commands.running || tooShort) return;
    await commands.decide(key, t("refusedSaid", said), () => sendOfflineRefusal(receipt.id, { reason: reason.trim() }));
    onClose();
  };
  return (
    <DialogShell
      title={t("refuseTitle", said)}
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={
        <DialogButtons
          leave={t("leave")}
          onLeave={onClose}
          submit={t("refuseDo")}
          isPending={commands.running === key}
          tone="danger"
        />
      }
    >
      <ReasonField
        label={t("refuseReason")}
        value={reason}
        onChange={setReason}
        isMissing={judged && tooShort}
        problem={t("reasonNeeded")}
        autoFocus
      />
    </DialogShell>
  );
}
