import { database } from "#db/client";
import { timeNow } from "#db/clock";
import {
  type AuditFilter,
  type AuditName,
  type AuditRow,
  findAuditPeople,
  listAudit,
  namesOfRecords,
  recordsOfOrder,
  verifyAudit,
} from "#db/queries/audit-list";
import { companyRow } from "#db/queries/company";
import type {
  AuditExportQuery,
  AuditListPage,
  AuditListQuery,
  AuditRowView,
  AuditVerdictView,
} from "#lib/contracts/audit";
import { AUDIT_ACTORS, type AuditValue, auditChanges, isAuditMoney } from "#lib/domain/audit";
import { csvOf } from "#lib/domain/csv";
import { isId } from "#lib/domain/ids";
import { isCurrency, type MoneyView, toDecimal } from "#lib/domain/money";
import { COMPANY_ZONE } from "#lib/i18n/locale";
import { readCursor, writeCursor } from "./cursor.ts";
import type { Viewer } from "./viewer.ts";

const SORT = "-seq";
const isSeq = (key: string) => /^\d{1,18}$/.test(key);
/** A file that a spreadsheet still opens; whoever needs more asks by month. */
const MOST_EXPORTED = 10_000;

/**
 * A page of the audit log, newest first.
 * @throws BadCursor for a cursor that this list did not give out
 */
export async function readAudit(query: AuditListQuery, _viewer: Viewer): Promise<AuditListPage> {
  const cursor = readCursor(query.cursor, SORT, isSeq);
  const found = await listAudit(database(), await filterOf(query), cursor ? BigInt(cursor.key) : null, query.limit + 1);
  const shown = found.slice(0, query.limit);
  const last = found.length > query.limit ? shown.at(-1) : undefined;
  return {
    rows: await viewsOf(shown),
    nextCursor: last ? writeCursor({ sort: SORT, part: 0, key: last.seq.toString(), id: "" }) : null,
  };
}

/** Everybody whose changes may be looked for. */
export const readAuditPeople = (_viewer: Viewer): Promise<{ id: string; name: string }[]> =>
  findAuditPeople(database());

/** The same rows as a table for a spreadsheet: one line for each field that changed. */
export async function readAuditCsv(query: AuditExportQuery, _viewer: Viewer): Promise<string> {
  const rows = await viewsOf(await listAudit(database(), await filterOf(query), null, MOST_EXPORTED));
  const head = [
    "seq",
    "chain",
    "at",
    "actor_kind",
    "actor",
    "action",
    "entity",
    "entity_id",
    "entity_name",
    "field",
    "before",
    "after",
    "reason",
    "request_id",
    "hash",
  ];
  const told = (value: AuditValue | MoneyView | undefined) =>
    value === undefined || value === null
      ? ""
      : typeof value === "object"
        ? `${toDecimal(BigInt(value.amount), value.currency)} ${value.currency}`
        : String(value);
  return csvOf([
    head,
    ...rows.flatMap((row) =>
      (row.changes.length > 0 ? row.changes : [{ field: "", before: undefined, after: undefined }]).map((change) => [
        row.seq,
        String(row.chain),
        row.at,
        row.actorKind,
        row.actorName,
        row.action,
        row.entity,
        row.entityId,
        row.entityName ?? "",
        change.field,
        told(change.before),
        told(change.after),
        row.reason ?? "",
        row.requestId ?? "",
        row.hash,
      ]),
    ),
  ]);
}

/** Every hash computed anew. */
export async function readAuditVerdict(_viewer: Viewer): Promise<AuditVerdictView> {
  const { broken, ...verdict } = await verifyAudit(database());
  return {
    ...verdict,
    broken: broken && { ...broken, seq: broken.seq.toString(), at: broken.at.toISOString() },
    verifiedAt: timeNow().toISOString(),
  };
}

async function filterOf({ who, entity, about, from, to }: AuditExportQuery): Promise<AuditFilter> {
  const db = database();
  const zone = from || to ? ((await companyRow(db))?.zone ?? COMPANY_ZONE) : COMPANY_ZONE;
  const kind = AUDIT_ACTORS.find((known) => known === who);
  return {
    actorKind: kind,
    actorId: kind ? undefined : who,
    entity,
    entityIds: about
      ? isId("ord", about) || !/^[A-Z]/.test(about)
        ? [about]
        : await recordsOfOrder(db, about)
      : undefined,
    from,
    to,
    zone,
  };
}

async function viewsOf(rows: readonly AuditRow[]): Promise<AuditRowView[]> {
  const names = await namesOfRecords(database(), [...new Set(rows.map(({ entityId }) => entityId))]);
  return rows.map((row) => viewOf(row, names.get(row.entityId)));
}

function viewOf(row: AuditRow, named: AuditName | undefined): AuditRowView {
  const body = JSON.parse(row.body) as { before?: unknown; after?: unknown; reason?: string | null };
  const currency = named?.currency ?? null;
  const told = (field: string, value: AuditValue | undefined) =>
    typeof value === "string" && isAuditMoney(field) && /^\d{1,15}$/.test(value) && currency && isCurrency(currency)
      ? { amount: Number(value), currency }
      : value;
  return {
    seq: row.seq.toString(),
    chain: row.chain,
    at: row.at.toISOString(),
    actorKind: row.actorKind,
    actorId: row.actorId,
    actorName: row.actorName,
    action: row.action,
    entity: row.entity,
    entityId: row.entityId,
    entityName: named?.name || null,
    orderId: named?.orderId ?? null,
    requestId: row.requestId,
    reason: body.reason ?? null,
    changes: auditChanges(body.before, body.after).map(({ field, before, after }) => ({
      field,
      before: told(field, before),
      after: told(field, after),
    })),
    hash: row.hash,
  };
}
