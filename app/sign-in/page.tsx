import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getLocale, getTranslations } from "next-intl/server";
import { currentUser } from "#lib/auth/session";
import { env } from "#lib/env";
import { pages, safeNext } from "#lib/paths";
import { companyName } from "#lib/reads/company-name";
import { PlainPage } from "./plain-page";
import { answerOfCode } from "./sign-in-answer";
import { SignInForm } from "./sign-in-form";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("signIn"))("title") };
}

type Query = Promise<Record<string, string | string[] | undefined>>;

/** Sign-in: no script of the kit's, one form, one small script of its own. */
export default async function SignInPage({ searchParams }: { searchParams: Query }) {
  const { next: wanted, error, changed } = await searchParams;
  const next = safeNext(typeof wanted === "string" ? wanted : null);
  if (await currentUser()) redirect(next);
  const t = await getTranslations("signIn");
  const locale = await getLocale();
  const mails = env().smtpUrl !== undefined;
  return (
    <PlainPage
      foot={
        <>
          <p>{t("noAccount")}</p>
          {!mails && <p>{t("forgotNoMail")}</p>}
        </>
      }
    >
      <h1>{t("title")}</h1>
      <p>{await companyName()}</p>
      {next !== pages.home() && <p>{t("comeBack")}</p>}
      {changed !== undefined && (
        <p className="sign-in-done" role="status">
          {t("changed")}
        </p>
      )}
      <SignInForm
        next={next}
        before={typeof error === "string" ? answerOfCode(error) : null}
        locale={locale}
        forgotten={mails ? pages.forgotPassword() : null}
        words={{
          keep: t("keep"),
          keepMore: t("keepMore"),
          forgot: t("forgot"),
          email: t("email"),
          password: t("password"),
          submit: t("submit"),
          pending: t("pending"),
          wrong: t("wrong"),
          tooMany: t("tooMany", { when: "{when}" }),
          tooManyNoTime: t("tooManyNoTime"),
          unreachable: t("unreachable"),
          missingEmail: t("missingEmail"),
          missingPassword: t("missingPassword"),
        }}
      />
    </PlainPage>
  );
}
