"use client";
import { type FormEvent, useRef, useState } from "react";
import { formatRelative } from "#lib/format";
import type { Locale } from "#lib/i18n/locale";
import { api } from "#lib/paths";
import { EmailField } from "./email-field";
import { answerOfResponse, type SignInAnswer } from "./sign-in-answer";

type Words = Record<
  | "email"
  | "password"
  | "keep"
  | "keepMore"
  | "forgot"
  | "submit"
  | "pending"
  | "wrong"
  | "tooMany"
  | "tooManyNoTime"
  | "unreachable"
  | "missingEmail"
  | "missingPassword",
  string
>;

/** The form works with password managers and paste; what is wrong is said beside the field or above the button. */
export function SignInForm({
  next,
  before,
  locale,
  forgotten,
  words,
}: {
  next: string;
  /** Where a new password is asked for; null where no mail can be sent. */
  forgotten: string | null;
  /** How the last try ended, when it was made without script. */
  before: SignInAnswer | null;
  locale: Locale;
  words: Words;
}) {
  const [answer, setAnswer] = useState(before);
  const [missing, setMissing] = useState<{ email: boolean; password: boolean }>({ email: false, password: false });
  const [pending, setPending] = useState(false);
  const email = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const keep = useRef<HTMLInputElement>(null);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending) return;
    const empty = { email: !email.current?.value.trim(), password: !password.current?.value };
    setMissing(empty);
    setAnswer(null);
    const firstEmpty = empty.email ? email.current : empty.password ? password.current : null;
    if (firstEmpty) {
      firstEmpty.focus();
      return;
    }
    setPending(true);
    const came = await ask(email.current?.value ?? "", password.current?.value ?? "", keep.current?.checked === true);
    if (came.kind === "signed_in") {
      // A whole new page: the staff screens bring their own style sheet.
      window.location.assign(next);
      return;
    }
    setPending(false);
    setAnswer(came);
    if (came.kind === "wrong") {
      password.current?.focus();
      password.current?.select();
    }
  };

  const problem =
    answer?.kind === "wrong"
      ? words.wrong
      : answer?.kind === "too_many"
        ? answer.retryAfterSeconds === null
          ? words.tooManyNoTime
          : words.tooMany.replace("{when}", formatRelative(answer.retryAfterSeconds * 1000, 0, locale))
        : answer === null || answer.kind === "signed_in"
          ? null
          : words.unreachable;
  return (
    // The address and method matter before the script has come: a password never lands in a URL.
    <form method="post" action={api.signIn()} noValidate onSubmit={(event) => void submit(event)}>
      <EmailField ref={email} label={words.email} problem={missing.email ? words.missingEmail : null} />
      <div>
        <div className="label-row">
          <label className="label" htmlFor="password">
            {words.password}
          </label>
          {forgotten && <a href={forgotten}>{words.forgot}</a>}
        </div>
        <input
          ref={password}
          className="input"
          id="password"
          name="password"
          type="password"
          autoComplete="current-password"
          maxLength={1024}
          required
          aria-invalid={missing.password || undefined}
          aria-describedby={missing.password ? "password-problem" : undefined}
        />
        {missing.password && (
          <p className="field-problem" id="password-problem">
            {words.missingPassword}
          </p>
        )}
      </div>
      <div className="keep">
        <input ref={keep} id="keep" name="keep" type="checkbox" aria-describedby="keep-more" />
        <label htmlFor="keep">{words.keep}</label>
        <p id="keep-more">{words.keepMore}</p>
      </div>
      <div>
        {/* In the page from the start, so that what appears in it is read out. */}
        <div role="alert">{problem && <p className="sign-in-problem">{problem}</p>}</div>
        <button
          className="button button--primary"
          type="submit"
          aria-disabled={pending || undefined}
          data-pending={pending || undefined}
        >
          {pending ? words.pending : words.submit}
        </button>
      </div>
    </form>
  );
}

async function ask(email: string, password: string, keep: boolean, again = true): Promise<SignInAnswer> {
  try {
    const token = await fetch(api.csrf(), { cache: "no-store" });
    if (!token.ok) return { kind: "unreachable" };
    const { csrfToken } = (await token.json()) as { csrfToken: string };
    const answer = await fetch(api.signIn(), {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({
        csrfToken,
        email,
        password,
        redirect: "false",
        json: "true",
        ...(keep ? { keep: "on" } : {}),
      }),
    });
    const came = answerOfResponse(answer.ok, await answer.json().catch(() => null));
    return came.kind === "stale" && again ? ask(email, password, keep, false) : came;
  } catch {
    return { kind: "unreachable" };
  }
}
