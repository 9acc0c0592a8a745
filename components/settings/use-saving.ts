"use client";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { announce } from "#components/announcer";
import { showToast } from "#components/toaster";
import { asProblem } from "#lib/api/http";
import type { Problem } from "#lib/contracts/problem";
import { focusFirstWrongField } from "./focus-wrong-field";

type Saving<View, Draft> = {
  /** The version that is being changed. */
  base: View;
  setBase: (view: View) => void;
  form: {
    check: () => boolean;
    errorCount: number;
    blame: (problem: Problem) => void;
    reset: (draft: Draft) => void;
    replace: (draft: Draft) => void;
  };
  draftOf: (view: View) => Draft;
  /** What was typed here, on top of what somebody else has saved meanwhile. */
  rebased: (newer: View) => Draft;
  /** Null while nothing has been changed. */
  write: (() => Promise<View>) | null;
  read: () => Promise<View>;
  words: { saved: string; fix: (count: number) => string; failed: string; rebased: string };
};

/**
 * Saving something that is stored already: what is wrong is not sent, what the server finds wrong is said at its field, and who was
 * slower than somebody else sees that and chooses.
 */
export function useSaving<View, Draft>(saving: Saving<View, Draft>) {
  const { setBase, form, draftOf, rebased, write, read, words } = saving;
  const router = useRouter();
  const formElement = useRef<HTMLFormElement>(null);
  const [failure, setFailure] = useState<{ what: string; problem: Problem } | null>(null);
  const [newer, setNewer] = useState<View | null>(null);

  const save = async () => {
    if (!write) return;
    if (!form.check()) {
      announce(words.fix(form.errorCount), "assertive");
      return focusFirstWrongField(formElement.current);
    }
    setFailure(null);
    try {
      const saved = await write();
      setBase(saved);
      form.reset(draftOf(saved));
      setNewer(null);
      showToast({ text: words.saved });
      announce(words.saved);
      router.refresh();
    } catch (error) {
      await explain(asProblem(error));
    }
  };
  const explain = async (problem: Problem) => {
    if (problem.code === "version_conflict") {
      const current = await read().catch(() => null);
      if (current) return setNewer(current);
    }
    if (problem.errors?.length) {
      form.blame(problem);
      focusFirstWrongField(formElement.current);
    }
    setFailure({ what: words.failed, problem });
  };
  const startOver = (from: View) => {
    setBase(from);
    setNewer(null);
    setFailure(null);
  };
  return {
    formElement,
    save,
    failure,
    setFailure,
    conflict: newer && {
      newer,
      onLoadTheirs: () => {
        startOver(newer);
        form.reset(draftOf(newer));
      },
      onKeepMine: () => {
        form.replace(rebased(newer));
        startOver(newer);
        announce(words.rebased);
      },
    },
  };
}
