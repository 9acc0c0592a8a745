-- One chain for everybody made every writer wait for the one before to reach the disk. Each database connection now writes
-- a chain of its own (32 in all): rows of one chain carry the hash of the row before them in that chain, so an edit, a
-- deletion or an insertion still breaks it at that row, and writers no longer queue.
ALTER TABLE "audit_log" ADD COLUMN "chain" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "audit_chain_order" ON "audit_log" USING btree ("chain","seq" DESC NULLS FIRST);
--> statement-breakpoint
create sequence audit_seq;
--> statement-breakpoint
select setval('audit_seq', coalesce((select max(seq) from audit_log), 0) + 1, false);
--> statement-breakpoint
-- What stands in front of a chain's first row: a row cannot be moved to another chain unseen.
create function audit_genesis(chain smallint) returns text language sql immutable as $$
  select case when chain = 0 then '' else 'chain ' || chain end
$$;
--> statement-breakpoint
create or replace function audit_chain() returns trigger language plpgsql as $$
declare
  last_hash text;
begin
  new.chain := 1 + pg_backend_pid() % 32;
  perform pg_advisory_xact_lock(hashtext('holdpoint.audit_log'), new.chain);
  select hash into last_hash from audit_log where chain = new.chain order by seq desc limit 1;
  new.seq := nextval('audit_seq');
  new.prev_hash := coalesce(last_hash, audit_genesis(new.chain));
  new.at := date_trunc('milliseconds', clock_timestamp());
  new.hash := audit_hash(new.prev_hash, new.seq, new.at, new.actor_kind, new.actor_id, new.actor_name, new.action,
    new.entity, new.entity_id, new.request_id, new.body);
  return new;
end $$;
--> statement-breakpoint
-- The first row, in the order of writing, whose chain does not hold; nothing when all hold.
create or replace function audit_first_broken() returns bigint language sql stable as $$
  select seq from (
    select seq, hash, prev_hash, lag(hash, 1, audit_genesis(chain)) over w as expected_prev,
      audit_hash(prev_hash, seq, at, actor_kind, actor_id, actor_name, action, entity, entity_id, request_id, body) as expected_hash
    from audit_log window w as (partition by chain order by seq)
  ) chained
  where prev_hash <> expected_prev or hash <> expected_hash
  order by seq limit 1
$$;
