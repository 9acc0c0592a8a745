import type { z } from "zod";
import type { CompanyView, companyInput } from "#lib/contracts/company";
import { api } from "#lib/paths";
import { getJson, sendJson } from "./http.ts";

/** Asked for when a save was refused because somebody else saved first. */
export const readCompany = () => getJson<CompanyView>(api.company());

export const updateCompany = (input: z.input<typeof companyInput>) =>
  sendJson<CompanyView>("PATCH", api.company(), input);
