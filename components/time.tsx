"use client";
import { useLocale, useTimeZone } from "next-intl";
import { use, useCallback, useRef, useSyncExternalStore } from "react";
import {
  formatCountdown,
  formatDate,
  formatDateTime,
  formatDuration,
  formatMoment,
  formatRelative,
  formatSecond,
  formatTime,
  formatTimeOrMoment,
  type Precision,
} from "#lib/format";
import { COMPANY_ZONE } from "#lib/i18n/locale";
import { ServerNow } from "./clock";

const MINUTE = 60_000;

/**
 * The present, as often as a reader of `at` needs it: each minute, and each second of the last minute before a deadline.
 */
export function useNow(at: number): number {
  const fromServer = use(ServerNow);
  const read = useRef(Number.NEGATIVE_INFINITY);
  const step = useCallback(
    () => (Math.abs(at - Date.now()) < MINUTE ? (at > Date.now() ? 1000 : 10_000) : MINUTE),
    [at],
  );
  const subscribe = useCallback(
    (changed: () => void) => {
      let timer: ReturnType<typeof setTimeout>;
      const wait = () => {
        timer = setTimeout(() => {
          changed();
          wait();
        }, step());
      };
      wait();
      return () => clearTimeout(timer);
    },
    [step],
  );
  return useSyncExternalStore(
    subscribe,
    // Kept for one step, so that two readings in one rendering are the same.
    () => {
      const present = Date.now();
      // A fact that is newer than the last reading would otherwise lie in the future: "checked in 6 s".
      const passed = read.current < at && at <= present;
      if (passed || present - read.current >= step()) read.current = present;
      return read.current;
    },
    () => fromServer ?? Date.now(),
  );
}

export type TimeForm = "relative" | "countdown" | "left" | "moment" | "time" | "timeOrMoment" | "second" | "date";

/**
 * A moment in words, the whole truth on hover: `relative` "2 h ago", `countdown` "in 3 h 57 min" (Ukrainian "ще …"), `left`
 * "3 h 57 min", `moment` "today 18:00", `time` "14:02", `timeOrMoment` the time alone today, `second` to the second, `date` "20 Nov 2026".
 */
export function Time({
  at,
  form = "moment",
  precision = 2,
  className,
}: {
  at: string;
  form?: TimeForm;
  precision?: Precision;
  className?: string;
}) {
  const locale = useLocale();
  const zone = useTimeZone() ?? COMPANY_ZONE;
  const instant = Date.parse(at);
  const now = useNow(instant);
  const place = { locale, zone, now };
  const text = {
    relative: () => formatRelative(instant, now, locale, precision),
    countdown: () => formatCountdown(instant, now, locale, precision),
    left: () => formatDuration(instant - now, locale, precision),
    second: () => formatSecond(instant, place),
    moment: () => formatMoment(instant, place),
    time: () => formatTime(instant, place),
    timeOrMoment: () => formatTimeOrMoment(instant, place),
    date: () => formatDate(instant, place),
  }[form]();
  return (
    <time
      className={className ? `num ${className}` : "num"}
      dateTime={at}
      title={formatDateTime(instant, place)}
      suppressHydrationWarning
    >
      {text}
    </time>
  );
}
