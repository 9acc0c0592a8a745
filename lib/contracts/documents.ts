import { z } from "zod";
import { language } from "./shared.ts";

/** The language of a document; left out: the order's. */
export const documentQuery = z.strictObject({ lang: language.optional() });
