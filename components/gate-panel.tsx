"use client";
import { Check } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { OrderView } from "#lib/contracts/orders";
import type { Fix } from "#lib/domain/refusal";
import { Glyph } from "./status-glyphs";
import { Time } from "./time";
import { useBlockerWords } from "./use-blocker-words";
import { useMoneyText } from "./use-money-text";

/**
 * The hold point itself: why goods may not leave, with the numbers and the way out, or that they may and until when. The
 * sentences are those of the buttons and of the API. `fix` draws the button for a way out, or nothing where there is none to
 * press; `whenOpen` is what to do with an open gate.
 */
export function GatePanel({
  order,
  fix,
  whenOpen,
}: {
  order: OrderView;
  fix: (fix: Fix, label: string) => ReactNode;
  whenOpen: ReactNode;
}) {
  const t = useTranslations("order.gate");
  const words = useBlockerWords();
  const { gate, status, completed, shipped, invoiced } = order;
  if (completed || (shipped === "fully" && invoiced === "fully"))
    return <Open title={t("done")}>{order.required.amount > 0 && <Covered order={order} />}</Open>;
  if (shipped === "fully" && gate.invoice.length === 0)
    return (
      <Open title={t("shippedAll")}>
        <Covered order={order} />
      </Open>
    );

  const blockers = gate.ship.length > 0 ? gate.ship : gate.invoice;
  if (blockers.length === 0)
    return (
      <Open title={t("open")} actions={whenOpen}>
        <Covered order={order} />
      </Open>
    );

  const both = gate.ship.length > 0 && gate.invoice.length > 0;
  const title = both ? t("closed") : gate.ship.length > 0 ? t("closedShip") : t("closedInvoice");
  // An order that has not been released is not blocked yet: nothing was asked of anybody.
  const calm = status === "open" || status === "cancelled";
  const told = blockers.map((blocker) => ({ blocker, ...words(blocker) }));
  const buttons = told
    .flatMap(({ fixes }) => fixes)
    .filter((one, index, all) => all.findIndex((other) => other.fix === one.fix) === index)
    .flatMap((one) => fix(one.fix, one.label) ?? []);
  return (
    <section className={calm ? "panel gate" : "panel gate gate-closed"} aria-labelledby="gate-title">
      <h2 id="gate-title" className="gate-title">
        <Glyph name="bars" />
        {title}
      </h2>
      {told.map(({ blocker, explanation }) => (
        <p key={`${blocker.code}${blocker.params.paymentId ?? ""}`} className="panel-text">
          {explanation}
        </p>
      ))}
      {buttons.length > 0 && <div className="gate-actions">{buttons}</div>}
    </section>
  );
}

function Open({ title, children, actions }: { title: string; children: ReactNode; actions?: ReactNode }) {
  return (
    <section className="panel gate" aria-labelledby="gate-title">
      <h2 id="gate-title" className="gate-title gate-title-open">
        <Check className="icon" aria-hidden="true" />
        {title}
      </h2>
      {children}
      {actions && <div className="gate-actions">{actions}</div>}
    </section>
  );
}

/** What the open gate rests on, and until when. */
function Covered({ order }: { order: OrderView }) {
  const t = useTranslations("order.gate");
  const amount = useMoneyText();
  const { required, covered, held, missing, gateOpenUntil } = order;
  if (required.amount === 0) return <p className="panel-text">{t("openNothing")}</p>;
  const sums = { required: amount(required), covered: amount(covered), held: amount(held) };
  const sentence =
    missing.amount > 0
      ? t("openWaived", { ...sums, missing: amount(missing) })
      : held.amount === 0
        ? t("openPaid", sums)
        : held.amount < covered.amount
          ? t("openPartHeld", sums)
          : t("openHeld", sums);
  const gone = order.shipped === "fully";
  // With a waiver it is not the hold alone that ends.
  const until = missing.amount > 0 ? !gone && "waivedUntil" : gone ? "finalizeUntil" : "openUntil";
  return (
    <p className="panel-text">
      {sentence} {until && gateOpenUntil && t.rich(until, { until: () => <Time at={gateOpenUntil} /> })}
    </p>
  );
}
