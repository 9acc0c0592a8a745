import "server-only";
import { z } from "zod";
import { problemShape } from "#lib/contracts/problem";
import { may, ROLES } from "#lib/domain/roles";
import { fileTypeOf } from "./file.ts";
import type { Handler, RouteSpec } from "./handle.ts";

type Json = Record<string, unknown>;
/** What the module of a route exports: handlers with their description, and refusals of the other methods without. */
export type RouteModule = Partial<Record<"GET" | "POST" | "PATCH" | "DELETE", { route?: Handler["route"] }>>;

const VERBS = ["GET", "POST", "PATCH", "DELETE"] as const;

/** Both sides of the wire see what the shapes see; a transformation shows as what goes into it. */
const schema = (shape: z.ZodType, io: "input" | "output"): Json => {
  const { $schema: _dialect, ...described } = z.toJSONSchema(shape, { io, unrepresentable: "any", reused: "inline" });
  return described;
};

function parametersOf(shape: z.ZodType | undefined, place: "path" | "query"): Json[] {
  if (!shape) return [];
  const { properties = {}, required = [] } = schema(shape, "input") as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, described]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: described,
  }));
}

const PROBLEM = { content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } } };
const NO = (description: string) => ({ description, ...PROBLEM });
const OUTCOMES: Record<number, string> = {
  200: "Done.",
  201: "Created; Location names it.",
  202: "Under way; the provider has not answered yet.",
};

function operationOf(path: string, verb: (typeof VERBS)[number], route: RouteSpec): Json {
  const writes = verb !== "GET";
  const { permission } = route;
  const file = fileTypeOf(route.answers);
  const answer =
    file === null
      ? { "application/json": { schema: schema(route.answers, "output") } }
      : { [file]: { schema: { type: "string", format: "binary" } } };
  const statuses = (route.statuses ?? [200]).map((status) => [
    status,
    { description: OUTCOMES[status], content: answer },
  ]);
  return {
    operationId: `${verb.toLowerCase()} ${path}`.replaceAll(/[^a-zA-Z]+(\w?)/g, (_, next: string) =>
      next.toUpperCase(),
    ),
    summary: route.summary,
    "x-permission": permission,
    "x-roles": permission === "self" ? ROLES : ROLES.filter((role) => may(role, permission)),
    parameters: [
      ...parametersOf(route.params, "path"),
      ...parametersOf(route.query, "query"),
      ...(writes ? [{ $ref: "#/components/parameters/IdempotencyKey" }] : []),
    ],
    ...(route.takesFile
      ? {
          requestBody: {
            required: true,
            content: { "application/octet-stream": { schema: { type: "string", format: "binary" } } },
          },
        }
      : {}),
    ...(route.body
      ? { requestBody: { required: true, content: { "application/json": { schema: schema(route.body, "input") } } } }
      : {}),
    responses: {
      ...Object.fromEntries(statuses),
      400: NO("Not well-formed, or fields that need another look."),
      401: NO("Nobody is signed in."),
      403: NO("Not part of this role, or not from our own pages."),
      ...(route.params ? { 404: NO("There is no such record.") } : {}),
      ...(writes
        ? { 409: NO("Not possible now: the blocker says why and what helps. Or changed in the meantime.") }
        : {}),
      503: NO("The database does not answer at this moment."),
    },
  };
}

/** The API as OpenAPI 3.1, from the same shapes and permissions that `handle()` enforces. */
export function describeApi(modules: Record<string, RouteModule>, server: string): Json {
  const paths: Record<string, Json> = {};
  for (const [path, module] of Object.entries(modules)) {
    const operations = VERBS.flatMap((verb) => {
      const route = module[verb]?.route;
      return route ? [[verb.toLowerCase(), operationOf(path, verb, route)] as const] : [];
    });
    paths[path.replaceAll(/\[(\w+)\]/g, "{$1}")] = Object.fromEntries(operations);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Holdpoint",
      version: "1",
      description:
        "Money is whole minor units with a currency, times are ISO 8601 in UTC. Writes may carry an Idempotency-Key: the same key with the same request is done once and answered the same for 72 hours.",
    },
    servers: [{ url: `${server}/api/v1` }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      schemas: { Problem: schema(problemShape, "output") },
      parameters: {
        IdempotencyKey: {
          name: "Idempotency-Key",
          in: "header",
          required: false,
          schema: { type: "string", minLength: 8, maxLength: 128 },
        },
      },
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "An API token acts as its user." },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "holdpoint.session",
          description: "With https: __Host-holdpoint.session",
        },
      },
    },
  };
}
