"use client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { announce } from "#components/announcer";
import { asProblem } from "#lib/api/http";
import type { Problem } from "#lib/contracts/problem";

type Wish<Answer> = { key: string; said: string; send: () => Promise<Answer> };

/**
 * What a person decides about something another person has asked for: one thing at a time, sent once. A failure stays on the
 * page; `onAnswer` gets what the server answered.
 */
export function useTwoPeople<Answer>(onAnswer: (answer: Answer) => void, onRefused: () => void) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const { mutateAsync, isPending, variables } = useMutation({
    networkMode: "always",
    retry: false,
    mutationFn: ({ send }: Wish<Answer>) => send(),
    onMutate: () => setProblem(null),
    onSuccess: (answer, { said }) => {
      announce(said);
      onAnswer(answer);
    },
    onError: (error) => {
      setProblem(asProblem(error));
      // What is shown was out of date, or nobody knows: it is read again.
      onRefused();
    },
  });
  return {
    running: isPending ? (variables?.key ?? null) : null,
    problem,
    dismiss: () => setProblem(null),
    /** True when it has worked. `said` is read out then. */
    decide: async (key: string, said: string, send: () => Promise<Answer>): Promise<boolean> => {
      if (isPending) return false;
      return mutateAsync({ key, said, send }).then(
        () => true,
        () => false,
      );
    },
  };
}
