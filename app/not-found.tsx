import { getTranslations } from "next-intl/server";
import { WrongPage } from "#components/wrong-page";
import { pages } from "#lib/paths";

/** An address that nothing stands at, outside the staff screens. */
export default async function NotFound() {
  const t = await getTranslations("errors");
  return (
    <WrongPage title={t("notFoundTitle")} more={t("notFoundMore")}>
      <a href={pages.home()}>{t("home")}</a>
    </WrongPage>
  );
}
