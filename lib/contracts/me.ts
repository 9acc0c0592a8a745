import { z } from "zod";
import { PERMISSIONS, ROLES } from "#lib/domain/roles";
import { language } from "./shared.ts";

/** The person who asks. */
export const meView = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(ROLES),
  language,
  permissions: z.array(z.enum(PERMISSIONS)),
});
export type MeView = z.infer<typeof meView>;

export const PASSWORD_MIN = 12;
/** Longer than any passphrase; bounds what a stranger can make us hash. */
export const PASSWORD_MAX = 256;

/** How long a mailed link can set a new password. */
export const RESET_LASTS_MS = 30 * 60_000;

/** What people change about themselves. Never their role. */
export const meInput = z.strictObject({
  language: language.optional(),
  password: z
    .strictObject({
      current: z.string().max(PASSWORD_MAX, { error: "too_long" }),
      next: z.string().min(PASSWORD_MIN, { error: "too_short" }).max(PASSWORD_MAX, { error: "too_long" }),
    })
    .optional(),
});
export type MeInput = z.infer<typeof meInput>;
