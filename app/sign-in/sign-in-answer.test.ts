import { expect, test } from "vitest";
import { answerOfCode, answerOfResponse } from "./sign-in-answer.ts";

test("a good pair of e-mail and password signs in", () => {
  expect(answerOfResponse(true, { url: "http://localhost:3000/orders" })).toEqual({ kind: "signed_in" });
});

test("a wrong pair is one answer, whichever half was wrong", () => {
  expect(answerOfResponse(false, { error: "CredentialsSignin" })).toEqual({ kind: "wrong" });
  expect(answerOfResponse(false, { url: "http://localhost:3000/sign-in?error=CredentialsSignin" })).toEqual({
    kind: "wrong",
  });
});

test("too many tries say how long to wait", () => {
  expect(answerOfResponse(false, { error: "TooManyTries:900" })).toEqual({ kind: "too_many", retryAfterSeconds: 900 });
  expect(answerOfCode("TooManyTries")).toEqual({ kind: "too_many", retryAfterSeconds: null });
});

test("an error page of a proxy is no sign-in", () => {
  expect(answerOfResponse(true, null)).toEqual({ kind: "unreachable" });
  expect(answerOfResponse(false, { url: "http://localhost:3000/orders" })).toEqual({ kind: "unreachable" });
  expect(answerOfCode("Unavailable")).toEqual({ kind: "unreachable" });
});
