import { useEffect, useState } from "react";
import { api } from "#lib/paths";

/** Gently: a task waits for hours, not for seconds. */
const ASK_EACH_MS = 30_000;

/**
 * How many tasks wait on the review desk, asked for again while the page is looked at, and at once when somebody comes back
 * to it. Does not count as the person being there. What is known stays while the server does not answer.
 */
export function useOpenReviews(fromServer: number): number {
  const [heard, setHeard] = useState<{ from: number; count: number } | null>(null);
  useEffect(() => {
    const ask = async () => {
      if (document.visibilityState !== "visible") return;
      const answer = await fetch(api.reviewCounts(), { headers: { "x-by-itself": "1" }, cache: "no-store" }).catch(
        () => null,
      );
      if (!answer?.ok) return;
      const { open } = (await answer.json()) as { open: number };
      setHeard({ from: fromServer, count: open });
    };
    const timer = setInterval(() => void ask(), ASK_EACH_MS);
    const onReturn = () => void ask();
    document.addEventListener("visibilitychange", onReturn);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", onReturn);
    };
  }, [fromServer]);
  // What a page has brought since is newer than what was heard before it.
  return heard && heard.from === fromServer ? heard.count : fromServer;
}
