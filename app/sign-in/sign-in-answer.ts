/** What came of trying to sign in. */
export type SignInAnswer =
  | { kind: "signed_in" }
  | { kind: "wrong" }
  | { kind: "too_many"; retryAfterSeconds: number | null }
  /** The form is older than its cookie: a new token, and once more. */
  | { kind: "stale" }
  | { kind: "unreachable" };

/** Reads the code of `SignInError` (lib/auth/options.ts), as JSON or as the `error` of the address next-auth sends people to. */
export function answerOfCode(code: string | null): SignInAnswer {
  if (code === null) return { kind: "unreachable" };
  const [name, seconds] = code.split(":");
  if (name === "CredentialsSignin") return { kind: "wrong" };
  if (name === "Csrf") return { kind: "stale" };
  if (name !== "TooManyTries") return { kind: "unreachable" };
  const retryAfterSeconds = Number(seconds);
  return { kind: "too_many", retryAfterSeconds: retryAfterSeconds > 0 ? retryAfterSeconds : null };
}

/** The answer of the sign-in route to a form sent by script. */
export function answerOfResponse(ok: boolean, body: unknown): SignInAnswer {
  const { url, error } = (body ?? {}) as { url?: unknown; error?: unknown };
  if (typeof error === "string") return answerOfCode(error);
  if (typeof url !== "string") return { kind: "unreachable" };
  // next-auth tells an error in the address it would go to, whatever the status.
  const told = new URL(url, "https://holdpoint.invalid").searchParams.get("error");
  if (told !== null) return answerOfCode(told);
  return ok ? { kind: "signed_in" } : { kind: "unreachable" };
}
