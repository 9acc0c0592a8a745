import { sql } from "drizzle-orm";
import type { PaymentId } from "#lib/domain/ids";
import type { MessageKind } from "#lib/domain/message";
import type { Database, Tx } from "../client.ts";
import { prepared } from "../prepared.ts";
import { messageSettings, type StoredSmsGateway } from "../schema/messages.ts";

export type { StoredSmsGateway };
/** Where the gateway's secret lives, for its seal. */
export const placeOfSmsSecret = (changedAt: string): string => `message_settings|sms.secret|1|${changedAt}`;

export type MessageSettingsRow = typeof messageSettings.$inferSelect;

/** What is sent by itself, and through what; null while nobody has said anything. */
export async function messageSettingsRow(db: Database | Tx): Promise<MessageSettingsRow | null> {
  const [row] = await db.select().from(messageSettings);
  return row ?? null;
}

/** The same for whoever is going to change it; there is a row from then on. */
export async function lockMessageSettings(tx: Tx): Promise<MessageSettingsRow> {
  await tx.insert(messageSettings).values({}).onConflictDoNothing();
  const [row] = await tx.select().from(messageSettings).for("update");
  return row as MessageSettingsRow;
}

export async function saveMessageSettings(
  tx: Tx,
  changes: Partial<Pick<MessageSettingsRow, "automatic" | "sms" | "version">>,
): Promise<void> {
  await tx.update(messageSettings).set(changes);
}

/** What decides whether messages about these payments are sent without anybody asking. */
export async function automaticRules(
  tx: Tx,
  paymentIds: readonly PaymentId[],
): Promise<{
  automatic: Partial<Record<MessageKind, boolean>>;
  links: Map<string, { byStaff: boolean; handed: boolean; asked: boolean; replaces: boolean }>;
}> {
  const rows = await rulesAndLinks(tx, { paymentIds });
  return {
    automatic: rows[0]?.automatic ?? {},
    links: new Map(rows.flatMap(({ id, automatic, ...link }) => (id ? [[id, link]] : []))),
  };
}

const rulesAndLinks = prepared((tx) =>
  tx
    .select({
      automatic: sql<Partial<Record<MessageKind, boolean>> | null>`s.automatic`,
      id: sql<string | null>`p.id`,
      byStaff: sql<boolean>`p.created_by is not null`,
      handed: sql<boolean>`p.url is not null`,
      asked: sql<boolean>`exists (select from messages m where m.payment_id = p.id and m.order_id = p.order_id
        and m.kind in ('payment_request', 'expired_new_link'))`,
      replaces: sql<boolean>`exists (select from payments old where old.order_id = p.order_id and old.replaced_by = p.id
        and old.url is not null and old.state in ('failed', 'expired', 'cancelled'))`,
    })
    .from(sql`(select 1) one
      left join message_settings s on true
      left join payments p on p.id = any(${sql.placeholder("paymentIds")}::text[])`),
);
