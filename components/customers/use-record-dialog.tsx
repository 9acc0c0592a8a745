"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { announce } from "#components/announcer";
import { focusFirstWrongField } from "#components/settings/focus-wrong-field";
import { showToast } from "#components/toaster";
import { asProblem } from "#lib/api/http";
import type { Problem } from "#lib/contracts/problem";
import type { FieldError } from "#lib/domain/refusal";

/**
 * What the dialogs of customers and items share: a field is judged when it is left, all of them on saving; a refusal stays in
 * the dialog with what was typed; a success closes it and the list is read again.
 */
export function useRecordDialog<Draft>({
  start,
  errorsOf,
  save,
  done,
  onClose,
}: {
  start: Draft;
  errorsOf: (draft: Draft) => FieldError[];
  save: (draft: Draft) => Promise<unknown>;
  done: string;
  onClose: () => void;
}) {
  const router = useRouter();
  const [draft, setDraft] = useState(start);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [all, setAll] = useState(false);
  const [isSaving, setSaving] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const errors = errorsOf(draft);

  const submit = async () => {
    setAll(true);
    if (isSaving) return;
    if (errors.length > 0) return focusFirstWrongField(document.querySelector('[role="dialog"]'));
    setSaving(true);
    setProblem(null);
    try {
      await save(draft);
      showToast({ text: done });
      announce(done);
      router.refresh();
      onClose();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setSaving(false);
    }
  };
  return {
    draft,
    isSaving,
    /** A refusal that is not about a single field. */
    problem: problem?.errors?.length ? null : problem,
    set: <Name extends keyof Draft & string>(name: Name, value: Draft[Name]) => {
      setDraft((now) => ({ ...now, [name]: value }));
      setProblem((now) => (now?.errors?.some(({ field }) => field === name) ? null : now));
    },
    leave: (name: string) => setLeft((before) => new Set(before).add(name)),
    /** The code of what is wrong with a field, when it is time to say so. */
    errorOf: (name: string): string | null =>
      problem?.errors?.find(({ field }) => field === name)?.code ??
      (all || left.has(name) ? (errors.find(({ field }) => field === name)?.code ?? null) : null),
    submit,
  };
}
