/**
 * Who looks at a page, as far as their software tells. Programs that draw previews in chats or open every link of a mail
 * before its reader does are no readers.
 */
const PROGRAMS =
  /bot\b|bot[/;)]|crawl|spider|slurp|preview|scan|fetch|monitor|validator|headless|phantom|facebookexternalhit|facebot|^whatsapp\/|^viber\/|skypeuripreview|slack-imgproxy|vkshare|googleimageproxy|google-read-aloud|google-safety|feedburner|barracuda|proofpoint|mimecast|symantec|fireeye|forcepoint|trendmicro|urldefense|safelinks|office.?existence|ms-?office|microsoft office|outlook-(?:ios|android)-link|^mozilla\/5\.0 \(compatible\b|^(?:curl|wget|python|go-http|java|okhttp|node|axios|undici|ruby|perl|php|libwww|httpie|postman|apache-httpclient|dart|reqwest)\b/i;

export const isProgram = (userAgent: string | null): boolean =>
  userAgent === null || userAgent.trim() === "" || PROGRAMS.test(userAgent);

const APPS: [name: string, userAgent: RegExp | null, host: RegExp | null][] = [
  ["Viber", /\bviber\b/i, /(?:^|\.)viber\.com$/],
  [
    "Telegram",
    /\btelegram-(?:android|ios)\b/i,
    /^(?:t\.me|telegram\.org|web\.telegram\.org|org\.telegram\.messenger)$/,
  ],
  ["WhatsApp", /\bwhatsapp\b/i, /(?:^|\.)whatsapp\.com$|^com\.whatsapp$/],
  ["Facebook", /\bFB(?:AN|AV|_IAB)\b/, /(?:^|\.)(?:facebook|messenger|fb)\.com$/],
  ["Instagram", /\bInstagram\b/, /(?:^|\.)instagram\.com$/],
  ["Gmail", /\bGSA\/|\bGmail\b/, /^mail\.google\.com$|^com\.google\.android\.gm$/],
  ["Outlook", /\bOutlook-(?:iOS|Android)\b/, /(?:^|\.)outlook\.(?:live|office|office365)\.com$/],
  ["ukr.net", null, /(?:^|\.)ukr\.net$/],
  ["i.ua", null, /(?:^|\.)i\.ua$/],
];

/** From where a person came: an app or a mail service by its name, else the site's host; null when nothing says. */
export function cameFrom(userAgent: string | null, referrer: string, ownHost: string): string | null {
  const host = hostOf(referrer);
  const app = APPS.find(([, agent, from]) => agent?.test(userAgent ?? "") || (host !== null && from?.test(host)));
  if (app) return app[0];
  return host === null || host === ownHost ? null : host;
}

/** Only a plain host survives: this text ends up on a screen of staff. */
function hostOf(referrer: string): string | null {
  const text = referrer.slice(0, 300);
  if (!URL.canParse(text)) return null;
  const { hostname } = new URL(text);
  return /^[a-z0-9.-]{1,60}$/.test(hostname) ? hostname : null;
}
