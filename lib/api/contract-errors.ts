import type { z } from "zod";
import type { FieldError } from "#lib/domain/refusal";

/**
 * What a contract refuses, by field, told before the API is asked: the same rules, the same codes. The first word about a field
 * counts. Where the contract gives no code of ours, zod's own sentence is not shown to anybody.
 */
export function contractErrors(schema: z.ZodType, body: unknown): FieldError[] {
  const errors: FieldError[] = [];
  for (const issue of schema.safeParse(body).error?.issues ?? []) {
    const field = issue.path.join(".");
    if (errors.some((error) => error.field === field)) continue;
    errors.push({ field, code: /^[a-z_]+$/.test(issue.message) ? issue.message : "invalid" });
  }
  return errors;
}
