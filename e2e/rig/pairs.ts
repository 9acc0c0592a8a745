/** What two actors answered: values, or what they threw. */
export type Answers<A, B> = { one: A; other: B };

/**
 * Two actors who reach for the same thing at once, many times over. `prepare` makes one stage, `one` and `other` start
 * within a random moment of each other on two instances, `judge` looks afterwards at what is left: null, or a sentence that
 * says what must not be.
 */
export type Pair<S, A, B> = {
  prepare: (n: number) => Promise<S>;
  /** All stages are up, and nobody has started. */
  ready?: () => Promise<unknown>;
  one: (stage: S, n: number) => Promise<A>;
  other: (stage: S, n: number) => Promise<B>;
  /** Between racing and judging, once: what is still on its way arrives. */
  afterwards?: (stages: S[]) => Promise<unknown>;
  /** The outcome in a word or two, for the count; or a violation. */
  judge: (stage: S, answers: Answers<A, B>, n: number) => Promise<{ outcome: string } | { wrong: string }>;
};

export type Race = { repetitions: number; ms: number; outcomes: Map<string, number>; violations: string[] };

/** How many stages are up at once, and the longest head start. */
const WIDTH = 6;
const HEAD_START_MS = 50;

const pause = (ms: number) => new Promise((wake) => setTimeout(wake, ms));

/** On top of those that race, so many meet one after the other, each way round: either end is there on every machine. */
const IN_TURN = 4;

/** Does `work` for 0 … count-1, `width` at a time. */
export async function inParallel<T>(count: number, work: (n: number) => Promise<T>, width = WIDTH): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const walk = async () => {
    for (let n = next++; n < count; n = next++) results[n] = await work(n);
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, walk));
  return results;
}

/** Runs a pair so many times. Whoever throws has done something a person would have seen as a fault: a violation. */
export async function race<S, A, B>(repetitions: number, pair: Pair<S, A, B>): Promise<Race> {
  const began = Date.now();
  const total = repetitions + 2 * IN_TURN;
  const stages = await inParallel(total, pair.prepare);
  await pair.ready?.();
  // Who is quick would always be first: it starts at any moment while the other is at it, or a little later.
  const lasts = { one: 0, other: 0 };
  const start = async <T>(who: "one" | "other", work: () => Promise<T>): Promise<T> => {
    const ahead = Math.max(0, lasts[who === "one" ? "other" : "one"] - lasts[who]);
    await pause(Math.random() * (HEAD_START_MS + 1.5 * ahead));
    const from = performance.now();
    try {
      return await work();
    } finally {
      const took = performance.now() - from;
      lasts[who] = lasts[who] === 0 ? took : lasts[who] + (took - lasts[who]) / 4;
    }
  };
  const answers = await inParallel(total, async (n): Promise<Answers<A, B> | { thrown: string }> => {
    const stage = stages[n] as S;
    const others = n < IN_TURN ? pair.other(stage, n) : null;
    const ones = n >= IN_TURN && n < 2 * IN_TURN ? pair.one(stage, n) : null;
    await Promise.allSettled([others, ones]);
    const [one, other] = await Promise.allSettled([
      ones ?? (others ? pair.one(stage, n) : start("one", () => pair.one(stage, n))),
      others ?? (ones ? pair.other(stage, n) : start("other", () => pair.other(stage, n))),
    ]);
    if (one.status === "rejected") return { thrown: String(one.reason) };
    if (other.status === "rejected") return { thrown: String(other.reason) };
    return { one: one.value, other: other.value };
  });
  await pair.afterwards?.(stages);
  const outcomes = new Map<string, number>();
  const violations: string[] = [];
  await inParallel(total, async (n) => {
    const answer = answers[n] as (typeof answers)[number];
    const verdict =
      "thrown" in answer ? { wrong: `thrown: ${answer.thrown}` } : await pair.judge(stages[n] as S, answer, n);
    if ("wrong" in verdict) violations.push(`#${n}: ${verdict.wrong}`);
    else outcomes.set(verdict.outcome, (outcomes.get(verdict.outcome) ?? 0) + 1);
  });
  return { repetitions, ms: Date.now() - began, outcomes, violations };
}
