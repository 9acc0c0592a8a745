import { type MessageFormatElement, parse, TYPE } from "@formatjs/icu-messageformat-parser";
import { describe, expect, test } from "vitest";
import { ORDER_STATUSES, PROGRESS_STEPS } from "#lib/domain/order";
import { OPERATION_KINDS, PAYMENT_STATES, PAYMENT_TYPES, REVIEW_REASONS } from "#lib/domain/payment";
import { PROVIDERS } from "#lib/domain/provider";
import { BLOCKED_ACTIONS, BLOCKER_CODES, FIXES } from "#lib/domain/refusal";
import { ROLES } from "#lib/domain/roles";
import { LAST_WORDS } from "./last-words.ts";
import en from "./messages/en.json" with { type: "json" };
import uk from "./messages/uk.json" with { type: "json" };

type Tree = { [key: string]: string | Tree };

function flat(tree: Tree, path = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    const here = path ? `${path}.${key}` : key;
    if (typeof value === "string") found.set(here, value);
    else for (const [inner, text] of flat(value, here)) found.set(inner, text);
  }
  return found;
}

/** Every placeholder of a message with its kind, and the choices its selects offer. */
function placeholders(elements: MessageFormatElement[], found = new Set<string>()): Set<string> {
  for (const element of elements) {
    if (element.type === TYPE.literal || element.type === TYPE.pound) continue;
    if (element.type === TYPE.tag) {
      found.add(`<${element.value}>`);
      placeholders(element.children, found);
    } else if (element.type === TYPE.select || element.type === TYPE.plural) {
      found.add(element.value);
      for (const option of Object.values(element.options)) placeholders(option.value, found);
    } else found.add(element.value);
  }
  return found;
}

function* plurals(elements: MessageFormatElement[]): Generator<{ name: string; forms: string[] }> {
  for (const element of elements) {
    if (element.type === TYPE.tag) yield* plurals(element.children);
    if (element.type !== TYPE.select && element.type !== TYPE.plural) continue;
    if (element.type === TYPE.plural) yield { name: element.value, forms: Object.keys(element.options) };
    for (const option of Object.values(element.options)) yield* plurals(option.value);
  }
}

const english = flat(en);
const ukrainian = flat(uk);

describe("both languages", () => {
  test("have the same keys", () => {
    expect([...ukrainian.keys()].sort()).toEqual([...english.keys()].sort());
  });

  test("ask for the same values in every sentence", () => {
    const different = [...english].filter(([key, text]) => {
      const other = ukrainian.get(key);
      if (other === undefined) return false;
      const a = [...placeholders(parse(text))].sort().join();
      const b = [...placeholders(parse(other))].sort().join();
      return a !== b;
    });
    expect(different.map(([key]) => key)).toEqual([]);
  });

  test("say nothing where the other says something", () => {
    const lopsided = [...english].filter(([key, text]) => key.endsWith(".more") === false && text.trim() === "");
    expect(lopsided.map(([key]) => key)).toEqual([]);
    expect([...ukrainian].filter(([key, text]) => !key.endsWith(".more") && text.trim() === "")).toEqual([]);
  });

  test("use typographic apostrophes: a straight one quotes in ICU and swallows the sentence", () => {
    const straight = [...english, ...ukrainian].filter(([, text]) => text.includes("'"));
    expect(straight).toEqual([]);
  });
});

test("Ukrainian plurals have all four forms, English ones have two", () => {
  const wanting = (texts: Map<string, string>, forms: string[]) =>
    [...texts].flatMap(([key, text]) =>
      [...plurals(parse(text))].filter((plural) => !forms.every((form) => plural.forms.includes(form))).map(() => key),
    );
  expect(wanting(ukrainian, ["one", "few", "many", "other"])).toEqual([]);
  expect(wanting(english, ["one", "other"])).toEqual([]);
});

test("every state, status, role and provider has its word", () => {
  const words: [string, readonly string[]][] = [
    ["states.payment", PAYMENT_STATES],
    ["states.order", [...ORDER_STATUSES, "completed"]],
    ["states.shipped", PROGRESS_STEPS],
    ["states.invoiced", PROGRESS_STEPS],
    ["states.reviewReason", REVIEW_REASONS],
    ["states.paymentType", PAYMENT_TYPES],
    ["states.role", ROLES],
    ["states.provider", PROVIDERS],
    ["blockers.fix", FIXES],
  ];
  const missing = words.flatMap(([path, names]) =>
    names.map((name) => `${path}.${name}`).filter((key) => !english.has(key) || !ukrainian.has(key)),
  );
  expect(missing).toEqual([]);
});

test("every blocker has its sentence", () => {
  const missing = BLOCKER_CODES.filter(
    (code) => !english.has(`blockers.${code}.clause`) || !english.has(`blockers.${code}.more`),
  );
  expect(missing).toEqual([]);
});

test("every action that can be blocked is named in front of the reason", () => {
  const choices = (text: string) =>
    parse(text).flatMap((element) => (element.type === TYPE.select ? Object.keys(element.options) : []));
  for (const texts of [english, ukrainian]) {
    const named = choices(texts.get("blockers.cannot") ?? "");
    expect(BLOCKED_ACTIONS.filter((action) => !named.includes(action))).toEqual([]);
    const unsettled = choices(texts.get("abnormal.unknownOutcome") ?? "");
    expect(OPERATION_KINDS.filter((kind) => !unsettled.includes(kind))).toEqual([]);
  }
});

test("the words of a page that broke are those of the message files", () => {
  for (const [words, texts] of [
    [LAST_WORDS.en, english],
    [LAST_WORDS.uk, ukrainian],
  ] as const) {
    const { reference, ...others } = words;
    expect(reference).toBe(texts.get("common.reference"));
    for (const [key, sentence] of Object.entries(others)) expect(texts.get(`errors.${key}`), key).toBe(sentence);
  }
});
