import { companyRow } from "#db/queries/company";
import { queueMessages } from "#db/queries/messages";
import { remindableLinks } from "#db/queries/reminders";
import { transact } from "#db/transact";
import { dueReminder, reminderSettings, stepKey } from "#lib/domain/reminder";
import { ok } from "#lib/domain/result";
import { COMPANY_ZONE } from "#lib/i18n/locale";
import type { World } from "./world.ts";

/**
 * Queues the reminders that are due now, each step once for a link, on however many instances this runs. What has come
 * meanwhile (money, a cancellation, the night) is asked again when each is sent.
 */
export async function remindCustomers(world: World): Promise<number> {
  const company = await companyRow(world.db);
  const settings = reminderSettings(company?.reminders);
  if (settings.steps.length === 0) return 0;
  const now = world.now();
  const due = (await remindableLinks(world.db, now)).flatMap(({ zone, done, ...link }) => {
    const step = dueReminder({ ...link, zone: zone ?? company?.zone ?? COMPANY_ZONE }, settings, now);
    const dedupeKey = step && `reminder:${link.paymentId}:${stepKey(step)}`;
    return dedupeKey && !done.includes(dedupeKey) ? [{ link, dedupeKey }] : [];
  });
  if (due.length === 0) return 0;
  await transact(world.db, async (tx) => {
    await queueMessages(
      tx,
      ...due.map(({ link, dedupeKey }) => ({
        kind: "reminder" as const,
        orderId: link.orderId,
        paymentId: link.paymentId,
        dedupeKey,
      })),
    );
    return ok(undefined);
  });
  return due.length;
}
