CREATE TABLE "password_resets" (
	"id" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"user_id" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"answered_at" timestamp (3) with time zone,
	"used_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "messages" DROP CONSTRAINT "message_state";--> statement-breakpoint
ALTER TABLE "sign_ins" ADD COLUMN "kept" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "password_resets" ADD CONSTRAINT "password_resets_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "password_resets_user" ON "password_resets" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "password_resets_waiting" ON "password_resets" USING btree ("created_at") WHERE "password_resets"."answered_at" is null;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "message_state" CHECK ("messages"."state" in ('queued', 'sending', 'sent', 'delayed', 'bounced', 'refused', 'failed', 'dropped'));