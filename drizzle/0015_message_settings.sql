CREATE TABLE "message_settings" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"automatic" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"sms" jsonb,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "one_message_settings" CHECK ("message_settings"."id" = 1)
);
