"use client";
import { useEffect } from "react";
import { overlayOpen } from "./use-shortcuts";

const CONTROL = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';

/**
 * Where a person was on the page: what had the focus or was pressed last, and what stood around it then. Menus and dialogs lie
 * outside the frame and are no place to come back to.
 */
type Place = {
  /** From the element outwards to the frame. */
  path: Element[];
  /** What stood beside each of them. */
  beside: (Element | null)[][];
  page: string;
  /** Whether a menu or dialog has had the focus since. */
  left: boolean;
};

function placeOf(element: Element, frame: Element, left = false): Place {
  const path: Element[] = [];
  for (let one: Element | null = element; one && one !== frame; one = one.parentElement) path.push(one);
  const beside = path.map((one) => [one.nextElementSibling, one.previousElementSibling]);
  return { path, beside, page: location.pathname, left };
}

const nameOf = (element: Element) => element.getAttribute("aria-label") ?? element.textContent;
const likeIt = (within: Element, element: Element) =>
  [...within.querySelectorAll(element.tagName)].find((other) => nameOf(other) && nameOf(other) === nameOf(element));

/** Where to go on, best first: the same place, the same button drawn anew, the next row or button, the card's heading, the page's. */
function* waysOn({ path, beside, page }: Place): Generator<Element | null | undefined> {
  const [element] = path;
  if (page === location.pathname && element) {
    if (element.isConnected) yield element;
    const around = path.findIndex((one) => one.isConnected);
    const gone = path[around - 1];
    if (gone) {
      if (gone.matches("li, tr"))
        for (const row of beside[around - 1] ?? [])
          if (row?.isConnected) yield likeIt(row, element) ?? row.querySelector("button") ?? row.querySelector(CONTROL);
      yield path[around] && likeIt(path[around], element);
      if (gone.matches("button, a")) yield* (beside[around - 1] ?? []).filter((one) => one?.matches(CONTROL));
      const card = path[around]?.closest("[aria-labelledby]")?.getAttribute("aria-labelledby");
      if (card) yield document.getElementById(card);
    }
  }
  yield document.querySelector("#main h1");
  yield document.getElementById("main");
}

function focus(element: Element): boolean {
  if (!(element instanceof HTMLElement) || !element.isConnected) return false;
  const isControl = element.matches(CONTROL);
  if (!isControl) {
    element.tabIndex = -1;
    element.addEventListener("blur", () => element.removeAttribute("tabindex"), { once: true });
  }
  // A heading is where reading goes on; it is no reason to move the page under somebody's eyes.
  element.focus({ preventScroll: !isControl });
  return document.activeElement === element;
}

/**
 * Keeps the keyboard's place, rendered once by the frame. Whenever what had the focus goes away, with a dialog that closes, a
 * row that was decided or a button that has done its work, the focus goes on nearby instead of to the top of the document.
 */
export function FocusKeeper() {
  useEffect(() => {
    const frame = document.querySelector(".frame");
    if (!frame) return;
    let place: Place | null = null;
    let looking = false;

    const onFocus = ({ target }: FocusEvent) => {
      if (!(target instanceof Element)) return;
      // Given back by a dialog, it may still go away by what the dialog did.
      if (frame.contains(target)) place = placeOf(target, frame, place?.left && place.path[0] === target);
      else if (place) place.left = true;
      else place = { path: [], beside: [], page: location.pathname, left: true };
    };
    const onPointer = ({ target }: PointerEvent) => {
      if (!(target instanceof Element) || !frame.contains(target)) return;
      const control = target.closest(CONTROL);
      place = control && placeOf(control, frame);
    };
    const look = () => {
      looking = false;
      if (document.activeElement !== document.body || !place || overlayOpen()) return;
      const isGone = place.page === location.pathname && place.path[0]?.isConnected === false;
      if (!isGone && !place.left) return;
      for (const way of waysOn(place)) if (way && focus(way)) return;
    };
    // What closes gives the focus back by itself where it can, in the next frame; we look after that.
    const lookSoon = () => {
      if (looking || document.activeElement !== document.body || !place) return;
      looking = true;
      requestAnimationFrame(() => requestAnimationFrame(look));
    };
    const seen = new MutationObserver(lookSoon);
    // While the page behind a dialog is inert, nothing of it takes the focus.
    seen.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["inert"] });
    document.addEventListener("focusin", onFocus);
    document.addEventListener("focusout", lookSoon);
    document.addEventListener("pointerdown", onPointer, true);
    return () => {
      seen.disconnect();
      document.removeEventListener("focusin", onFocus);
      document.removeEventListener("focusout", lookSoon);
      document.removeEventListener("pointerdown", onPointer, true);
    };
  }, []);
  return null;
}
