import { and, desc, eq, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import type { Database } from "../client.ts";
import { users } from "../schema/people.ts";
import { auditLog } from "../schema/records.ts";

export type AuditRow = typeof auditLog.$inferSelect;
type ActorKind = AuditRow["actorKind"];

export type AuditFilter = {
  /** A person's or token's id. */
  actorId?: string | undefined;
  actorKind?: ActorKind | undefined;
  entity?: string | undefined;
  /** Any of these records. */
  entityIds?: readonly string[] | undefined;
  /** Days, both included, as this zone sees them. */
  from?: string | undefined;
  to?: string | undefined;
  zone: string;
};

/** Rows of the audit log, newest first, `limit` at most, from behind `after` on. */
export function listAudit(db: Database, filter: AuditFilter, after: bigint | null, limit: number): Promise<AuditRow[]> {
  const { actorId, actorKind, entity, entityIds, from, to, zone } = filter;
  const conditions: (SQL | undefined)[] = [
    after === null ? undefined : lt(auditLog.seq, after),
    actorId ? eq(auditLog.actorId, actorId) : undefined,
    actorKind ? eq(auditLog.actorKind, actorKind) : undefined,
    entity ? eq(auditLog.entity, entity) : undefined,
    entityIds ? (entityIds.length > 0 ? inArray(auditLog.entityId, [...entityIds]) : sql`false`) : undefined,
    from ? gte(auditLog.at, sql`${from}::date::timestamp at time zone ${zone}`) : undefined,
    to ? lt(auditLog.at, sql`(${to}::date + 1)::timestamp at time zone ${zone}`) : undefined,
  ];
  return db
    .select()
    .from(auditLog)
    .where(and(...conditions))
    .orderBy(desc(auditLog.seq))
    .limit(limit);
}

/** An order by its number, and everything whose rows speak of it. */
export async function recordsOfOrder(db: Database, number: string): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    with one as (select id from sales_orders where number = ${number})
    select id from one
    union all select p.id from payments p join one on one.id = p.order_id
    union all select s.id from shipments s join one on one.id = s.order_id
    union all select i.id from invoices i join one on one.id = i.order_id
    union all select r.id from review_tasks r join one on one.id = r.order_id`);
  return rows.map(({ id }) => id);
}

export type AuditName = { id: string; name: string; currency: string | null; orderId: string | null };

/** What the records are called that rows speak of: numbers and names instead of ids. */
export async function namesOfRecords(db: Database, ids: readonly string[]): Promise<Map<string, AuditName>> {
  if (ids.length === 0) return new Map();
  const list = sql`(${sql.join(
    ids.map((id) => sql`${id}`),
    sql`, `,
  )})`;
  const rows = await db.execute<AuditName>(sql`
    select id, number as name, currency, id as "orderId" from sales_orders where id in ${list}
    union all select p.id, o.number || ' · ' || p.attempt, p.currency, o.id from payments p join sales_orders o on o.id = p.order_id
      where p.id in ${list}
    union all select s.id, s.number, o.currency, o.id from shipments s join sales_orders o on o.id = s.order_id where s.id in ${list}
    union all select i.id, i.number, o.currency, o.id from invoices i join sales_orders o on o.id = i.order_id where i.id in ${list}
    union all select r.id, coalesce(o.number, ''), o.currency, o.id from review_tasks r left join sales_orders o on o.id = r.order_id
      where r.id in ${list}
    union all select id, name, null, null from customers where id in ${list}
    union all select id, name, null, null from items where id in ${list}
    union all select id, name, currency, null from payment_services where id in ${list}
    union all select id, name, null, null from users where id in ${list}`);
  return new Map(rows.map((row) => [row.id, { ...row }]));
}

/** Everybody whose name may stand in the log, by name. */
export const findAuditPeople = (db: Database): Promise<{ id: string; name: string }[]> =>
  db.select({ id: users.id, name: users.name }).from(users).orderBy(users.name, users.id);

export type AuditBreak = { seq: bigint; chain: number; at: Date; actorName: string; action: string; entityId: string };
export type AuditVerdict = {
  rows: number;
  chains: number;
  /** The first row, in the order of writing, that does not follow from what stands before it; null: all do. */
  broken: AuditBreak | null;
  /** A digest of all chains' last hashes. Kept elsewhere, it shows later that nothing was cut off at the end. */
  head: string;
};

type Stretch = { count: number; last: string | null; hash: string | null; broken: string | null };

/** The next rows of a chain behind `end`, each against the one before it and against its own hash. */
async function judgeStretch(db: Database, chain: number, end: { seq: string; hash: string } | null): Promise<Stretch> {
  const before = end ? sql`${end.hash}::text` : sql`audit_genesis(chain)`;
  const behind = end ? sql`and seq > ${end.seq}::bigint` : sql``;
  const [part] = await db.execute<Stretch>(sql`
    with stretch as materialized (
      select * from audit_log where chain = ${chain} ${behind} order by seq limit ${STRETCH}
    ), judged as (
      select seq, hash, prev_hash <> lag(hash, 1, ${before}) over (order by seq)
        or hash <> audit_hash(prev_hash, seq, at, actor_kind, actor_id, actor_name, action, entity, entity_id, request_id, body)
        as is_broken
      from stretch
    )
    select count(*)::int as count, max(seq)::text as last, (array_agg(hash order by seq desc))[1] as hash,
      (min(seq) filter (where is_broken))::text as broken from judged`);
  return part ?? { count: 0, last: null, hash: null, broken: null };
}

/** So many rows at once: a statement ends within its limit however long the log is. */
const STRETCH = 20_000;

/**
 * Computes every hash anew, chain by chain. A row that was edited breaks there, one that was taken out or put in breaks at
 * the next of its chain.
 */
export async function verifyAudit(db: Database): Promise<AuditVerdict> {
  const chains = await db.execute<{ chain: number }>(sql`
    select distinct chain from audit_log order by chain`);
  let rows = 0;
  let first: bigint | null = null;
  const heads: string[] = [];
  for (const { chain } of chains) {
    let end: { seq: string; hash: string } | null = null;
    for (;;) {
      const part: Stretch = await judgeStretch(db, chain, end);
      if (part.last === null || part.hash === null) break;
      rows += part.count;
      const broken = part.broken === null ? null : BigInt(part.broken);
      if (broken !== null && (first === null || broken < first)) first = broken;
      end = { seq: part.last, hash: part.hash };
      if (part.count < STRETCH || broken !== null) break;
    }
    if (end) heads.push(`${chain}:${end.seq}:${end.hash}`);
  }
  const [digest] = await db.execute<{ head: string }>(
    sql`select encode(sha256(convert_to(${heads.join("\n")}, 'UTF8')), 'hex') as head`,
  );
  const [row] = first === null ? [] : await db.select().from(auditLog).where(eq(auditLog.seq, first));
  return {
    rows,
    chains: chains.length,
    broken: row
      ? {
          seq: row.seq,
          chain: row.chain,
          at: row.at,
          actorName: row.actorName,
          action: row.action,
          entityId: row.entityId,
        }
      : null,
    head: digest?.head ?? "",
  };
}
