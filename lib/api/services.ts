import type { z } from "zod";
import type { ServiceView, testAnswer } from "#lib/contracts/services";
import { api } from "#lib/paths";
import { getJson, sendJson } from "./http.ts";
import type { CreateBody, UpdateBody } from "./service-draft.ts";

/** What the settings of payment services ask and send. Secrets go in and never come out. */

/** Asked for when a save was refused because somebody else saved first. */
export const readService = (id: string) => getJson<ServiceView>(api.paymentService(id));

export const createService = (input: CreateBody) => sendJson<ServiceView>("POST", api.paymentServices(), input);

export const updateService = (id: string, input: UpdateBody) =>
  sendJson<ServiceView>("PATCH", api.paymentService(id), input);

export type TestAnswer = z.infer<typeof testAnswer>;

/** Asks the provider with the stored keys whether they work. Creates nothing there. */
export const testService = (id: string) => sendJson<TestAnswer>("POST", api.testPaymentService(id), {});
