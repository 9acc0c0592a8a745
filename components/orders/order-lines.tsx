// biome-ignore-all lint/a11y/noRedundantRoles: on phones the display changes, which takes a table’s own roles away in some browsers
"use client";
import { useLocale, useTranslations } from "next-intl";
import { Money } from "#components/money";
import type { LineView, OrderView } from "#lib/contracts/orders";
import { parsePercent, parseQuantity } from "#lib/domain/order-line";
import { currencySign, formatPercent, formatQuantity } from "#lib/format";
import type { Locale } from "#lib/i18n/locale";

const quantity = (text: string, locale: Locale) => formatQuantity(parseQuantity(text) ?? 0n, locale);

/**
 * The order's lines to read. What has left and what is invoiced get columns once there is something to say. On a phone each
 * line is two rows of text; the roles stay, because changing `display` takes a table's own away.
 */
export function OrderLines({ order }: { order: OrderView }) {
  const t = useTranslations("order.lines");
  const { lines, shipped, invoiced } = order;
  const currency = currencySign(order.currency);
  return (
    <section className="lines" aria-label={t("title")}>
      <table className="lines-table" role="table">
        <thead role="rowgroup">
          <tr role="row">
            <Head>{t("item")}</Head>
            <Head wide>{t("description")}</Head>
            <Head end>{t("quantity")}</Head>
            {shipped !== "none" && <Head end>{t("shipped")}</Head>}
            {invoiced !== "none" && <Head end>{t("invoiced")}</Head>}
            <Head end>{t("price", { currency })}</Head>
            <Head end>{t("discount")}</Head>
            <Head end>{t("total", { currency })}</Head>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {lines.map((line) => (
            <Line key={line.id} line={line} withShipped={shipped !== "none"} withInvoiced={invoiced !== "none"} />
          ))}
        </tbody>
      </table>
      {lines.length === 0 && <p className="panel-text lines-none">{t("none")}</p>}
    </section>
  );
}

function Head({ children, end = false, wide = false }: { children: string; end?: boolean; wide?: boolean }) {
  return (
    <th scope="col" role="columnheader" className={end ? "end" : wide ? "wide" : undefined}>
      {children}
    </th>
  );
}

function Line({ line, withShipped, withInvoiced }: { line: LineView; withShipped: boolean; withInvoiced: boolean }) {
  const locale = useLocale();
  const discount = parsePercent(line.discountPercent) ?? 0;
  const done = (text: string) => (text === "0" ? "–" : quantity(text, locale));
  return (
    <tr role="row">
      <Cell className={line.sku ? "line-sku" : "line-sku none"}>{line.sku ?? "—"}</Cell>
      <Cell className="line-description">{line.description}</Cell>
      <Cell className="line-quantity end">
        <span className="num">{quantity(line.quantity, locale)}</span>
        {line.unit && <span className="quiet"> {line.unit}</span>}
      </Cell>
      {withShipped && <Cell className="line-shipped end">{done(line.shippedQuantity)}</Cell>}
      {withInvoiced && <Cell className="line-invoiced end">{done(line.invoicedQuantity)}</Cell>}
      <Cell className="line-price end">
        <Money value={line.unitPrice} bare />
      </Cell>
      <Cell className={discount === 0 ? "line-discount end quiet none" : "line-discount end quiet"}>
        {discount === 0 ? "–" : formatPercent(discount, locale)}
      </Cell>
      <Cell className="line-total end">
        <Money value={line.total} bare />
      </Cell>
    </tr>
  );
}

function Cell({ children, className }: { children: React.ReactNode; className: string }) {
  return (
    <td role="cell" className={className}>
      {children}
    </td>
  );
}
