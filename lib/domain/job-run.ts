/**
 * What Manage Payment Links looks at, in its order: news, calls, payments, what statements tell, news without a payment, holds'
 * ends, gates, goods that left unpaid.
 */
export const RUN_WORK = [
  "webhooks",
  "calls",
  "payments",
  "statement",
  "unmatched",
  "holds",
  "gates",
  "collect",
] as const;
export type RunWork = (typeof RUN_WORK)[number];

/** How much of each a run has looked at, moved and failed on; what there was none of is left out. */
export type RunDid = Partial<Record<RunWork, { looked: number; moved: number; failed: number }>>;

/** As a run kept it; rows of before, and anything else, did nothing that is known. */
export function readRunDid(kept: string | null): { work: RunWork; looked: number; moved: number; failed: number }[] {
  if (!kept?.startsWith("{")) return [];
  try {
    const did = JSON.parse(kept) as RunDid;
    return RUN_WORK.flatMap((work) => {
      const counts = did[work];
      return counts ? [{ work, looked: counts.looked, moved: counts.moved, failed: counts.failed }] : [];
    });
  } catch {
    return [];
  }
}
