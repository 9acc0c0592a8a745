import type { NoticeListPage, PreferencesInput, PreferencesView, UnreadNotices } from "#lib/contracts/notices";
import { api } from "#lib/paths";
import { getJson, sendJson, watchJson } from "./http.ts";

export const readUnread = () => watchJson<UnreadNotices>(api.unreadNotices());
export const readNotices = (query: Parameters<typeof api.notices>[0]) => getJson<NoticeListPage>(api.notices(query));
export const sendRead = (ids: string[]) => sendJson<UnreadNotices>("POST", api.readNotices(), { ids });
export const sendAllRead = (upTo: string) => sendJson<UnreadNotices>("POST", api.readNotices(), { upTo });
export const sendPreferences = (input: PreferencesInput) =>
  sendJson<PreferencesView>("PATCH", api.preferences(), input);
