/** What members of staff are told of without asking. Each kind has a sentence in both languages, under its name. */
export const NOTICE_KINDS = [
  "paid",
  "failed",
  "link_wanted",
  "hold_expiring",
  "hold_lost",
  "review_task",
  "provider_problem",
  "approval",
  "undelivered",
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** How a person hears of a kind: under the bell, by e-mail, both or not at all. */
export type NoticeChannels = { app: boolean; mail: boolean };
export type NoticePreferences = Record<NoticeKind, NoticeChannels>;

/** Until a person says otherwise: everything under the bell, and by e-mail what costs money when it is read tomorrow. */
export const NOTICE_DEFAULTS: NoticePreferences = {
  paid: { app: true, mail: false },
  failed: { app: true, mail: false },
  link_wanted: { app: true, mail: false },
  hold_expiring: { app: true, mail: true },
  hold_lost: { app: true, mail: true },
  review_task: { app: true, mail: false },
  provider_problem: { app: true, mail: true },
  approval: { app: true, mail: true },
  undelivered: { app: true, mail: false },
};

/** A person's choices over the defaults; what is stored is only what differs. */
export function noticePreferences(stored: unknown): NoticePreferences {
  const chosen = (isRecord(stored) && isRecord(stored.notices) ? stored.notices : {}) as Record<string, unknown>;
  return Object.fromEntries(
    NOTICE_KINDS.map((kind) => {
      const own = isRecord(chosen[kind]) ? chosen[kind] : {};
      const told = (channel: keyof NoticeChannels) =>
        typeof own[channel] === "boolean" ? own[channel] : NOTICE_DEFAULTS[kind][channel];
      return [kind, { app: told("app"), mail: told("mail") }];
    }),
  ) as NoticePreferences;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
