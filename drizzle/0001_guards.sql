-- What the schema cannot be talked round: the gate, frozen columns, facts that only grow, records that are only added to.

create extension if not exists pg_trgm;
--> statement-breakpoint
create index sales_orders_search on sales_orders using gin (search_text gin_trgm_ops);
--> statement-breakpoint
-- Below three letters trigrams cannot help: a prefix of the number or of the first word can.
create index sales_orders_search_prefix on sales_orders (search_text text_pattern_ops);
--> statement-breakpoint
create index customers_search on customers using gin (lower(name || ' ' || coalesce(email, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(tax_id, '')) gin_trgm_ops);
--> statement-breakpoint
create index items_search on items using gin (lower(sku || ' ' || name) gin_trgm_ops);
--> statement-breakpoint
create sequence order_number_seq;
--> statement-breakpoint
create sequence shipment_number_seq;
--> statement-breakpoint
create sequence invoice_number_seq;
--> statement-breakpoint

-- What one payment adds to the gate now. lib/domain/payment.ts `coveredBy` says the same; a property test compares them.
create function covered_now(p payments) returns bigint language sql stable as $$
  select case
    when p.captured_minor > 0 then greatest(p.captured_minor - p.refunded_minor, 0)
    when p.hold_released then 0
    when p.held_minor > 0 and p.hold_expires_at - make_interval(hours => p.hold_margin_hours) > now() then p.held_minor
    else 0 end
$$;
--> statement-breakpoint

-- The gate. A trigger that merely looks lets a refund and a shipment pass each other; the share locks are the point.
create function ship_gate() returns trigger language plpgsql as $$
declare
  o sales_orders;
  covered numeric;
begin
  select * into o from sales_orders where id = new.order_id for share;
  perform 1 from payments where order_id = new.order_id order by id for share;
  if o.id is null or o.released_at is null or o.cancelled_at is not null
     or exists (select 1 from payments where order_id = o.id and needs_review) then
    raise exception 'gate closed: the order is not released, cancelled or under review'
      using errcode = '23514', constraint = 'gate_closed';
  end if;
  select coalesce(sum(covered_now(p)), 0) into covered from payments p where p.order_id = o.id and p.currency = o.currency;
  if covered < o.required_minor then
    raise exception 'gate closed: % of % covered', covered, o.required_minor
      using errcode = '23514', constraint = 'prepayment_not_covered';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger ship_gate before insert or update on shipments for each row execute function ship_gate();
--> statement-breakpoint
create trigger ship_gate before insert or update on invoices for each row execute function ship_gate();
--> statement-breakpoint

-- Neither shipments nor invoices may exceed what is ordered, and a line belongs to the document's own order.
create function shipped_within_ordered() returns trigger language plpgsql as $$
declare
  ordered bigint;
  line_order text;
  document_order text;
  done numeric;
begin
  select quantity_milli, order_id into ordered, line_order from order_lines where id = new.line_id for update;
  if tg_table_name = 'shipment_lines' then
    select order_id into document_order from shipments where id = new.shipment_id;
    select coalesce(sum(quantity_milli), 0) into done from shipment_lines where line_id = new.line_id;
  else
    select order_id into document_order from invoices where id = new.invoice_id;
    select coalesce(sum(quantity_milli), 0) into done from invoice_lines where line_id = new.line_id;
  end if;
  if line_order is distinct from document_order then
    raise exception 'the line belongs to another order' using errcode = '23514', constraint = 'line_of_another_order';
  end if;
  if done + new.quantity_milli > ordered then
    raise exception 'more than ordered: % of %', done + new.quantity_milli, ordered
      using errcode = '23514', constraint = 'more_than_ordered';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger shipped_within_ordered before insert on shipment_lines for each row execute function shipped_within_ordered();
--> statement-breakpoint
create trigger invoiced_within_ordered before insert on invoice_lines for each row execute function shipped_within_ordered();
--> statement-breakpoint

-- An amount or currency that a customer has in hand never changes; facts about money only grow.
create function payments_guard() returns trigger language plpgsql as $$
declare
  rank constant jsonb := '{"none": 0, "pending": 1, "processing": 2, "failed": 1, "expired": 2, "cancelled": 3}';
begin
  if (new.id, new.order_id, new.service_id, new.provider, new.attempt, new.payment_type, new.mode, new.amount_minor,
      new.currency, new.purpose, new.valid_until, new.hold_margin_hours, new.created_at)
     is distinct from
     (old.id, old.order_id, old.service_id, old.provider, old.attempt, old.payment_type, old.mode, old.amount_minor,
      old.currency, old.purpose, old.valid_until, old.hold_margin_hours, old.created_at) then
    raise exception 'frozen columns of a payment' using errcode = '23514', constraint = 'payment_frozen';
  end if;
  if (old.url is not null and new.url is distinct from old.url) then
    raise exception 'a handed-out link does not change' using errcode = '23514', constraint = 'payment_frozen';
  end if;
  if new.held_minor < old.held_minor or new.captured_minor < old.captured_minor or new.refunded_minor < old.refunded_minor
     or (old.hold_released and not new.hold_released) or (old.withdrawn and not new.withdrawn)
     or (rank ->> new.progress)::int < (rank ->> old.progress)::int
     or coalesce((rank ->> new.ended)::int, 0) < coalesce((rank ->> old.ended)::int, 0)
     or not (new.review_reasons @> old.review_reasons) or not (new.review_accepted @> old.review_accepted) then
    raise exception 'facts about a payment only grow' using errcode = '23514', constraint = 'payment_facts_grow';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger payments_guard before update on payments for each row execute function payments_guard();
--> statement-breakpoint

-- A released order is read-only in everything its link and its gate rest on; reopening is the way to change it.
create function orders_guard() returns trigger language plpgsql as $$
begin
  if old.released_at is not null and new.released_at is not null
     and (new.currency, new.total_minor, new.required_minor, new.net_minor, new.vat_minor, new.prepayment_kind,
          new.prepayment_bp, new.prepayment_minor, new.service_id, new.customer_id)
         is distinct from
         (old.currency, old.total_minor, old.required_minor, old.net_minor, old.vat_minor, old.prepayment_kind,
          old.prepayment_bp, old.prepayment_minor, old.service_id, old.customer_id) then
    raise exception 'a released order is read-only' using errcode = '23514', constraint = 'order_released_is_frozen';
  end if;
  if old.cancelled_at is not null and new.cancelled_at is distinct from old.cancelled_at then
    raise exception 'a cancelled order stays cancelled' using errcode = '23514', constraint = 'order_cancelled_for_good';
  end if;
  if (new.id, new.number, new.pay_token, new.created_at) is distinct from (old.id, old.number, old.pay_token, old.created_at) then
    raise exception 'frozen columns of an order' using errcode = '23514', constraint = 'order_frozen';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger orders_guard before update on sales_orders for each row execute function orders_guard();
--> statement-breakpoint

-- The mirror of the gate: cover that falls, or a review that is raised, after goods have left is an alarm, never an error.
create function shipped_uncovered_alarm() returns trigger language plpgsql as $$
begin
  if (covered_now(new) < covered_now(old) or (new.needs_review and not old.needs_review))
     and exists (select 1 from shipments where order_id = new.order_id) then
    insert into alarms (order_id, payment_id, kind, details)
    values (new.order_id, new.id, case when new.needs_review and not old.needs_review then 'review_after_shipping' else 'cover_lost_after_shipping' end,
            jsonb_build_object('coveredBefore', covered_now(old)::text, 'coveredNow', covered_now(new)::text, 'state', new.state));
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger shipped_uncovered_alarm after update on payments for each row execute function shipped_uncovered_alarm();
--> statement-breakpoint

-- Records are added to, never changed: for every role, the owner included.
create function only_added_to() returns trigger language plpgsql as $$
begin
  raise exception '% is only ever added to', tg_table_name using errcode = '23514', constraint = 'append_only';
end $$;
--> statement-breakpoint
create trigger only_added_to before update or delete on payment_events for each row execute function only_added_to();
--> statement-breakpoint
create trigger only_added_to before update or delete on audit_log for each row execute function only_added_to();
--> statement-breakpoint
create trigger only_added_to before update or delete on order_timeline for each row execute function only_added_to();
--> statement-breakpoint
create trigger never_truncated before truncate on payment_events for each statement execute function only_added_to();
--> statement-breakpoint
create trigger never_truncated before truncate on audit_log for each statement execute function only_added_to();
--> statement-breakpoint
create trigger never_truncated before truncate on order_timeline for each statement execute function only_added_to();
--> statement-breakpoint

-- A webhook's identity and bytes stay what they were; only its handling moves on.
create function inbox_guard() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (new.id, new.service_id, new.event_key, new.raw, new.received_at, new.headers)
     is distinct from (old.id, old.service_id, old.event_key, old.raw, old.received_at, old.headers) then
    raise exception 'a webhook in the inbox does not change' using errcode = '23514', constraint = 'append_only';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger inbox_guard before update or delete on webhook_inbox for each row execute function inbox_guard();
--> statement-breakpoint

-- Each audit row carries the hash of the one before: an edit, a deletion or an insertion breaks the chain at that row.
create function audit_hash(prev text, seq bigint, at timestamptz, actor_kind text, actor_id text, action text, entity text, entity_id text, body text)
returns text language sql immutable as $$
  select encode(sha256(convert_to(concat_ws(E'\x1f', prev, seq::text,
    to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), actor_kind, actor_id, action, entity, entity_id, body), 'UTF8')), 'hex')
$$;
--> statement-breakpoint
create function audit_chain() returns trigger language plpgsql as $$
declare
  last_seq bigint;
  last_hash text;
begin
  perform pg_advisory_xact_lock(hashtext('holdpoint.audit_log'));
  select seq, hash into last_seq, last_hash from audit_log order by seq desc limit 1;
  new.seq := coalesce(last_seq, 0) + 1;
  new.prev_hash := coalesce(last_hash, '');
  new.at := date_trunc('milliseconds', clock_timestamp());
  new.hash := audit_hash(new.prev_hash, new.seq, new.at, new.actor_kind, new.actor_id, new.action, new.entity, new.entity_id, new.body);
  return new;
end $$;
--> statement-breakpoint
create trigger audit_chain before insert on audit_log for each row execute function audit_chain();
--> statement-breakpoint
-- The first row whose chain does not hold; nothing when it holds.
create function audit_first_broken() returns bigint language sql stable as $$
  select seq from (
    select seq, hash, prev_hash,
      lag(hash, 1, '') over w as expected_prev, lag(seq, 1, 0::bigint) over w as previous_seq,
      audit_hash(prev_hash, seq, at, actor_kind, actor_id, action, entity, entity_id, body) as expected_hash
    from audit_log window w as (order by seq)
  ) chain
  where prev_hash <> expected_prev or hash <> expected_hash or seq <> previous_seq + 1
  order by seq limit 1
$$;
