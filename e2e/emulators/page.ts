// The page a payer sees: small, calm, and clearly not a bank.

export type Lang = "en" | "uk";

export function pageLang(query: URLSearchParams, accept: string | undefined): Lang {
  const asked = query.get("lang");
  if (asked === "uk" || asked === "en") return asked;
  const first = (accept ?? "").split(",").map((part) => part.trim().slice(0, 2).toLowerCase());
  return first.find((code) => code === "uk" || code === "en") === "uk" ? "uk" : "en";
}

const WORDS = {
  title: ["Emulated bank", "Емулятор банку"],
  banner: ["Emulated bank — no real money", "Емулятор банку — гроші не справжні"],
  shop: ["Merchant", "Продавець"],
  purpose: ["Purpose", "Призначення"],
  reference: ["Reference", "Номер"],
  amount: ["Amount", "Сума"],
  card: ["Card number", "Номер картки"],
  expiry: ["Valid until", "Діє до"],
  cvv: ["CVV", "CVV"],
  terms: ["I accept the terms and conditions", "Я приймаю умови оплати"],
  pay: ["Pay", "Сплатити"],
  payHold: ["money is held", "гроші буде заблоковано"],
  decline: ["Decline", "Відхилити"],
  declineReason: ["Decline reason", "Причина відмови"],
  cancel: ["Cancel", "Скасувати"],
  leave: ["Leave", "Вийти"],
  others: ["Other outcomes for tests", "Інші результати для перевірки"],
  back: ["Back to the shop", "Повернутися до магазину"],
  badCard: ["This card number is wrong. Check it.", "Номер картки неправильний. Перевірте його."],
  badTerms: ["Accept the terms first.", "Спершу прийміть умови."],
  lastTry: ["The last attempt did not succeed:", "Остання спроба не вдалася:"],
  expired: ["This payment link has expired", "Термін дії посилання минув"],
  removed: ["This payment link is no longer valid", "Це посилання більше не діє"],
  dead: ["No money was taken. Ask the shop for a new link.", "Гроші не списано. Попросіть магазин про нове посилання."],
  unknown: ["There is no such payment", "Такого платежу немає"],
  processing: ["The payment is being processed", "Платіж обробляється"],
  held: ["The money is held", "Гроші заблоковано"],
  paid: ["Paid", "Сплачено"],
  failed: ["The payment did not succeed", "Платіж не вдався"],
  returned: ["The money was returned", "Гроші повернено"],
  check: ["The payment is being checked", "Платіж перевіряється"],
  confirmTitle: ["Confirm the payment", "Підтвердьте платіж"],
  confirmText: [
    "Your bank asks for a confirmation. This is a test: no code is needed.",
    "Банк просить підтвердження. Це перевірка: код не потрібен.",
  ],
  confirm: ["Confirm", "Підтвердити"],
  refused: ["The bank refused this link", "Банк не прийняв це посилання"],
} as const;
export type Word = keyof typeof WORDS;

export function word(lang: Lang, key: Word): string {
  return WORDS[key][lang === "uk" ? 1 : 0];
}

export function esc(text: string): string {
  const map: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (c) => map[c] ?? c);
}

export function money(minor: number, currency: string, lang: Lang): string {
  const whole = String(Math.trunc(minor / 100)).replace(/\B(?=(\d{3})+$)/g, " ");
  return `${whole}${lang === "uk" ? "," : "."}${String(minor % 100).padStart(2, "0")} ${currency}`;
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--line:#d7dde5;--card:#fff;--ground:#f3f5f8;--go:#1f6f54;--warn:#8a5a00;--warnbg:#fff5dd}
@media(prefers-color-scheme:dark){:root{--ink:#e8ecf2;--soft:#a5b0be;--line:#39424f;--card:#1b222c;--ground:#11161d;--go:#22785a;--warn:#f0cf8a;--warnbg:#33290f}}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:27rem;margin:0 auto;padding:1rem}
.banner{background:var(--warnbg);color:var(--warn);border-radius:.6rem;padding:.5rem .8rem;font-size:.9rem;display:flex;justify-content:space-between;gap:1rem}
.banner a{color:inherit;white-space:nowrap}
.box{background:var(--card);border:1px solid var(--line);border-radius:.8rem;padding:1.1rem;margin-top:.8rem}
h1{font-size:1.15rem;margin:0 0 .6rem}dl{display:grid;grid-template-columns:auto 1fr;gap:.2rem .9rem;margin:0}
dt{color:var(--soft)}dd{margin:0;text-align:right}.sum{font-size:1.6rem;font-weight:600;margin:.2rem 0 .6rem}
label{display:block;margin-top:.7rem;font-size:.9rem;color:var(--soft)}label.line{display:flex;gap:.5rem;align-items:center}
input,select{width:100%;font:inherit;color:var(--ink);background:transparent;border:1px solid var(--line);border-radius:.5rem;padding:.5rem .6rem;margin-top:.2rem}
select option{color:#1c2430}input[type=checkbox]{width:1.15rem;height:1.15rem;margin:0}
.two{display:grid;grid-template-columns:1fr 1fr;gap:.8rem}
button,.button{font:inherit;border:1px solid var(--line);border-radius:.5rem;background:transparent;color:inherit;min-height:2.75rem;padding:.5rem .9rem;cursor:pointer;text-decoration:none;display:inline-block}
.go{width:100%;background:var(--go);border-color:var(--go);color:#fff;font-weight:600;margin-top:1rem}
.row{display:flex;flex-wrap:wrap;gap:.6rem;margin-top:.8rem}.note{background:var(--warnbg);color:var(--warn);border-radius:.5rem;padding:.5rem .8rem;margin:0 0 .7rem}
details{margin-top:.9rem;color:var(--soft)}:focus-visible{outline:3px solid #4c8dd6;outline-offset:2px}`;

export function page(lang: Lang, self: string, title: string, body: string): string {
  const other = lang === "uk" ? "en" : "uk";
  const label = lang === "uk" ? "English" : "Українською";
  return `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${esc(title)} · ${word(lang, "title")}</title><style>${STYLE}</style></head><body><main><div class="banner" role="note"><strong>${word(lang, "banner")}</strong><a href="${esc(self)}?lang=${other}" lang="${other}">${label}</a></div>${body}</main></body></html>`;
}

export interface PayForm {
  provider: string;
  self: string;
  shop: string;
  purpose: string;
  reference: string;
  amountMinor: number;
  currency: string;
  hold: boolean;
  card: string;
  declines: [code: string, en: string, uk: string][];
  extras: [action: string, en: string, uk: string][];
  note?: string;
}

function facts(lang: Lang, form: Pick<PayForm, "shop" | "purpose" | "reference">): string {
  const rows: [Word, string][] = [
    ["shop", form.shop],
    ["purpose", form.purpose],
    ["reference", form.reference],
  ];
  return `<dl>${rows.map(([k, v]) => (v ? `<dt>${word(lang, k)}</dt><dd>${esc(v)}</dd>` : "")).join("")}</dl>`;
}

export function payPage(lang: Lang, form: PayForm): string {
  const sum = money(form.amountMinor, form.currency, lang);
  const pick = (en: string, uk: string) => esc(lang === "uk" ? uk : en);
  const pay = `${word(lang, "pay")} ${sum}${form.hold ? `: ${word(lang, "payHold")}` : ""}`;
  const options = form.declines
    .map(([code, en, uk]) => `<option value="${esc(code)}">${esc(code)} — ${pick(en, uk)}</option>`)
    .join("");
  const action = (name: string, text: string) =>
    `<button name="action" value="${name}" formnovalidate>${text}</button>`;
  const extras = form.extras.length
    ? `<details><summary>${word(lang, "others")}</summary><div class="row">${form.extras.map(([name, en, uk]) => action(name, pick(en, uk))).join("")}</div></details>`
    : "";
  const body = `<section class="box"><h1>${esc(form.provider)}</h1>${form.note ? `<p class="note" role="alert">${esc(form.note)}</p>` : ""}<p class="sum">${sum}</p>${facts(lang, form)}
<form method="post" action="${esc(form.self)}?lang=${lang}">
<label>${word(lang, "card")}<input name="card" inputmode="numeric" autocomplete="off" required value="${esc(form.card)}"></label>
<div class="two"><label>${word(lang, "expiry")}<input name="expiry" autocomplete="off" value="12/30"></label><label>${word(lang, "cvv")}<input name="cvv" inputmode="numeric" autocomplete="off" value="123"></label></div>
<label class="line"><input type="checkbox" name="terms" value="yes" required checked>${word(lang, "terms")}</label>
<button class="go" name="action" value="pay">${esc(pay)}</button>
<label>${word(lang, "declineReason")}<select name="code">${options}</select></label>
<div class="row">${action("decline", word(lang, "decline"))}${action("cancel_by_payer", word(lang, "cancel"))}${action("leave", word(lang, "leave"))}</div>${extras}
</form></section>`;
  return page(lang, form.self, pay, body);
}

export function confirmPage(lang: Lang, form: PayForm): string {
  const body = `<section class="box"><h1>${word(lang, "confirmTitle")}</h1><p>${word(lang, "confirmText")}</p>${facts(lang, form)}
<form method="post" action="${esc(form.self)}?lang=${lang}"><button class="go" name="action" value="confirm">${word(lang, "confirm")}</button>
<input type="hidden" name="code" value="${esc(form.declines[0]?.[0] ?? "")}"><div class="row"><button name="action" value="decline">${word(lang, "decline")}</button><button name="action" value="cancel_by_payer">${word(lang, "cancel")}</button></div></form></section>`;
  return page(lang, form.self, word(lang, "confirmTitle"), body);
}

export function messagePage(lang: Lang, self: string, title: string, text: string, back?: string): string {
  const link = back ? `<p><a class="button" href="${esc(back)}">${word(lang, "back")}</a></p>` : "";
  return page(
    lang,
    self,
    title,
    `<section class="box"><h1>${esc(title)}</h1>${text ? `<p>${esc(text)}</p>` : ""}${link}</section>`,
  );
}
