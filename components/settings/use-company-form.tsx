"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { type CompanyDraft, draftErrors } from "#lib/api/company-draft";
import type { FieldError } from "#lib/domain/refusal";
import { byField } from "./use-field-words";

type Said = FieldError & { message?: string };

export type CompanyFields = {
  draft: CompanyDraft;
  set: <Name extends keyof CompanyDraft>(name: Name, value: CompanyDraft[Name]) => void;
  /** A field has been left: from now on what is wrong with it is said. */
  leave: (name: string) => void;
  /** What is wrong with a field, when it is time to say so. */
  errorOf: (name: string) => string | null;
};

/**
 * The draft on screen and what is wrong with it. A field is judged when it is left, all of them when somebody saves; what the
 * server said about a field stands until something in its part of the form changes.
 */
export function useCompanyForm(start: CompanyDraft) {
  const [draft, setDraft] = useState(start);
  const [left, setLeft] = useState<ReadonlySet<string> | "all">(new Set());
  const [saidByServer, setSaidByServer] = useState<Record<string, Said>>({});
  const t = useTranslations("problems.field");

  const local = byField(draftErrors(draft));
  const words = ({ code, params, message }: Said): string => {
    if (message) return message;
    const values = { min: "none", max: "none", days: "none", allowed: "none", expected: "none", ...params };
    return t.has(code as "invalid") ? t(code as "invalid", values as never) : t("invalid");
  };
  const fields: CompanyFields = {
    draft,
    set: (name, value) => {
      setDraft((now) => ({ ...now, [name]: value }));
      setSaidByServer((said) =>
        Object.fromEntries(Object.entries(said).filter(([field]) => field.split(".")[0] !== name)),
      );
    },
    leave: (name) => setLeft((before) => (before === "all" ? before : new Set(before).add(name))),
    errorOf: (name) => {
      const said = saidByServer[name] ?? (left === "all" || left.has(name) ? local[name] : undefined);
      return said ? words(said) : null;
    },
  };
  return {
    fields,
    errorCount: Object.keys(local).length,
    /** From now on everything that is wrong is said; true when nothing is. */
    check: () => {
      setLeft("all");
      return Object.keys(local).length === 0;
    },
    blame: (errors: readonly Said[]) => setSaidByServer(byField(errors)),
    replace: (next: CompanyDraft) => {
      setDraft(next);
      setSaidByServer({});
    },
    reset: (next: CompanyDraft) => {
      setDraft(next);
      setLeft(new Set());
      setSaidByServer({});
    },
  };
}
