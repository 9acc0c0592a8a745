"use client";
import { digestOf, LAST_WORDS, localeOfBrowser } from "#lib/i18n/last-words";

/** One page broke, the frame stands. Plain markup: every staff page carries this file. */
export default function StaffError({ error, retry }: { error: unknown; retry: () => void }) {
  const words = LAST_WORDS[localeOfBrowser()];
  const id = digestOf(error);
  return (
    <>
      <header className="page-head">
        <h1>{words.pageTitle}</h1>
      </header>
      <div className="empty">
        <p>{words.pageMore}</p>
        {id && <p className="num">{words.reference.replace("{id}", id)}</p>}
        <button type="button" className="button button--outline" onClick={retry}>
          {words.reload}
        </button>
      </div>
    </>
  );
}
