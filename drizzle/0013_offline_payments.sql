DROP INDEX "one_live_payment";--> statement-breakpoint
ALTER TABLE "payments" ALTER COLUMN "service_id" DROP NOT NULL;--> statement-breakpoint
-- Nobody has ever written here: a receipt gets an id of its own, because it may wait for somebody before there is a payment.
ALTER TABLE "offline_receipts" DROP CONSTRAINT "offline_receipts_pkey";--> statement-breakpoint
ALTER TABLE "offline_receipts" ALTER COLUMN "payment_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "offline_receipts" ALTER COLUMN "needs_approval" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "offline_receipts" ADD COLUMN "id" text PRIMARY KEY NOT NULL;--> statement-breakpoint
ALTER TABLE "offline_receipts" ADD COLUMN "order_id" text NOT NULL;--> statement-breakpoint
ALTER TABLE "offline_receipts" ADD COLUMN "amount_minor" bigint NOT NULL;--> statement-breakpoint
ALTER TABLE "offline_receipts" ADD COLUMN "currency" text NOT NULL;--> statement-breakpoint
ALTER TABLE "offline_receipts" ADD COLUMN "note" text;--> statement-breakpoint
ALTER TABLE "offline_receipts" ADD COLUMN "attachment_id" text;--> statement-breakpoint
ALTER TABLE "offline_receipts" ADD COLUMN "refused_by" text;--> statement-breakpoint
ALTER TABLE "offline_receipts" ADD COLUMN "refused_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "offline_receipts" ADD COLUMN "refused_reason" text;--> statement-breakpoint
ALTER TABLE "offline_receipts" ADD CONSTRAINT "offline_receipts_attachment_id_attachments_id_fk" FOREIGN KEY ("attachment_id") REFERENCES "public"."attachments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "offline_receipts" ADD CONSTRAINT "offline_receipts_refused_by_users_id_fk" FOREIGN KEY ("refused_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "offline_receipts" ADD CONSTRAINT "offline_order_currency" FOREIGN KEY ("order_id","currency") REFERENCES "public"."sales_orders"("id","currency") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "sales_orders_gate_ends" ON "sales_orders" USING btree ("accepted_until") WHERE "sales_orders"."accepted" and "sales_orders"."accepted_until" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "offline_payment" ON "offline_receipts" USING btree ("payment_id");--> statement-breakpoint
CREATE INDEX "offline_order" ON "offline_receipts" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "offline_newest" ON "offline_receipts" USING btree ("created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "waivers_newest" ON "waivers" USING btree ("requested_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE UNIQUE INDEX "one_live_payment" ON "payments" USING btree ("order_id") WHERE "payments"."state" in ('creating', 'pending', 'processing') and "payments"."provider" <> 'offline';--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payment_source" CHECK (("payments"."provider" = 'offline') = ("payments"."service_id" is null));--> statement-breakpoint
ALTER TABLE "offline_receipts" ADD CONSTRAINT "offline_amount" CHECK ("offline_receipts"."amount_minor" > 0 and "offline_receipts"."amount_minor" <= 100000000000);--> statement-breakpoint
ALTER TABLE "offline_receipts" ADD CONSTRAINT "offline_received" CHECK ("offline_receipts"."received_on" between date '2000-01-01' and date '2100-12-31');--> statement-breakpoint
ALTER TABLE "offline_receipts" ADD CONSTRAINT "offline_reference" CHECK (length("offline_receipts"."reference") between 1 and 140);--> statement-breakpoint
ALTER TABLE "offline_receipts" ADD CONSTRAINT "offline_approved_when" CHECK (("offline_receipts"."approved_by" is null) = ("offline_receipts"."approved_at" is null));--> statement-breakpoint
ALTER TABLE "offline_receipts" ADD CONSTRAINT "offline_refused_when" CHECK (("offline_receipts"."refused_by" is null) = ("offline_receipts"."refused_at" is null) and ("offline_receipts"."refused_by" is null) = ("offline_receipts"."refused_reason" is null));--> statement-breakpoint
ALTER TABLE "offline_receipts" ADD CONSTRAINT "offline_decided_once" CHECK ("offline_receipts"."approved_at" is null or "offline_receipts"."refused_at" is null);--> statement-breakpoint
ALTER TABLE "offline_receipts" ADD CONSTRAINT "offline_counts" CHECK ("offline_receipts"."payment_id" is null or ("offline_receipts"."refused_at" is null and (not "offline_receipts"."needs_approval" or "offline_receipts"."approved_at" is not null)));--> statement-breakpoint

-- What was recorded stays as recorded; it is approved or refused once, and once it counts, it counts by one payment for good.
create function offline_guard() returns trigger language plpgsql as $$
begin
  if (new.id, new.order_id, new.kind, new.amount_minor, new.currency, new.received_on, new.reference, new.note,
      new.attachment_id, new.recorded_by, new.needs_approval, new.created_at)
     is distinct from
     (old.id, old.order_id, old.kind, old.amount_minor, old.currency, old.received_on, old.reference, old.note,
      old.attachment_id, old.recorded_by, old.needs_approval, old.created_at)
     or (old.approved_at is not null and (new.approved_by, new.approved_at) is distinct from (old.approved_by, old.approved_at))
     or (old.refused_at is not null
         and (new.refused_by, new.refused_at, new.refused_reason) is distinct from (old.refused_by, old.refused_at, old.refused_reason))
     or (old.payment_id is not null and new.payment_id is distinct from old.payment_id) then
    raise exception 'recorded money does not change' using errcode = '23514', constraint = 'offline_frozen';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger offline_guard before update on offline_receipts for each row execute function offline_guard();
--> statement-breakpoint

-- Above the company's limit nobody is alone with it, and the order's own salesperson is not the second person.
create function offline_second_person() returns trigger language plpgsql as $$
begin
  if not new.needs_approval
     and not exists (select 1 from company where offline_limit_minor is not null and new.amount_minor <= offline_limit_minor)
     and tg_op = 'INSERT' then
    raise exception 'an amount above the limit needs a second person' using errcode = '23514', constraint = 'offline_four_eyes';
  end if;
  if new.approved_by is not null
     and exists (select 1 from sales_orders where id = new.order_id and salesperson_id = new.approved_by) then
    raise exception 'the order''s own salesperson cannot approve its money'
      using errcode = '23514', constraint = 'offline_four_eyes';
  end if;
  return new;
end $$;
--> statement-breakpoint
create trigger offline_second_person before insert or update on offline_receipts for each row execute function offline_second_person();
--> statement-breakpoint

-- A payment past the providers has its receipt when the transaction ends: same order, same amount, and nobody is awaited
-- (offline_counts). So what `covered_now` adds up has been seen by whom it must.
create function offline_payment_has_receipt() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from offline_receipts r where r.payment_id = new.id and r.order_id = new.order_id
                 and r.amount_minor = new.amount_minor and r.currency = new.currency)
     or new.captured_minor > new.amount_minor then
    raise exception 'money past the providers without its receipt' using errcode = '23514', constraint = 'offline_receipt';
  end if;
  return null;
end $$;
--> statement-breakpoint
create constraint trigger offline_payment_has_receipt after insert or update on payments deferrable initially deferred
  for each row when (new.provider = 'offline') execute function offline_payment_has_receipt();
