/**
 * How hard one account may be asked, per process: a bucket of requests, and a breaker that stops asking a provider that
 * does not answer, so that a slow bank does not hold up everything that waits for it. In memory only: it protects, it
 * does not decide.
 */
export type Pace = { perSecond: number; burst: number };

const FAILURES_TO_OPEN = 5;
const OPEN_MS = 5_000;
const MAX_WAIT_MS = 2_000;
const MAX_ACCOUNTS = 1_000;

type Lane = { tokens: number; filledAt: number; failures: number; openUntil: number };
export type Turn =
  | { go: true; waitMs: number }
  | { go: false; code: "circuit_open" | "too_many_requests"; retryMs: number };

export class Traffic {
  #lanes = new Map<string, Lane>();

  /** May a request leave now (after `waitMs`)? Takes one request from the account's bucket when it may. */
  turn(key: string, pace: Pace | null, now: number): Turn {
    const lane = this.#lane(key, pace, now);
    if (lane.openUntil > now) return { go: false, code: "circuit_open", retryMs: lane.openUntil - now };
    // One request goes through as a probe; the others keep waiting until it is back.
    if (lane.failures >= FAILURES_TO_OPEN) lane.openUntil = now + OPEN_MS;
    if (!pace) return { go: true, waitMs: 0 };
    lane.tokens = Math.min(pace.burst, lane.tokens + ((now - lane.filledAt) / 1000) * pace.perSecond);
    lane.filledAt = now;
    const waitMs = lane.tokens >= 1 ? 0 : Math.ceil(((1 - lane.tokens) / pace.perSecond) * 1000);
    if (waitMs > MAX_WAIT_MS) return { go: false, code: "too_many_requests", retryMs: waitMs };
    lane.tokens -= 1;
    return { go: true, waitMs };
  }

  /** Any answer in the provider's own words counts as alive, a refusal too. */
  report(key: string, alive: boolean, now: number): void {
    const lane = this.#lanes.get(key);
    if (!lane) return;
    if (alive) {
      lane.failures = 0;
      lane.openUntil = 0;
    } else {
      lane.failures += 1;
      if (lane.failures >= FAILURES_TO_OPEN) lane.openUntil = now + OPEN_MS;
    }
  }

  #lane(key: string, pace: Pace | null, now: number): Lane {
    const known = this.#lanes.get(key);
    if (known) return known;
    if (this.#lanes.size >= MAX_ACCOUNTS) this.#lanes.clear();
    const lane = { tokens: pace?.burst ?? 0, filledAt: now, failures: 0, openUntil: 0 };
    this.#lanes.set(key, lane);
    return lane;
  }
}
