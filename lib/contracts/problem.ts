import { z } from "zod";
import { BLOCKED_ACTIONS, BLOCKER_CODES, FIXES } from "#lib/domain/refusal";
import { ROLES } from "#lib/domain/roles";
import { moneyOutput } from "./shared.ts";

export const blockerShape = z.object({
  code: z.enum(BLOCKER_CODES),
  action: z.enum(BLOCKED_ACTIONS),
  params: z.record(z.string(), z.union([moneyOutput, z.string(), z.number()])),
  since: z.string().nullable(),
  until: z.string().nullable(),
  owner: z.object({ role: z.enum(ROLES), name: z.string().optional() }),
  fixes: z.array(z.enum(FIXES)),
});

/** RFC 9457. The one shape of every answer that is not a success. */
export const problemShape = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  code: z.string(),
  requestId: z.string(),
  errors: z
    .array(
      z.object({
        field: z.string(),
        code: z.string(),
        message: z.string(),
        params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
      }),
    )
    .optional(),
  blocker: blockerShape.optional(),
  currentVersion: z.int().optional(),
});
export type Problem = z.infer<typeof problemShape>;
