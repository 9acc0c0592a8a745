CREATE TABLE "customers" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text,
	"phone" text,
	"language" text DEFAULT 'uk' NOT NULL,
	"tax_id" text,
	"note" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "customers_language" CHECK ("customers"."language" in ('en', 'uk')),
	CONSTRAINT "customers_name_present" CHECK (length("customers"."name") between 1 and 200)
);
--> statement-breakpoint
CREATE TABLE "items" (
	"id" text PRIMARY KEY NOT NULL,
	"sku" text NOT NULL,
	"name" text NOT NULL,
	"unit" text,
	"unit_price_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"vat_bp" integer DEFAULT 2000 NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "items_price" CHECK ("items"."unit_price_minor" between 0 and 100000000000),
	CONSTRAINT "items_vat" CHECK ("items"."vat_bp" between 0 and 10000),
	CONSTRAINT "items_currency" CHECK ("items"."currency" ~ '^[A-Z]{3}$')
);
--> statement-breakpoint
CREATE TABLE "invoice_lines" (
	"invoice_id" text NOT NULL,
	"line_id" text NOT NULL,
	"quantity_milli" bigint NOT NULL,
	"total_minor" bigint NOT NULL,
	CONSTRAINT "invoice_lines_invoice_id_line_id_pk" PRIMARY KEY("invoice_id","line_id"),
	CONSTRAINT "invoice_quantity" CHECK ("invoice_lines"."quantity_milli" between 1 and 1000000000),
	CONSTRAINT "invoice_line_total" CHECK ("invoice_lines"."total_minor" >= 0)
);
--> statement-breakpoint
CREATE TABLE "invoices" (
	"id" text PRIMARY KEY NOT NULL,
	"order_id" text NOT NULL,
	"number" text NOT NULL,
	"note" text,
	"created_by" text,
	"currency" text NOT NULL,
	"total_minor" bigint NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "invoice_total" CHECK ("invoices"."total_minor" between 0 and 100000000000)
);
--> statement-breakpoint
CREATE TABLE "order_lines" (
	"id" text PRIMARY KEY NOT NULL,
	"order_id" text NOT NULL,
	"position" integer NOT NULL,
	"item_id" text,
	"sku" text,
	"description" text NOT NULL,
	"unit" text,
	"quantity_milli" bigint NOT NULL,
	"unit_price_minor" bigint NOT NULL,
	"discount_bp" integer DEFAULT 0 NOT NULL,
	"vat_bp" integer DEFAULT 0 NOT NULL,
	"net_minor" bigint NOT NULL,
	"vat_minor" bigint NOT NULL,
	"total_minor" bigint NOT NULL,
	CONSTRAINT "order_lines_position" UNIQUE("order_id","position"),
	CONSTRAINT "line_quantity" CHECK ("order_lines"."quantity_milli" between 1 and 1000000000),
	CONSTRAINT "line_price" CHECK ("order_lines"."unit_price_minor" between 0 and 100000000000),
	CONSTRAINT "line_rates" CHECK ("order_lines"."discount_bp" between 0 and 10000 and "order_lines"."vat_bp" between 0 and 10000),
	CONSTRAINT "line_totals" CHECK ("order_lines"."net_minor" >= 0 and "order_lines"."vat_minor" >= 0 and "order_lines"."total_minor" = "order_lines"."net_minor" + "order_lines"."vat_minor")
);
--> statement-breakpoint
CREATE TABLE "order_timeline" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "order_timeline_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"order_id" text NOT NULL,
	"payment_id" text,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"kind" text NOT NULL,
	"group" text NOT NULL,
	"params" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"actor_id" text,
	"actor_name" text,
	"source" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sales_orders" (
	"id" text PRIMARY KEY NOT NULL,
	"number" text NOT NULL,
	"customer_id" text,
	"salesperson_id" text,
	"order_date" date NOT NULL,
	"currency" text NOT NULL,
	"language" text DEFAULT 'uk' NOT NULL,
	"external_reference" text,
	"note" text,
	"service_id" text,
	"prepayment_kind" text DEFAULT 'none' NOT NULL,
	"prepayment_bp" integer,
	"prepayment_minor" bigint,
	"prices_include_vat" boolean DEFAULT true NOT NULL,
	"net_minor" bigint DEFAULT 0 NOT NULL,
	"vat_minor" bigint DEFAULT 0 NOT NULL,
	"total_minor" bigint DEFAULT 0 NOT NULL,
	"required_minor" bigint DEFAULT 0 NOT NULL,
	"released_at" timestamp (3) with time zone,
	"cancelled_at" timestamp (3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"pay_token" text NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"secured_minor" bigint DEFAULT 0 NOT NULL,
	"held_minor" bigint DEFAULT 0 NOT NULL,
	"payment_state" text,
	"needs_review" boolean DEFAULT false NOT NULL,
	"shipped" text DEFAULT 'none' NOT NULL,
	"invoiced" text DEFAULT 'none' NOT NULL,
	"accepted" boolean DEFAULT false NOT NULL,
	"accepted_until" timestamp (3) with time zone,
	"next_deadline_kind" text,
	"next_deadline_at" timestamp (3) with time zone,
	"search_text" text DEFAULT '' NOT NULL,
	"created_by" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sales_orders_id_currency" UNIQUE("id","currency"),
	CONSTRAINT "order_amounts" CHECK ("sales_orders"."net_minor" >= 0 and "sales_orders"."vat_minor" >= 0 and "sales_orders"."total_minor" = "sales_orders"."net_minor" + "sales_orders"."vat_minor" and "sales_orders"."total_minor" <= 100000000000),
	CONSTRAINT "order_required" CHECK ("sales_orders"."required_minor" between 0 and greatest("sales_orders"."total_minor", 1)),
	CONSTRAINT "order_secured" CHECK ("sales_orders"."secured_minor" >= 0 and "sales_orders"."held_minor" between 0 and "sales_orders"."secured_minor"),
	CONSTRAINT "order_prepayment" CHECK (("sales_orders"."prepayment_kind" = 'none' and "sales_orders"."prepayment_bp" is null and "sales_orders"."prepayment_minor" is null)
        or ("sales_orders"."prepayment_kind" = 'percent' and "sales_orders"."prepayment_bp" between 1 and 10000 and "sales_orders"."prepayment_minor" is null)
        or ("sales_orders"."prepayment_kind" = 'amount' and "sales_orders"."prepayment_minor" between 1 and 100000000000 and "sales_orders"."prepayment_bp" is null)),
	CONSTRAINT "order_currency" CHECK ("sales_orders"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "order_status" CHECK ("sales_orders"."status" in ('open', 'pending_prepayment', 'released', 'cancelled')),
	CONSTRAINT "order_progress" CHECK ("sales_orders"."shipped" in ('none', 'partly', 'fully') and "sales_orders"."invoiced" in ('none', 'partly', 'fully')),
	CONSTRAINT "order_instants" CHECK (isfinite("sales_orders"."created_at") and isfinite("sales_orders"."released_at") and isfinite("sales_orders"."cancelled_at")),
	CONSTRAINT "order_date_range" CHECK ("sales_orders"."order_date" between date '2000-01-01' and date '2100-12-31')
);
--> statement-breakpoint
CREATE TABLE "shipment_lines" (
	"shipment_id" text NOT NULL,
	"line_id" text NOT NULL,
	"quantity_milli" bigint NOT NULL,
	CONSTRAINT "shipment_lines_shipment_id_line_id_pk" PRIMARY KEY("shipment_id","line_id"),
	CONSTRAINT "shipment_quantity" CHECK ("shipment_lines"."quantity_milli" between 1 and 1000000000)
);
--> statement-breakpoint
CREATE TABLE "shipments" (
	"id" text PRIMARY KEY NOT NULL,
	"order_id" text NOT NULL,
	"number" text NOT NULL,
	"note" text,
	"created_by" text,
	"tracking_number" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payment_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "payment_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"payment_id" text NOT NULL,
	"order_id" text NOT NULL,
	"event_key" text NOT NULL,
	"source" text NOT NULL,
	"source_ref" text,
	"provider_status" text NOT NULL,
	"facts" jsonb NOT NULL,
	"effect" text NOT NULL,
	"provider_time" timestamp (3) with time zone,
	"received_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"raw" jsonb,
	CONSTRAINT "payment_event" UNIQUE("payment_id","event_key")
);
--> statement-breakpoint
CREATE TABLE "payments" (
	"id" text PRIMARY KEY NOT NULL,
	"order_id" text NOT NULL,
	"service_id" text NOT NULL,
	"provider" text NOT NULL,
	"attempt" integer NOT NULL,
	"payment_type" text NOT NULL,
	"mode" text NOT NULL,
	"hold_margin_hours" integer NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"purpose" text NOT NULL,
	"language" text NOT NULL,
	"valid_until" timestamp (3) with time zone NOT NULL,
	"progress" text DEFAULT 'none' NOT NULL,
	"held_minor" bigint DEFAULT 0 NOT NULL,
	"captured_minor" bigint DEFAULT 0 NOT NULL,
	"refunded_minor" bigint DEFAULT 0 NOT NULL,
	"hold_released" boolean DEFAULT false NOT NULL,
	"ended" text,
	"withdrawn" boolean DEFAULT false NOT NULL,
	"hold_expires_at" timestamp (3) with time zone,
	"review_reasons" text[] DEFAULT '{}'::text[] NOT NULL,
	"review_accepted" text[] DEFAULT '{}'::text[] NOT NULL,
	"state" text DEFAULT 'creating' NOT NULL,
	"needs_review" boolean DEFAULT false NOT NULL,
	"provider_payment_id" text,
	"url" text,
	"expires_at" timestamp (3) with time zone,
	"details" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"description" text,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"replaced_by" text,
	"cancel_requested_at" timestamp (3) with time zone,
	"finalize_requested_minor" bigint,
	"ended_reason" text,
	"deleted_at" timestamp (3) with time zone,
	"next_sync_at" timestamp (3) with time zone,
	"sync_attempts" integer DEFAULT 0 NOT NULL,
	"locked_until" timestamp (3) with time zone,
	"checked_at" timestamp (3) with time zone,
	"last_source" text,
	"created_by" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payments_attempt" UNIQUE("order_id","attempt"),
	CONSTRAINT "payment_amount" CHECK ("payments"."amount_minor" > 0 and "payments"."amount_minor" <= 100000000000),
	CONSTRAINT "payment_facts" CHECK ("payments"."held_minor" >= 0 and "payments"."captured_minor" >= 0 and "payments"."refunded_minor" >= 0),
	CONSTRAINT "payment_finalize" CHECK ("payments"."finalize_requested_minor" is null or "payments"."finalize_requested_minor" > 0),
	CONSTRAINT "payment_progress" CHECK ("payments"."progress" in ('none', 'pending', 'processing')),
	CONSTRAINT "payment_ended" CHECK ("payments"."ended" in ('failed', 'expired', 'cancelled')),
	CONSTRAINT "payment_type" CHECK ("payments"."payment_type" in ('debit', 'withholding')),
	CONSTRAINT "payment_mode" CHECK ("payments"."mode" in ('test', 'live')),
	CONSTRAINT "payment_state" CHECK ("payments"."state" in ('creating', 'pending', 'processing', 'withholding', 'successful', 'partially_refunded', 'refunded', 'failed', 'expired', 'cancelled')),
	CONSTRAINT "payment_instants" CHECK (isfinite("payments"."valid_until") and isfinite("payments"."expires_at") and isfinite("payments"."hold_expires_at") and isfinite("payments"."next_sync_at")),
	CONSTRAINT "payment_deleted_is_moneyless" CHECK ("payments"."deleted_at" is null or ("payments"."held_minor" = 0 and "payments"."captured_minor" = 0) or "payments"."needs_review")
);
--> statement-breakpoint
CREATE TABLE "provider_operations" (
	"id" text PRIMARY KEY NOT NULL,
	"payment_id" text NOT NULL,
	"order_id" text NOT NULL,
	"kind" text NOT NULL,
	"state" text DEFAULT 'planned' NOT NULL,
	"amount_minor" bigint,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp (3) with time zone,
	"locked_until" timestamp (3) with time zone,
	"sent_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"duration_ms" integer,
	"code" text,
	"message" text,
	"actor_id" text,
	"actor_name" text NOT NULL,
	"request_id" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "operation_kind" CHECK ("provider_operations"."kind" in ('create_link', 'cancel_link', 'finalize', 'release_hold', 'refund')),
	CONSTRAINT "operation_state" CHECK ("provider_operations"."state" in ('planned', 'sent', 'unknown', 'confirmed', 'rejected', 'resolved', 'needs_review')),
	CONSTRAINT "operation_amount" CHECK ("provider_operations"."amount_minor" is null or "provider_operations"."amount_minor" > 0),
	CONSTRAINT "operation_due" CHECK ("provider_operations"."state" not in ('planned', 'sent', 'unknown') or "provider_operations"."next_attempt_at" is not null)
);
--> statement-breakpoint
CREATE TABLE "webhook_inbox" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "webhook_inbox_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"service_id" text NOT NULL,
	"event_key" text NOT NULL,
	"reference" text,
	"received_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"delivery_count" integer DEFAULT 1 NOT NULL,
	"headers" jsonb NOT NULL,
	"raw" "bytea" NOT NULL,
	"state" text DEFAULT 'received' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"handled_at" timestamp (3) with time zone,
	"error" text,
	CONSTRAINT "webhook_event" UNIQUE("service_id","event_key"),
	CONSTRAINT "inbox_state" CHECK ("webhook_inbox"."state" in ('received', 'applied', 'unmatched', 'quarantined'))
);
--> statement-breakpoint
CREATE TABLE "api_tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"name" text NOT NULL,
	"digest" text NOT NULL,
	"last4" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "company" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"name" text NOT NULL,
	"tax_id" text,
	"email" text,
	"phone" text,
	"address" text,
	"currency" text DEFAULT 'UAH' NOT NULL,
	"zone" text DEFAULT 'Europe/Kyiv' NOT NULL,
	"prices_include_vat" boolean DEFAULT true NOT NULL,
	"default_vat_bp" integer DEFAULT 2000 NOT NULL,
	CONSTRAINT "one_company" CHECK ("company"."id" = 1),
	CONSTRAINT "company_vat" CHECK ("company"."default_vat_bp" between 0 and 10000)
);
--> statement-breakpoint
CREATE TABLE "sign_ins" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"user_agent" text,
	"ip" text
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"password_hash" text NOT NULL,
	"language" text DEFAULT 'en' NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "users_role" CHECK ("users"."role" in ('sales', 'finance', 'admin')),
	CONSTRAINT "users_email_lower" CHECK ("users"."email" = lower("users"."email")),
	CONSTRAINT "users_language" CHECK ("users"."language" in ('en', 'uk'))
);
--> statement-breakpoint
CREATE TABLE "alarms" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "alarms_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"order_id" text NOT NULL,
	"payment_id" text,
	"kind" text NOT NULL,
	"details" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"raised_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"closed_at" timestamp (3) with time zone,
	CONSTRAINT "alarm_kind" CHECK (length("alarms"."kind") > 0)
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text NOT NULL,
	"actor_name" text NOT NULL,
	"action" text NOT NULL,
	"entity" text NOT NULL,
	"entity_id" text NOT NULL,
	"request_id" text,
	"body" text NOT NULL,
	"prev_hash" text NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"user_id" text NOT NULL,
	"key" text NOT NULL,
	"request_hash" text NOT NULL,
	"response_status" integer,
	"response_body" text,
	"response_type" text,
	"locked_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_user_id_key_pk" PRIMARY KEY("user_id","key")
);
--> statement-breakpoint
CREATE TABLE "job_leases" (
	"name" text PRIMARY KEY NOT NULL,
	"holder" text,
	"token" bigint DEFAULT 0 NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "job_runs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "job_runs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"job" text NOT NULL,
	"started_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"started_by" text NOT NULL,
	"looked" integer DEFAULT 0 NOT NULL,
	"moved" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	"left" integer DEFAULT 0 NOT NULL,
	"note" text
);
--> statement-breakpoint
CREATE TABLE "rate_limits" (
	"key" text PRIMARY KEY NOT NULL,
	"points" integer DEFAULT 0 NOT NULL,
	"expire" bigint
);
--> statement-breakpoint
CREATE TABLE "payment_services" (
	"id" text PRIMARY KEY NOT NULL,
	"provider" text NOT NULL,
	"name" text NOT NULL,
	"description" text,
	"currency" text NOT NULL,
	"currency_numeric" integer NOT NULL,
	"payment_type" text NOT NULL,
	"validity_seconds" integer NOT NULL,
	"hold_margin_hours" integer DEFAULT 24 NOT NULL,
	"mode" text NOT NULL,
	"logo" text,
	"enabled" boolean DEFAULT false NOT NULL,
	"always_include" boolean DEFAULT false NOT NULL,
	"credentials" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"credentials_complete" boolean DEFAULT false NOT NULL,
	"credentials_fingerprint" text,
	"credentials_problem_at" timestamp (3) with time zone,
	"credentials_problem" text,
	"last_test" jsonb,
	"last_webhook_at" timestamp (3) with time zone,
	"last_sync_at" timestamp (3) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"created_by" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "service_provider" CHECK ("payment_services"."provider" ~ '^[a-z]{2,20}$'),
	CONSTRAINT "service_payment_type" CHECK ("payment_services"."payment_type" in ('debit', 'withholding')),
	CONSTRAINT "service_validity" CHECK ("payment_services"."validity_seconds" between 300 and 2592000),
	CONSTRAINT "service_margin" CHECK ("payment_services"."hold_margin_hours" between 0 and 168),
	CONSTRAINT "service_currency" CHECK ("payment_services"."currency" ~ '^[A-Z]{3}$' and "payment_services"."currency_numeric" between 1 and 999),
	CONSTRAINT "service_mode" CHECK ("payment_services"."mode" in ('test', 'live')),
	CONSTRAINT "service_enabled_with_credentials" CHECK (not "payment_services"."enabled" or "payment_services"."credentials_complete"),
	CONSTRAINT "service_always_included_is_enabled" CHECK (not "payment_services"."always_include" or "payment_services"."enabled")
);
--> statement-breakpoint
ALTER TABLE "invoice_lines" ADD CONSTRAINT "invoice_lines_invoice_id_invoices_id_fk" FOREIGN KEY ("invoice_id") REFERENCES "public"."invoices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invoice_lines" ADD CONSTRAINT "invoice_lines_line_id_order_lines_id_fk" FOREIGN KEY ("line_id") REFERENCES "public"."order_lines"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_order_id_sales_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."sales_orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_order_currency" FOREIGN KEY ("order_id","currency") REFERENCES "public"."sales_orders"("id","currency") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_lines" ADD CONSTRAINT "order_lines_order_id_sales_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."sales_orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_lines" ADD CONSTRAINT "order_lines_item_id_items_id_fk" FOREIGN KEY ("item_id") REFERENCES "public"."items"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_timeline" ADD CONSTRAINT "order_timeline_order_id_sales_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."sales_orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sales_orders" ADD CONSTRAINT "sales_orders_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sales_orders" ADD CONSTRAINT "sales_orders_salesperson_id_users_id_fk" FOREIGN KEY ("salesperson_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sales_orders" ADD CONSTRAINT "sales_orders_service_id_payment_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."payment_services"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sales_orders" ADD CONSTRAINT "sales_orders_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shipment_lines" ADD CONSTRAINT "shipment_lines_shipment_id_shipments_id_fk" FOREIGN KEY ("shipment_id") REFERENCES "public"."shipments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shipment_lines" ADD CONSTRAINT "shipment_lines_line_id_order_lines_id_fk" FOREIGN KEY ("line_id") REFERENCES "public"."order_lines"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shipments" ADD CONSTRAINT "shipments_order_id_sales_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."sales_orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shipments" ADD CONSTRAINT "shipments_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment_events" ADD CONSTRAINT "payment_events_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payments"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_service_id_payment_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."payment_services"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_order_currency" FOREIGN KEY ("order_id","currency") REFERENCES "public"."sales_orders"("id","currency") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "provider_operations" ADD CONSTRAINT "provider_operations_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payments"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "provider_operations" ADD CONSTRAINT "provider_operations_order_id_sales_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."sales_orders"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_inbox" ADD CONSTRAINT "webhook_inbox_service_id_payment_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."payment_services"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_ins" ADD CONSTRAINT "sign_ins_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment_services" ADD CONSTRAINT "payment_services_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "customers_name" ON "customers" USING btree ("name","id");--> statement-breakpoint
CREATE UNIQUE INDEX "items_sku" ON "items" USING btree ("sku");--> statement-breakpoint
CREATE INDEX "invoice_lines_line" ON "invoice_lines" USING btree ("line_id");--> statement-breakpoint
CREATE UNIQUE INDEX "invoices_number" ON "invoices" USING btree ("number");--> statement-breakpoint
CREATE INDEX "invoices_order" ON "invoices" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "order_timeline_order" ON "order_timeline" USING btree ("order_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "order_timeline_payment" ON "order_timeline" USING btree ("payment_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "sales_orders_number" ON "sales_orders" USING btree ("number");--> statement-breakpoint
CREATE UNIQUE INDEX "sales_orders_pay_token" ON "sales_orders" USING btree ("pay_token");--> statement-breakpoint
CREATE INDEX "sales_orders_newest" ON "sales_orders" USING btree ("created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "sales_orders_status" ON "sales_orders" USING btree ("status","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "sales_orders_total" ON "sales_orders" USING btree ("total_minor","id");--> statement-breakpoint
CREATE INDEX "sales_orders_customer" ON "sales_orders" USING btree ("customer_id","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "sales_orders_salesperson" ON "sales_orders" USING btree ("salesperson_id","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "sales_orders_deadline" ON "sales_orders" USING btree ("next_deadline_at","id") WHERE "sales_orders"."next_deadline_at" is not null;--> statement-breakpoint
CREATE INDEX "sales_orders_payment_state" ON "sales_orders" USING btree ("payment_state","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "sales_orders_review" ON "sales_orders" USING btree ("created_at" DESC NULLS LAST,"id" DESC NULLS LAST) WHERE "sales_orders"."needs_review";--> statement-breakpoint
CREATE INDEX "sales_orders_ready" ON "sales_orders" USING btree ("created_at" DESC NULLS LAST,"id" DESC NULLS LAST) WHERE "sales_orders"."status" = 'released' and "sales_orders"."shipped" <> 'fully';--> statement-breakpoint
CREATE INDEX "shipment_lines_line" ON "shipment_lines" USING btree ("line_id");--> statement-breakpoint
CREATE UNIQUE INDEX "shipments_number" ON "shipments" USING btree ("number");--> statement-breakpoint
CREATE INDEX "shipments_order" ON "shipments" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "payment_events_order" ON "payment_events" USING btree ("order_id");--> statement-breakpoint
CREATE UNIQUE INDEX "one_live_payment" ON "payments" USING btree ("order_id") WHERE "payments"."state" in ('creating', 'pending', 'processing');--> statement-breakpoint
CREATE UNIQUE INDEX "payments_provider_id" ON "payments" USING btree ("service_id","provider_payment_id") WHERE "payments"."provider_payment_id" is not null;--> statement-breakpoint
CREATE INDEX "payments_newest" ON "payments" USING btree ("created_at" DESC NULLS LAST,"id" DESC NULLS LAST) WHERE "payments"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "payments_provider" ON "payments" USING btree ("provider","created_at" DESC NULLS LAST,"id" DESC NULLS LAST) WHERE "payments"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "payments_state" ON "payments" USING btree ("state","created_at" DESC NULLS LAST,"id" DESC NULLS LAST) WHERE "payments"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "payments_due" ON "payments" USING btree ("next_sync_at") WHERE "payments"."next_sync_at" is not null;--> statement-breakpoint
CREATE INDEX "payments_holds" ON "payments" USING btree ("hold_expires_at") WHERE "payments"."state" = 'withholding';--> statement-breakpoint
CREATE UNIQUE INDEX "one_live_operation" ON "provider_operations" USING btree ("payment_id","kind") WHERE "provider_operations"."state" in ('planned', 'sent', 'unknown');--> statement-breakpoint
CREATE INDEX "operations_payment" ON "provider_operations" USING btree ("payment_id","created_at");--> statement-breakpoint
CREATE INDEX "operations_due" ON "provider_operations" USING btree ("next_attempt_at") WHERE "provider_operations"."state" in ('planned', 'sent', 'unknown');--> statement-breakpoint
CREATE INDEX "inbox_due" ON "webhook_inbox" USING btree ("next_attempt_at") WHERE "webhook_inbox"."state" in ('received', 'unmatched');--> statement-breakpoint
CREATE INDEX "inbox_reference" ON "webhook_inbox" USING btree ("reference") WHERE "webhook_inbox"."state" = 'unmatched';--> statement-breakpoint
CREATE UNIQUE INDEX "api_tokens_digest" ON "api_tokens" USING btree ("digest");--> statement-breakpoint
CREATE INDEX "sign_ins_user" ON "sign_ins" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email" ON "users" USING btree ("email");--> statement-breakpoint
CREATE INDEX "alarms_open" ON "alarms" USING btree ("order_id") WHERE "alarms"."closed_at" is null;--> statement-breakpoint
CREATE INDEX "audit_entity" ON "audit_log" USING btree ("entity","entity_id","seq");--> statement-breakpoint
CREATE INDEX "idempotency_age" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "job_runs_recent" ON "job_runs" USING btree ("job","started_at" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "one_always_included_service" ON "payment_services" USING btree ("always_include") WHERE "payment_services"."always_include";