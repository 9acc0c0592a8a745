import { z } from "zod";
import { isWallTime, MAX_REMINDER_HOURS, MAX_REMINDER_STEPS, stepKey } from "#lib/domain/reminder";

const wallTime = z.string().refine(isWallTime, { error: "bad_time" }).nullable();

/** `company.reminders`: when customers are reminded, and when they are left alone. */
export const reminderSettingsInput = z
  .strictObject({
    steps: z
      .array(
        z.strictObject({
          from: z.enum(["sent", "expiry"]),
          hours: z
            .number()
            .int({ error: "not_whole" })
            .min(1, { error: "too_small" })
            .max(MAX_REMINDER_HOURS, { error: "too_large" }),
        }),
      )
      .max(MAX_REMINDER_STEPS, { error: "too_many" })
      .refine((steps) => new Set(steps.map(stepKey)).size === steps.length, { error: "repeated" }),
    quietFrom: wallTime,
    quietTo: wallTime,
  })
  .refine(({ quietFrom, quietTo }) => (quietFrom === null) === (quietTo === null), {
    error: "needs_both",
    path: ["quietTo"],
  });
export type ReminderSettingsInput = z.infer<typeof reminderSettingsInput>;
