"use client";
import { BrokenPage } from "#components/broken-page";
import { LAST_WORDS, localeOfBrowser } from "#lib/i18n/last-words";

/** A fault in the root layout itself: this is then the whole document. The theme follows the system. */
export default function GlobalError({ error, retry }: { error: unknown; retry: () => void }) {
  const locale = localeOfBrowser();
  return (
    <html lang={locale}>
      <body>
        <title>{LAST_WORDS[locale].pageTitle}</title>
        <BrokenPage error={error} retry={retry} />
      </body>
    </html>
  );
}
