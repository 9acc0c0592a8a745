import "server-only";
import { database } from "#db/client";
import { timeNow } from "#db/clock";
import { askForPassword, setForgottenPassword } from "#lib/auth/password-resets";
import { TooManyAtOnce } from "#lib/auth/passwords";
import { PASSWORD_MAX, PASSWORD_MIN } from "#lib/contracts/me";
import { env } from "#lib/env";
import { log } from "#lib/log";
import { pages } from "#lib/paths";
import { answerPasswordResets } from "#lib/workflows/answer-password-resets";
import { world } from "#lib/workflows/world";
import { clientAddress } from "./arrival.ts";
import { refusalOf } from "./faults.ts";
import { readForm } from "./form.ts";
import { type Failure, localeOf, problemResponse } from "./problem.ts";
import { requestIdOf } from "./request-id.ts";

/** A form without script is answered by a page that says what came of it. */
async function answerForm(request: Request, act: (form: URLSearchParams) => Promise<string>): Promise<Response> {
  const requestId = requestIdOf(request.headers);
  const no = (failure: Failure) => problemResponse(failure, { requestId, locale: localeOf(request.headers, null) });
  try {
    const form = await readForm(request);
    if (!(form instanceof URLSearchParams)) return no(form);
    const location = env().appUrl + (await act(form));
    return new Response(null, {
      status: 303,
      headers: { location, "cache-control": "no-store", "x-request-id": requestId },
    });
  } catch (fault) {
    const refusal =
      fault instanceof TooManyAtOnce ? ({ kind: "busy", retryAfterSeconds: 5 } as const) : refusalOf(fault);
    log[refusal.kind === "unexpected" ? "error" : "warn"]("password_reset.failed", { error: fault, requestId });
    return no(refusal);
  }
}

/** Asks for a link by mail. Everybody hears the same, as fast. */
export const answerForgotPassword = (request: Request): Promise<Response> =>
  answerForm(request, async (form) => {
    const asked = { email: form.get("email") ?? "", address: clientAddress(request.headers), now: timeNow() };
    const wait = await askForPassword(database(), asked);
    if (wait !== null) return `${pages.forgotPassword()}?wait=${wait}`;
    // At once, but not before the answer; the schedule does it where this process ends first.
    setImmediate(() =>
      answerPasswordResets(world()).catch((error) => log.warn("password_reset.not_mailed", { error })),
    );
    return `${pages.forgotPassword()}?sent=1`;
  });

/** Sets the new password that a mailed link asks for. */
export const answerNewPassword = (request: Request): Promise<Response> =>
  answerForm(request, async (form) => {
    const token = form.get("token") ?? "";
    const password = form.get("password") ?? "";
    const here = pages.newPassword(token.slice(0, 200));
    if (password.length < PASSWORD_MIN) return `${here}?problem=too_short`;
    if (password.length > PASSWORD_MAX) return `${here}?problem=too_long`;
    const address = clientAddress(request.headers);
    const isSet = await setForgottenPassword(database(), { token, password, address, now: timeNow() });
    return isSet ? `${pages.signIn()}?changed=1` : here;
  });
