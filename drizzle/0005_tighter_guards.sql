ALTER TABLE "sales_orders" DROP CONSTRAINT "order_prepayment";--> statement-breakpoint
ALTER TABLE "sales_orders" ADD CONSTRAINT "order_prepayment" CHECK (("sales_orders"."prepayment_kind" = 'none' and "sales_orders"."prepayment_bp" is null and "sales_orders"."prepayment_minor" is null)
        or ("sales_orders"."prepayment_kind" = 'percent' and "sales_orders"."prepayment_bp" is not null and "sales_orders"."prepayment_bp" between 1 and 10000 and "sales_orders"."prepayment_minor" is null)
        or ("sales_orders"."prepayment_kind" = 'amount' and "sales_orders"."prepayment_minor" is not null and "sales_orders"."prepayment_minor" between 1 and 100000000000 and "sales_orders"."prepayment_bp" is null));--> statement-breakpoint

-- The lines of a released order are as frozen as its totals: what is shipped is measured by them.
create function order_lines_guard() returns trigger language plpgsql as $$
begin
  perform 1 from sales_orders
    where id in (case when tg_op <> 'INSERT' then old.order_id end, case when tg_op <> 'DELETE' then new.order_id end)
      and released_at is not null for share;
  if found then
    raise exception 'a released order is read-only' using errcode = '23514', constraint = 'order_released_is_frozen';
  end if;
  return coalesce(new, old);
end $$;
--> statement-breakpoint
create trigger order_lines_guard before insert or update or delete on order_lines for each row execute function order_lines_guard();
--> statement-breakpoint

-- What a payment has, whatever the margins say. A hold stops counting for the gate when its margin begins, without anybody
-- touching the row; that it is lost after the goods have left shows only here.
create function secured_now(p payments) returns bigint language sql immutable as $$
  select case
    when p.captured_minor > 0 then greatest(p.captured_minor - p.refunded_minor, 0)
    when p.hold_released then 0
    else p.held_minor end
$$;
--> statement-breakpoint
create or replace function shipped_uncovered_alarm() returns trigger language plpgsql as $$
begin
  if (covered_now(new) < covered_now(old) or secured_now(new) < secured_now(old) or (new.needs_review and not old.needs_review))
     and exists (select 1 from shipments where order_id = new.order_id) then
    insert into alarms (order_id, payment_id, kind, details)
    values (new.order_id, new.id, case when new.needs_review and not old.needs_review then 'review_after_shipping' else 'cover_lost_after_shipping' end,
            jsonb_build_object('coveredBefore', covered_now(old)::text, 'coveredNow', covered_now(new)::text,
              'securedBefore', secured_now(old)::text, 'securedNow', secured_now(new)::text, 'state', new.state));
  end if;
  return null;
end $$;
--> statement-breakpoint

-- The hash covers every column, who acted and the request included; each value carries its length, so that no text can
-- move into its neighbour.
create function audit_hash(prev_hash text, seq bigint, at timestamptz, actor_kind text, actor_id text, actor_name text,
  action text, entity text, entity_id text, request_id text, body text)
returns text language sql immutable as $$
  select encode(sha256(convert_to((
    select string_agg(coalesce(length(value) || ':' || value, '-'), '' order by place)
    from unnest(array[prev_hash, seq::text, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), actor_kind,
      actor_id, actor_name, action, entity, entity_id, request_id, body]) with ordinality as given(value, place)), 'UTF8')), 'hex')
$$;
--> statement-breakpoint
-- Rows that are there already move to the new hash, once the old one has shown that nobody touched them.
do $$
declare
  r audit_log;
  last_hash text := '';
begin
  if audit_first_broken() is not null then
    raise exception 'the audit log was changed at row %; it is not hashed anew', audit_first_broken();
  end if;
  alter table audit_log disable trigger only_added_to;
  for r in select * from audit_log order by seq loop
    update audit_log set prev_hash = last_hash, hash = audit_hash(last_hash, r.seq, r.at, r.actor_kind, r.actor_id,
      r.actor_name, r.action, r.entity, r.entity_id, r.request_id, r.body) where seq = r.seq returning hash into last_hash;
  end loop;
  alter table audit_log enable trigger only_added_to;
end $$;
--> statement-breakpoint
create or replace function audit_chain() returns trigger language plpgsql as $$
declare
  last_seq bigint;
  last_hash text;
begin
  perform pg_advisory_xact_lock(hashtext('holdpoint.audit_log'));
  select seq, hash into last_seq, last_hash from audit_log order by seq desc limit 1;
  new.seq := coalesce(last_seq, 0) + 1;
  new.prev_hash := coalesce(last_hash, '');
  new.at := date_trunc('milliseconds', clock_timestamp());
  new.hash := audit_hash(new.prev_hash, new.seq, new.at, new.actor_kind, new.actor_id, new.actor_name, new.action,
    new.entity, new.entity_id, new.request_id, new.body);
  return new;
end $$;
--> statement-breakpoint
create or replace function audit_first_broken() returns bigint language sql stable as $$
  select seq from (
    select seq, hash, prev_hash,
      lag(hash, 1, '') over w as expected_prev, lag(seq, 1, 0::bigint) over w as previous_seq,
      audit_hash(prev_hash, seq, at, actor_kind, actor_id, actor_name, action, entity, entity_id, request_id, body) as expected_hash
    from audit_log window w as (order by seq)
  ) chain
  where prev_hash <> expected_prev or hash <> expected_hash or seq <> previous_seq + 1
  order by seq limit 1
$$;
--> statement-breakpoint
drop function audit_hash(text, bigint, timestamptz, text, text, text, text, text, text);
