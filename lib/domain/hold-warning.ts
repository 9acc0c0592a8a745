const HOUR_MS = 3_600_000;

/** How many hours before a hold's end people are warned, the farthest first. The last is the end itself. */
export const HOLD_WARNING_HOURS = [72, 24, 4, 0] as const;

/**
 * The warning that is due now: the nearest whose moment has come, unless it (or a nearer one) was given before. Warnings
 * that were slept through are not made up for: two days before the end nobody needs to hear of three.
 */
export function holdWarningDue(
  hold: { holdExpiresAt: Date | null; holdWarnedHours: number | null },
  now: Date,
): number | null {
  if (!hold.holdExpiresAt) return null;
  const left = hold.holdExpiresAt.getTime() - now.getTime();
  const due = HOLD_WARNING_HOURS.filter((hours) => left <= hours * HOUR_MS).at(-1);
  if (due === undefined) return null;
  return hold.holdWarnedHours === null || due < hold.holdWarnedHours ? due : null;
}
