"use client";
import { useEffect, useRef } from "react";

const AFTER_MS = 250;
const GAP = 6;

/**
 * One tooltip for the whole page, rendered once by the frame. It shows the `data-tip` of what is focused by keyboard (at once),
 * hovered (after a moment), or pressed while refused (a finger has no hover). `Esc` closes it. Screen readers have the same
 * text already, from the element's own name or description.
 */
export function Tooltips() {
  const tip = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = tip.current;
    if (!box) return;
    let owner: HTMLElement | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const hide = () => {
      clearTimeout(timer);
      owner = null;
      if (box.matches(":popover-open")) box.hidePopover();
    };
    const show = (element: HTMLElement) => {
      clearTimeout(timer);
      const text = element.dataset.tip;
      if (!text || !element.isConnected) return;
      owner = element;
      box.textContent = text;
      if (!box.matches(":popover-open")) box.showPopover();
      place(box, element, element.dataset.tipSide === "end");
    };
    const tipped = (target: EventTarget | null) => {
      const element = target instanceof Element ? target.closest<HTMLElement>("[data-tip]") : null;
      // A name that is in sight needs no tooltip: the navigation has one only as a rail.
      const label = element?.querySelector("[data-tip-label]");
      return label && label.clientWidth > 1 ? null : element;
    };

    const onOver = (event: PointerEvent) => {
      if (event.pointerType === "touch" || box.contains(event.target as Node)) return clearTimeout(timer);
      const element = tipped(event.target);
      if (element === owner && element) return clearTimeout(timer);
      clearTimeout(timer);
      if (element) timer = setTimeout(() => show(element), owner ? 0 : AFTER_MS);
      else if (owner && !owner.matches(":focus-visible")) timer = setTimeout(hide, 80);
    };
    const onFocus = (event: FocusEvent) => {
      const element = tipped(event.target);
      if (element?.matches(":focus-visible")) show(element);
      else hide();
    };
    const onClick = (event: MouseEvent) => {
      const element = tipped(event.target);
      if (element?.matches('[aria-disabled="true"]')) show(element);
      else if (!box.contains(event.target as Node)) hide();
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || !owner) return;
      // The dialog around it stays open: this Esc was for the tooltip.
      event.stopPropagation();
      hide();
    };
    const listening = new AbortController();
    const { signal } = listening;
    document.addEventListener("pointerover", onOver, { signal });
    document.addEventListener("focusin", onFocus, { signal });
    document.addEventListener("focusout", hide, { signal });
    document.addEventListener("click", onClick, { signal });
    document.addEventListener("keydown", onKey, { signal, capture: true });
    window.addEventListener("scroll", hide, { signal, capture: true, passive: true });
    return () => {
      listening.abort();
      hide();
    };
  }, []);
  return <div ref={tip} className="tooltip tip" popover="manual" aria-hidden="true" />;
}

/** Under the element (over it where there is no room), or beside it for the rail; always inside the window. */
function place(box: HTMLElement, element: HTMLElement, beside: boolean): void {
  const at = element.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const inside = (value: number, size: number, room: number) => Math.max(8, Math.min(value, room - size - 8));
  const below = at.bottom + GAP + height < window.innerHeight ? at.bottom + GAP : at.top - GAP - height;
  box.style.left = `${inside(beside ? at.right + GAP : at.left + (at.width - width) / 2, width, window.innerWidth)}px`;
  box.style.top = `${inside(beside ? at.top + (at.height - height) / 2 : below, height, window.innerHeight)}px`;
}
