/**
 * The failure catalogue (`quality.md` 5, A–G), number by number: played in scenarios.e2e.ts against the running application,
 * proven by a test somewhere else (its file and its title, which scenarios.e2e.ts looks up), or not covered, with the
 * reason.
 */
export type Elsewhere = { by: [file: string, title: string][] };
export type NotCovered = { not: string };

const links = "lib/workflows/faults-links.test.ts";
const news = "lib/workflows/faults-news.test.ts";
const moneyFaults = "lib/workflows/faults-money.test.ts";
const oddPayments = "lib/workflows/faults-odd-payments.test.ts";
const pairs = "lib/workflows/race-pairs.test.ts";
const races = "lib/workflows/races.test.ts";
const kill = "e2e/kill-points.e2e.ts";
const instances = "e2e/instances.e2e.ts";
const abuse = "e2e/http-abuse.e2e.ts";
const learning = "lib/domain/payment.test.ts";
const killed = (flow: string): [string, string] => [kill, `  ${flow}: {`];

export const ELSEWHERE: Record<number, Elsewhere> = {
  2: { by: [["e2e/getting-the-news.e2e.ts", "a webhook delivered ten times to two instances at once"]] },
  4: {
    by: [
      [learning, "every set of up to five reports ends in one state, whatever the sequence"],
      ["lib/providers/monobank/wire.test.ts", "a life ends the same whatever the order in which it is told"],
      ["lib/providers/liqpay/wire.test.ts", "a life ends the same whatever the order in which it is told"],
    ],
  },
  5: {
    by: [
      [learning, "once money was there, no report makes the payment look unpaid and alive again"],
      [news, "late ones after the money went back: nothing steps back"],
    ],
  },
  6: { by: [[links, "paid before the answer to its creation arrived: matched by our reference"]] },
  8: { by: [[oddPayments, "on a cancelled order: kept, and a person is told"]] },
  11: { by: [[oddPayments, "a link that nobody paid: expired when the bank says so, and the next one may be made"]] },
  12: {
    by: [
      [abuse, "forged webhooks are refused alike, and say nothing"],
      ["lib/providers/monobank/signature.test.ts", "no single flipped bit of the body or of the signature passes"],
      ["lib/providers/liqpay/signature.test.ts", "covers every bit of the data, and none of its own may change"],
    ],
  },
  13: { by: [[news, "a missing key refuses a webhook, never lets it through"]] },
  14: { by: [[news, "forged, or of another account: refused, kept nowhere; the truth comes by asking"]] },
  17: { by: [[abuse, "fifty megabytes are refused at the door, declared or not"]] },
  22: { by: [killed("webhook")] },
  23: { by: [killed("webhook")] },
  24: { by: [["lib/providers/monobank/provider.test.ts", "no, two, mixed or wrong signatures are refused"]] },
  33: { by: [["lib/providers/conformance.test.ts", "when the answer to %s"]] },
  36: { by: [killed("release"), killed("refund"), killed("finalize")] },
  37: { by: [killed("release"), killed("refund"), killed("finalize")] },
  38: { by: [killed("release"), killed("refund"), killed("finalize")] },
  39: { by: [killed("release"), ["e2e/crash.e2e.ts", "one payable link, at the same address"]] },
  40: { by: [killed("refund"), killed("ship")] },
  41: { by: [[instances, "killed in the middle of finalizing ten holds"]] },
  42: { by: [killed("delete")] },
  43: { by: [killed("ship")] },
  44: { by: [killed("cron")] },
  46: {
    by: [["instrumentation.db.test.ts", "any other fault ends the process, to be started again"], killed("release")],
  },
  47: { by: [[instances, "asked to stop under load"]] },
  48: {
    by: [
      [pairs, "48 two people release"],
      ["e2e/two-people.e2e.ts", "two people press Release on the same order"],
    ],
  },
  49: {
    by: [
      [pairs, "49 the same press sent twice"],
      ["e2e/two-people.e2e.ts", "the same press sent twice"],
    ],
  },
  50: { by: [[pairs, "50 an admin disables the service"]] },
  51: { by: [[pairs, "51 one edits while the other releases"]] },
  52: { by: [[pairs, "52 a hold is finalized while it lapses"]] },
  53: { by: [[pairs, "53 two finance users finalize"]] },
  54: {
    by: [
      [pairs, "54a ship / refund"],
      [races, "the same race finds a gate that looks without locking"],
    ],
  },
  55: { by: [[pairs, "55 an order is cancelled while the customer pays"]] },
  56: { by: [[pairs, "56 a hundred refunds of 60 % at once"]] },
  57: { by: [[pairs, "57 webhook and Manage Payment Links bring the same news"]] },
  58: { by: [[pairs, "58 a role is taken away while an action is on its way"]] },
  59: {
    by: [
      [pairs, "59 two tabs save the same order"],
      ["e2e/two-people.e2e.ts", "two tabs edit one order"],
    ],
  },
  60: { by: [[pairs, "60 a batch is finalized while webhooks of the same orders arrive"]] },
  61: { by: [[races, "two runs of Manage Payment Links at once, in two instances, do nothing twice"]] },
  63: { by: [["lib/workflows/catch-up.test.ts", "after three days of silence the oldest are asked first"]] },
  65: { by: [[news, "one payment that the bank answers with garbage does not hold up the others"]] },
  66: {
    by: [
      [instances, "a payment whose answer kills the process is put to a person after the third death"],
      ["lib/workflows/interrupted-work.test.ts", "a call that six processes died of"],
    ],
  },
  67: {
    by: [
      ["lib/providers/http.test.ts", "the bucket spreads requests out, and turns away what would wait too long"],
      [moneyFaults, "it may be tried again"],
    ],
  },
  68: { by: [[abuse, "the task's address opens for its secret only"]] },
  69: { by: [["lib/http/http.test.ts", "lets in its bearer and nobody else"]] },
  70: { by: [[abuse, "the task's address opens for its secret only"]] },
  71: {
    by: [[oddPayments, "on an old link after a new one was paid: both kept, the second is a duplicate for a person"]],
  },
  72: {
    by: [[oddPayments, "on an old link after a new one was paid: both kept, the second is a duplicate for a person"]],
  },
  73: { by: [[oddPayments, "by %i: kept as it is, a person looks, nothing ships"]] },
  74: { by: [[oddPayments, "by %i: kept as it is, a person looks, nothing ships"]] },
  75: { by: [[oddPayments, "in another currency: never converted, never counted"]] },
  76: { by: [["lib/domain/money.test.ts", "comes back the same, for every currency"]] },
  77: { by: [[abuse, "wrong types and fields nobody has are named"]] },
  78: {
    by: [
      [abuse, "amounts are whole minor units of a known currency"],
      ["db/guards.test.ts", "every column of money is a whole number: NaN, infinity and exponents are not even read"],
    ],
  },
  79: {
    by: [["lib/domain/prepayment.test.ts", "prepayment and rest make the total, neither negative, in a million cases"]],
  },
  80: { by: [["lib/providers/liqpay/wire.test.ts", "ids above 2^53 keep their digits"]] },
  81: { by: [[moneyFaults, "a lost answer to a part: the part is taken, once, and the rest goes back"]] },
  82: { by: [["lib/workflows/faults-odd-payments.test.ts", "a tip on top of what was asked"]] },
  84: { by: [[oddPayments, "closes the gate; after shipping it is an alarm"]] },
  85: { by: [[pairs, "52 a hold is finalized while it lapses"]] },
  87: { by: [["db/clock.test.ts", "minutes off goes by the database's"]] },
  88: { by: [["lib/reads/clock-change.test.ts", "every day ends after each of its moments"]] },
  89: {
    by: [
      ["db/guards.test.ts", "no CHECK on an amount, a quantity, a rate or an instant is without a row that it refuses"],
    ],
  },
  90: { by: [["lib/providers/monobank/wire.test.ts", "unknown fields, absent dates and nulls are no trouble"]] },
  91: { by: [["db/clock.test.ts", "a clock that is set while the machine runs moves nothing"]] },
  159: {
    by: [
      [
        "lib/providers/liqpay/wire.test.ts",
        "is over when the very payment that held fails, but not when another try fails",
      ],
    ],
  },
};

export const NOT_COVERED: Record<number, string> = {
  20: "no provider with two signing secrets is built (Stripe); monobank's key that changes is 19",
  28: "no provider with prunable keys is built (Stripe)",
};
