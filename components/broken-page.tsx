import { digestOf, LAST_WORDS, localeOfBrowser } from "#lib/i18n/last-words";
import { pages } from "#lib/paths";
import { WrongPage } from "./wrong-page";

/** A page that broke outside the frame: what was not done, what to do, and the reference for support. */
export function BrokenPage({ error, retry }: { error: unknown; retry: () => void }) {
  const words = LAST_WORDS[localeOfBrowser()];
  const id = digestOf(error);
  return (
    <WrongPage title={words.pageTitle} more={words.pageMore} reference={id && words.reference.replace("{id}", id)}>
      <button type="button" onClick={retry}>
        {words.reload}
      </button>
      <a href={pages.home()}>{words.home}</a>
    </WrongPage>
  );
}
