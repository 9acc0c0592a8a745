import { type ComponentType, useEffect, useRef, useState } from "react";
import { onDemand } from "#components/on-demand";
import type { Locale } from "#lib/i18n/locale";
import { FrameIcon } from "./frame-icon";

const MOST_SHOWN = 99;

/** What is new, said once for every bell of the frame: `unread` has a `#` in place of the number. */
export type BellWords = Record<"notices" | "unread", string>;

/** Opens the notices, and says how many are new. In the sidebar with its name, in the bar of a phone as a sign. */
export function Bell({ unread, words, place }: { unread: number; words: BellWords; place: "side" | "bar" }) {
  const label = unread > 0 ? `${words.notices}, ${words.unread.replace("#", String(unread))}` : words.notices;
  return (
    <button
      type="button"
      className={place === "side" ? "side-bell" : "bar-button bar-bell"}
      popoverTarget="notices"
      aria-label={label}
      data-tip={place === "side" ? label : undefined}
      data-tip-side="end"
    >
      <FrameIcon name="bell" />
      {place === "side" && <span data-tip-label="">{words.notices}</span>}
      {unread > 0 && (
        <span className="side-count" aria-hidden="true">
          {unread > MOST_SHOWN ? `${MOST_SHOWN}+` : unread}
        </span>
      )}
    </button>
  );
}

/** What the bells open. Its code and its sentences come with the first opening; each opening reads the list anew. */
export function BellPanel({ locale, words }: { locale: Locale; words: BellWords }) {
  const panel = useRef<HTMLElement>(null);
  const [opened, setOpened] = useState(0);
  const [loaded, setLoaded] = useState<{ locale: Locale; Panel: Panel } | null>(null);
  useEffect(() => {
    const root = panel.current;
    const show = () => {
      setLoaded((earlier) => (earlier?.locale === locale ? earlier : { locale, Panel: panelIn(locale) }));
      setOpened((times) => times + 1);
    };
    const onToggle = (event: Event) => {
      if ((event as ToggleEvent).newState === "open") show();
    };
    // The browser opens it by itself, before this script has come as well.
    if (root?.matches(":popover-open")) show();
    root?.addEventListener("toggle", onToggle);
    return () => root?.removeEventListener("toggle", onToggle);
  }, [locale]);
  return (
    <section ref={panel} className="bell-panel" id="notices" popover="auto" aria-label={words.notices}>
      {loaded && <loaded.Panel key={opened} close={() => panel.current?.hidePopover()} />}
    </section>
  );
}

type Panel = ComponentType<{ close: () => void }>;
const panelIn = (locale: Locale): Panel =>
  onDemand(async () => (await (await import("../notices/notice-panel")).loadNoticePanel(locale)).default);
