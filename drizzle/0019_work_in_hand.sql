CREATE TABLE "work_in_hand" (
	"kind" text NOT NULL,
	"id" text NOT NULL,
	"times" smallint DEFAULT 1 NOT NULL,
	"taken_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "work_in_hand_kind_id_pk" PRIMARY KEY("kind","id"),
	CONSTRAINT "work_kind" CHECK ("work_in_hand"."kind" in ('webhook', 'operation', 'payment'))
);
