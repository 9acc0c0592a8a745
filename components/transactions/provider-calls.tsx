// biome-ignore-all lint/a11y/noRedundantRoles: laid out as cards, the elements lose these roles in some browsers
"use client";
import { useTranslations } from "next-intl";
import { Money } from "#components/money";
import { Time } from "#components/time";
import type { PaymentPageView } from "#lib/contracts/payments";

type Call = PaymentPageView["operations"][number];

const TONES: Partial<Record<Call["state"], string>> = {
  unknown: "text-warning-soft-foreground",
  rejected: "text-danger-soft-foreground",
  needs_review: "text-danger-soft-foreground",
};

/** Everything that was ever asked of the provider for this payment: what, by whom, what came of it, how long it took. */
export function ProviderCalls({ payment }: { payment: PaymentPageView }) {
  const t = useTranslations("transactions.calls");
  const provider = useTranslations("states.provider")(payment.provider);
  const head = "h-8 px-2 text-start text-xs font-medium whitespace-nowrap text-muted";
  return (
    <section className="border-t border-border pt-4 pb-5" aria-labelledby="calls-title">
      <h2 id="calls-title" className="px-4 font-semibold lg:px-6">
        {t("title", { provider })}
      </h2>
      {payment.operations.length === 0 ? (
        <p className="px-4 pt-1 text-muted lg:px-6">{t("none")}</p>
      ) : (
        <table role="table" className="w-full border-collapse max-md:block" aria-labelledby="calls-title">
          <thead role="rowgroup" className="max-md:hidden">
            <tr role="row" className="border-b border-border">
              <th role="columnheader" scope="col" className={`${head} ps-4 lg:ps-6`}>
                {t("when")}
              </th>
              {(["what", "result", "by", "took"] as const).map((name) => (
                <th role="columnheader" scope="col" key={name} className={head}>
                  {t(name)}
                </th>
              ))}
              <th role="columnheader" scope="col" className={`${head} pe-4 lg:pe-6`}>
                {t("request")}
              </th>
            </tr>
          </thead>
          <tbody role="rowgroup" className="max-md:block">
            {payment.operations.map((call) => (
              <CallRow key={call.id} call={call} />
            ))}
          </tbody>
        </table>
      )}
      {payment.questions > 0 && (
        <p className="px-4 pt-2 text-xs text-muted lg:px-6">
          {t("questions", { count: payment.questions })}
          {payment.checkedAt && (
            <> {t.rich("lastAsked", { when: () => <Time at={payment.checkedAt ?? ""} form="timeOrMoment" /> })}</>
          )}
        </p>
      )}
    </section>
  );
}

function CallRow({ call }: { call: Call }) {
  const t = useTranslations("transactions.calls");
  const cell = "py-2 align-top md:px-2 max-md:py-0";
  // "created" behind a call that is done says nothing new.
  const said = call.state === "confirmed" ? "" : [call.code, call.message].filter(Boolean).join(": ");
  return (
    <tr
      role="row"
      className="border-b border-separator max-md:grid max-md:grid-cols-[minmax(0,1fr)_auto] max-md:gap-x-4 max-md:gap-y-0.5 max-md:px-4 max-md:py-2.5"
    >
      <td role="cell" className={`${cell} text-muted max-md:order-2 md:ps-4 lg:ps-6`}>
        <Time at={call.createdAt} form="timeOrMoment" />
      </td>
      <td role="cell" className={`${cell} font-medium max-md:order-1`}>
        {t(`kind.${call.kind}`)}
        {call.amount && <Money value={call.amount} className="ms-1.5 font-normal" />}
      </td>
      <td role="cell" className={`${cell} max-md:order-3 max-md:col-span-2`}>
        <span className={TONES[call.state]}>{t(`state.${call.state}`)}</span>
        {call.attempts > 1 && <span className="text-muted"> · {t("tries", { count: call.attempts })}</span>}
        {said && <span className="block text-xs wrap-anywhere text-muted">{said}</span>}
      </td>
      <td role="cell" className={`${cell} text-muted max-md:order-4 max-md:text-xs`}>
        {call.actorName ?? t("byHoldpoint")}
      </td>
      <td role="cell" className={`${cell} whitespace-nowrap text-muted tabular-nums max-md:order-5 max-md:text-xs`}>
        {call.durationMs === null ? "–" : t("ms", { ms: String(call.durationMs) })}
      </td>
      <td
        role="cell"
        className={`${cell} text-xs leading-5 wrap-anywhere text-muted tabular-nums max-md:order-6 max-md:col-span-2 md:pe-4 lg:pe-6`}
      >
        {call.requestId}
      </td>
    </tr>
  );
}
