import { Html } from "./html.ts";
import type { PayState } from "./page-model.ts";

type Look = { tone: "wait" | "good" | "bad" | "held" | "quiet"; glyph: string };
const RING = '<circle cx="6" cy="6" r="4.75"/>';
const DISC = '<circle class="full" cx="6" cy="6" r="5.5"/>';
const QUARTER = `${RING}<path class="full" d="M6 6V2.6A3.4 3.4 0 0 1 9.4 6Z"/>`;
const HALF = `${RING}<path class="full" d="M6 1.25a4.75 4.75 0 0 0 0 9.5Z"/>`;
const TICK = `${DISC}<path class="hole" d="M3.6 6.2l1.7 1.7 3.2-3.5"/>`;
const CROSS = `${DISC}<path class="hole" d="M4.2 4.2l3.6 3.6M7.8 4.2 4.2 7.8"/>`;
const HANDS = `${RING}<path d="M6 3.6V6l1.7 1"/>`;
const SLASH = `${RING}<path d="M2.8 9.2 9.2 2.8"/>`;
const BACK = `${DISC}<path class="hole" d="M8.2 8V6.6A1.6 1.6 0 0 0 6.6 5H3.8M5.2 3.6 3.8 5l1.4 1.4"/>`;

/** How each state is drawn. Glyph, word and colour always come together. */
export const LOOKS: Record<PayState, Look> = {
  ready: { tone: "wait", glyph: RING },
  replaced: { tone: "wait", glyph: RING },
  not_yet: { tone: "wait", glyph: RING },
  preparing: { tone: "quiet", glyph: '<circle cx="6" cy="6" r="4.75" stroke-dasharray="2 2.1"/>' },
  checking: { tone: "wait", glyph: QUARTER },
  processing: { tone: "wait", glyph: QUARTER },
  paid: { tone: "good", glyph: TICK },
  held: { tone: "held", glyph: HALF },
  partly_paid: { tone: "wait", glyph: HALF },
  failed: { tone: "bad", glyph: CROSS },
  not_prepared: { tone: "bad", glyph: CROSS },
  expired: { tone: "bad", glyph: HANDS },
  link_cancelled: { tone: "quiet", glyph: SLASH },
  cancelling: { tone: "quiet", glyph: QUARTER },
  cancelled: { tone: "quiet", glyph: SLASH },
  nothing_to_pay: { tone: "quiet", glyph: '<path d="M3 6h6"/>' },
  refunded: { tone: "quiet", glyph: BACK },
  in_review: { tone: "wait", glyph: QUARTER },
  not_released: { tone: "quiet", glyph: '<path d="M2 10l.5-2.2L8.2 2.1l1.7 1.7-5.7 5.7L2 10Z"/>' },
  unavailable: { tone: "quiet", glyph: SLASH },
};

export const drawn = (body: string, box: number, size: number) =>
  new Html(`<svg viewBox="0 0 ${box} ${box}" width="${size}" height="${size}" aria-hidden="true">${body}</svg>`);
export const LOCK = drawn(
  '<rect x="3.5" y="8" width="13" height="9" rx="2"/><path d="M6.5 8V5.8a3.5 3.5 0 0 1 7 0V8"/>',
  20,
  16,
);
export const PHONE = drawn(
  '<path d="M4.3 3.2h2.4l1.3 3.3-1.7 1.2a9.6 9.6 0 0 0 6 6l1.2-1.7 3.3 1.3v2.4c0 .6-.5 1.1-1.1 1.1A12.5 12.5 0 0 1 3.2 4.3c0-.6.5-1.1 1.1-1.1Z"/>',
  20,
  16,
);
export const CHEVRON = drawn('<path d="M4 7.5l6 6 6-6"/>', 20, 16);

/** The page’s icon in the browser’s tab. */
const icon = (fill: string, path: string) =>
  `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="${fill}"/><path d="${path}" fill="none" stroke="#fff" stroke-width="4"/></svg>`)}`;
export const ICON = icon("#225ba6", "M5 16h11M20 6v20");
export const ICON_DONE = icon("#116031", "M8 17l6 6 11-13");
