-- What the list counts on every visit is counted in an index alone: without these, each order of a view is fetched.
create index sales_orders_shippable on sales_orders (created_at desc, id desc) include (accepted_until)
  where status = 'released' and shipped <> 'fully' and accepted;
--> statement-breakpoint
create index sales_orders_link_ends on sales_orders (next_deadline_at, id) where next_deadline_kind = 'link' and next_deadline_at is not null;
