import { availableParallelism, loadavg } from "node:os";
import { type Load, median } from "#lib/commands/bench/load";
import { faint, say } from "#lib/commands/terminal";

/** What all rounds have measured, ours beside the bare application's. */
export type Measured = {
  five: Load[];
  webhook: Load[];
  create: Load[];
  barePage: Load[];
  listPage: Load[];
  payPage: Load[];
  payPageBusy: Load[];
  barePageBusy: Load[];
  listPageBusy: Load[];
  bareStart: number[];
  ourStart: number[];
  notYetOpen: number;
  looked: number;
};

type Weight = { htmlBytes: number; scriptBytes: number; requests: number };

/** Every figure beside its floor, and what was refused on the way. */
export function report(
  orders: number,
  measured: Measured,
  rest: { rounds: number; weight: Weight; bareWeight: Weight; payWeight: Weight; idle: number; memory: number[] },
): void {
  const rate = (loads: Load[]) => median(loads.map((load) => load.perSecond));
  const alone = (loads: Load[]) => median(loads.map((load) => load.medianMs));
  const worst = (loads: Load[]) => median(loads.map((load) => load.p99Ms));
  const perSecond = (value: number) => `${value.toFixed(0)}/s`;
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  const kb = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`;
  const mb = (value: number) => (Number.isNaN(value) ? "?" : `${value.toFixed(0)} MB`);
  const {
    five,
    webhook,
    create,
    barePage,
    listPage: list,
    barePageBusy,
    listPageBusy,
    payPage,
    payPageBusy,
  } = measured;
  const many = orders.toLocaleString("en");
  const { rounds, weight, bareWeight, payWeight, idle, memory } = rest;

  const rows: [goal: string, what: string, ours: string, floor: string, ratio: number | null, wanted: string][] = [
    [
      "G1",
      "webhooks applied, 16 connections",
      perSecond(rate(webhook)),
      perSecond(rate(five)),
      rate(webhook) / rate(five),
      "≥ 0.80",
    ],
    ["G2", "webhook p99, 16 connections", ms(worst(webhook)), ms(worst(five)), worst(webhook) / worst(five), "≤ 2.0"],
    ["G2", `order not open yet at its 200 (of ${measured.looked})`, String(measured.notYetOpen), "0", null, "0"],
    [
      "G3",
      `order list at ${many}, alone`,
      ms(alone(list)),
      ms(alone(barePage)),
      alone(list) / alone(barePage),
      "≤ 2.0",
    ],
    [
      "G3b",
      `order list at ${many}, 16 connections`,
      perSecond(rate(listPageBusy)),
      perSecond(rate(barePageBusy)),
      rate(listPageBusy) / rate(barePageBusy),
      "≥ 0.6",
    ],
    [
      "G5",
      "orders created, three lines each",
      perSecond(rate(create)),
      perSecond(rate(five)),
      rate(create) / rate(five),
      "≥ 0.6",
    ],
    [
      "G7",
      "order list, script at first load, gzip",
      kb(weight.scriptBytes),
      kb(bareWeight.scriptBytes),
      null,
      "≤ 170 KB",
    ],
    ["G7b", "order list, HTML, gzip", kb(weight.htmlBytes), kb(bareWeight.htmlBytes), null, "≤ 8 KB"],
    ["G7c", "customer’s page, script, gzip", kb(payWeight.scriptBytes), kb(bareWeight.scriptBytes), null, "≤ 60 KB"],
    ["G7c", "customer’s page, HTML with its style, gzip", kb(payWeight.htmlBytes), kb(bareWeight.htmlBytes), null, ""],
    [
      "G7c",
      "customer’s page, requests at first load",
      String(payWeight.requests),
      String(bareWeight.requests),
      null,
      "",
    ],
    [
      "G7c",
      "customer’s page, alone",
      ms(alone(payPage)),
      ms(alone(barePage)),
      alone(payPage) / alone(barePage),
      "≤ 2.0",
    ],
    [
      "G7c",
      "customer’s page, 16 connections",
      perSecond(rate(payPageBusy)),
      perSecond(rate(barePageBusy)),
      rate(payPageBusy) / rate(barePageBusy),
      "≥ 0.6",
    ],
    [
      "G8",
      "cold start to ready",
      ms(median(measured.ourStart)),
      ms(median(measured.bareStart)),
      median(measured.ourStart) / median(measured.bareStart),
      "≤ 2.0",
    ],
    ["G9", "memory, idle", mb(idle), "", null, "≤ 150 MB"],
    [
      "G9",
      `memory after rounds ${memory.map((_, n) => n + 1).join(", ")}`,
      memory.map(mb).join(", "),
      "",
      null,
      "≤ 350 MB, no growth",
    ],
  ];
  const cells = [
    ["", "", "ours", "floor", "ratio", "goal"],
    ...rows.map(([goal, what, own, floor, ratio, wanted]) => [
      goal,
      what,
      own,
      floor,
      ratio === null ? "" : ratio.toFixed(2),
      wanted,
    ]),
  ];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  say();
  for (const row of cells)
    say(
      row
        .map((cell, column) =>
          column === 2 || column === 3 || column === 4
            ? cell.padStart(widths[column] ?? 0)
            : cell.padEnd(widths[column] ?? 0),
        )
        .join("  "),
    );
  say(
    faint(
      `\nMedians of ${rounds} interleaved rounds; load now ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores.`,
    ),
  );
  const all = { five, webhook, create, barePage, list, payPage, barePageBusy, listPageBusy, payPageBusy };
  for (const [name, loads] of Object.entries(all))
    for (const load of loads)
      if (Object.keys(load.refused).length > 0)
        say(`${name}: not every answer was a success: ${JSON.stringify(load.refused)}`);
  say();
}
