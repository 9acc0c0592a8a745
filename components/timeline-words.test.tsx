import { NextIntlClientProvider } from "next-intl";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import type { TimelineEntry } from "#lib/contracts/orders";
import type { Locale } from "#lib/i18n/locale";
import en from "../lib/i18n/messages/en.json";
import uk from "../lib/i18n/messages/uk.json";
import { ServerNow } from "./clock";
import { useTimelineWords } from "./timeline-words";

const NOW = Date.parse("2026-11-20T12:00:00Z");

function Entry({ entry }: { entry: TimelineEntry }) {
  const { sentence, more } = useTimelineWords(entry);
  return (
    <>
      {sentence} | {more}
    </>
  );
}

const told = (kind: string, at: string, params: TimelineEntry["params"], locale: Locale = "en") =>
  renderToStaticMarkup(
    <NextIntlClientProvider
      locale={locale}
      messages={locale === "en" ? en : (uk as unknown as typeof en)}
      timeZone="Europe/Kyiv"
      onError={() => {}}
    >
      <ServerNow value={NOW}>
        <Entry entry={{ id: "1", at, kind, params, source: "holdpoint", group: "money", actorName: null } as never} />
      </ServerNow>
    </NextIntlClientProvider>,
  ).replaceAll("\u00a0", " ");

test("a moment of today is a time alone only under today's heading", () => {
  const held = { amount: { amount: 526_000, currency: "UAH" }, card: "4242", holdExpiresAt: "2026-11-20T18:45:00Z" };
  expect(told("payment.held", "2026-11-20T08:00:00Z", held as never)).toContain("| hold ends 20:45");
  expect(told("payment.held", "2026-11-11T18:45:00Z", held as never)).toContain("| hold ends today 20:45");
});

test("an order that goes back says why; an entry from before that was known says nothing false", () => {
  const back = (code: string | null, locale?: Locale) =>
    told("order.status_back", "2026-11-20T08:00:00Z", { status: "pending_prepayment", code }, locale);
  expect(back("IN_REVIEW")).toContain("went back to Pending prepayment: a payment is in review.");
  expect(back("IN_REVIEW", "uk")).toContain("«Очікує передоплати»: ");
  expect(back(null)).toContain("went back to Pending prepayment.");
});
