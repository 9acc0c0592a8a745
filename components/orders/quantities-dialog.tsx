"use client";
import { Button, Input, Label, TextField } from "@heroui/react";
import { useLocale, useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { announce } from "#components/announcer";
import { ProblemLine } from "#components/problem-line";
import { useMoneyText } from "#components/use-money-text";
import type { OrderView } from "#lib/contracts/orders";
import type { LineId } from "#lib/domain/ids";
import { formatQuantity } from "#lib/format";
import { DialogButtons, DialogShell } from "./dialog-shell";
import { everything, readQuantities, rowsLeft } from "./quantities";
import type { Failure } from "./use-order-commands";

type Sent = { lines: { lineId: LineId; quantity: string }[]; trackingNumber?: string; note?: string };

/**
 * How much goes now, line by line, filled with all that is left. Shipping and invoicing ask the same question; invoicing says
 * first that held money is taken.
 */
export function QuantitiesDialog({
  kind,
  order,
  isPending,
  failure,
  onSubmit,
  onClose,
}: {
  kind: "ship" | "invoice";
  order: OrderView;
  isPending: boolean;
  failure: Failure | null;
  onSubmit: (input: Sent) => Promise<boolean>;
  onClose: () => void;
}) {
  const t = useTranslations("order");
  const providers = useTranslations("states.provider");
  const locale = useLocale();
  const amount = useMoneyText();
  const rows = rowsLeft(order, kind);
  const [typed, setTyped] = useState(() => everything(rows, locale));
  const [tracking, setTracking] = useState("");
  const [note, setNote] = useState("");
  const [shown, setShown] = useState<{ errors: Record<string, string>; nothing: boolean }>({
    errors: {},
    nothing: false,
  });
  const cells = useRef(new Map<string, HTMLInputElement>());
  const read = readQuantities(rows, typed);

  const sentence = (lineId: string): string | null => {
    const code = shown.errors[lineId];
    const row = rows.find((one) => one.lineId === lineId);
    if (!code || !row) return null;
    if (code === "too_much")
      return t("quantityError.too_much", { left: `${formatQuantity(row.leftMilli, locale)} ${row.unit}`.trim() });
    return t(code === "bad_quantity" ? "quantityError.bad_quantity" : "quantityError.other");
  };

  const submit = async () => {
    if (isPending) return;
    const wrong = Object.keys(read.errors)[0];
    setShown({ errors: read.errors, nothing: !wrong && read.lines.length === 0 });
    if (wrong) {
      cells.current.get(wrong)?.focus();
      return announce(t("quantityError.other"), "assertive");
    }
    if (read.lines.length === 0) return;
    // Ids come from the order that is on screen; the server checks them again.
    const lines = read.lines as Sent["lines"];
    const done = await onSubmit({
      lines,
      ...(kind === "ship" && tracking.trim() ? { trackingNumber: tracking.trim() } : {}),
      ...(note.trim() ? { note: note.trim() } : {}),
    });
    if (done) onClose();
  };

  const { payment } = order;
  const finalizes = kind === "invoice" && payment?.state === "withholding";
  return (
    <DialogShell
      title={t(`${kind}.title`, { number: order.number })}
      size="lg"
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={
        <DialogButtons
          leave={t("ship.close")}
          onLeave={onClose}
          submit={read.all ? t(`${kind}.everything`) : t(`${kind}.some`, { count: read.lines.length })}
          submitting={t(kind === "ship" ? "action.shipping" : "action.invoicing")}
          isPending={isPending}
        />
      }
    >
      {failure?.command === kind && <ProblemLine what={t(`failed.${kind}`)} problem={failure.problem} />}
      <table className="quantities">
        <thead>
          <tr>
            <th scope="col">{t("ship.line")}</th>
            <th scope="col" className="end">
              {t("ship.left")}
            </th>
            <th scope="col" className="end">
              {t(`${kind}.quantity`)}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => {
            const error = sentence(row.lineId);
            return (
              <tr key={row.lineId}>
                <td>{row.label}</td>
                <td className="end num">
                  {formatQuantity(row.leftMilli, locale)} <span className="quiet">{row.unit}</span>
                </td>
                <td className="quantities-cell">
                  <input
                    ref={(cell) => {
                      if (cell) cells.current.set(row.lineId, cell);
                    }}
                    className="input"
                    inputMode="decimal"
                    autoComplete="off"
                    // biome-ignore lint/a11y/noAutofocus: the dialog exists to fill this in
                    autoFocus={index === 0}
                    aria-label={t(`${kind}.quantityOf`, { line: row.label })}
                    aria-invalid={error ? true : undefined}
                    aria-describedby={error ? `quantity-${row.lineId}` : undefined}
                    value={typed[row.lineId] ?? ""}
                    onChange={(event) => setTyped({ ...typed, [row.lineId]: event.target.value })}
                    onFocus={(event) => event.target.select()}
                  />
                  {error && (
                    <p className="field-error" id={`quantity-${row.lineId}`} data-visible="true">
                      {error}
                    </p>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <div className="quantities-fill">
        <Button size="sm" variant="outline" onPress={() => setTyped(everything(rows, locale))}>
          {t("ship.setAll")}
        </Button>
        <Button size="sm" variant="outline" onPress={() => setTyped({})}>
          {t("ship.setNone")}
        </Button>
      </div>
      {shown.nothing && (
        <p className="field-error" role="alert" data-visible="true">
          {t(`${kind}.nothing`)}
        </p>
      )}
      <div className="dialog-fields">
        {kind === "ship" && (
          <TextField value={tracking} onChange={setTracking} maxLength={100}>
            <Label>{t("ship.tracking")}</Label>
            <Input autoComplete="off" />
          </TextField>
        )}
        <TextField value={note} onChange={setNote} maxLength={500}>
          <Label>{t("ship.note")}</Label>
          <Input autoComplete="off" />
        </TextField>
      </div>
      <p className="panel-text">
        {finalizes
          ? t("invoice.finalizesFirst", { amount: amount(payment.held), provider: providers(payment.provider) })
          : t(`${kind}.whatHappens`)}
        {finalizes && !read.all && payment.capabilities.finalizeTimes === "once" && (
          <>
            {" "}
            <strong>
              {t("invoice.finalizesOnce", { amount: amount(payment.held), provider: providers(payment.provider) })}
            </strong>
          </>
        )}
      </p>
    </DialogShell>
  );
}
