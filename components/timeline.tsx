"use client";
import {
  ArrowRight,
  BadgeCheck,
  Eye,
  FileText,
  LockOpen,
  type LucideIcon,
  Mail,
  Pencil,
  RefreshCw,
  Trash2,
  Truck,
  Undo2,
  X,
} from "lucide-react";
import { useLocale, useTimeZone, useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import type { TimelineEntry } from "#lib/contracts/orders";
import type { PaymentState } from "#lib/domain/payment";
import { formatDay, formatTime } from "#lib/format";
import { COMPANY_ZONE } from "#lib/i18n/locale";
import { paymentLook } from "./state-badges";
import { Glyph } from "./status-glyphs";
import { useNow } from "./time";
import "./timeline.css";
import { useTimelineWords } from "./timeline-words";

export type TimelineFilter = "all" | "money" | "messages" | "system";

/** Entries shown before somebody asks for all of them. */
const AT_FIRST = 40;

/**
 * What happened, in sentences, newest first, by day. The order page and the transaction page show the same timeline with other
 * filters. `extra` stands at the right of the filters.
 */
export function Timeline({
  entries,
  filters = ["all", "money", "messages"],
  extra,
}: {
  entries: readonly TimelineEntry[];
  filters?: readonly TimelineFilter[];
  extra?: ReactNode;
}) {
  const t = useTranslations("timeline");
  const locale = useLocale();
  const zone = useTimeZone() ?? COMPANY_ZONE;
  const [filter, setFilter] = useState<TimelineFilter>("all");
  const [whole, setWhole] = useState(false);
  const newest = entries[0];
  const now = useNow(newest ? Date.parse(newest.at) : 0);

  const wanted = entries.filter((entry) => filter === "all" || entry.group === filter);
  const shown = whole ? wanted : wanted.slice(0, AT_FIRST);
  const days = new Map<string, TimelineEntry[]>();
  for (const entry of shown) {
    const day = formatDay(entry.at, { locale, zone, now });
    days.set(day, [...(days.get(day) ?? []), entry]);
  }

  return (
    <section className="timeline" aria-labelledby="timeline-title">
      <div className="timeline-head">
        <h2 id="timeline-title">{t("title")}</h2>
        <fieldset className="timeline-filters" aria-label={t("filter")}>
          {filters.map((name) => (
            <button key={name} type="button" aria-pressed={filter === name} onClick={() => setFilter(name)}>
              {t(name)}
            </button>
          ))}
        </fieldset>
        {extra}
      </div>
      {wanted.length === 0 && <p className="timeline-none">{filter === "all" ? t("nothing") : t("nothingHere")}</p>}
      {[...days].map(([day, ofDay]) => (
        <div key={day}>
          <h3 className="timeline-day" suppressHydrationWarning>
            {day}
          </h3>
          <ol className="timeline-entries">
            {ofDay.map((entry) => (
              <Entry key={entry.id} entry={entry} time={formatTime(entry.at, { zone })} />
            ))}
          </ol>
        </div>
      ))}
      {wanted.length > shown.length && (
        <button type="button" className="button button--outline button--sm" onClick={() => setWhole(true)}>
          {t("showAll", { count: wanted.length })}
        </button>
      )}
    </section>
  );
}

function Entry({ entry, time }: { entry: TimelineEntry; time: string }) {
  const { sentence, more, source } = useTimelineWords(entry);
  return (
    <li className="timeline-entry">
      <time dateTime={entry.at} className="num">
        {time}
      </time>
      <EntryGlyph kind={entry.kind} />
      <div className="timeline-said">
        <p>{sentence}</p>
        {more && <p className="timeline-more">{more}</p>}
      </div>
      <span className="timeline-source">{source}</span>
    </li>
  );
}

/** Colour only for money: these kinds wear the glyph of the state they lead to. */
const MONEY: Record<string, PaymentState> = {
  "link.requested": "creating",
  "link.created": "pending",
  "link.refused": "failed",
  "link.unknown": "creating",
  "link.cancelled": "cancelled",
  "link.expired": "expired",
  "link.replaced": "cancelled",
  "payment.processing": "processing",
  "payment.held": "withholding",
  "payment.captured": "successful",
  "payment.recorded": "successful",
  "payment.recorded_waiting": "pending",
  "payment.approved": "successful",
  "payment.not_approved": "cancelled",
  "payment.reversed": "refunded",
  "payment.failed": "failed",
  "payment.hold_released": "cancelled",
  "payment.refunded": "refunded",
};

const ICONS: Record<string, LucideIcon> = {
  "order.edited": Pencil,
  "order.reopened": Undo2,
  "order.cancelled": X,
  "order.status_back": Undo2,
  "link.shared": Mail,
  "page.opened": Eye,
  "link.cancel_requested": X,
  "payment.deleted": Trash2,
  "payment.checked": RefreshCw,
  "finalize.requested": BadgeCheck,
  "finalize.refused": BadgeCheck,
  "finalize.unknown": BadgeCheck,
  "release_hold.requested": LockOpen,
  "release_hold.refused": LockOpen,
  "shipment.created": Truck,
  "invoice.created": FileText,
};

function EntryGlyph({ kind }: { kind: string }) {
  const state = MONEY[kind];
  if (state) {
    const { glyph, tone } = paymentLook(state);
    return (
      <span className={`timeline-glyph state state-${tone}`}>
        <Glyph name={glyph} />
      </span>
    );
  }
  if (kind === "payment.review")
    return (
      <span className="timeline-glyph state state-bad">
        <Glyph name="review" />
      </span>
    );
  const Icon = ICONS[kind] ?? ArrowRight;
  return (
    <span className="timeline-glyph">
      <Icon className="icon" aria-hidden="true" />
    </span>
  );
}
