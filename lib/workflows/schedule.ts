import { PgBoss } from "pg-boss";
import { readClock } from "#db/clock";
import { offerJobQueue } from "#db/job-queue";
import { SEND_MESSAGE } from "#db/queries/messages";
import { env } from "#lib/env";
import { log } from "#lib/log";
import { answerPasswordResets } from "./answer-password-resets.ts";
import { JOB, managePaymentLinks, pulse } from "./manage-payment-links.ts";
import { remindCustomers } from "./remind-customers.ts";
import { sendDueMessages, sendNamedMessage } from "./send-message.ts";
import { world } from "./world.ts";

const EACH_20_MINUTES = "*/20 * * * *";
const PULSE_EACH_MS = 10_000;
const CLOCK = "clock";
/** Reminders are told by the hour; nobody waits for one. */
const REMIND_EACH_MS = 60_000;
const TRY_AGAIN_MS = 15_000;
const STOP_WITHIN_MS = 20_000;
/** A run stops taking new rows well before the next one is due. */
const RUN_DEADLINE_MS = 10 * 60_000;

/**
 * The running application looks after its own payments, so that an installation needs no crontab: Manage Payment Links
 * every 20 minutes through pg-boss (one instance runs it, whichever is first), and between runs a pulse for what is due
 * this moment. Rows are claimed one by one, so instances never do the same twice. Messages go out on a beat of their own, so
 * that a slow mail server never holds up money, and at once where a job names them. Returns what stops all of it.
 */
export function startSchedule(): () => Promise<void> {
  let stopped = false;
  let boss: PgBoss | null = null;
  const underWay = new Set<Promise<unknown>>();

  /** Does it again and again, never twice at once. */
  const beat = (job: string, eachMs: number, work: () => Promise<unknown>) => {
    let beating = false;
    const once = async () => {
      if (beating || stopped) return;
      beating = true;
      const working = work();
      underWay.add(working);
      try {
        await working;
      } catch (error) {
        log.warn("job.pulse_failed", { jobId: job, error });
      } finally {
        underWay.delete(working);
        beating = false;
      }
    };
    // Instances started together do not beat together.
    const timer = setInterval(once, eachMs + Math.floor(Math.random() * 2_000));
    timer.unref();
    return timer;
  };
  const timers = [
    beat(CLOCK, PULSE_EACH_MS, () => readClock(world().db)),
    beat(JOB, PULSE_EACH_MS, () => pulse(world())),
    beat(SEND_MESSAGE, PULSE_EACH_MS, () => sendDueMessages(world())),
    beat("answer-password-resets", PULSE_EACH_MS, () => answerPasswordResets(world())),
    beat("remind-customers", REMIND_EACH_MS, () => remindCustomers(world())),
  ];

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
      await starting.createQueue(SEND_MESSAGE, { retryLimit: 0, expireInSeconds: 120, deleteAfterSeconds: 3600 });
      await starting.work<{ key?: unknown }>(
        SEND_MESSAGE,
        { pollingIntervalSeconds: 2, batchSize: 4 },
        async (jobs) => {
          await Promise.all(jobs.map(({ data }) => sendNamedMessage(world(), data.key)));
        },
      );
      boss = starting;
      offerJobQueue(starting);
    } catch (error) {
      log.warn("job.schedule_not_started", { jobId: JOB, error });
      await starting.stop({ graceful: false }).catch(() => {});
      if (!stopped) setTimeout(start, TRY_AGAIN_MS).unref();
    }
  };
  void start();

  return async () => {
    stopped = true;
    for (const timer of timers) clearInterval(timer);
    offerJobQueue(null);
    // A call to a bank that is under way is worth its answer: none takes longer than this.
    const patience = new Promise((late) => setTimeout(late, STOP_WITHIN_MS).unref());
    await Promise.race([Promise.allSettled(underWay), patience]);
    await boss?.stop({ graceful: true, timeout: STOP_WITHIN_MS }).catch(() => {});
  };
}
