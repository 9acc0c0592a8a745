"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";
import { useId, useRef, useState } from "react";
import type { LineDraft } from "#lib/api/order-draft";
import { itemSearch } from "#lib/api/orders";
import type { ItemView } from "#lib/contracts/customers";
import { formatMoneyView } from "#lib/format";
import { useSettled } from "./use-settled";

type About = Record<string, string | true | undefined>;

/**
 * The item of a line: typing searches the catalogue by code and name, a choice fills the line. Text that is no item becomes
 * the description of a free-text line. Drawn by hand after the ARIA combobox pattern, because the kit's combo box takes Enter
 * and the arrows that the grid needs, and costs its weight in every row.
 */
export function ItemCell({
  about,
  line,
  placeholder,
  onType,
  onPick,
  onFreeText,
}: {
  about: About;
  line: LineDraft;
  placeholder: string;
  onType: (text: string) => void;
  onPick: (item: ItemView) => void;
  onFreeText: (text: string) => void;
}) {
  const t = useTranslations("orderForm.lines");
  const locale = useLocale();
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const typed = line.sku.trim();
  const wanted = useSettled(isOpen && line.itemId === null ? typed : "");
  const { data, isError } = useQuery({ ...itemSearch(wanted), enabled: isOpen, placeholderData: keepPreviousData });
  const items = (data?.rows ?? []).filter((item) => item.active);
  const chosen = items[Math.min(active, items.length - 1)];

  const pick = (item: ItemView) => {
    setOpen(false);
    onPick(item);
  };
  const show = (index: number) => {
    setActive(index);
    list.current?.children[index]?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const plain = !event.altKey && !event.ctrlKey && !event.metaKey;
    if (event.key === "ArrowDown" && event.altKey && !isOpen) return;
    if (!isOpen) {
      if (plain && event.key === "F4") setOpen(true);
      return;
    }
    const act: Record<string, () => void> = {
      ArrowDown: () => show(Math.min(active + 1, items.length - 1)),
      ArrowUp: () => show(Math.max(active - 1, 0)),
      Enter: () => chosen && pick(chosen),
      Escape: () => setOpen(false),
    };
    const run = plain ? act[event.key] : undefined;
    // With nothing to choose from, Enter and the arrows belong to the grid.
    if (!run || (items.length === 0 && event.key !== "Escape")) return;
    event.preventDefault();
    run();
  };
  const leave = () => {
    setOpen(false);
    if (line.itemId !== null || typed === "" || line.description.trim() !== "") return;
    const exact = items.find((item) => item.sku.toLocaleLowerCase() === typed.toLocaleLowerCase());
    if (exact) onPick(exact);
    else onFreeText(typed);
  };
  return (
    <>
      <input
        {...about}
        className="cell"
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={isOpen}
        aria-controls={isOpen ? listId : undefined}
        aria-activedescendant={isOpen && chosen ? `${listId}${chosen.id}` : undefined}
        autoComplete="off"
        maxLength={64}
        placeholder={placeholder}
        value={line.sku}
        onChange={(event) => {
          onType(event.target.value);
          setActive(0);
          setOpen(true);
        }}
        // An empty cell shows what there is; a filled one is only being passed through.
        onFocus={() => typed === "" && line.description === "" && setOpen(true)}
        onClick={() => line.itemId === null && setOpen(true)}
        onKeyDown={onKeyDown}
        onBlur={leave}
      />
      {isOpen && (
        // A scrolling box takes a stop of the Tab key unless it is told not to.
        <div className="suggestions" tabIndex={-1}>
          {items.length > 0 ? (
            <div ref={list} id={listId} role="listbox" aria-label={t("suggestions")}>
              {items.map((item, index) => (
                // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the cell, aria-activedescendant points here
                // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the cell
                <div
                  key={item.id}
                  id={`${listId}${item.id}`}
                  role="option"
                  aria-selected={index === active}
                  onPointerDown={(event) => event.preventDefault()}
                  onPointerEnter={() => setActive(index)}
                  onClick={() => pick(item)}
                >
                  <span className="suggestion-sku">{item.sku}</span>
                  <span className="suggestion-name">{item.name}</span>
                  <span className="num">{formatMoneyView(item.unitPrice, locale)}</span>
                </div>
              ))}
            </div>
          ) : (
            <p role="status">{isError ? t("unreadable") : data && typed !== "" ? t("nothing") : null}</p>
          )}
        </div>
      )}
    </>
  );
}
