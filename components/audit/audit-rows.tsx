"use client";
import { ChevronDown } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Time } from "#components/time";
import { useMoneyText } from "#components/use-money-text";
import type { AuditRowView } from "#lib/contracts/audit";
import { pages } from "#lib/paths";

type Change = AuditRowView["changes"][number];

/** Rows of the log, newest first. Each opens to what changed, field by field; the browser's own details, no script. */
export function AuditRows({ rows }: { rows: readonly AuditRowView[] }) {
  const t = useTranslations("audit");
  return (
    <ol className="audit-rows" aria-label={t("title")}>
      {rows.map((row) => (
        <li key={row.seq}>
          <details>
            <summary>
              <Time at={row.at} form="moment" className="audit-when" />
              <span className="audit-what">
                <b>{actionWord(t, row.action)}</b> <About row={row} />
                <Gist row={row} />
              </span>
              <span className="audit-who">
                {who(t, row)} <ChevronDown className="icon" aria-hidden="true" />
              </span>
            </summary>
            <Detail row={row} />
          </details>
        </li>
      ))}
    </ol>
  );
}

type T = ReturnType<typeof useTranslations<"audit">>;

/** An action in words; one that has none yet is shown as it is written, never hidden. */
const actionWord = (t: T, action: string): string => {
  const key = `action.${action}` as Parameters<T>[0];
  return t.has(key) ? t(key) : action;
};
const fieldWord = (t: T, field: string): string => {
  const key = `field.${field.split(".")[0]}` as Parameters<T>[0];
  const rest = field.split(".").slice(1).join(".");
  return t.has(key) ? [t(key), rest].filter(Boolean).join(" · ") : field;
};
const who = (t: T, { actorKind, actorName }: AuditRowView): string =>
  actorKind === "user"
    ? actorName
    : actorKind === "token"
      ? `${actorName} · ${t("actors.token")}`
      : t(`actors.${actorKind}`);

function About({ row }: { row: AuditRowView }) {
  const t = useTranslations("audit");
  const name = row.entityName ?? row.entityId;
  const kind = t.has(`entity.${row.entity}` as never) ? t(`entity.${row.entity}` as never) : row.entity;
  return (
    <span className="text-muted">
      {kind} <span className="audit-name">{name}</span>
    </span>
  );
}

/** The first changes in one line: often all there is to know. */
function Gist({ row }: { row: AuditRowView }) {
  const t = useTranslations("audit");
  const text = useText();
  const shown = row.changes.filter(({ after, before }) => before !== undefined && after !== undefined).slice(0, 2);
  const parts = shown.map((change) =>
    t("gist", {
      field: fieldWord(t, change.field),
      before: text(change.before, change.field),
      after: text(change.after, change.field),
    }),
  );
  const said = [...parts, ...(row.reason ? [t("because", { reason: row.reason })] : [])].join(" · ");
  return said ? <span className="audit-gist">{said}</span> : null;
}

const STATE_FIELDS: Record<string, readonly string[]> = {
  state: ["payment"],
  status: ["order"],
  cause: ["reviewReason"],
  role: ["role"],
  money: ["moneyChoice"],
};

function useText() {
  const t = useTranslations("audit");
  const states = useTranslations("states");
  const money = useMoneyText();
  return (value: Change["before"], field: string): string => {
    if (value === undefined || value === null || value === "") return t("nothing");
    if (typeof value === "object") return money(value);
    if (typeof value === "boolean") return t(value ? "yes" : "no");
    const text = String(value);
    // Statuses as they are called on screen.
    const key = STATE_FIELDS[field]?.map((kind) => `${kind}.${text}`).find((known) => states.has(known as never));
    return key ? states(key as never) : text;
  };
}

function Detail({ row }: { row: AuditRowView }) {
  const t = useTranslations("audit");
  const text = useText();
  const link =
    row.entity === "payment"
      ? pages.transaction(row.entityId)
      : row.entity === "review"
        ? pages.review(row.entityId)
        : row.orderId
          ? pages.order(row.orderId)
          : null;
  return (
    <div className="audit-detail">
      {row.reason && <p>{t("because", { reason: row.reason })}</p>}
      {row.changes.length > 0 ? (
        <table className="audit-changes">
          <thead>
            <tr>
              <th scope="col">{t("column.field")}</th>
              <th scope="col">{t("column.before")}</th>
              <th scope="col">{t("column.after")}</th>
            </tr>
          </thead>
          <tbody>
            {row.changes.map((change) => (
              <tr key={change.field}>
                <th scope="row">{fieldWord(t, change.field)}</th>
                <td className="audit-before">{text(change.before, change.field)}</td>
                <td>{text(change.after, change.field)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p className="text-muted">{t("noChanges")}</p>
      )}
      <p className="audit-ids">
        <span>{t("row", { seq: row.seq, chain: String(row.chain) })}</span>
        <span>{row.entityId}</span>
        {row.actorKind !== "user" && <span>{t("by", { name: row.actorName, id: row.actorId })}</span>}
        {row.requestId && <span>{t("request", { id: row.requestId })}</span>}
        <span title={row.hash}>{t("hash", { hash: row.hash.slice(0, 16) })}</span>
        {link && (
          <Link className="text-link" href={link} prefetch={false}>
            {t("open")}
          </Link>
        )}
        <Link className="text-link" href={pages.audit({ about: row.entityId })} prefetch={false}>
          {t("onlyThis")}
        </Link>
      </p>
    </div>
  );
}
