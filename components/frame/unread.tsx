import { useEffect, useState } from "react";
import { api } from "#lib/paths";
import { announce } from "../announcer";

/** How often the bell asks, while somebody can see it. */
const LOOK_EACH_MS = 20_000;
const CHANGED = "holdpoint:unread";

/** Whoever marks notices read tells the bell at once. */
export const tellUnread = (unread: number): void => {
  window.dispatchEvent(new CustomEvent(CHANGED, { detail: unread }));
};

/**
 * How many notices wait, as the server said it with the page, then asked again now and then. It asks by itself, so it keeps
 * nobody signed in; once it hears that nobody is, it stops.
 */
export function useUnread(first: number, label: string): number {
  const [unread, setUnread] = useState(first);
  useEffect(() => setUnread(first), [first]);
  useEffect(() => {
    let known = first;
    let over = false;
    const heard = (count: number) => {
      if (count > known) announce(label.replace("#", String(count)));
      known = count;
      setUnread(count);
    };
    const look = async () => {
      if (over || document.visibilityState !== "visible") return;
      try {
        const answer = await fetch(api.unreadNotices(), { headers: { "x-by-itself": "1" }, cache: "no-store" });
        over = answer.status === 401;
        if (answer.ok) heard(((await answer.json()) as { unread: number }).unread);
      } catch {
        // Without an answer the last figure stands; the next look is soon.
      }
    };
    const told = (event: Event) => heard((event as CustomEvent<number>).detail);
    const timer = setInterval(look, LOOK_EACH_MS);
    document.addEventListener("visibilitychange", look);
    window.addEventListener(CHANGED, told);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
      window.removeEventListener(CHANGED, told);
    };
  }, [first, label]);
  return unread;
}
