-- The application role's rights. Run after every migration; running it again changes nothing.
grant usage on schema public to holdpoint_app;
grant select, insert, update, delete on all tables in schema public to holdpoint_app;
grant usage, select on all sequences in schema public to holdpoint_app;
-- An admin may say at which number orders go on.
grant update on sequence order_number_seq to holdpoint_app;
grant execute on all functions in schema public to holdpoint_app;
revoke insert, delete, truncate on number_series from holdpoint_app;
-- History is only added to.
revoke update, delete, truncate on payment_events, audit_log, order_timeline, allocations, attachments, review_events from holdpoint_app;
revoke delete, truncate on webhook_inbox, payments, provider_operations, sales_orders, shipments, shipment_lines, invoices, invoice_lines, alarms, users, payment_services, review_tasks, waivers, offline_receipts, messages from holdpoint_app;
revoke update on webhook_inbox, shipment_lines, invoice_lines from holdpoint_app;
grant update (state, attempts, next_attempt_at, handled_at, error, delivery_count, reference) on webhook_inbox to holdpoint_app;
-- A statement that waits or idles too long is a fault of ours, never a reason to hold rows of others.
alter role holdpoint_app set statement_timeout = '10s';
alter role holdpoint_app set lock_timeout = '3s';
alter role holdpoint_app set idle_in_transaction_session_timeout = '15s';
alter role holdpoint_app set timezone = 'UTC';
-- A server asks at its start whether the schema is as new as its code.
grant usage on schema drizzle to holdpoint_app;
grant select on drizzle.__drizzle_migrations to holdpoint_app;
-- The job queue's own schema belongs to the application: pg-boss keeps its tables in order by itself. No money is in it.
create schema if not exists pgboss authorization holdpoint_app;
