"use client";
import { useState } from "react";
import { draftErrors, emptiedKeyErrors, type ServiceDraft } from "#lib/api/service-draft";
import type { Problem } from "#lib/contracts/problem";
import type { ProviderKindView, ServiceView } from "#lib/contracts/services";
import { byField, useFieldWords } from "./use-field-words";

export type ServiceFields = {
  draft: ServiceDraft;
  set: <Name extends keyof ServiceDraft>(name: Name, value: ServiceDraft[Name]) => void;
  setKey: (name: string, typed: string | null) => void;
  /** A field has been left: from now on what is wrong with it is said. */
  leave: (name: string) => void;
  /** What is wrong with a field, when it is time to say so. */
  errorOf: (name: string) => string | null;
};

/**
 * The draft on screen and what is wrong with it. A field is judged when it is left, all of them when somebody saves; what the
 * server said about a field stands until that field changes.
 */
export function useServiceForm(
  start: ServiceDraft,
  kind: Pick<ProviderKindView, "provider" | "capabilities">,
  stored: ServiceView["credentials"],
) {
  const [draft, setDraft] = useState(start);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [saidByServer, setSaidByServer] = useState<ReturnType<typeof byField>>({});
  const words = useFieldWords();

  const local = byField([
    ...draftErrors(kind.provider, draft, kind.capabilities.maxValiditySeconds),
    ...emptiedKeyErrors(draft, stored),
  ]);
  const changed = (field: string) => setSaidByServer(({ [field]: _answered, ...rest }) => rest);
  const fields: ServiceFields = {
    draft,
    set: (name, value) => {
      setDraft((now) => ({ ...now, [name]: value }));
      changed(name);
    },
    setKey: (name, typed) => {
      setDraft((now) => ({ ...now, credentials: { ...now.credentials, [name]: typed } }));
      changed(`credentials.${name}`);
    },
    leave: (name) => setLeft((before) => (before.has(name) ? before : new Set(before).add(name))),
    errorOf: (name) => {
      const error = saidByServer[name] ?? (left.has(name) || left.has(EVERYTHING) ? local[name] : undefined);
      return error ? words(error) : null;
    },
  };
  return {
    fields,
    /** Every error is said from now on; true when there is none. */
    check: (): boolean => {
      setLeft((before) => new Set(before).add(EVERYTHING));
      return Object.keys(local).length === 0;
    },
    errorCount: Object.keys({ ...local, ...saidByServer }).length,
    blame: (problem: Problem) => setSaidByServer(byField(problem.errors)),
    reset: (to: ServiceDraft) => {
      setDraft(to);
      setLeft(new Set());
      setSaidByServer({});
    },
    replace: setDraft,
  };
}
const EVERYTHING = "*";
