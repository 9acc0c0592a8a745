ALTER TABLE "webhook_inbox" ADD COLUMN "source" text DEFAULT 'webhook' NOT NULL;--> statement-breakpoint
ALTER TABLE "payment_services" ADD COLUMN "statement_read_to" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "payment_services" ADD COLUMN "statement_due_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "webhook_inbox" ADD CONSTRAINT "inbox_source" CHECK ("webhook_inbox"."source" in ('webhook', 'statement'));