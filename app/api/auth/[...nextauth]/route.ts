import { answerSignIn } from "#lib/auth/http";
import { resource } from "#lib/http/resource";

/** next-auth at its usual address; see SignInError in lib/auth/options.ts for the codes of a sign-in that fails. */
export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({ GET: answerSignIn, POST: answerSignIn });
