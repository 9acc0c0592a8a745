import { useTranslations } from "next-intl";
import { Time } from "#components/time";
import type { ServiceView } from "#lib/contracts/services";
import { useProviderWords } from "./use-field-words";

const TONES: Record<ServiceView["health"]["state"], string> = {
  off: "pill",
  test: "pill pill-wait",
  on: "pill pill-good",
  problem: "pill pill-bad",
};

/** Off, test, on, or a problem since a moment. */
export function HealthPill({ health }: { health: ServiceView["health"] }) {
  const t = useTranslations("services.health");
  const words = useProviderWords();
  const { state, since } = health;
  return (
    <span className={TONES[state]} title={health.message ? words(health.message) : undefined}>
      <span>
        {state === "problem" && since
          ? t.rich("problemSince", { when: () => <Time at={since} form="timeOrMoment" /> })
          : t(state)}
      </span>
    </span>
  );
}
