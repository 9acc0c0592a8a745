"use client";
import "../customers/catalog.css";
import { Plus } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ActionButton } from "#components/action-button";
import { CatalogPager } from "#components/customers/catalog-pager";
import { CatalogSearch } from "#components/customers/catalog-search";
import { EmptyState } from "#components/empty-state";
import { Money } from "#components/money";
import { onDemand } from "#components/on-demand";
import { PageHead } from "#components/page-head";
import type { ItemView } from "#lib/contracts/customers";
import type { Currency } from "#lib/domain/money";
import { pages } from "#lib/paths";

const ItemDialog = onDemand(() => import("./item-dialog").then((module) => module.ItemDialog));

/** The catalogue by code: what lines of orders are made from. Inactive items stay readable and cannot be added any more. */
export function ItemList({
  rows,
  nextCursor,
  query,
  mayWrite,
  company,
}: {
  rows: readonly ItemView[];
  nextCursor: string | null;
  query: { q?: string; cursor?: string; active?: "true" | "false" };
  mayWrite: boolean;
  company: { currency: Currency; vatPercent: string };
}) {
  const t = useTranslations("items");
  const [open, setOpen] = useState<ItemView | "new" | null>(null);
  const { q, cursor, active } = query;
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
      <CatalogSearch action={pages.items()} label={t("search")} placeholder={t("searchHint")} value={q ?? ""}>
        <Link
          className="chip"
          href={pages.items({ q, active: active === "true" ? undefined : "true" })}
          aria-current={active === "true" || undefined}
          prefetch={false}
        >
          {active === "true" ? t("showAll") : t("onlyActive")}
        </Link>
      </CatalogSearch>
      {rows.length > 0 ? (
        <ul className="catalog catalog-items">
          {rows.map((item) => (
            <li key={item.id}>
              <span className="catalog-sku num">{item.sku}</span>
              <span className="catalog-name">
                <button type="button" onClick={() => setOpen(item)}>
                  {item.name}
                </button>
                {!item.active && <small>{t("inactive")}</small>}
              </span>
              <span className="catalog-fact">{t("vat", { percent: item.vatPercent })}</span>
              <span className="catalog-price">
                <Money value={item.unitPrice} />
                {item.unit && <small> / {item.unit}</small>}
              </span>
            </li>
          ))}
        </ul>
      ) : q || active ? (
        <EmptyState
          title={q ? t("nothing", { query: q }) : t("nothingActive")}
          action={
            <Link className="button button--outline" href={pages.items()}>
              {t("clear")}
            </Link>
          }
        />
      ) : (
        <EmptyState title={t("empty")}>{t("emptyMore")}</EmptyState>
      )}
      <CatalogPager
        label={t("pages")}
        first={cursor ? { href: pages.items({ q, active }), label: t("firstPage") } : null}
        next={nextCursor ? { href: pages.items({ q, active, cursor: nextCursor }), label: t("nextPage") } : null}
      />
      {open && (
        <ItemDialog
          item={open === "new" ? null : open}
          company={company}
          mayWrite={mayWrite}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}
