-- Lists are asked for in plain descending order, which an index with nulls at its other end does not give.
DROP INDEX "order_timeline_order";--> statement-breakpoint
DROP INDEX "order_timeline_payment";--> statement-breakpoint
DROP INDEX "sales_orders_newest";--> statement-breakpoint
DROP INDEX "sales_orders_status";--> statement-breakpoint
DROP INDEX "sales_orders_customer";--> statement-breakpoint
DROP INDEX "sales_orders_salesperson";--> statement-breakpoint
DROP INDEX "sales_orders_payment_state";--> statement-breakpoint
DROP INDEX "sales_orders_review";--> statement-breakpoint
DROP INDEX "sales_orders_ready";--> statement-breakpoint
DROP INDEX "payments_newest";--> statement-breakpoint
DROP INDEX "payments_provider";--> statement-breakpoint
DROP INDEX "payments_state";--> statement-breakpoint
CREATE INDEX "order_timeline_order" ON "order_timeline" USING btree ("order_id","id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "order_timeline_payment" ON "order_timeline" USING btree ("payment_id","id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "sales_orders_newest" ON "sales_orders" USING btree ("created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "sales_orders_status" ON "sales_orders" USING btree ("status","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "sales_orders_customer" ON "sales_orders" USING btree ("customer_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "sales_orders_salesperson" ON "sales_orders" USING btree ("salesperson_id","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "sales_orders_payment_state" ON "sales_orders" USING btree ("payment_state","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "sales_orders_review" ON "sales_orders" USING btree ("created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE "sales_orders"."needs_review";--> statement-breakpoint
CREATE INDEX "sales_orders_ready" ON "sales_orders" USING btree ("created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE "sales_orders"."status" = 'released' and "sales_orders"."shipped" <> 'fully';--> statement-breakpoint
CREATE INDEX "payments_newest" ON "payments" USING btree ("created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE "payments"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "payments_provider" ON "payments" USING btree ("provider","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE "payments"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "payments_state" ON "payments" USING btree ("state","created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE "payments"."deleted_at" is null;