"use client";
import { useTranslations } from "next-intl";
import { CopyButton } from "#components/copy-button";
import { Time } from "#components/time";
import type { PaymentPageView } from "#lib/contracts/payments";

type Report = PaymentPageView["events"][number];

/**
 * What the provider has reported, in its own words, and how we came to hear of it. The payload is shown when somebody asks for
 * it; secrets and card data were taken out before it was stored.
 */
export function ProviderReports({ payment }: { payment: PaymentPageView }) {
  const t = useTranslations("transactions.events");
  const provider = useTranslations("states.provider")(payment.provider);
  return (
    <section id="reports" className="border-t border-border px-4 pt-4 pb-8 lg:px-6" aria-labelledby="reports-title">
      <h2 id="reports-title" className="font-semibold">
        {t("title", { provider })}
      </h2>
      {payment.events.length === 0 ? (
        <p className="pt-1 text-muted">{t("none")}</p>
      ) : (
        <ol className="mt-1">
          {payment.events.map((report) => (
            <ReportRow key={report.id} report={report} />
          ))}
        </ol>
      )}
    </section>
  );
}

function ReportRow({ report }: { report: Report }) {
  const t = useTranslations("transactions.events");
  const common = useTranslations("common");
  const { providerTime } = report;
  const text = report.raw && JSON.stringify(report.raw, null, 2);
  return (
    <li className="border-b border-separator py-2">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
        <Time at={report.at} form="timeOrMoment" className="text-muted" />
        {/* Verbatim: a word we do not know is shown, not hidden. */}
        <code className="font-sans font-medium wrap-anywhere">{report.providerStatus}</code>
        <span className={report.effect === "review" ? "text-danger-soft-foreground" : "text-muted"}>
          {t(`effect.${report.effect}`)}
        </span>
        <span className="ms-auto text-xs text-muted">
          {t(`source.${report.source}`)}
          {providerTime && (
            <>
              {" · "}
              {t.rich("providerTime", { when: () => <Time at={providerTime} form="timeOrMoment" /> })}
            </>
          )}
        </span>
      </div>
      {text && (
        <details className="mt-1">
          <summary className="w-fit cursor-pointer rounded py-1 text-xs text-link">{t("showRaw")}</summary>
          <div className="mt-1 flex items-start gap-1 rounded border border-separator bg-surface-secondary ps-3">
            <section
              className="max-h-96 min-w-0 flex-1 overflow-auto py-2"
              // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
              tabIndex={0}
              aria-label={t("raw")}
            >
              <pre className="text-xs leading-5 whitespace-pre-wrap wrap-anywhere">{text}</pre>
            </section>
            <CopyButton text={text} label={common("copyValue", { label: t("copyRaw") })} done={common("copied")} />
          </div>
        </details>
      )}
    </li>
  );
}
