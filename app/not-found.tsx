import "./plain.css";
import { getTranslations } from "next-intl/server";
import { Mark } from "#components/mark";
import { pages } from "#lib/paths";

/** An address that nothing stands at, outside the staff screens. */
export default async function NotFound() {
  const t = await getTranslations("errors");
  return (
    <div className="plain">
      <header className="plain-head">
        <span className="plain-logo">
          <Mark />
          Holdpoint
        </span>
      </header>
      <main className="stopped">
        <h1>{t("notFoundTitle")}</h1>
        <p>{t("notFoundMore")}</p>
        <p className="wrong-way">
          <a className="button button--primary" href={pages.home()}>
            {t("home")}
          </a>
        </p>
      </main>
    </div>
  );
}
