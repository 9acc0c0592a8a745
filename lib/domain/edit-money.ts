/** What may become of the money when an order that has some is edited. */
export const MONEY_CHOICES = ["link", "keep", "give_back"] as const;
export type MoneyChoice = (typeof MONEY_CHOICES)[number];

export type Asked = { totalMinor: bigint; requiredMinor: bigint };

/** An edit's effect on money that is already held or taken: what the person sees before saving, and what saving does. */
export type EditMoney = {
  before: Asked;
  after: Asked;
  coveredMinor: bigint;
  missingMinor: bigint;
  surplusMinor: bigint;
  /** What can be chosen, the usual first; empty where there is nothing to choose. */
  choices: MoneyChoice[];
};

/**
 * Money is there and the edit changes what is asked, so that it no longer fits: somebody has to say what becomes of it. Where
 * nothing is covered, or the cover fits the new requirement exactly, there is nothing to choose.
 */
export function editMoney(before: Asked, after: Asked, coveredMinor: bigint): EditMoney {
  const asksOtherwise = before.totalMinor !== after.totalMinor || before.requiredMinor !== after.requiredMinor;
  const difference = after.requiredMinor - coveredMinor;
  const missingMinor = difference > 0n ? difference : 0n;
  const surplusMinor = difference < 0n ? -difference : 0n;
  const matters = coveredMinor > 0n && asksOtherwise && difference !== 0n;
  return {
    before,
    after,
    coveredMinor,
    missingMinor,
    surplusMinor,
    choices: !matters ? [] : missingMinor > 0n ? ["link", "keep"] : ["keep", "give_back"],
  };
}
