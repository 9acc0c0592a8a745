-- Waivers and money attached from another order take part in the gate; both are guarded like money itself.

-- What counts toward an order now: its own payments less what was attached elsewhere, and what was attached to it.
create function order_covered_now(o text, cur text) returns numeric language sql stable as $$
  select coalesce((
      select sum(greatest(covered_now(p) - coalesce((select sum(a.amount_minor) from allocations a where a.payment_id = p.id), 0), 0))
      from payments p where p.order_id = o and p.currency = cur), 0)
    + coalesce((
      select sum(least(a.amount_minor, covered_now(p)))
      from allocations a join payments p on p.id = a.payment_id
      where a.to_order_id = o and a.currency = cur), 0)
$$;
--> statement-breakpoint
-- What live waivers let pass unpaid.
create function order_waived_now(o text, cur text) returns numeric language sql stable as $$
  select coalesce(sum(cap_minor), 0) from waivers
  where order_id = o and currency = cur and approved_at is not null and revoked_at is null and ends_at > now()
$$;
--> statement-breakpoint
create or replace function ship_gate() returns trigger language plpgsql as $$
declare
  o sales_orders;
  covered numeric;
begin
  select * into o from sales_orders where id = new.order_id for share;
  perform 1 from payments where order_id = new.order_id order by id for share;
  perform 1 from payments where id in (select payment_id from allocations where to_order_id = new.order_id) order by id for share;
  perform 1 from waivers where order_id = new.order_id order by id for share;
  if o.id is null or o.released_at is null or o.cancelled_at is not null
     or exists (select 1 from payments where order_id = o.id and needs_review) then
    raise exception 'gate closed: the order is not released, cancelled or under review'
      using errcode = '23514', constraint = 'gate_closed';
  end if;
  covered := order_covered_now(o.id, o.currency) + order_waived_now(o.id, o.currency);
  if covered < o.required_minor then
    raise exception 'gate closed: % of % covered', covered, o.required_minor
      using errcode = '23514', constraint = 'prepayment_not_covered';
  end if;
  return new;
end $$;
--> statement-breakpoint

-- More than a payment holds cannot be attached elsewhere.
create function allocation_within_payment() returns trigger language plpgsql as $$
declare
  p payments;
  used numeric;
begin
  select * into p from payments where id = new.payment_id for update;
  select coalesce(sum(amount_minor), 0) into used from allocations where payment_id = new.payment_id;
  if p.order_id <> new.from_order_id or p.currency <> new.currency
     or used + new.amount_minor > greatest(p.captured_minor - p.refunded_minor, 0) then
    raise exception 'more than the payment has: % of %', used + new.amount_minor, p.captured_minor - p.refunded_minor
      using errcode = '23514', constraint = 'allocation_too_large';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger allocation_within_payment before insert on allocations for each row execute function allocation_within_payment();
--> statement-breakpoint
create trigger only_added_to before update or delete on allocations for each row execute function only_added_to();
--> statement-breakpoint

-- What was asked for stays as asked; approval and revocation happen once.
create function waivers_guard() returns trigger language plpgsql as $$
begin
  if (new.id, new.order_id, new.currency, new.cap_minor, new.reason, new.ends_at, new.requested_by, new.requested_at)
     is distinct from (old.id, old.order_id, old.currency, old.cap_minor, old.reason, old.ends_at, old.requested_by, old.requested_at)
     or (old.approved_at is not null and (new.approved_by, new.approved_at) is distinct from (old.approved_by, old.approved_at))
     or (old.revoked_at is not null and (new.revoked_by, new.revoked_at) is distinct from (old.revoked_by, old.revoked_at)) then
    raise exception 'a waiver does not change' using errcode = '23514', constraint = 'waiver_frozen';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger waivers_guard before update on waivers for each row execute function waivers_guard();
--> statement-breakpoint

-- The salesperson of an order cannot wave it through.
create function waiver_not_by_own_salesperson() returns trigger language plpgsql as $$
begin
  if new.approved_by is not null
     and exists (select 1 from sales_orders where id = new.order_id and salesperson_id = new.approved_by) then
    raise exception 'the order''s own salesperson cannot approve its waiver'
      using errcode = '23514', constraint = 'waiver_four_eyes';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger waiver_not_by_own_salesperson before insert or update on waivers for each row execute function waiver_not_by_own_salesperson();
