import { LAST_WORDS, localeOfBrowser } from "#lib/i18n/last-words";
import { pages } from "#lib/paths";
import { Mark } from "./mark";

/** A page that broke outside the frame: what happened, what was not done, what to do, and the reference for support. */
export function BrokenPage({ error, retry }: { error: unknown; retry: () => void }) {
  const words = LAST_WORDS[localeOfBrowser()];
  const id = digestOf(error);
  return (
    <div className="plain">
      <header className="plain-head">
        <span className="plain-logo">
          <Mark />
          Holdpoint
        </span>
      </header>
      <main className="stopped">
        <h1>{words.pageTitle}</h1>
        <p>{words.pageMore}</p>
        {id && <p className="wrong-reference">{words.reference.replace("{id}", id)}</p>}
        <p className="wrong-way">
          <button type="button" className="button button--primary" onClick={retry}>
            {words.reload}
          </button>
          <a className="button button--outline" href={pages.home()}>
            {words.home}
          </a>
        </p>
      </main>
    </div>
  );
}

/** Next's name for a fault on the server, the same in the log. */
export function digestOf(error: unknown): string | null {
  return error instanceof Error && "digest" in error && typeof error.digest === "string" ? error.digest : null;
}
