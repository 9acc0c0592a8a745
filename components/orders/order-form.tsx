"use client";
import { useQueryClient } from "@tanstack/react-query";
import { CircleCheck, History } from "lucide-react";
import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { ActionButton } from "#components/action-button";
import { announce } from "#components/announcer";
import { LeaveGuard } from "#components/leave-guard";
import { MessageLine } from "#components/message-line";
import { Money } from "#components/money";
import { onDemand } from "#components/on-demand";
import { PageHead } from "#components/page-head";
import { ProblemLine } from "#components/problem-line";
import { OrderStatusPill } from "#components/state-badges";
import { Time } from "#components/time";
import { useCommands } from "#components/use-shortcuts";
import { draftOf, emptyDraft } from "#lib/api/order-draft";
import { orderQuery } from "#lib/api/orders";
import type { OrderFormChoices, OrderView } from "#lib/contracts/orders";
import type { MoneyView } from "#lib/domain/money";
import { formatMoneyView } from "#lib/format";
import { pages } from "#lib/paths";
import { ConflictPanel } from "./conflict-panel";
import { forgetDraft } from "./draft-storage";
import { LinesEditor } from "./lines-editor";
import { MoreFields, OrderFields } from "./order-fields";
import { OrderTotals } from "./order-totals";
import { PrepaymentFields } from "./prepayment-fields";
import { useOrderDraft } from "./use-order-draft";
import { useOrderSubmit } from "./use-order-submit";

const EditMoneyDialog = onDemand(() => import("./edit-money-dialog").then((module) => module.EditMoneyDialog));

/**
 * An order being written: new, or open and being changed. Save keeps it, Release saves it and makes the link; what Release will
 * do stands above it in a sentence before it is pressed.
 */
export function OrderForm({
  order,
  choices,
  authorId,
  today,
}: {
  /** Null: a new one. */
  order: OrderView | null;
  choices: OrderFormChoices;
  authorId: string;
  /** The calendar day in the company's zone. */
  today: string;
}) {
  const t = useTranslations("orderForm");
  const common = useTranslations("common");
  const locale = useLocale();
  const router = useRouter();
  const client = useQueryClient();
  const sheet = useRef<HTMLFormElement>(null);
  const { company } = choices;
  const [start] = useState(() => ({
    draft: order ? draftOf(order, locale) : emptyDraft(choices, authorId, today, locale),
    orderId: order?.id ?? null,
    version: order?.version ?? null,
    pricesIncludeVat: order?.pricesIncludeVat ?? company.pricesIncludeVat,
    vat: company.defaultVatPercent,
  }));
  const form = useOrderDraft(start);
  const { draft, totals } = form;
  const submit = useOrderSubmit({
    form,
    order,
    sheet,
    onSaved: (saved) => {
      client.setQueryData(orderQuery(saved.id).queryKey, saved);
      if (order === null) router.replace(pages.editOrder(saved.id), { scroll: false });
      else router.refresh();
    },
    onReleased: (released) => {
      client.setQueryData(orderQuery(released.id).queryKey, released);
      router.push(pages.order(released.id));
    },
  });
  const { running, failure, conflict } = submit;

  const money = (amountMinor: bigint): MoneyView => ({ amount: Number(amountMinor), currency: draft.currency });
  const zero = money(0n);
  const asked = totals.requiredMinor ?? 0n;
  const leave = () => {
    forgetDraft(form.orderId);
    router.push(order ? pages.order(order.id) : pages.orders());
  };
  useCommands([
    { id: "release-f9", label: t("release"), keys: "ctrl+f9", disabledReason: null, run: () => void submit.release() },
  ]);

  const save = (place: "head" | "bar") => (
    <ActionButton
      label={t("save")}
      disabledReason={null}
      isPending={running === "save"}
      pendingLabel={t("saving")}
      onPress={submit.save}
      {...(place === "bar" ? { size: "lg" as const, fullWidth: true } : { shortcut: "ctrl+s" })}
    />
  );
  const release = (place: "head" | "bar") => (
    <ActionButton
      label={
        place === "bar" && asked > 0n
          ? t("releaseAmount", { amount: formatMoneyView(money(asked), locale) })
          : t("release")
      }
      variant="primary"
      disabledReason={null}
      isPending={running === "release"}
      pendingLabel={t("releasing")}
      onPress={submit.release}
      {...(place === "bar" ? { size: "lg" as const, fullWidth: true } : { shortcut: "ctrl+enter" })}
    />
  );
  return (
    <form
      className="order-form"
      ref={sheet}
      noValidate
      // Enter belongs to the grid and the lists; saving has its own keys.
      onSubmit={(event) => event.preventDefault()}
    >
      <LeaveGuard isDirty={form.isDirty && running === null} />
      <PageHead
        title={order?.number ?? t("newTitle")}
        back={{ href: order ? pages.order(order.id) : pages.orders(), label: t("back") }}
        pills={
          <>
            <OrderStatusPill status="open" />
            {order && (
              <span className="saved-note">
                <CircleCheck className="icon" aria-hidden="true" />
                <span>{t.rich("saved", { at: () => <Time at={order.updatedAt} form="timeOrMoment" /> })}</span>
              </span>
            )}
          </>
        }
        actions={
          <div className="order-actions" role="toolbar" aria-label={t("actions")}>
            <ActionButton
              label={order ? t("discard") : t("discardNew")}
              variant="ghost"
              disabledReason={null}
              confirm={
                form.isDirty
                  ? {
                      title: t("discardTitle"),
                      body: order ? t("discardBody") : t("discardBodyNew"),
                      confirmLabel: t("discardYes"),
                      cancelLabel: common("leave.stay"),
                      tone: "danger",
                    }
                  : undefined
              }
              onPress={leave}
            />
            {save("head")}
            {release("head")}
          </div>
        }
      />
      <div className="form-messages">
        {form.restoredAt && (
          <MessageLine
            icon={<History className="icon" />}
            title={t.rich("restored", { at: () => <Time at={form.restoredAt ?? ""} form="timeOrMoment" /> })}
            live="polite"
            action={
              <button type="button" className="button button--outline button--sm" onClick={form.discard}>
                {t("startOver")}
              </button>
            }
          >
            {form.restoredOld ? t("restoredOld") : t("restoredMore")}
          </MessageLine>
        )}
        {failure && !submit.money && (
          <ProblemLine what={t(failure.what, { number: failure.number })} problem={failure.problem} />
        )}
        {form.wrong > 0 && (
          <p className="form-wrong" role="alert">
            {t("fix", { count: form.wrong })}
          </p>
        )}
        {conflict && (
          <ConflictPanel
            mine={draft}
            theirs={conflict}
            choices={choices}
            base={form.savedDraft}
            onTakeTheirs={submit.takeTheirs}
            onCombine={(picks) => {
              submit.combine(picks);
              announce(t("conflict.kept"));
            }}
          />
        )}
      </div>
      {submit.money && (
        <EditMoneyDialog
          key={submit.money.asked}
          number={order?.number ?? ""}
          preview={submit.money.preview}
          changed={submit.money.changed}
          isPending={running === "release"}
          problem={failure?.problem ?? null}
          onChoose={(choice, amount) => void submit.saveWith({ choice, amount })}
          onClose={submit.keepEditing}
        />
      )}
      <OrderFields form={form} choices={choices} />
      <LinesEditor form={form} />
      <div className="form-money">
        <div>
          <PrepaymentFields
            form={form}
            services={choices.services}
            covered={order?.covered ?? zero}
            held={order?.held ?? zero}
          />
          <MoreFields form={form} choices={choices} />
        </div>
        <OrderTotals
          net={money(totals.netMinor)}
          vat={money(totals.vatMinor)}
          total={money(totals.totalMinor)}
          vatRates={totals.vatRates}
        >
          {asked > 0n && (
            <>
              <Figure label={t("totals.asked")} value={money(asked)} />
              <Figure label={t("totals.later")} value={money(totals.totalMinor - asked)} />
            </>
          )}
        </OrderTotals>
      </div>
      <div className="bottom-bar" role="toolbar" aria-label={t("actions")}>
        {save("bar")}
        {release("bar")}
      </div>
    </form>
  );
}

function Figure({ label, value }: { label: string; value: MoneyView }) {
  return (
    <div className="total-row">
      <dt>{label}</dt>
      <dd>
        <Money value={value} bare />
      </dd>
    </div>
  );
}
