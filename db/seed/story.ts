import postgres from "postgres";
import type { CreateOrderInput } from "#lib/contracts/orders";
import { buyer, goods, Scene, type Stage } from "./scene.ts";
import { DEMO_KEYS, type Services } from "./services.ts";
import { reportStrangers, strangersPayment } from "./stranger.ts";

/** One order: when it was taken, by whom, what for, and what happened to it, each step so long after its beginning. */
type Chapter = {
  ago: string;
  buyer: number | null;
  goods: (readonly [item: number, quantity: string])[];
  service: keyof Services | null;
  /** Percent, or hryvnias. */
  prepay?: `${number}%` | number;
  note?: string;
  reference?: string;
  steps?: (readonly [after: string, step: (scene: Scene) => Promise<void>])[];
};

const released = ["5m", (s: Scene) => s.release()] as const;
const shared = ["6m", (s: Scene) => s.share()] as const;
const paid = (after: string) => [after, (s: Scene) => s.pay()] as const;
const shipped = (after: string, pieces?: string) => [after, (s: Scene) => s.ship(pieces)] as const;
const invoiced = (after: string, pieces?: string) => [after, (s: Scene) => s.invoice(pieces)] as const;
const looked = (after: string) => [after, (s: Scene) => s.look()] as const;

/** Orders that went as they should: paid in advance, sent, invoiced. */
const ORDINARY: Chapter[] = (
  [
    [
      "44d",
      0,
      [
        [0, "2"],
        [14, "50"],
      ],
      "debit",
      "50%",
    ],
    [
      "41d 2h",
      4,
      [
        [10, "1"],
        [16, "6"],
      ],
      "liqpay",
      "30%",
    ],
    [
      "39d 5h",
      2,
      [
        [6, "1"],
        [5, "1"],
      ],
      "debit",
      "100%",
    ],
    [
      "36d 1h",
      7,
      [
        [1, "3"],
        [13, "40"],
      ],
      "debit",
      "50%",
    ],
    [
      "33d 4h",
      9,
      [
        [12, "1"],
        [18, "4"],
      ],
      "liqpay",
      "100%",
    ],
    [
      "30d 3h",
      1,
      [
        [2, "2"],
        [14, "100"],
      ],
      "debit",
      "50%",
    ],
    ["27d 6h", 8, [[8, "1"]], "debit", "30%"],
    [
      "24d 2h",
      5,
      [
        [4, "2"],
        [17, "20"],
      ],
      "liqpay",
      "50%",
    ],
    [
      "21d 7h",
      11,
      [
        [11, "1"],
        [19, "2"],
      ],
      "debit",
      "100%",
    ],
    ["18d 1h", 3, [[9, "1"]], "debit", "40%"],
    [
      "15d 5h",
      6,
      [
        [3, "1"],
        [15, "2"],
      ],
      "liqpay",
      "50%",
    ],
    [
      "12d 4h",
      10,
      [
        [7, "5"],
        [18, "10"],
      ],
      "debit",
      "50%",
    ],
  ] as const
).map(([ago, who, what, service, prepay]) => ({
  ago,
  buyer: who,
  goods: [...what],
  service,
  prepay,
  steps: [released, shared, paid("2h"), shipped("1d 1h"), invoiced("1d 3h")],
}));

/** The order that waits for its payment while money for it comes another way. */
const CRM_REFERENCE = "CRM-2291";

/** What went otherwise, or is still under way: every status and every state once at least. */
const PARTICULAR: Chapter[] = [
  // Held money, finalized by Finance or by the invoice.
  {
    ago: "29d",
    buyer: 3,
    goods: [[9, "2"]],
    service: "hold",
    prepay: "100%",
    steps: [released, paid("1h"), ["2d", (s) => s.finalize()], shipped("2d 2h"), invoiced("2d 4h")],
  },
  {
    ago: "20d",
    buyer: 7,
    goods: [
      [8, "1"],
      [16, "4"],
    ],
    service: "hold",
    prepay: "50%",
    steps: [released, paid("3h"), ["3d", (s) => s.finalize(400_000n)]],
    note: "Частину зарахування підтверджено після зменшення замовлення",
  },
  {
    ago: "5d",
    buyer: 0,
    goods: [[6, "1"]],
    service: "hold",
    prepay: "100%",
    steps: [released, paid("40m"), shipped("1d")],
  },
  { ago: "3d", buyer: 2, goods: [[10, "2"]], service: "hold", prepay: "50%", steps: [released, shared, paid("2h")] },
  {
    ago: "8d 6h",
    buyer: 9,
    goods: [[11, "1"]],
    service: "hold",
    prepay: "100%",
    steps: [released, paid("1h"), looked("8d 5h")],
  },
  {
    ago: "17d",
    buyer: 5,
    goods: [[5, "1"]],
    service: "hold",
    prepay: "100%",
    steps: [released, paid("1h"), ["1d", (s) => s.releaseHold()]],
    note: "Клієнт передумав, кошти розблоковано",
  },
  // Refunds: whole, in part, and one made at the bank behind our back.
  {
    ago: "26d",
    buyer: 1,
    goods: [[2, "1"]],
    service: "debit",
    prepay: "100%",
    steps: [released, paid("1h"), ["2d", (s) => s.refund(null, "Товар не підійшов")]],
  },
  {
    ago: "22d",
    buyer: 11,
    goods: [
      [12, "2"],
      [18, "3"],
    ],
    service: "debit",
    prepay: "100%",
    steps: [
      released,
      paid("2h"),
      shipped("1d", "1"),
      ["3d", (s) => s.refund(315_000n, "One set came back")],
      ["3d 1h", (s) => s.answer("cover_lost_after_shipping", "dismiss", "One set came back, nothing to collect")],
    ],
  },
  // For the review desk: given back at the bank behind our back.
  {
    ago: "3d 9h",
    buyer: 4,
    goods: [[1, "1"]],
    service: "debit",
    prepay: "100%",
    steps: [released, paid("1h"), ["3d", (s) => s.refundAtBank(100_000)]],
    note: "Повернення зроблено в кабінеті банку",
  },
  // Links that came to nothing, and second tries.
  { ago: "6d", buyer: 6, goods: [[0, "1"]], service: "debit", prepay: "50%", steps: [released, shared, looked("5h")] },
  {
    ago: "7d",
    buyer: 8,
    goods: [[15, "3"]],
    service: "debit",
    prepay: "50%",
    steps: [released, looked("5h"), ["1d", (s) => s.newLink()], paid("1d 1h"), shipped("2d")],
  },
  {
    ago: "4d 2h",
    buyer: 10,
    goods: [[3, "2"]],
    service: "liqpay",
    prepay: "30%",
    steps: [released, ["30m", (s) => s.decline("9859")], looked("1d 2h")],
  },
  {
    ago: "9d",
    buyer: 2,
    goods: [[4, "1"]],
    service: "debit",
    prepay: "100%",
    steps: [released, ["20m", (s) => s.decline("59")], ["2h", (s) => s.look()], looked("5h")],
  },
  {
    ago: "11d",
    buyer: 0,
    goods: [[13, "200"]],
    service: "debit",
    prepay: "50%",
    steps: [released, ["1h", (s) => s.cancelLink()]],
  },
  {
    ago: "14d",
    buyer: 7,
    goods: [[19, "6"]],
    service: "debit",
    prepay: "50%",
    steps: [released, looked("5h"), ["1d", (s) => s.deleteLink()], ["1d 5m", (s) => s.newLink()], paid("1d 1h")],
  },
  // For the review desk: late; another sum than asked, overdue and in Finance's hands; paid twice, the first link being found
  // in an old chat; goods that left on a hold which has lapsed since.
  {
    ago: "9h 30m",
    buyer: 5,
    goods: [
      [7, "2"],
      [17, "10"],
    ],
    service: "debit",
    prepay: "100%",
    steps: [released, looked("5h"), ["8h", (s) => s.pay({ force: true })]],
  },
  {
    ago: "1d 6h",
    buyer: 3,
    goods: [[16, "10"]],
    service: "debit",
    prepay: "50%",
    steps: [released, ["1h", (s) => s.pay({ amountMinor: 32_000 })], ["2h", (s) => s.take()]],
  },
  {
    ago: "21h",
    buyer: 7,
    goods: [[19, "1"]],
    service: "liqpay",
    prepay: "100%",
    steps: [released, ["1h", (s) => s.newLink({ replace: true })], paid("2h"), ["18h 30m", (s) => s.payFirst()]],
  },
  {
    ago: "5d 2h",
    buyer: 10,
    goods: [[2, "2"]],
    service: "hold",
    prepay: "100%",
    steps: [released, paid("40m"), shipped("1d"), ["5d 1h", (s) => s.lapseHold()]],
    note: "Відвантажено, доки гроші були заблоковані",
  },
  // An order that grew after it was paid.
  {
    ago: "5d 3h",
    buyer: 8,
    goods: [[12, "1"]],
    service: "debit",
    prepay: "100%",
    steps: [
      released,
      paid("1h"),
      ["1d", (s) => s.reopen()],
      [
        "1d 10m",
        (s) =>
          s.change(goods(s.stage.catalog, [[12, "2"]]), {
            choice: "link",
            amount: { amount: 315_000, currency: "UAH" },
          }),
      ],
    ],
  },
  // Parts of an order on their way.
  {
    ago: "6d 8h",
    buyer: 1,
    goods: [
      [14, "300"],
      [15, "4"],
    ],
    service: "debit",
    prepay: "50%",
    steps: [released, paid("2h"), shipped("1d", "100"), invoiced("1d 1h", "100")],
  },
  {
    ago: "3d 5h",
    buyer: 4,
    goods: [[1, "4"]],
    service: "liqpay",
    prepay: "50%",
    steps: [released, paid("1h"), shipped("1d", "2")],
  },
  // Ready to go, just paid.
  { ago: "1d 2h", buyer: 6, goods: [[2, "3"]], service: "debit", prepay: "50%", steps: [released, shared, paid("3h")] },
  {
    ago: "9h",
    buyer: 9,
    goods: [
      [5, "1"],
      [18, "2"],
    ],
    service: "liqpay",
    prepay: "100%",
    steps: [released, paid("1h")],
  },
  // Without a prepayment: with a service the gate waits for the whole sum, without one there is no gate.
  { ago: "13d", buyer: 8, goods: [[17, "30"]], service: null, steps: [released, shipped("4h"), invoiced("5h")] },
  { ago: "2d", buyer: 10, goods: [[14, "40"]], service: null, steps: [released] },
  { ago: "2h", buyer: 11, goods: [[11, "1"]], service: "debit", steps: [released] },
  // Waiting for the customer at this moment.
  {
    ago: "95m",
    buyer: 0,
    goods: [[6, "1"]],
    service: "debit",
    prepay: "50%",
    steps: [released, shared],
    reference: CRM_REFERENCE,
  },
  { ago: "70m", buyer: 7, goods: [[9, "1"]], service: "hold", prepay: "30%", steps: [released, shared] },
  {
    ago: "50m",
    buyer: 2,
    goods: [[0, "4"]],
    service: "liqpay",
    prepay: 5_000,
    steps: [released, ["7m", (s) => s.share("qr")]],
  },
  {
    ago: "35m",
    buyer: 5,
    goods: [[3, "1"]],
    service: "liqpay",
    prepay: "50%",
    steps: [released, ["20m", (s) => s.payUnfinished()]],
  },
  // The bank's answer was lost a minute ago; the running application asks again and heals it before one's eyes.
  {
    ago: "3m",
    buyer: 4,
    goods: [[12, "1"]],
    service: "debit",
    prepay: "100%",
    steps: [["2m", (s) => s.releaseUnanswered()]],
  },
  // Two people decide: goods that leave before their money, and money that no bank has told of.
  {
    ago: "1d 6h",
    buyer: 3,
    goods: [[6, "1"]],
    service: "debit",
    prepay: "50%",
    steps: [
      released,
      ["1h", (s) => s.waive("Бригада чекає на об’єкті, оплата після обіду", { approved: true })],
      shipped("2h"),
    ],
  },
  {
    ago: "3h",
    buyer: 9,
    goods: [[2, "1"]],
    service: "debit",
    prepay: "100%",
    steps: [released, shared, ["2h", (s) => s.waive("Постійний клієнт, оплата в понеділок")]],
  },
  {
    ago: "1d 1h",
    buyer: 5,
    goods: [[1, "1"]],
    service: "liqpay",
    prepay: 2_000,
    steps: [released, ["4h", (s) => s.recordTransfer(200_000n, "UA-20261119-0031", { liveLink: "cancel" })]],
  },
  {
    ago: "6h",
    buyer: 7,
    goods: [[0, "20"]],
    service: "debit",
    prepay: "100%",
    steps: [released, ["3h", (s) => s.recordTransfer(6_000_000n, "UA-20261120-0044", { note: "Перша частина" })]],
  },
  // Given up.
  {
    ago: "16d",
    buyer: 6,
    goods: [[8, "2"]],
    service: "debit",
    prepay: "50%",
    steps: [released, ["1d", (s) => s.cancel("Клієнт відмовився")]],
  },
  { ago: "4d", buyer: 1, goods: [[7, "1"]], service: "debit", steps: [["1h", (s) => s.cancel("Подвійне замовлення")]] },
  // Not released yet.
  {
    ago: "28h",
    buyer: 3,
    goods: [
      [10, "1"],
      [16, "2"],
    ],
    service: "debit",
    prepay: "50%",
    note: "Уточнити адресу доставки",
  },
  { ago: "5h", buyer: 8, goods: [[15, "10"]], service: "liqpay", prepay: 2_500 },
  { ago: "25m", buyer: null, goods: [[4, "1"]], service: "debit", prepay: "100%" },
  { ago: "8m", buyer: 11, goods: [], service: "debit" },
];

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

/** Columns that the database dates by its own clock. */
const DATED = {
  order_timeline: ["at"],
  payment_events: ["received_at"],
  provider_operations: ["created_at", "sent_at", "finished_at"],
  payments: ["updated_at"],
  sales_orders: ["updated_at"],
  review_tasks: ["opened_at", "due_at", "closed_at"],
  webhook_inbox: ["received_at", "next_attempt_at", "handled_at"],
  alarms: ["raised_at"],
  messages: ["created_at", "next_attempt_at"],
  notices: ["created_at"],
} as const;

/**
 * Moves what was dated in the course of one step to the time of the story. These records are otherwise only added to, so
 * it takes a superuser, who may set the guards aside; where there is none, they keep the date of their telling.
 */
async function moveToItsTime(owner: postgres.Sql, moment: { story: number; real: number }): Promise<void> {
  const seconds = (moment.real - moment.story) / 1000;
  const since = new Date(moment.real - 50);
  try {
    await owner.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      for (const [table, columns] of Object.entries(DATED)) {
        const moved = columns.map((column) => `${column} = ${column} - make_interval(secs => $1)`).join(", ");
        await tx.unsafe(`update ${table} set ${moved} where ${columns[0]} >= $2`, [seconds, since]);
      }
    });
  } catch (fault) {
    if ((fault as { code?: string }).code !== "42501") throw fault;
  }
}

/** Mail of days gone by was delivered then, and notices were read; what is younger than two hours leaves when the application starts. */
async function deliverOldMail(owner: postgres.Sql): Promise<void> {
  await owner`
    update messages m set attempts = 1, sent_at = m.created_at + interval '6 seconds',
      state = case when m.kind = 'failed' and (select o.accepted from sales_orders o where o.id = m.order_id) then 'dropped' else 'sent' end,
      error = case when m.kind = 'failed' and (select o.accepted from sales_orders o where o.id = m.order_id) then 'paid_meanwhile' end
    where m.state = 'queued' and m.created_at < now() - interval '2 hours'`;
  await owner`update messages set sent_at = null, attempts = 0 where state = 'dropped'`;
  await owner`update notices set read_at = created_at + interval '20 minutes' where created_at < now() - interval '1 day'`;
}
