import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { seedForTests } from "./seed.ts";

/**
 * Fills a database with `n` orders for measurements: the shape of a trader's third year. Most are finished, some wait,
 * each with a line and two thirds with a payment. Bulk SQL; nothing here was ever reported by a provider, so it is for
 * benchmarks only and never told as a story.
 * @param waiting so many newer orders on top, each with a live link at monobank that nobody has paid yet
 */
export async function seedMany(ownerUrl: string, n: number, waiting = 0): Promise<void> {
  const all = n + waiting;
  await seedForTests(ownerUrl);
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {}, connection: { statement_timeout: 600_000 } });
  const salt = randomBytes(6).toString("hex");
  const buyers = Math.max(10, Math.floor(n / 20));
  try {
    await sql.begin(async (tx) => {
      await tx`set local synchronous_commit = off`;
      await tx`set local work_mem = '128MB'`;
      // Released orders are read-only; here they are born so. Needs a superuser, as the embedded owner is.
      await tx`set local session_replication_role = replica`;
      await tx`
        create temporary table buyers on commit drop as
        select row_number() over () as n, id from (
          select 'cus_' || substr(md5(i::text || ${salt}), 1, 26) as id, i from generate_series(1, ${buyers}::int) i) made`;
      await tx`
        insert into customers (id, name, email, phone, tax_id)
        select id,
          (array['ТОВ «', 'ПП «', 'ФОП ', 'КП «'])[1 + n % 4]
            || (array['Буд', 'Агро', 'Метал', 'Дніпро', 'Карпат', 'Полтав', 'Схід', 'Захід', 'Степ', 'Кобзар', 'Ромашк', 'Лелек'])[1 + n % 12]
            || (array['майстер', 'сервіс', 'груп', 'трейд', 'дім', 'пром', 'буд'])[1 + n % 7]
            || ' ' || n || case when n % 4 = 2 then '' else '»' end,
          'buyer' || n || '@example.com', '+38050' || lpad((n * 7919 % 10000000)::text, 7, '0'), lpad((n * 104729 % 100000000)::text, 8, '0')
        from buyers`;
      await tx`
        create temporary table made on commit drop as
        select i, 'ord_' || id_tail as order_id, 'pay_' || id_tail as payment_id, 'lin_' || id_tail as line_id,
          'SO-' || lpad(serial::text, greatest(6, length(serial::text)), '0') as number,
          1 + (i::bigint * 7919) % ${buyers}::int as buyer,
          now() - interval '3 years' * ((${all}::float8 - i) / ${all}::float8) as created_at,
          (1 + (i::bigint * 2654435761 % 990000)) * 10 as total,
          case when i > ${n}::int then 'pending_prepayment'
               when i::bigint * 40503 % 100 < 2 then 'open' when i::bigint * 40503 % 100 < 4 then 'pending_prepayment'
               when i::bigint * 40503 % 100 < 6 then 'cancelled' else 'released' end as status,
          -- A backlog has an end: what is older than the newest twentieth has left.
          case when i < ${n}::float8 * 0.95 or i % 4 = 0 then 'fully' when i % 16 = 1 then 'partly' else 'none' end as shipped,
          i % 3 > 0 or i > ${n}::int as has_service,
          i % 5 = 0 and i <= ${n}::int as has_expired
        from (select i, nextval('order_number_seq') as serial, lpad(to_hex(i), 12, '0') || substr(md5(i::text || ${salt}), 1, 14) as id_tail
              from generate_series(1, ${all}::int) i) numbered`;
      await tx`
        insert into sales_orders (id, number, customer_id, salesperson_id, order_date, currency, service_id, prepayment_kind,
          prepayment_bp, net_minor, vat_minor, total_minor, required_minor, released_at, cancelled_at, pay_token, status,
          secured_minor, payment_state, shipped, invoiced, accepted, next_deadline_kind, next_deadline_at, search_text, created_at, updated_at)
        select order_id, number, customers.id, sellers.ids[1 + i % array_length(sellers.ids, 1)],
          made.created_at::date, 'UAH', case when has_service then service.id end,
          case when has_service then 'percent' else 'none' end, case when has_service then 5000 end,
          total - total / 6, total / 6, total, case when has_service then total / 2 else 0 end,
          case when status in ('released', 'pending_prepayment') then made.created_at end,
          case when status = 'cancelled' then made.created_at end,
          md5(order_id),
          case when status = 'pending_prepayment' and not has_service then 'released' else status end,
          case when has_service and status = 'released' then total / 2 else 0 end,
          case when not has_service or status in ('open', 'cancelled') then null
               when status = 'pending_prepayment' then case when has_expired then 'expired' else 'pending' end else 'successful' end,
          case when status = 'released' then shipped else 'none' end,
          case when status = 'released' and shipped = 'fully' then 'fully' else 'none' end,
          status = 'released' or (status = 'pending_prepayment' and not has_service),
          case when has_service and status = 'pending_prepayment' and not has_expired then 'link' end,
          case when has_service and status = 'pending_prepayment' and not has_expired then now() + i % 1440 * interval '1 minute' end,
          search_fold(concat_ws(' ', number, customers.name, customers.phone)), made.created_at, made.created_at
        from made join buyers on buyers.n = made.buyer join customers on customers.id = buyers.id
        cross join (select id from payment_services order by always_include desc limit 1) service
        cross join (select array_agg(id order by id) as ids from users where role = 'sales') sellers
        order by i`;
      // Lines of a released order are frozen, and these orders are born released.
      await tx`alter table order_lines disable trigger order_lines_guard`;
      await tx`
        insert into order_lines (id, order_id, position, description, quantity_milli, unit_price_minor, vat_bp, net_minor, vat_minor, total_minor)
        select line_id, order_id, 1, 'Дриль-шуруповерт акумуляторний 18 В', 1000, total, 2000, total - total / 6, total / 6, total
        from made order by i`;
      await tx`alter table order_lines enable trigger order_lines_guard`;
      await tx`
        insert into payments (id, order_id, service_id, provider, attempt, payment_type, mode, hold_margin_hours, amount_minor,
          currency, purpose, language, valid_until, progress, captured_minor, ended, state, provider_payment_id, url, expires_at,
          details, created_at, updated_at)
        select payment_id, order_id, service.id, service.provider, 1, service.payment_type, service.mode, service.hold_margin_hours,
          total / 2, 'UAH', number, 'uk', made.created_at + interval '1 day', 'pending',
          case when status = 'released' then total / 2 else 0 end,
          case when status = 'pending_prepayment' and has_expired then 'expired' end,
          case when status = 'released' then 'successful' when has_expired then 'expired' else 'pending' end,
          'p2_' || substr(md5(payment_id), 1, 12), 'https://pay.example/' || payment_id, now() + i % 1440 * interval '1 minute',
          case when status = 'released' then jsonb_build_object('maskedCard', '444403******1902', 'rrn', lpad(i::text, 12, '0')) else '{}'::jsonb end,
          made.created_at, made.created_at
        from made cross join (select * from payment_services order by always_include desc limit 1) service
        where has_service and status in ('released', 'pending_prepayment') and total >= 2
        order by i`;
    });
    await sql`vacuum analyze`;
  } finally {
    await sql.end();
  }
}

// `node --conditions=react-server db/seed-many.ts 100000`, with the owner's URL in DATABASE_URL.
if (import.meta.main) {
  const url = process.env.MIGRATION_DATABASE_URL || process.env.DATABASE_URL;
  const n = Number(process.argv[2] ?? 10_000);
  if (!url || !Number.isInteger(n) || n < 1)
    throw new Error("Set DATABASE_URL (the owner's) and give a number of orders.");
  const started = performance.now();
  await seedMany(url, n);
  console.log(`${n} orders in ${Math.round((performance.now() - started) / 1000)} s`);
}
