import { type Hit, parseObject, sendJson } from "./http.ts";
import type { ActOptions, Emulator, Payment } from "./kit.ts";
import { type Variant, WEBHOOK_MODES, type WebhookEvent } from "./webhooks.ts";

type Bank = Emulator<Payment>;

/**
 * CONTROL PORT (JSON over HTTP; mistakes answer 400 {"error":"…"})
 *   GET    /state                → { provider, now, switches, faults, kills, injected,
 *                                    webhooks: { mode, pending, sent: [attempts] }, payments: [...] }
 *   GET    /busy                 → { pending: webhooks on the road, settling: payments being processed, mode }
 *   GET    /payments/{idOrReference}   one payment (the newest when a reference repeats), 404 if unknown
 *   POST   /payments/{idOrReference}/act
 *            { action, code?, amountMinor?, currency?, card?, force?, wait?, finalStatus?, extRef?, link? }
 *            pay · decline · cancel_by_payer · leave · open · refund_at_bank · lapse_hold, and for LiqPay
 *            3ds · confirm · security_check · unverified · fund_refund. The same effects as the buttons of the page.
 *            Answers { payment, redirectTo? } after processing has ended ("wait": false answers at once).
 *            "force": true pays what is expired, removed or failed (late money). amountMinor/currency: what the bank
 *            reports instead of what was asked. LiqPay: "link" (a checkout URL) is opened first;
 *            lapse_hold with stage "bank" is the drop by the payer's bank after 8 days, without it the final lapse.
 *   POST   /hurry                what is being processed ends now, however long "processingMs" was to take
 *   POST   /reset                everything but the ledger and the signing keys
 *   GET    /ledger               array of ledger lines
 *   POST   /clock                { "advanceSeconds": n } or { "now": "ISO" };  DELETE /clock = real time again
 *            { "ageSeconds": n, "references": [...] } leaves the clock and makes these links and holds that much older
 *            instead: for tests that let time pass in the application's database by the same amount
 *   POST   /faults               { operation, mode, ms?, times?, reference?, value?, effect?, httpStatus?, errCode?,
 *                                  errText?, retryAfter? } → the fault with its id
 *            operation: create status finalize cancel refund remove pubkey details checkout statement fiscal receipt
 *            data ticket reports page webhook, or "*" (every API operation; not page, not webhook).
 *            slow: answers after ms, or as soon as the fault is taken away.
 *            modes: see COMMON_MODES in faults.ts plus the provider's own. Whether the bank still does the work:
 *            no for hang_before drop_before_commit html_502 429 401 403 403_firewall 500 503 redirect error and refusals;
 *            yes for all others; "effect": true/false overrides. operation "webhook" + wrong_amount, wrong_currency,
 *            wrong_reference, wrong_id or unknown_status changes webhook bodies before they are signed.
 *   DELETE /faults               faults and kills;  DELETE /faults/{id} one fault
 *   POST   /kill                 { pid, operation, when: "before"|"after", times?, reference? }  SIGKILL before or after the effect
 *   GET    /webhooks             every attempt { seq, try, at, url, reference, status, body, headers, answer, ms, error? }
 *   POST   /webhooks             { mode, n?, ms? }: normal · lost · delay (ms, or until flush) · duplicate (n copies within
 *                                ms, default 3 in 250) · reorder (n held, then newest first) · bad_signature ·
 *                                other_account · foreign_invoice (monobank) · same_modified_date
 *   POST   /webhooks/flush       sends what is held
 *   POST   /webhooks/resend      { reference?, all?, times?, parallel?, urls?, reserialize?, variant? } → attempts
 *   POST   /webhooks/send        { url, account?, body, variant? }: signs and sends any body once → attempt
 *   POST   /keys/rotate          monobank: new webhook keys
 *   POST   /switches             any of the provider's switches (see `switches` in GET /state)
 *   POST   /accounts             monobank { token, name? }, LiqPay { publicKey, privateKey, name? }
 */
export async function answerControl(bank: Bank, hit: Hit): Promise<void> {
  const { method, path, res } = hit;
  const input = hit.raw.length ? parseObject(hit.raw) : {};
  if (!input) return sendJson(res, 400, { error: "the body must be a JSON object" });
  const bad = (error: string) => sendJson(res, 400, { error });
  const route = `${method} ${path}`;
  switch (route) {
    case "GET /state":
      bank.sweep();
      return sendJson(res, 200, {
        provider: bank.provider,
        now: new Date(bank.clock.now()).toISOString(),
        switches: bank.switches,
        faults: bank.faults.list,
        kills: bank.faults.kills,
        injected: bank.faults.injected,
        webhooks: { ...bank.webhooks.mode, pending: bank.webhooks.pending, sent: bank.webhooks.attempts },
        payments: [...bank.payments.values()].map((p) => bank.view(p)),
      });
    case "GET /busy": {
      const settling = [...bank.payments.values()].filter(({ todo }) => todo.length > 0).length;
      return sendJson(res, 200, { pending: bank.webhooks.pending, settling, mode: bank.webhooks.mode.mode });
    }
    case "GET /ledger":
      return sendJson(res, 200, bank.ledger.lines());
    case "POST /hurry":
      bank.hurry();
      return sendJson(res, 200, { ok: true });
    case "POST /reset":
      bank.reset();
      return sendJson(res, 200, { ok: true });
    case "POST /clock": {
      const to = typeof input.now === "string" ? Date.parse(input.now) : Number.NaN;
      if (typeof input.ageSeconds === "number") bank.age(input.ageSeconds * 1000, input.references);
      else if (typeof input.advanceSeconds === "number") bank.clock.offsetMs += input.advanceSeconds * 1000;
      else if (Number.isFinite(to)) bank.clock.offsetMs = to - Date.now();
      else return bad('give "advanceSeconds", "ageSeconds" or "now"');
      return moved(bank, hit);
    }
    case "DELETE /clock":
      bank.clock.offsetMs = 0;
      return moved(bank, hit);
    case "POST /faults": {
      const fault = bank.faults.add(input);
      return typeof fault === "string" ? bad(fault) : sendJson(res, 200, fault);
    }
    case "DELETE /faults":
      bank.faults.clear();
      return sendJson(res, 200, { ok: true });
    case "POST /kill": {
      const kill = bank.faults.addKill(input);
      return typeof kill === "string" ? bad(kill) : sendJson(res, 200, kill);
    }
    case "POST /keys/rotate":
      if (!bank.rotateKeys()) return bad("this provider has no keys to rotate");
      bank.saveMeta();
      return sendJson(res, 200, { ok: true });
    case "POST /switches":
      return setSwitches(bank, hit, input);
    case "POST /accounts": {
      const error = bank.addAccount(input);
      if (error) return bad(error);
      bank.saveMeta();
      return sendJson(res, 200, { ok: true });
    }
  }
  if (path.startsWith("/webhooks")) return controlWebhooks(bank, hit, route, input);
  const fault = /^\/faults\/(\d+)$/.exec(path)?.[1];
  if (method === "DELETE" && fault) {
    bank.faults.list = bank.faults.list.filter((f) => f.id !== Number(fault));
    return sendJson(res, 200, { ok: true });
  }
  const match = /^\/payments\/([^/]+)(\/act)?$/.exec(path);
  if (match?.[1] && (match[2] ? method === "POST" : method === "GET")) {
    const key = decodeURIComponent(match[1]);
    if (match[2]) return controlAct(bank, hit, key, input);
    const payment = bank.find(key);
    return payment ? sendJson(res, 200, bank.view(payment)) : sendJson(res, 404, { error: "no such payment" });
  }
  sendJson(res, 404, { error: `no such control: ${route}` });
}

function moved(bank: Bank, hit: Hit): void {
  bank.saveMeta();
  bank.sweep();
  sendJson(hit.res, 200, { now: new Date(bank.clock.now()).toISOString() });
}

function setSwitches(bank: Bank, hit: Hit, input: Record<string, unknown>): void {
  const standard = bank.defaults();
  for (const [key, value] of Object.entries(input)) {
    const now = standard[key];
    const same = typeof now === typeof value || (key === "webhookRetrySpacingMs" && typeof value === "number");
    if (now === undefined || !same) {
      sendJson(hit.res, 400, {
        error: `unknown switch or wrong type: ${key}; known: ${Object.keys(standard).join(", ")}`,
      });
      return;
    }
  }
  Object.assign(bank.switches, input);
  bank.applySwitches();
  bank.saveMeta();
  sendJson(hit.res, 200, bank.switches);
}

async function controlAct(bank: Bank, hit: Hit, key: string, input: Record<string, unknown>): Promise<void> {
  if (typeof input.link === "string") {
    const error = bank.openLink(input.link);
    if (error) return sendJson(hit.res, 400, { error });
  }
  const payment = bank.find(key);
  if (!payment) return sendJson(hit.res, 404, { error: "no such payment" });
  const result = bank.act(payment, String(input.action ?? ""), input as ActOptions);
  if (result.error) return sendJson(hit.res, 400, { error: result.error, payment: bank.view(payment) });
  if (input.wait !== false) await bank.settled(payment);
  sendJson(hit.res, 200, { payment: bank.view(payment), redirectTo: result.redirectTo });
}

async function controlWebhooks(bank: Bank, hit: Hit, route: string, input: Record<string, unknown>): Promise<void> {
  const { res } = hit;
  const hooks = bank.webhooks;
  const bad = (error: string) => sendJson(res, 400, { error });
  const named = String(input.variant ?? (input.reserialize === true ? "reserialized" : "good"));
  const variants: Variant[] = ["good", "bad_signature", "other_account", "foreign_invoice", "reserialized"];
  const variant = variants.find((v) => v === named);
  if (!variant) return bad(`unknown variant; known: ${variants.join(", ")}`);
  switch (route) {
    case "GET /webhooks":
      return sendJson(res, 200, hooks.attempts);
    case "POST /webhooks": {
      const mode = WEBHOOK_MODES.find((m) => m === input.mode);
      if (!mode) return bad(`unknown mode; known: ${WEBHOOK_MODES.join(", ")}`);
      hooks.mode = { mode };
      if (typeof input.n === "number") hooks.mode.n = input.n;
      if (typeof input.ms === "number") hooks.mode.ms = input.ms;
      return sendJson(res, 200, hooks.mode);
    }
    case "POST /webhooks/flush":
      return sendJson(res, 200, { sent: await hooks.flush() });
    case "POST /webhooks/resend": {
      const fits = hooks.events.filter(
        (e) => input.reference === undefined || e.reference === input.reference || e.paymentId === input.reference,
      );
      const events = input.all === true ? fits : fits.slice(-1);
      if (events.length === 0) return bad("no webhook to send again");
      const times = Math.min(Math.max(Number(input.times ?? 1) || 1, 1), 200);
      const urls = Array.isArray(input.urls) ? input.urls.map(String) : [];
      return sendJson(
        res,
        200,
        await hooks.resend(events, { times, parallel: input.parallel === true, urls, variant }),
      );
    }
    case "POST /webhooks/send": {
      const event: WebhookEvent = {
        seq: 0,
        at: new Date().toISOString(),
        url: String(input.url ?? ""),
        account: String(input.account ?? ""),
        paymentId: "",
        reference: "",
        status: "",
        payload: input.body,
      };
      return sendJson(res, 200, (await hooks.resend([event], { times: 1, parallel: false, urls: [], variant }))[0]);
    }
  }
  sendJson(res, 404, { error: `no such control: ${route}` });
}
