import { database } from "#db/client";
import { countUnreadNotices, type ListedNotice, listNotices } from "#db/queries/notices";
import { findPreferences } from "#db/queries/preferences";
import type { NoticeListPage, NoticeListQuery, NoticeView, PreferencesView } from "#lib/contracts/notices";
import type { UserId } from "#lib/domain/ids";
import { type NoticeKind, noticePreferences } from "#lib/domain/notice";
import { log } from "#lib/log";
import { readCursor, writeCursor } from "./cursor.ts";
import { iso } from "./payment-view.ts";
import type { Viewer } from "./viewer.ts";

const isNoticeKey = (key: string): boolean => /^\d{1,18}$/.test(key);

/**
 * What the person was told, the newest on top.
 * @throws BadCursor for a cursor that this list did not give out
 */
export async function readNotices(query: NoticeListQuery, viewer: Viewer): Promise<NoticeListPage> {
  const { state, limit } = query;
  const after = readCursor(query.cursor, state, isNoticeKey);
  const db = database();
  const userId = viewer.id as UserId;
  const [rows, unread] = await Promise.all([
    listNotices(db, userId, {
      unreadOnly: state === "unread",
      before: after && BigInt(after.key),
      limit: limit + 1,
    }),
    countUnreadNotices(db, userId),
  ]);
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1)?.notice : undefined;
  const key = last?.id.toString();
  return {
    rows: shown.map(viewOf),
    nextCursor: key ? writeCursor({ sort: state, part: 0, key, id: key }) : null,
    unread,
  };
}

const viewOf = ({ notice, orderNumber, customerName }: ListedNotice): NoticeView => ({
  id: notice.id.toString(),
  kind: notice.kind as NoticeKind,
  orderId: notice.orderId,
  orderNumber,
  customerName,
  paymentId: notice.paymentId,
  params: notice.params as NoticeView["params"],
  createdAt: notice.createdAt.toISOString(),
  readAt: iso(notice.readAt),
});

/** How many wait under the bell. None while the database is away: the page itself says that it is. */
export async function readUnread(userId: UserId): Promise<number> {
  return countUnreadNotices(database(), userId).catch((error: unknown) => {
    log.warn("notices.uncounted", { error });
    return 0;
  });
}

export const readPreferences = async (viewer: Viewer): Promise<PreferencesView> => ({
  notices: noticePreferences(await findPreferences(database(), viewer.id as UserId)),
});
