import "server-only";
import { cookies, headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { database } from "#db/client";
import { timeNow } from "#db/clock";
import { may, type Permission } from "#lib/domain/roles";
import { requestedPath } from "#lib/http/arrival";
import { pages, safeNext } from "#lib/paths";
import { sessionCookie } from "./cookies.ts";
import { type CurrentUser, signInOfCookie, userOfSignIn } from "./sign-ins.ts";

export type { CurrentUser } from "./sign-ins.ts";

/** Who asks for this page, as the database knows them now; null when nobody is signed in. Read once per request. */
export const currentUser = cache(async (): Promise<CurrentUser | null> => {
  const id = await signInOfCookie((await cookies()).get(sessionCookie())?.value);
  return id && userOfSignIn(database(), id, timeNow());
});

/**
 * For pages: the person who asks. Sends people who are not signed in to the sign-in page, and back here afterwards; shows
 * "nothing at this address" to those whose role has no business here.
 */
export async function requireUser(permission?: Permission): Promise<CurrentUser> {
  const user = await currentUser();
  if (!user) {
    const here = requestedPath(await headers());
    redirect(pages.signIn(here ? safeNext(here) : undefined));
  }
  if (permission && !may(user.role, permission)) notFound();
  return user;
}
