import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { onDemand } from "#components/on-demand";
import { rememberChoice } from "#lib/i18n/choice";
import { LANGUAGE_COOKIE, type Locale } from "#lib/i18n/locale";
import { api } from "#lib/paths";
import type { AccountWords } from "./account-menu";
import { FrameIcon } from "./frame-icon";

const AccountMenu = onDemand(async () => (await import("./account-menu")).default);

/** Company and person at the foot of the sidebar, the other language beside them; the name opens the rest. */
export function Account({
  company,
  person,
  locale,
  words,
}: {
  company: string | null;
  person: string;
  locale: Locale;
  words: AccountWords & Record<"account" | "switchLanguage" | "switchLanguageShort", string>;
}) {
  const router = useRouter();
  const menu = useRef<HTMLElement>(null);
  const [opened, setOpened] = useState(false);
  const other = locale === "en" ? "uk" : "en";
  const switchLanguage = () => {
    rememberChoice(LANGUAGE_COOKIE, other);
    // The language belongs to the person: other devices get it too. This one has it already, whatever the server answers.
    fetch(api.me(), {
      method: "PATCH",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ language: other }),
      keepalive: true,
    }).catch(() => {});
    router.refresh();
  };
  return (
    <div className="side-foot">
      {company && <p className="side-company">{company}</p>}
      <div className="side-person">
        <button
          type="button"
          className="side-account"
          popoverTarget="account"
          data-tip={person}
          data-tip-side="end"
          onClick={() => setOpened(true)}
        >
          <span data-tip-label="">{person}</span>
          <FrameIcon name="person" />
        </button>
        <button
          type="button"
          className="side-language"
          lang={other}
          aria-label={words.switchLanguage}
          onClick={switchLanguage}
        >
          {words.switchLanguageShort}
        </button>
      </div>
      <section ref={menu} className="account" id="account" popover="auto" aria-label={words.account}>
        {opened && <AccountMenu words={words} close={() => menu.current?.hidePopover()} />}
      </section>
    </div>
  );
}
