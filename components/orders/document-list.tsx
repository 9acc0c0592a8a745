"use client";
import { FileText, Truck } from "lucide-react";
import { useTranslations } from "next-intl";
import { Money } from "#components/money";
import { Time } from "#components/time";
import type { OrderView } from "#lib/contracts/orders";
import { api } from "#lib/paths";

/** Shipments and invoices of the order, newest first. */
export function DocumentList({ order }: { order: OrderView }) {
  const t = useTranslations("order.documents");
  const documents = [
    ...order.shipments.map((shipment) => ({ kind: "shipment" as const, ...shipment, total: null })),
    ...order.invoices.map((invoice) => ({ kind: "invoice" as const, ...invoice, trackingNumber: null })),
  ].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  if (documents.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="documents-title">
      <h2 id="documents-title" className="panel-title">
        {t("title")}
      </h2>
      <ul className="documents">
        {documents.map((document) => (
          <li key={document.id}>
            {document.kind === "shipment" ? (
              <Truck className="icon" aria-hidden="true" />
            ) : (
              <FileText className="icon" aria-hidden="true" />
            )}
            <div className="document-said">
              <p>
                <a
                  href={document.kind === "shipment" ? api.deliveryNotePdf(document.id) : api.invoicePdf(document.id)}
                  target="_blank"
                  rel="noopener"
                  data-tip={t("pdf", { number: document.number })}
                >
                  {t(document.kind, { number: document.number })}
                </a>
                {document.total && (
                  <>
                    {"\u00a0· "}
                    <Money value={document.total} />
                  </>
                )}
              </p>
              <p className="document-more">
                {[
                  t("lines", { count: document.lines.length }),
                  document.trackingNumber && t("tracking", { number: document.trackingNumber }),
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </p>
            </div>
            <span className="document-note">
              <Time at={document.createdAt} form="timeOrMoment" /> {document.createdByName?.split(" ")[0]}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
