import { PgBoss } from "pg-boss";
import { env } from "#lib/env";
import { log } from "#lib/log";
import { JOB, managePaymentLinks, pulse } from "./manage-payment-links.ts";
import { world } from "./world.ts";

const EACH_20_MINUTES = "*/20 * * * *";
const PULSE_EACH_MS = 10_000;
const TRY_AGAIN_MS = 15_000;
/** A run stops taking new rows well before the next one is due. */
const RUN_DEADLINE_MS = 10 * 60_000;

/**
 * The running application looks after its own payments, so that an installation needs no crontab: Manage Payment Links
 * every 20 minutes through pg-boss (one instance runs it, whichever is first), and between runs a pulse for what is due
 * this moment. Rows are claimed one by one, so instances never do the same twice. Returns what stops both.
 */
export function startSchedule(): () => Promise<void> {
  let stopped = false;
  let boss: PgBoss | null = null;
  let beating = false;

  const beat = async () => {
    if (beating || stopped) return;
    beating = true;
    try {
      await pulse(world());
    } catch (error) {
      log.warn("job.pulse_failed", { jobId: JOB, error });
    } finally {
      beating = false;
    }
  };
  // Instances started together do not beat together.
  const pulseTimer = setInterval(beat, PULSE_EACH_MS + Math.floor(Math.random() * 2_000));
  pulseTimer.unref();

  const start = async () => {
    if (stopped) return;
    const starting = new PgBoss({
      connectionString: env().databaseUrl,
      application_name: "holdpoint-jobs",
      schema: "pgboss",
      // Made by the migration: the application may not create schemas.
      createSchema: false,
      max: 2,
      useListenNotify: false,
    });
    starting.on("error", (error) => log.warn("job.boss_failed", { jobId: JOB, error }));
    try {
      await starting.start();
      await starting.createQueue(JOB, { policy: "exclusive", retryLimit: 0, expireInSeconds: 15 * 60 });
      await starting.schedule(JOB, EACH_20_MINUTES, null, { tz: "UTC" });
      await starting.work(JOB, { pollingIntervalSeconds: 15 }, async () => {
        await managePaymentLinks(world(), { startedBy: `schedule ${env().instance}`, deadlineMs: RUN_DEADLINE_MS });
      });
      boss = starting;
    } catch (error) {
      log.warn("job.schedule_not_started", { jobId: JOB, error });
      await starting.stop({ graceful: false }).catch(() => {});
      if (!stopped) setTimeout(start, TRY_AGAIN_MS).unref();
    }
  };
  void start();

  return async () => {
    stopped = true;
    clearInterval(pulseTimer);
    await boss?.stop({ graceful: true, timeout: 20_000 }).catch(() => {});
  };
}
