import { leastInterruptedFirst, putDown, takeInHand, takeOver, type WorkKind } from "#db/queries/work-in-hand";
import type { World } from "./world.ts";

/** Work in which so many processes have died is not begun again. A call moves money that somebody wants moved: later. */
const ENOUGH_DEATHS = { webhook: 3, payment: 3, operation: 6 } as const;
const AT_ONCE = 4;

type Work<T> = {
  kind: WorkKind;
  idOf: (row: T) => string;
  rows: readonly T[];
  /** Never throws. */
  handle: (row: T) => Promise<void>;
  /** What becomes of work that kills: a person gets it. */
  setAside: (row: T) => Promise<void>;
};

/**
 * Does several pieces of work at once, each written down before it begins and crossed out when it is over, however it went.
 * What is found written down was in the hands of a process that died, of this piece or of one beside it: it is done alone,
 * so that the innocent are cleared, and one that goes on killing is set aside.
 */
export async function inHand<T>(world: World, work: Work<T>): Promise<void> {
  const { kind, idOf, rows, handle, setAside } = work;
  if (rows.length === 0) return;
  const named = new Map(rows.map((row) => [idOf(row), row]));
  const begun = await takeInHand(world.db, kind, [...named.keys()]);
  const done = async (row: T, how: Work<T>["handle"]) => {
    try {
      await how(row);
    } finally {
      await putDown(world.db, kind, idOf(row));
    }
  };
  await inParallel(
    rows.filter((row) => begun.has(idOf(row))),
    (row) => done(row, handle),
  );
  const interrupted = [...named.keys()].filter((id) => !begun.has(id));
  if (interrupted.length === 0) return;
  for (const id of await leastInterruptedFirst(world.db, kind, interrupted)) {
    const times = await takeOver(world.db, kind, id);
    const row = named.get(id);
    if (times !== null && row) await done(row, times - 1 >= ENOUGH_DEATHS[kind] ? setAside : handle);
  }
}

export async function inParallel<T>(rows: readonly T[], handle: (row: T) => Promise<void>): Promise<void> {
  const queue = [...rows];
  await Promise.all(
    Array.from({ length: Math.min(AT_ONCE, queue.length) }, async () => {
      for (let row = queue.shift(); row !== undefined; row = queue.shift()) await handle(row);
    }),
  );
}
