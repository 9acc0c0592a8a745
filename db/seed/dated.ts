import type postgres from "postgres";

/** Columns that the database dates by its own clock. */
const DATED = {
  order_timeline: ["at"],
  payment_events: ["received_at"],
  provider_operations: ["created_at", "sent_at", "finished_at"],
  payments: ["updated_at"],
  sales_orders: ["updated_at"],
  review_tasks: ["opened_at", "due_at", "closed_at"],
  webhook_inbox: ["received_at", "next_attempt_at", "handled_at"],
  alarms: ["raised_at"],
  messages: ["created_at", "next_attempt_at"],
  notices: ["created_at"],
} as const;

/**
 * Moves what was dated in the course of one step to the time of the story. These records are otherwise only added to, so
 * it takes a superuser, who may set the guards aside; where there is none, they keep the date of their telling.
 */
export async function moveToItsTime(owner: postgres.Sql, moment: { story: number; real: number }): Promise<void> {
  const seconds = (moment.real - moment.story) / 1000;
  const since = new Date(moment.real - 50);
  try {
    await owner.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      for (const [table, columns] of Object.entries(DATED)) {
        const moved = columns.map((column) => `${column} = ${column} - make_interval(secs => $1)`).join(", ");
        await tx.unsafe(`update ${table} set ${moved} where ${columns[0]} >= $2`, [seconds, since]);
      }
    });
  } catch (fault) {
    if ((fault as { code?: string }).code !== "42501") throw fault;
  }
}

/** Mail of days gone by was delivered then, and notices were read; what is younger than two hours leaves when the application starts. */
export async function deliverOldMail(owner: postgres.Sql): Promise<void> {
  await owner`
    update messages m set attempts = 1, sent_at = m.created_at + interval '6 seconds',
      state = case when m.kind = 'failed' and (select o.accepted from sales_orders o where o.id = m.order_id) then 'dropped' else 'sent' end,
      error = case when m.kind = 'failed' and (select o.accepted from sales_orders o where o.id = m.order_id) then 'paid_meanwhile' end
    where m.state = 'queued' and m.created_at < now() - interval '2 hours'`;
  await owner`update messages set sent_at = null, attempts = 0 where state = 'dropped'`;
  await owner`update notices set read_at = created_at + interval '20 minutes' where created_at < now() - interval '1 day'`;
}
