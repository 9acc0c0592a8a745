"use client";
import { useState } from "react";
import { sendFinalizeHolds } from "#lib/api/holds";
import { asProblem, isUnsettled } from "#lib/api/http";
import type { FinalizedHold, HoldResult, HoldRow } from "#lib/contracts/holds";
import type { Problem } from "#lib/contracts/problem";

/** A chosen hold and what became of it; `waiting` until its request is answered, `unanswered` where none came. */
export type HoldLine = {
  hold: HoldRow;
  result: HoldResult | "waiting" | "unanswered";
  blocker: FinalizedHold["blocker"];
  /** When it was asked for. */
  at: number;
};

/** Takes the chosen holds and keeps a line for each. A request that fails ends the run: what was not sent is left. */
export function useFinalizeHolds() {
  const [lines, setLines] = useState<readonly HoldLine[]>([]);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [running, setRunning] = useState(false);

  const finalize = async (holds: readonly HoldRow[]) => {
    if (running) return;
    setRunning(true);
    setProblem(null);
    const at = Date.now();
    const fresh = new Map(holds.map((hold) => [hold.id, { hold, result: "waiting", blocker: null, at } as HoldLine]));
    const show = () => setLines([...fresh.values()]);
    show();
    try {
      await sendFinalizeHolds(holds, (rows) => {
        for (const { paymentId, result, blocker } of rows) {
          const line = fresh.get(paymentId);
          if (line) fresh.set(paymentId, { ...line, result, blocker });
        }
        show();
      });
    } catch (error) {
      const trouble = asProblem(error);
      const unsettled = isUnsettled(trouble);
      for (const [id, line] of fresh)
        if (line.result === "waiting") fresh.set(id, { ...line, result: unsettled ? "unanswered" : "left" });
      setProblem(trouble);
      show();
    } finally {
      setRunning(false);
    }
  };
  const close = () => {
    setLines([]);
    setProblem(null);
  };
  return { lines, problem, running, finalize, close };
}
