"use client";
import { useTranslations } from "next-intl";
import type { PaymentPageView } from "#lib/contracts/payments";

/** What the provider allows with a payment like this, in sentences. The same abilities switch the buttons. */
export function ServiceCan({ capabilities: can }: { capabilities: PaymentPageView["capabilities"] }) {
  const t = useTranslations("transactions.can");
  return (
    <section className="panel" aria-labelledby="can-title">
      <h2 id="can-title">{t("title")}</h2>
      <p className="mt-1 text-muted">
        {[
          t("finalizePart", { can: String(can.finalizePart) }),
          t("finalizeTimes", { times: can.finalizeTimes }),
          t("releaseHold", { can: String(can.releaseHold) }),
          t("refund", { refund: String(can.refund), part: String(can.refundPart) }),
          t("cancel", { can: String(can.cancelUnpaidLink) }),
        ].join(" ")}
      </p>
    </section>
  );
}
