import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { database } from "#db/client";
import { timeNow } from "#db/clock";
import { userOfResetLink } from "#lib/auth/password-resets";
import { PASSWORD_MAX, PASSWORD_MIN } from "#lib/contracts/me";
import { api, pages } from "#lib/paths";
import { companyName } from "#lib/reads/company-name";
import { PlainPage } from "../../plain-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("newPassword"))("title"), robots: { index: false } };
}

type Props = {
  params: Promise<{ token: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

/** Where the mailed link leads. Opening it changes nothing, so that programs that look into mail use nothing up. */
export default async function NewPasswordPage({ params, searchParams }: Props) {
  const { token } = await params;
  const { problem } = await searchParams;
  const t = await getTranslations("newPassword");
  const user = await userOfResetLink(database(), token, timeNow());
  const wrong = problem === "too_short" || problem === "too_long" ? problem : null;
  return (
    <PlainPage foot={<a href={pages.signIn()}>{t("backToSignIn")}</a>}>
      <h1>{t("title")}</h1>
      <p>{await companyName()}</p>
      {user ? (
        <form method="post" action={api.newPassword()}>
          <input type="hidden" name="token" value={token} />
          <div>
            <label className="label" htmlFor="email">
              {t("email")}
            </label>
            <input className="input" id="email" type="email" autoComplete="username" value={user.email} readOnly />
          </div>
          <div>
            <label className="label" htmlFor="password">
              {t("password")}
            </label>
            <input
              className="input"
              id="password"
              name="password"
              type="password"
              autoComplete="new-password"
              minLength={PASSWORD_MIN}
              maxLength={PASSWORD_MAX}
              required
              aria-describedby="password-rule"
              aria-invalid={wrong !== null || undefined}
            />
            <p id="password-rule" className={wrong ? "field-problem" : "field-hint"}>
              {t("rule", { min: PASSWORD_MIN, max: PASSWORD_MAX })}
            </p>
            <p className="field-hint">{t("setMore")}</p>
          </div>
          <div>
            <button className="button button--primary" type="submit">
              {t("set")}
            </button>
          </div>
        </form>
      ) : (
        <>
          <p className="sign-in-problem" role="status">
            {t("dead")}
          </p>
          <a className="button button--primary" href={pages.forgotPassword()}>
            {t("askAgain")}
          </a>
        </>
      )}
    </PlainPage>
  );
}
