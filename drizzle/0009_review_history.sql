CREATE TABLE "review_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "review_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"task_id" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"kind" text NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_name" text NOT NULL,
	"params" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "review_event_kind" CHECK ("review_events"."kind" in ('opened', 'facts', 'assigned', 'answered', 'closed'))
);
--> statement-breakpoint
ALTER TABLE "allocations" ALTER COLUMN "to_order_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "review_events" ADD CONSTRAINT "review_events_task_id_review_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."review_tasks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "review_events_task" ON "review_events" USING btree ("task_id","id");--> statement-breakpoint
CREATE INDEX "audit_actor" ON "audit_log" USING btree ("actor_id","seq" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "audit_at" ON "audit_log" USING brin ("at");--> statement-breakpoint
create trigger only_added_to before update or delete on review_events for each row execute function only_added_to();
--> statement-breakpoint
create trigger never_truncated before truncate on review_events for each statement execute function only_added_to();
--> statement-breakpoint

-- Tasks that were there before their history was kept: when they were opened, and how they ended.
insert into review_events (task_id, at, kind, actor_kind, actor_name)
select id, opened_at, 'opened', 'holdpoint', 'Holdpoint' from review_tasks order by opened_at, id;
--> statement-breakpoint
insert into review_events (task_id, at, kind, actor_kind, actor_name, params)
select id, closed_at, 'closed', case when note is null then 'holdpoint' else 'user' end, coalesce(closed_by_name, 'Holdpoint'),
  jsonb_build_object('resolution', resolution, 'note', note)
from review_tasks where closed_at is not null order by closed_at, id;
--> statement-breakpoint

-- Attached elsewhere is only what was taken; set aside may also be what is held. Neither is more than the payment has.
create or replace function allocation_within_payment() returns trigger language plpgsql as $$
declare
  p payments;
  used numeric;
  has numeric;
begin
  select * into p from payments where id = new.payment_id for update;
  select coalesce(sum(amount_minor), 0) into used from allocations where payment_id = new.payment_id;
  has := case when new.to_order_id is null then secured_now(p) else greatest(p.captured_minor - p.refunded_minor, 0) end;
  if p.order_id <> new.from_order_id or p.currency <> new.currency or used + new.amount_minor > has then
    raise exception 'more than the payment has: % of %', used + new.amount_minor, has
      using errcode = '23514', constraint = 'allocation_too_large';
  end if;
  return new;
end $$;
