"use client";
import { useTranslations } from "next-intl";
import { useEffect, useMemo, useRef, useState } from "react";
import {
  blankLine,
  type DraftErrors,
  draftErrors,
  draftTotals,
  FIRST_KEY,
  isBlank,
  type LineDraft,
  lineError,
  newKey,
  type OrderDraft,
} from "#lib/api/order-draft";
import { forgetDraft, keepDraft, keptDraft } from "./draft-storage";

const KEEP_AFTER_MS = 300;
const AFTER_PRESS_MS = 250;

const same = (a: OrderDraft, b: OrderDraft) => {
  const words = (draft: OrderDraft) =>
    JSON.stringify({
      ...draft,
      lines: draft.lines.filter((line) => !isBlank(line)).map(({ key: _own, ...line }) => line),
    });
  return words(a) === words(b);
};

/** The grid always ends in an empty line: that is where the next item is typed. */
function withBlankEnd(draft: OrderDraft, vat: string, key?: string): OrderDraft {
  const last = draft.lines.at(-1);
  return last && isBlank(last) ? draft : { ...draft, lines: [...draft.lines, blankLine(vat, key)] };
}

/**
 * The draft on screen: what is typed, what is wrong with it, its totals. A mistake is told when its field is left or when
 * somebody saves; what the server said about a field stands until that field changes. Everything typed is kept in the tab.
 */
export function useOrderDraft(start: {
  draft: OrderDraft;
  orderId: string | null;
  version: number | null;
  pricesIncludeVat: boolean;
  vat: string;
}) {
  const { vat, pricesIncludeVat } = start;
  const [saved, setSaved] = useState({ draft: start.draft, orderId: start.orderId, version: start.version });
  /** The version that what is typed was started from; the server compares it with its own. */
  const [base, setBase] = useState(start.version);
  const [draft, setDraft] = useState(() => withBlankEnd(start.draft, vat, FIRST_KEY));
  const [restoredAt, setRestoredAt] = useState<string | null>(null);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [judged, setJudged] = useState<"no" | "save" | "release">("no");
  const [saidByServer, setSaidByServer] = useState<DraftErrors>({});
  const isDirty = useMemo(() => !same(draft, saved.draft), [draft, saved.draft]);

  // After the first drawing, because the server does not know what this tab remembers.
  const looked = useRef(false);
  useEffect(() => {
    if (looked.current) return;
    looked.current = true;
    const kept = keptDraft(start.orderId);
    if (!kept || same(kept.draft, start.draft)) return;
    // Keys of lines must not meet those this page gives out.
    const lines = kept.draft.lines.map((line) => ({ ...line, key: newKey() }));
    // One that was kept by an earlier release may lack a field.
    setDraft(withBlankEnd({ ...start.draft, ...kept.draft, lines }, vat));
    setBase(kept.version);
    setRestoredAt(kept.at);
  }, [start.orderId, start.draft, vat]);

  useEffect(() => {
    if (!looked.current) return;
    const keep = () =>
      isDirty
        ? keepDraft(saved.orderId, { draft, version: base, at: new Date().toISOString() })
        : forgetDraft(saved.orderId);
    const timer = setTimeout(keep, KEEP_AFTER_MS);
    window.addEventListener("pagehide", keep);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("pagehide", keep);
    };
  }, [draft, isDirty, saved.orderId, base]);

  const totals = useMemo(() => draftTotals(draft, pricesIncludeVat), [draft, pricesIncludeVat]);
  const local = useMemo(() => draftErrors(draft, judged === "release"), [draft, judged]);
  const answered = (prefix: string) =>
    setSaidByServer((all) => Object.fromEntries(Object.entries(all).filter(([field]) => !field.startsWith(prefix))));

  const change = (next: Partial<OrderDraft>) => {
    setDraft((now) => withBlankEnd({ ...now, ...next }, vat));
    for (const name of Object.keys(next)) answered(name === "newCustomer" ? "customer" : name);
    if ("prepayment" in next || "percent" in next || "amount" in next) answered("prepayment");
  };
  const errors = useErrorWords();
  return {
    draft,
    totals,
    isDirty,
    restoredAt,
    orderId: saved.orderId,
    version: base,
    /** True when what came back was typed on an older version than the page shows. */
    restoredOld: restoredAt !== null && base !== saved.version,
    change,
    changeLine: (key: string, next: Partial<LineDraft>) => {
      setDraft((now) =>
        withBlankEnd({ ...now, lines: now.lines.map((line) => (line.key === key ? { ...line, ...next } : line)) }, vat),
      );
      for (const field of Object.keys(next)) answered(lineError(key, field));
      answered("lines-");
    },
    setLines: (lines: LineDraft[]) => setDraft((now) => withBlankEnd({ ...now, lines }, vat)),
    leave: (field: string) => {
      // A sentence that appears under the pointer moves what is being pressed away from it.
      setTimeout(() => setLeft((before) => (before.has(field) ? before : new Set(before).add(field))), AFTER_PRESS_MS);
    },
    /** How many mistakes there still are, once somebody has tried to save. */
    wrong: judged === "no" ? 0 : new Set([...Object.keys(local), ...Object.keys(saidByServer)]).size,
    errorOf: (field: string): string | null => {
      const code = saidByServer[field] ?? (judged !== "no" || left.has(field) ? local[field] : undefined);
      return code ? errors(field, code) : null;
    },
    /** Judges everything from now on; the number of mistakes. */
    judge: (forRelease: boolean): number => {
      setJudged(forRelease ? "release" : "save");
      return Object.keys(draftErrors(draft, forRelease)).length;
    },
    blame: setSaidByServer,
    /** The server has this now. */
    settle: (next: { draft: OrderDraft; orderId: string; version: number }) => {
      forgetDraft(saved.orderId);
      setSaved(next);
      setBase(next.version);
      setDraft(withBlankEnd(next.draft, vat));
      setRestoredAt(null);
      setSaidByServer({});
      setJudged("no");
      setLeft(new Set());
    },
    /** What was saved when this was begun. */
    savedDraft: saved.draft,
    /** Goes on with this draft on top of what somebody else has saved. */
    rebase: (next: OrderDraft, theirs: { draft: OrderDraft; orderId: string; version: number }) => {
      setSaved(theirs);
      setBase(theirs.version);
      setDraft(withBlankEnd(next, vat));
      setRestoredAt(null);
      setSaidByServer({});
    },
    discard: () => {
      forgetDraft(saved.orderId);
      setDraft(withBlankEnd(saved.draft, vat));
      setBase(saved.version);
      setRestoredAt(null);
      setSaidByServer({});
      setJudged("no");
      setLeft(new Set());
    },
  };
}

export type OrderDraftState = ReturnType<typeof useOrderDraft>;

/** A code of a mistake in words. One that is not known yet is still told. */
function useErrorWords(): (field: string, code: string) => string {
  const t = useTranslations("orderForm.error");
  return (field, code) => {
    if (code === "required" && field === "lines") return t("lines_needed");
    if (code === "required" && field === "customerId") return t("customer_needed");
    return t.has(code as "other") ? t(code as "other") : t("other");
  };
}
