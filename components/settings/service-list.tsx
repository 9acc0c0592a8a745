import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { Time } from "#components/time";
import type { ServiceView } from "#lib/contracts/services";
import { formatPercent } from "#lib/format";
import { pages } from "#lib/paths";
import { HealthPill } from "./service-health";
import { useServiceTitle } from "./service-title";
import { useProviderWords } from "./use-field-words";

/** Every configured service with its state, its last sign of life and whose keys it has. */
export function ServiceList({ services, openId }: { services: readonly ServiceView[]; openId: string | null }) {
  const title = useServiceTitle();
  return (
    <ul>
      {services.map((service) => (
        <li key={service.id} className="border-b border-separator">
          <Link
            href={pages.paymentService(service.id)}
            aria-current={service.id === openId ? "page" : undefined}
            className="block px-4 py-2.5 -outline-offset-2 hover:bg-surface-hover aria-[current]:bg-surface-tertiary lg:px-5"
          >
            <span className="flex items-start justify-between gap-2">
              <span className="min-w-0 font-medium wrap-anywhere">{title(service)}</span>
              <HealthPill health={service.health} />
            </span>
            <span className="mt-0.5 block text-xs text-muted tabular-nums">
              <LastLife service={service} />
              <Keys service={service} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function LastLife({ service }: { service: ServiceView }) {
  const t = useTranslations("services.life");
  const locale = useLocale();
  const words = useProviderWords();
  const { lastWebhookAt, lastSyncAt, today, health } = service;
  if (health.state === "problem" && health.message) return words(health.message);
  const ago = (at: string) => () => <Time at={at} form="relative" precision={1} />;
  return (
    <>
      {lastWebhookAt
        ? t.rich("webhook", { ago: ago(lastWebhookAt) })
        : lastSyncAt
          ? t.rich("sync", { ago: ago(lastSyncAt) })
          : t("never")}
      {today.links > 0 &&
        ` · ${t("paidToday", { percent: formatPercent(Math.round((today.paid / today.links) * 1000) * 10, locale) })}`}
    </>
  );
}

/** The last characters of the secret ones, and when they were changed: enough to tell two accounts apart. */
function Keys({ service }: { service: ServiceView }) {
  const t = useTranslations("services.life");
  const secrets = service.credentials.filter((field) => field.secret && field.last4 !== null);
  const newest = secrets
    .map((field) => field.changedAt ?? "")
    .sort()
    .at(-1);
  if (!service.credentialsComplete) return <span className="block">{t("noKeys")}</span>;
  if (secrets.length === 0) return null;
  const by = secrets.find((field) => field.changedAt === newest)?.changedByName;
  return (
    <span className="block">
      {newest
        ? t.rich("keys", {
            last: secrets.map((field) => `••••${field.last4}`).join(", "),
            when: () => <Time at={newest} form="date" />,
            name: by ?? "none",
          })
        : secrets.map((field) => `••••${field.last4}`).join(", ")}
    </span>
  );
}
