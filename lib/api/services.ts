import { mutationOptions, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { ServiceView, testAnswer } from "#lib/contracts/services";
import { api } from "#lib/paths";
import { getJson, sendJson } from "./http.ts";
import type { CreateBody, UpdateBody } from "./service-draft.ts";

/** What the settings of payment services ask and send. Secrets go in and never come out. */

/** Asked only when a save was refused because somebody else saved first. */
export const serviceQuery = (id: string) =>
  queryOptions({
    queryKey: ["service", id],
    queryFn: ({ signal }) => getJson<ServiceView>(api.paymentService(id), signal),
    staleTime: 0,
    retry: false,
  });

export const createService = () =>
  mutationOptions({
    mutationKey: ["service", "create"],
    mutationFn: (input: CreateBody) => sendJson<ServiceView>("POST", api.paymentServices(), input),
  });

export const updateService = (id: string) =>
  mutationOptions({
    mutationKey: ["service", id, "update"],
    mutationFn: (input: UpdateBody) => sendJson<ServiceView>("PATCH", api.paymentService(id), input),
  });

export type TestAnswer = z.infer<typeof testAnswer>;

/** Asks the provider with the stored keys whether they work. Creates nothing there. */
export const testService = (id: string) =>
  mutationOptions({
    mutationKey: ["service", id, "test"],
    mutationFn: () => sendJson<TestAnswer>("POST", api.testPaymentService(id), {}),
  });
