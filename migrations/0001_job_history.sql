DROP INDEX "jobs_by_account";--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "retry_of" text;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "deleted_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "jobs_by_account_and_status" ON "jobs" USING btree ("account_id","status","created_at","id") WHERE "jobs"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "jobs_open_by_account" ON "jobs" USING btree ("account_id") WHERE "jobs"."status" in ('queued', 'processing');--> statement-breakpoint
CREATE INDEX "jobs_ended_by_account" ON "jobs" USING btree ("account_id","ended_at");--> statement-breakpoint
CREATE INDEX "jobs_waiting" ON "jobs" USING btree ("model","created_at","id") WHERE "jobs"."status" = 'queued';--> statement-breakpoint
CREATE INDEX "jobs_by_account" ON "jobs" USING btree ("account_id","created_at","id") WHERE "jobs"."deleted_at" is null;