import { useTranslations } from "next-intl";
import { Time } from "#components/time";

const HOUR_MS = 3_600_000;

/**
 * When a link or a hold runs out, relative, the whole truth on hover. Red when less than an hour is left, or none. `now` is the
 * moment the list was read.
 */
export function Deadline({ kind, at, now }: { kind: "link" | "hold"; at: string; now: number }) {
  const t = useTranslations("transactions");
  const left = Date.parse(at) - now;
  const when = () => <Time at={at} form="countdown" precision={1} />;
  const ahead = left > 0;
  return (
    <span className={left < HOUR_MS ? "font-medium text-danger-soft-foreground" : undefined}>
      {kind === "link"
        ? t.rich(ahead ? "linkEnds" : "linkEnded", { when })
        : t.rich(ahead ? "holdEnds" : "holdEnded", { when })}
    </span>
  );
}
