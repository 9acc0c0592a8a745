"use client";
import { useLocale, useTranslations } from "next-intl";
import { type RefObject, useEffect, useState } from "react";
import { announce } from "#components/announcer";
import { asProblem, getJson, isUnsettled } from "#lib/api/http";
import { combined, createBody, draftOf, errorsOfServer, isBlank, updateBody } from "#lib/api/order-draft";
import { createOrder, previewOrder, releaseOrder, updateOrder } from "#lib/api/orders";
import type { OrderPreview, OrderView, UpdateOrderInput } from "#lib/contracts/orders";
import type { Problem } from "#lib/contracts/problem";
import { api } from "#lib/paths";
import type { OrderDraftState } from "./use-order-draft";

/** The numbers to choose on; `changed` when they are no longer those that were chosen on before. */
type MoneyQuestion = { preview: OrderPreview; changed: boolean; asked: number };

type Failed = { what: "notSaved" | "unsettled" | "savedNotReleased"; number: string; problem: Problem };

/** A new order that was saved but not released goes on under its own address; why it was not released goes with it. */
const carried = new Map<string, Failed>();

/** The first field in the page that is marked wrong: that is where a person goes on. */
function focusFirstWrong(sheet: HTMLElement | null): void {
  requestAnimationFrame(() => sheet?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}

/**
 * Saving and releasing. Release saves first, so a refused release loses nothing. Each request goes out once; a lost answer is
 * told as such, and pressing again does not make a second order.
 */
export function useOrderSubmit({
  form,
  order,
  sheet,
  onSaved,
  onReleased,
}: {
  form: OrderDraftState;
  order: OrderView | null;
  sheet: RefObject<HTMLElement | null>;
  onSaved: (order: OrderView) => void;
  onReleased: (order: OrderView) => void;
}) {
  const t = useTranslations("orderForm");
  const locale = useLocale();
  const [running, setRunning] = useState<"save" | "release" | null>(null);
  const [failure, setFailure] = useState<Failed | null>(() => (order && carried.get(order.id)) || null);
  const [conflict, setConflict] = useState<OrderView | null>(null);
  const [money, setMoney] = useState<MoneyQuestion | null>(null);
  const [known, setKnown] = useState(order);
  useEffect(() => {
    if (order) carried.delete(order.id);
  }, [order]);

  const settle = (saved: OrderView) => {
    const sent = form.draft.lines.filter((line) => !isBlank(line));
    const draft = draftOf(saved, locale);
    // Lines keep their keys, so that nobody's cell loses the focus to a save.
    const lines = draft.lines.map((line, index) => ({ ...line, key: sent[index]?.key ?? line.key }));
    form.settle({ draft: { ...draft, lines }, orderId: saved.id, version: saved.version });
    setKnown(saved);
  };

  const refused = async (problem: Problem) => {
    if (problem.code === "version_conflict" && form.orderId) {
      try {
        setConflict(await getJson<OrderView>(api.order(form.orderId)));
        // Whose version stands is the first question; what becomes of the money follows from it.
        setMoney(null);
        return;
      } catch {
        // Without the newer version there is only the sentence that there is one.
      }
    }
    if (problem.errors?.some(({ field }) => field === "money") && form.orderId) {
      try {
        const { version: _any, ...body } = updateBody(form.draft, 1);
        const preview = await previewOrder(form.orderId, body);
        setMoney((before) => ({ preview, changed: before !== null, asked: (before?.asked ?? 0) + 1 }));
        return;
      } catch (error) {
        // Without the numbers nobody can choose: why they cannot be had is what stands in the way.
        setFailure({ what: "notSaved", number: "", problem: asProblem(error) });
        return;
      }
    }
    if (problem.errors?.length) {
      form.blame(errorsOfServer(form.draft, problem.errors));
      focusFirstWrong(sheet.current);
    }
    const unsettled = isUnsettled(problem);
    setFailure({ what: unsettled ? "unsettled" : "notSaved", number: "", problem });
  };

  /** The saved order, or null when it could not be saved. */
  const saveDraft = async (forRelease: boolean, choice?: UpdateOrderInput["money"]): Promise<OrderView | null> => {
    setFailure(null);
    setConflict(null);
    if (form.judge(forRelease) > 0) {
      setMoney(null);
      focusFirstWrong(sheet.current);
      return null;
    }
    const { draft, orderId, version } = form;
    if (known && orderId && !form.isDirty) return known;
    try {
      const saved =
        orderId && version !== null
          ? await updateOrder(orderId).send({ ...updateBody(draft, version), ...(choice ? { money: choice } : {}) })
          : await createOrder().send(createBody(draft));
      settle(saved);
      return saved;
    } catch (error) {
      await refused(asProblem(error));
      return null;
    }
  };

  const save = async () => {
    if (running) return;
    setRunning("save");
    const saved = await saveDraft(false);
    setRunning(null);
    if (!saved) return;
    announce(t("savedNow"));
    onSaved(saved);
  };

  /** With what becomes of the money: the order is saved and released in one go. */
  const saveWith = async (choice: NonNullable<UpdateOrderInput["money"]>) => {
    if (running) return;
    setRunning("release");
    const saved = await saveDraft(true, choice);
    if (!saved) return setRunning(null);
    setMoney(null);
    onReleased(saved);
  };

  const release = async () => {
    if (running) return;
    setRunning("release");
    const saved = await saveDraft(true);
    if (!saved) return setRunning(null);
    try {
      const answer = await releaseOrder(saved.id).send({ version: saved.version });
      // Stays pending until the order's page has taken this one's place.
      onReleased(answer.order);
    } catch (error) {
      const failed: Failed = { what: "savedNotReleased", number: saved.number, problem: asProblem(error) };
      setFailure(failed);
      setRunning(null);
      if (order !== null) return;
      carried.set(saved.id, failed);
      onSaved(saved);
    }
  };

  return {
    running,
    failure,
    conflict,
    money,
    saveWith,
    keepEditing: () => setMoney(null),
    save,
    release,
    takeTheirs: () => {
      if (conflict) settle(conflict);
      setConflict(null);
    },
    /** Goes on with both versions combined, on top of theirs; nothing is saved by that. */
    combine: (picks: Parameters<typeof combined>[2]) => {
      if (conflict) {
        const theirs = draftOf(conflict, locale);
        form.rebase(combined(form.draft, theirs, picks), {
          draft: theirs,
          orderId: conflict.id,
          version: conflict.version,
        });
        setKnown(conflict);
      }
      setConflict(null);
    },
  };
}
