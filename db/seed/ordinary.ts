import { type Chapter, invoiced, paid, released, shared, shipped } from "./chapter.ts";

/** Orders that went as they should: paid in advance, sent, invoiced. */
export const ORDINARY: Chapter[] = (
  [
    [
      "44d",
      0,
      [
        [0, "2"],
        [14, "50"],
      ],
      "debit",
      "50%",
    ],
    [
      "41d 2h",
      4,
      [
        [10, "1"],
        [16, "6"],
      ],
      "liqpay",
      "30%",
    ],
    [
      "39d 5h",
      2,
      [
        [6, "1"],
        [5, "1"],
      ],
      "debit",
      "100%",
    ],
    [
      "36d 1h",
      7,
      [
        [1, "3"],
        [13, "40"],
      ],
      "debit",
      "50%",
    ],
    [
      "33d 4h",
      9,
      [
        [12, "1"],
        [18, "4"],
      ],
      "liqpay",
      "100%",
    ],
    [
      "30d 3h",
      1,
      [
        [2, "2"],
        [14, "100"],
      ],
      "debit",
      "50%",
    ],
    ["27d 6h", 8, [[8, "1"]], "debit", "30%"],
    [
      "24d 2h",
      5,
      [
        [4, "2"],
        [17, "20"],
      ],
      "liqpay",
      "50%",
    ],
    [
      "21d 7h",
      11,
      [
        [11, "1"],
        [19, "2"],
      ],
      "debit",
      "100%",
    ],
    ["18d 1h", 3, [[9, "1"]], "debit", "40%"],
    [
      "15d 5h",
      6,
      [
        [3, "1"],
        [15, "2"],
      ],
      "liqpay",
      "50%",
    ],
    [
      "12d 4h",
      10,
      [
        [7, "5"],
        [18, "10"],
      ],
      "debit",
      "50%",
    ],
  ] as const
).map(([ago, who, what, service, prepay]) => ({
  ago,
  buyer: who,
  goods: [...what],
  service,
  prepay,
  steps: [released, shared, paid("2h"), shipped("1d 1h"), invoiced("1d 3h")],
}));
