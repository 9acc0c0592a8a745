"use client";
import { type ComponentType, type ReactNode, useEffect, useState } from "react";
import { LAST_WORDS, localeOfBrowser } from "#lib/i18n/last-words";

/** Between two tries while the browser believes to be online. */
const AGAIN_MS = 3_000;

/**
 * A part of the screen whose code comes when it is first wanted. React's `lazy` throws when that code does not arrive: without
 * a network, opening a dialog would take the whole page down, for good and with all that was typed. Here it costs a sentence,
 * and is fetched anew when asked for again or when the network is back, under that sentence.
 */
export function onDemand<P extends object>(
  load: () => Promise<ComponentType<P>>,
  meanwhile: ReactNode = null,
): ComponentType<P> {
  let part: ComponentType<P> | null = null;
  return function OnDemand(props: P) {
    const [state, setState] = useState<"wanted" | "here" | "missing" | "again">(part ? "here" : "wanted");
    useEffect(() => {
      if (state === "here") return;
      if (state === "missing") {
        // The network may have come back in the very moment of the last try: nothing would tell us so once more.
        const timer = setTimeout(() => navigator.onLine && setState("again"), AGAIN_MS);
        return () => clearTimeout(timer);
      }
      let left = false;
      load().then(
        (arrived) => {
          part = arrived;
          if (!left) setState("here");
        },
        (error: unknown) => {
          if (left) return;
          setState(() => {
            if (error instanceof Error && error.name !== "ChunkLoadError") throw error;
            return "missing";
          });
        },
      );
      return () => {
        left = true;
      };
    }, [state]);
    const again = () => setState("again");
    if (state === "missing" || state === "again") return <PartMissing again={again} close={closeOf(props)} />;
    const Part = part;
    return Part ? <Part {...props} /> : meanwhile;
  };
}

/** How whoever opened the part is told that it is closed; the names our dialogs use. */
function closeOf(props: object): (() => void) | null {
  const { onClose, onOpenChange } = props as { onClose?: () => void; onOpenChange?: (open: boolean) => void };
  return onClose ?? (onOpenChange ? () => onOpenChange(false) : null);
}

function PartMissing({ again, close }: { again: () => void; close: (() => void) | null }) {
  const words = LAST_WORDS[localeOfBrowser()];
  useEffect(() => {
    window.addEventListener("online", again);
    return () => window.removeEventListener("online", again);
  }, [again]);
  return (
    <div className="part-missing" role="alert">
      <p>{words.partMissing}</p>
      <button type="button" className="button button--outline button--sm" onClick={again}>
        {words.reload}
      </button>
      {close && (
        <button type="button" className="button button--ghost button--sm" onClick={close}>
          {words.close}
        </button>
      )}
    </div>
  );
}
