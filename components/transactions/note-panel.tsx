"use client";
import { Pencil } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ActionButton } from "#components/action-button";
import { Fact, FactsList } from "#components/facts-list";
import { onDemand } from "#components/on-demand";
import type { PaymentPageView } from "#lib/contracts/payments";
import type { TransactionCommands } from "./use-transaction-commands";

const NoteDialog = onDemand(() => import("./note-dialog").then((module) => module.NoteDialog));

/** What people wrote to this payment. The only thing about it that anybody may ever change. */
export function NotePanel({ payment, commands }: { payment: PaymentPageView; commands: TransactionCommands }) {
  const t = useTranslations("transactions.note");
  const [open, setOpen] = useState(false);
  const entries = Object.entries(payment.metadata);
  return (
    <section className="panel" aria-labelledby="note-title">
      <div className="panel-head">
        <h2 id="note-title">{t("title")}</h2>
        <ActionButton
          label={t("edit")}
          icon={<Pencil aria-hidden="true" />}
          iconOnly
          size="sm"
          variant="ghost"
          disabledReason={null}
          onPress={() => setOpen(true)}
        />
      </div>
      {payment.description && <p className="wrap-anywhere whitespace-pre-line">{payment.description}</p>}
      {!payment.description && entries.length === 0 && <p className="text-muted">{t("empty")}</p>}
      {entries.length > 0 && (
        <FactsList>
          {entries.map(([name, value]) => (
            <Fact key={name} label={name}>
              {value}
            </Fact>
          ))}
        </FactsList>
      )}
      {open && <NoteDialog payment={payment} commands={commands} onClose={() => setOpen(false)} />}
    </section>
  );
}
