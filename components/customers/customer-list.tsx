"use client";
import "./catalog.css";
import { Plus } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ActionButton } from "#components/action-button";
import { EmptyState } from "#components/empty-state";
import { onDemand } from "#components/on-demand";
import { PageHead } from "#components/page-head";
import type { CustomerView } from "#lib/contracts/customers";
import { pages } from "#lib/paths";
import { CatalogPager } from "./catalog-pager";
import { CatalogSearch } from "./catalog-search";

const CustomerDialog = onDemand(() => import("./customer-dialog").then((module) => module.CustomerDialog));

/** Customers by name. Pressing a name opens what is known of the customer; the orders are one link away. */
export function CustomerList({
  rows,
  nextCursor,
  query,
  language,
  zone,
  mayWrite,
}: {
  rows: readonly CustomerView[];
  nextCursor: string | null;
  query: { q?: string; cursor?: string };
  /** What a new customer starts with. */
  language: CustomerView["language"];
  zone: string;
  mayWrite: boolean;
}) {
  const t = useTranslations("customers");
  const [open, setOpen] = useState<CustomerView | "new" | null>(null);
  const { q, cursor } = query;
  return (
    <>
      <PageHead
        title={t("title")}
        actions={
          <ActionButton
            label={t("new")}
            icon={<Plus aria-hidden="true" />}
            variant="primary"
            disabledReason={mayWrite ? null : t("readOnly")}
            onPress={() => setOpen("new")}
          />
        }
      />
      <CatalogSearch action={pages.customers()} label={t("search")} placeholder={t("searchHint")} value={q ?? ""} />
      {rows.length > 0 ? (
        <ul className="catalog">
          {rows.map((customer) => (
            <li key={customer.id}>
              <span className="catalog-name">
                <button type="button" onClick={() => setOpen(customer)}>
                  {customer.name}
                </button>
                {customer.taxId && <small>{customer.taxId}</small>}
              </span>
              <span className="catalog-fact">{customer.email}</span>
              <span className="catalog-fact num">{customer.phone}</span>
              <Link className="text-link" href={pages.orders({ customerId: customer.id as never })} prefetch={false}>
                {t("orders")}
                <span className="unseen"> {customer.name}</span>
              </Link>
            </li>
          ))}
        </ul>
      ) : q ? (
        <EmptyState
          title={t("nothing", { query: q })}
          action={
            <Link className="button button--outline" href={pages.customers()}>
              {t("clear")}
            </Link>
          }
        />
      ) : (
        <EmptyState title={t("empty")}>{t("emptyMore")}</EmptyState>
      )}
      <CatalogPager
        label={t("pages")}
        first={cursor ? { href: pages.customers({ q }), label: t("firstPage") } : null}
        next={nextCursor ? { href: pages.customers({ q, cursor: nextCursor }), label: t("nextPage") } : null}
      />
      {open && (
        <CustomerDialog
          customer={open === "new" ? null : open}
          language={language}
          zone={zone}
          mayWrite={mayWrite}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}
