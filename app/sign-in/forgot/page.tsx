import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getLocale, getTranslations } from "next-intl/server";
import { env } from "#lib/env";
import { formatRelative } from "#lib/format";
import { api, pages } from "#lib/paths";
import { companyName } from "#lib/reads/company-name";
import { EmailField } from "../email-field";
import { PlainPage } from "../plain-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("newPassword"))("forgotTitle") };
}

type Query = Promise<Record<string, string | string[] | undefined>>;

/** Asks for a link by mail; a form that works without script. Whether an e-mail is anybody's is said nowhere. */
export default async function ForgotPage({ searchParams }: { searchParams: Query }) {
  const { sent, wait } = await searchParams;
  if (env().smtpUrl === undefined) redirect(pages.signIn());
  const t = await getTranslations("newPassword");
  const locale = await getLocale();
  const seconds = Number(wait);
  return (
    <PlainPage foot={<a href={pages.signIn()}>{t("backToSignIn")}</a>}>
      <h1>{t("forgotTitle")}</h1>
      <p>{await companyName()}</p>
      {sent !== undefined ? (
        <>
          <p className="sign-in-done" role="status">
            {t("sent")}
          </p>
          <p className="plain-more">{t("sentMore")}</p>
        </>
      ) : (
        <form method="post" action={api.forgotPassword()}>
          <p>{t("forgotMore")}</p>
          <EmailField label={t("email")} />
          <div>
            <div role="alert">
              {seconds > 0 && (
                <p className="sign-in-problem">{t("tooMany", { when: formatRelative(seconds * 1000, 0, locale) })}</p>
              )}
            </div>
            <button className="button button--primary" type="submit">
              {t("send")}
            </button>
          </div>
        </form>
      )}
    </PlainPage>
  );
}
