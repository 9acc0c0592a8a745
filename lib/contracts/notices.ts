import { z } from "zod";
import { NOTICE_KINDS, type NoticeKind } from "#lib/domain/notice";
import { instant, moneyOutput, pageOf, pageQuery } from "./shared.ts";

export const noticeListQuery = z.strictObject({
  ...pageQuery,
  state: z.enum(["all", "unread"]).default("all"),
});
export type NoticeListQuery = z.infer<typeof noticeListQuery>;

/** Something one person was told. `params` fill the kind's sentence. */
export const noticeView = z.object({
  id: z.string(),
  kind: z.enum(NOTICE_KINDS),
  orderId: z.string().nullable(),
  orderNumber: z.string().nullable(),
  customerName: z.string().nullable(),
  paymentId: z.string().nullable(),
  params: z.record(z.string(), z.union([moneyOutput, z.string(), z.number(), z.null()])),
  createdAt: instant,
  readAt: instant.nullable(),
});
export type NoticeView = z.infer<typeof noticeView>;
export const noticeListPage = pageOf(noticeView).extend({ unread: z.int() });
export type NoticeListPage = z.infer<typeof noticeListPage>;

export const unreadNotices = z.object({ unread: z.int() });
export type UnreadNotices = z.infer<typeof unreadNotices>;

const noticeId = z.string().regex(/^\d{1,18}$/, { error: "unknown_id" });
/** These, or all up to the newest that the person has seen: what came since stays unread. */
export const readNoticesInput = z.union([
  z.strictObject({ ids: z.array(noticeId).min(1, { error: "required" }).max(500, { error: "too_many" }) }),
  z.strictObject({ upTo: noticeId }),
]);
export type ReadNoticesInput = z.infer<typeof readNoticesInput>;

const channels = z.object({ app: z.boolean(), mail: z.boolean() });
const kinds = <T extends z.ZodType>(shape: T) =>
  z.object(Object.fromEntries(NOTICE_KINDS.map((kind) => [kind, shape])) as Record<NoticeKind, T>);

/** What a person wants to hear of, and how. */
export const preferencesView = z.object({ notices: kinds(channels) });
export type PreferencesView = z.infer<typeof preferencesView>;
/** Only what changes; what is left out stays. */
export const preferencesInput = z.strictObject({
  notices: z.partialRecord(z.enum(NOTICE_KINDS), z.strictObject({ app: z.boolean(), mail: z.boolean() })),
});
export type PreferencesInput = z.infer<typeof preferencesInput>;
