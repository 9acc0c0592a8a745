import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { oracles, settle } from "#e2e/rig/oracles";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { cameOf, differences, live, lives, type Real } from "#e2e/stories/life";
import { openShop, type Shop } from "#e2e/stories/shop";

/**
 * The same lives on every push, so that a failure is a failure of what was changed; `npm run test:model -- --runs 1000`
 * lives others. A failure prints its seed, its path and what happened: `--seed … --path …` live it again, `--shrink` makes it shorter.
 */
const RUNS = Number(process.env.MODEL_RUNS ?? 100);
const SEED = process.env.MODEL_SEED ? Number(process.env.MODEL_SEED) : 20_261_120;
const { MODEL_PATH, MODEL_REPLAY, MODEL_SHRINK } = process.env;
const STEPS = 60;
const ORACLES_EACH = 5;

let at: WorkflowWorld;
let shop: Shop;
let real: Real;
beforeAll(async () => {
  at = await startWorkflowWorld();
  shop = openShop(at);
  for (const bank of [at.monobank, at.liqpay])
    await bank.call("POST", "/switches", { processingMs: 1, webhookRetrySpacingMs: [20, 40] });
  // Of what is recorded by hand the smaller sum counts at once, the larger when a second person has seen it.
  await at.owner`update company set offline_limit_minor = 20_000`;
  real = {
    at,
    shop,
    services: {
      debit: at.services.debit,
      hold: at.services.hold,
      liqpay: at.services.liqpay,
      liqpayHold: await shop.service("liqpay", "withholding"),
    },
  };
});
afterAll(() => at?.stop());

test(
  `${RUNS} lives of orders, whatever people, customers, banks and time do: the book, the database and the banks agree`,
  async () => {
    const told = new Set<string>();
    let lived = 0;
    let stepsTaken = 0;
    const counts = { movements: 0, payments: 0, orders: 0, shipments: 0 };
    await fc.assert(
      fc.asyncProperty(lives(STEPS, MODEL_REPLAY), async (life) => {
        const begun = new Date();
        const model = await live(real, life);
        const aged = Math.max(0, ...model.books.map(({ agedSeconds }) => agedSeconds));
        await settle(shop.watched, shop.run, new Date(begun.getTime() - aged * 1000 - 1_000));
        const wrong = (await Promise.all(model.books.map((book) => differences(real, book)))).flat();
        lived += 1;
        // Those whose life is told are not looked at again in the lives of others.
        const ids = model.books.map(({ id }) => id);
        await at.owner`update payments set next_sync_at = now() + interval '30 days'
          where order_id = any(${ids}) and next_sync_at is not null`;
        // They look at every life there was: at each when one is lived again, else at every fifth.
        if (MODEL_PATH || lived % ORACLES_EACH === 0 || lived === RUNS) {
          const verdict = await oracles(shop.watched);
          for (const line of verdict.wrong.filter((sentence) => !told.has(sentence))) {
            told.add(line);
            wrong.push(line);
          }
          Object.assign(counts, { ...verdict, wrong: undefined });
        }
        stepsTaken += [...life.next].length;
        if (wrong.length > 0) throw new Error([...wrong, "It was lived like this:", String(life.next)].join("\n"));
      }),
      {
        numRuns: RUNS,
        seed: SEED,
        ...(MODEL_PATH ? { path: MODEL_PATH } : {}), // Made shorter on request only: that lives hundreds of others.
        endOnFailure: MODEL_SHRINK === undefined,
        verbose: 1,
      },
    );
    let injected = 0;
    for (const bank of [at.monobank, at.liqpay])
      injected += (await bank.call<{ injected: number }>("GET", "/state")).injected;
    console.log(
      `${lived} lives, ${stepsTaken} steps, seed ${SEED}: ${counts.orders} orders, ${counts.payments} links, ` +
        `${counts.movements} movements of money, ${counts.shipments} shipments and invoices, ${injected} faults on the wire`,
    );
    console.log(
      [...cameOf]
        .sort()
        .map(([came, count]) => `${came} ${count}`)
        .join("\n"),
    );
    // A run in which nothing went wrong on the wire proves nothing.
    expect(injected).toBeGreaterThan(0);
    expect(counts.movements).toBeGreaterThan(RUNS);
  },
  RUNS * 20_000 + 60_000,
);
