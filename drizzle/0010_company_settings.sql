CREATE TABLE "number_series" (
	"kind" text PRIMARY KEY NOT NULL,
	"prefix" text NOT NULL,
	"next" bigint,
	CONSTRAINT "series_kind" CHECK ("number_series"."kind" in ('order', 'shipment', 'invoice')),
	CONSTRAINT "series_prefix" CHECK ("number_series"."prefix" ~ '^[^[:space:]]{1,10}$' and "number_series"."prefix" !~ '[0-9]$'),
	CONSTRAINT "series_next" CHECK (("number_series"."kind" = 'order') = ("number_series"."next" is null) and "number_series"."next" between 1 and 999999999)
);
--> statement-breakpoint
ALTER TABLE "invoice_lines" ADD COLUMN "vat_minor" bigint;--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "parties" jsonb;--> statement-breakpoint
ALTER TABLE "shipments" ADD COLUMN "parties" jsonb;--> statement-breakpoint
ALTER TABLE "company" ADD COLUMN "legal_name" text;--> statement-breakpoint
ALTER TABLE "company" ADD COLUMN "iban" text;--> statement-breakpoint
ALTER TABLE "company" ADD COLUMN "bank_name" text;--> statement-breakpoint
ALTER TABLE "company" ADD COLUMN "language" text DEFAULT 'uk' NOT NULL;--> statement-breakpoint
ALTER TABLE "company" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "invoice_lines" ADD CONSTRAINT "invoice_line_vat" CHECK ("invoice_lines"."vat_minor" between 0 and "invoice_lines"."total_minor");--> statement-breakpoint
ALTER TABLE "company" ADD CONSTRAINT "company_language" CHECK ("company"."language" in ('en', 'uk'));--> statement-breakpoint
insert into number_series (kind, prefix, next)
select 'order', 'SO-', null
union all select 'shipment', 'SH-', case when is_called then last_value + 1 else last_value end from shipment_number_seq
union all select 'invoice', 'IN-', case when is_called then last_value + 1 else last_value end from invoice_number_seq;
--> statement-breakpoint
drop sequence shipment_number_seq;
--> statement-breakpoint
drop sequence invoice_number_seq;
