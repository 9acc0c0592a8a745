import { type Chapter, invoiced, looked, paid, released, shared, shipped } from "./chapter.ts";
import { goods } from "./scene.ts";

/** The order that waits for its payment while money for it comes another way. */
export const CRM_REFERENCE = "CRM-2291";

/** What went otherwise, or is still under way: every status and every state once at least. */
export const PARTICULAR: Chapter[] = [
  // Held money, finalized by Finance or by the invoice.
  {
    ago: "29d",
    buyer: 3,
    goods: [[9, "2"]],
    service: "hold",
    prepay: "100%",
    steps: [released, paid("1h"), ["2d", (s) => s.finalize()], shipped("2d 2h"), invoiced("2d 4h")],
  },
  {
    ago: "20d",
    buyer: 7,
    goods: [
      [8, "1"],
      [16, "4"],
    ],
    service: "hold",
    prepay: "50%",
    steps: [released, paid("3h"), ["3d", (s) => s.finalize(400_000n)]],
    note: "Частину зарахування підтверджено після зменшення замовлення",
  },
  {
    ago: "5d",
    buyer: 0,
    goods: [[6, "1"]],
    service: "hold",
    prepay: "100%",
    steps: [released, paid("40m"), shipped("1d")],
  },
  { ago: "3d", buyer: 2, goods: [[10, "2"]], service: "hold", prepay: "50%", steps: [released, shared, paid("2h")] },
  {
    ago: "8d 6h",
    buyer: 9,
    goods: [[11, "1"]],
    service: "hold",
    prepay: "100%",
    steps: [released, paid("1h"), looked("8d 5h")],
  },
  {
    ago: "17d",
    buyer: 5,
    goods: [[5, "1"]],
    service: "hold",
    prepay: "100%",
    steps: [released, paid("1h"), ["1d", (s) => s.releaseHold()]],
    note: "Клієнт передумав, кошти розблоковано",
  },
  // Refunds: whole, in part, and one made at the bank behind our back.
  {
    ago: "26d",
    buyer: 1,
    goods: [[2, "1"]],
    service: "debit",
    prepay: "100%",
    steps: [released, paid("1h"), ["2d", (s) => s.refund(null, "Товар не підійшов")]],
  },
  {
    ago: "22d",
    buyer: 11,
    goods: [
      [12, "2"],
      [18, "3"],
    ],
    service: "debit",
    prepay: "100%",
    steps: [
      released,
      paid("2h"),
      shipped("1d", "1"),
      ["3d", (s) => s.refund(315_000n, "One set came back")],
      ["3d 1h", (s) => s.answer("cover_lost_after_shipping", "dismiss", "One set came back, nothing to collect")],
    ],
  },
  // For the review desk: given back at the bank behind our back.
  {
    ago: "3d 9h",
    buyer: 4,
    goods: [[1, "1"]],
    service: "debit",
    prepay: "100%",
    steps: [released, paid("1h"), ["3d", (s) => s.refundAtBank(100_000)]],
    note: "Повернення зроблено в кабінеті банку",
  },
  // Links that came to nothing, and second tries.
  { ago: "6d", buyer: 6, goods: [[0, "1"]], service: "debit", prepay: "50%", steps: [released, shared, looked("5h")] },
  {
    ago: "7d",
    buyer: 8,
    goods: [[15, "3"]],
    service: "debit",
    prepay: "50%",
    steps: [released, looked("5h"), ["1d", (s) => s.newLink()], paid("1d 1h"), shipped("2d")],
  },
  {
    ago: "4d 2h",
    buyer: 10,
    goods: [[3, "2"]],
    service: "liqpay",
    prepay: "30%",
    steps: [released, ["30m", (s) => s.decline("9859")], looked("1d 2h")],
  },
  {
    ago: "9d",
    buyer: 2,
    goods: [[4, "1"]],
    service: "debit",
    prepay: "100%",
    steps: [released, ["20m", (s) => s.decline("59")], ["2h", (s) => s.look()], looked("5h")],
  },
  {
    ago: "11d",
    buyer: 0,
    goods: [[13, "200"]],
    service: "debit",
    prepay: "50%",
    steps: [released, ["1h", (s) => s.cancelLink()]],
  },
  {
    ago: "14d",
    buyer: 7,
    goods: [[19, "6"]],
    service: "debit",
    prepay: "50%",
    steps: [released, looked("5h"), ["1d", (s) => s.deleteLink()], ["1d 5m", (s) => s.newLink()], paid("1d 1h")],
  },
  // For the review desk: late; another sum than asked, overdue and in Finance's hands; paid twice, the first link being found
  // in an old chat; goods that left on a hold which has lapsed since.
  {
    ago: "9h 30m",
    buyer: 5,
    goods: [
      [7, "2"],
      [17, "10"],
    ],
    service: "debit",
    prepay: "100%",
    steps: [released, looked("5h"), ["8h", (s) => s.pay({ force: true })]],
  },
  {
    ago: "1d 6h",
    buyer: 3,
    goods: [[16, "10"]],
    service: "debit",
    prepay: "50%",
    steps: [released, ["1h", (s) => s.pay({ amountMinor: 32_000 })], ["2h", (s) => s.take()]],
  },
  {
    ago: "21h",
    buyer: 7,
    goods: [[19, "1"]],
    service: "liqpay",
    prepay: "100%",
    steps: [released, ["1h", (s) => s.newLink({ replace: true })], paid("2h"), ["18h 30m", (s) => s.payFirst()]],
  },
  {
    ago: "5d 2h",
    buyer: 10,
    goods: [[2, "2"]],
    service: "hold",
    prepay: "100%",
    steps: [released, paid("40m"), shipped("1d"), ["5d 1h", (s) => s.lapseHold()]],
    note: "Відвантажено, доки гроші були заблоковані",
  },
  // An order that grew after it was paid.
  {
    ago: "5d 3h",
    buyer: 8,
    goods: [[12, "1"]],
    service: "debit",
    prepay: "100%",
    steps: [
      released,
      paid("1h"),
      ["1d", (s) => s.reopen()],
      [
        "1d 10m",
        (s) =>
          s.change(goods(s.stage.catalog, [[12, "2"]]), {
            choice: "link",
            amount: { amount: 315_000, currency: "UAH" },
          }),
      ],
    ],
  },
  // Parts of an order on their way.
  {
    ago: "6d 8h",
    buyer: 1,
    goods: [
      [14, "300"],
      [15, "4"],
    ],
    service: "debit",
    prepay: "50%",
    steps: [released, paid("2h"), shipped("1d", "100"), invoiced("1d 1h", "100")],
  },
  {
    ago: "3d 5h",
    buyer: 4,
    goods: [[1, "4"]],
    service: "liqpay",
    prepay: "50%",
    steps: [released, paid("1h"), shipped("1d", "2")],
  },
  // Ready to go, just paid.
  { ago: "1d 2h", buyer: 6, goods: [[2, "3"]], service: "debit", prepay: "50%", steps: [released, shared, paid("3h")] },
  {
    ago: "9h",
    buyer: 9,
    goods: [
      [5, "1"],
      [18, "2"],
    ],
    service: "liqpay",
    prepay: "100%",
    steps: [released, paid("1h")],
  },
  // Without a prepayment: with a service the gate waits for the whole sum, without one there is no gate.
  { ago: "13d", buyer: 8, goods: [[17, "30"]], service: null, steps: [released, shipped("4h"), invoiced("5h")] },
  { ago: "2d", buyer: 10, goods: [[14, "40"]], service: null, steps: [released] },
  { ago: "2h", buyer: 11, goods: [[11, "1"]], service: "debit", steps: [released] },
  // Waiting for the customer at this moment.
  {
    ago: "95m",
    buyer: 0,
    goods: [[6, "1"]],
    service: "debit",
    prepay: "50%",
    steps: [released, shared],
    reference: CRM_REFERENCE,
  },
  { ago: "70m", buyer: 7, goods: [[9, "1"]], service: "hold", prepay: "30%", steps: [released, shared] },
  {
    ago: "50m",
    buyer: 2,
    goods: [[0, "4"]],
    service: "liqpay",
    others: ["debit"],
    prepay: 5_000,
    steps: [released, ["7m", (s) => s.share("qr")]],
  },
  {
    ago: "35m",
    buyer: 5,
    goods: [[3, "1"]],
    service: "liqpay",
    prepay: "50%",
    steps: [released, ["20m", (s) => s.payUnfinished()]],
  },
  // The bank's answer was lost a minute ago; the running application asks again and heals it before one's eyes.
  {
    ago: "3m",
    buyer: 4,
    goods: [[12, "1"]],
    service: "debit",
    prepay: "100%",
    steps: [["2m", (s) => s.releaseUnanswered()]],
  },
  // Two people decide: goods that leave before their money, and money that no bank has told of.
  {
    ago: "1d 6h",
    buyer: 3,
    goods: [[6, "1"]],
    service: "debit",
    prepay: "50%",
    steps: [
      released,
      ["1h", (s) => s.waive("Бригада чекає на об’єкті, оплата після обіду", { approved: true })],
      shipped("2h"),
    ],
  },
  {
    ago: "3h",
    buyer: 9,
    goods: [[2, "1"]],
    service: "debit",
    prepay: "100%",
    steps: [released, shared, ["2h", (s) => s.waive("Постійний клієнт, оплата в понеділок")]],
  },
  {
    ago: "1d 1h",
    buyer: 5,
    goods: [[1, "1"]],
    service: "liqpay",
    prepay: 2_000,
    steps: [released, ["4h", (s) => s.recordTransfer(200_000n, "UA-20261119-0031", { liveLink: "cancel" })]],
  },
  {
    ago: "6h",
    buyer: 7,
    goods: [[0, "20"]],
    service: "debit",
    prepay: "100%",
    steps: [released, ["3h", (s) => s.recordTransfer(6_000_000n, "UA-20261120-0044", { note: "Перша частина" })]],
  },
  // Given up.
  {
    ago: "16d",
    buyer: 6,
    goods: [[8, "2"]],
    service: "debit",
    prepay: "50%",
    steps: [released, ["1d", (s) => s.cancel("Клієнт відмовився")]],
  },
  { ago: "4d", buyer: 1, goods: [[7, "1"]], service: "debit", steps: [["1h", (s) => s.cancel("Подвійне замовлення")]] },
  // Not released yet.
  {
    ago: "28h",
    buyer: 3,
    goods: [
      [10, "1"],
      [16, "2"],
    ],
    service: "debit",
    prepay: "50%",
    note: "Уточнити адресу доставки",
  },
  { ago: "5h", buyer: 8, goods: [[15, "10"]], service: "liqpay", prepay: 2_500 },
  { ago: "25m", buyer: null, goods: [[4, "1"]], service: "debit", prepay: "100%" },
  { ago: "8m", buyer: 11, goods: [], service: "debit" },
];
