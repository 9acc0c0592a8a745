import { sql } from "drizzle-orm";
import type { PaymentServiceId } from "#lib/domain/ids";
import type { Database } from "../client.ts";

export type SilentService = { id: PaymentServiceId; name: string; count: number; lastWebhookAt: string | null };

/**
 * Services whose money was found by asking while no webhook came: at least `atLeast` payments of the last two hours, the
 * latest long enough ago for its webhook to have arrived. Looks only at young payments, which an index names.
 */
export const silentServices = (db: Database, now: Date, atLeast: number): Promise<SilentService[]> =>
  db.execute<SilentService>(sql`
    select s.id, s.name, found.n as count, s.last_webhook_at::text as "lastWebhookAt"
    from (
      select p.service_id, count(*)::int as n, min(p.updated_at) as first_at, max(p.updated_at) as last_at
      from payments p
      where p.deleted_at is null and p.created_at > ${now.toISOString()}::timestamptz - interval '12 hours'
        and p.updated_at > ${now.toISOString()}::timestamptz - interval '2 hours'
        and p.service_id is not null and p.last_source in ('status', 'statement') and (p.held_minor > 0 or p.captured_minor > 0)
      group by p.service_id
    ) found join payment_services s on s.id = found.service_id
    where found.n >= ${atLeast} and found.last_at < ${now.toISOString()}::timestamptz - interval '2 minutes'
      and (s.last_webhook_at is null or s.last_webhook_at < found.first_at)`);
