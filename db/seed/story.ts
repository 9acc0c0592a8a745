import postgres from "postgres";
import type { CreateOrderInput } from "#lib/contracts/orders";
import type { Chapter } from "./chapter.ts";
import { deliverOldMail, moveToItsTime } from "./dated.ts";
import { ORDINARY } from "./ordinary.ts";
import { CRM_REFERENCE, PARTICULAR } from "./particular.ts";
import { buyer, goods, Scene, type Stage } from "./scene.ts";
import { DEMO_KEYS } from "./services.ts";
import { reportStrangers, strangersPayment } from "./stranger.ts";

/** The story without money: what can be told where no bank can be asked. */
const withoutBanks = ({ steps, ...chapter }: Chapter): Chapter[] => (steps === undefined ? [chapter] : []);

/**
 * Tells the last six weeks of a trader: some fifty orders, in the order in which things happened, each step at its time by
 * the application's own workflows. The emulated banks' clocks go along, so that their ledgers and our events agree to the
 * second; what the database itself dated is moved to the same time afterwards.
 * @param ownerUrl the database's owner, for that last part
 */
export async function tellStory(stage: Omit<Stage, "world">, world: Stage["world"], ownerUrl: string): Promise<void> {
  const now = Date.now();
  const chapters = stage.banks ? [...ORDINARY, ...PARTICULAR] : PARTICULAR.flatMap(withoutBanks);
  const scenes = new Map<Chapter, Scene>();
  let moment = { story: now, real: now };
  const told: Stage = {
    ...stage,
    world: { ...world, now: () => new Date(moment.story + (Date.now() - moment.real)) },
  };
  const events = chapters
    .flatMap((chapter) => {
      const begins = now - milliseconds(chapter.ago);
      const begin = {
        at: begins,
        run: async () => void scenes.set(chapter, await Scene.begin(told, input(told, chapter))),
      };
      const steps = (chapter.steps ?? []).map(([after, step]) => ({
        at: begins + milliseconds(after),
        run: async () => {
          const scene = scenes.get(chapter);
          if (scene) await step(scene);
        },
      }));
      return [begin, ...steps];
    })
    .filter(({ at }) => at < now)
    .sort((a, b) => a.at - b.at);

  events.push(...stranger(told, scenes, now));
  events.sort((a, b) => a.at - b.at);

  const banks = Object.values(stage.banks ?? {});
  const owner = postgres(ownerUrl, { max: 1, onnotice: () => {} });
  try {
    for (const bank of banks) await bank.begin();
    for (const event of events) {
      moment = { story: event.at, real: Date.now() };
      await Promise.all(banks.map((bank) => bank.setClock(new Date(event.at))));
      await event.run();
      await moveToItsTime(owner, moment);
    }
    await deliverOldMail(owner);
  } finally {
    for (const bank of banks) await bank.end();
    await owner.end();
  }
}

/**
 * For the review desk: a payment at our own merchant account that nobody here asked for. The CRM had made a link for one of
 * its orders, and that one was paid.
 */
function stranger(told: Stage, scenes: Map<Chapter, Scene>, now: number): { at: number; run: () => Promise<void> }[] {
  const { banks, services } = told;
  if (!banks) return [];
  const pay = async () => {
    const [, waiting] = [...scenes].find(([{ reference }]) => reference === CRM_REFERENCE) ?? [];
    if (!waiting) return;
    await strangersPayment(told, banks.monobank, {
      token: DEMO_KEYS.debit,
      service: services.debit,
      amountMinor: await waiting.asked(),
      reference: CRM_REFERENCE.toLowerCase(),
    });
  };
  return [
    { at: now - milliseconds("80m"), run: pay },
    { at: now - milliseconds("15m"), run: () => reportStrangers(told) },
  ];
}

function input({ catalog, services }: Stage, chapter: Chapter): CreateOrderInput {
  const { prepay } = chapter;
  return {
    customerId: chapter.buyer === null ? null : buyer(catalog, chapter.buyer),
    paymentServiceId: chapter.service && services[chapter.service],
    otherServiceIds: (chapter.others ?? []).map((name) => services[name]),
    prepayment:
      prepay === undefined
        ? { kind: "none" }
        : typeof prepay === "number"
          ? { kind: "amount", amount: { amount: prepay * 100, currency: "UAH" } }
          : { kind: "percent", percent: prepay.slice(0, -1) },
    lines: goods(catalog, chapter.goods),
    note: chapter.note ?? null,
    externalReference: chapter.reference ?? null,
  };
}

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `"1d 3h"` */
function milliseconds(span: string): number {
  return span.split(" ").reduce((sum, part) => sum + Number(part.slice(0, -1)) * UNITS[part.slice(-1) as "m"], 0);
}
