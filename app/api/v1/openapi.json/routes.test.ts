import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { expect, test } from "vitest";
import { PERMISSIONS } from "#lib/domain/roles";
import type { Handler } from "#lib/http/handle";
import { describeApi } from "#lib/http/openapi";
import { ROUTES } from "./routes.ts";

const V1 = join(import.meta.dirname, "..");
const VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
type Exported = ((request: Request, context: { params: Promise<object> }) => Promise<Response>) & {
  route?: Handler["route"];
};

const files = readdirSync(V1, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith("route.ts"));
const addresses = files
  .map((file) => `/${file.split(sep).slice(0, -1).join("/")}`)
  .filter((path) => path !== "/openapi.json");

test("every folder of the API is in its description, and nothing else is", () => {
  expect(Object.keys(ROUTES).sort()).toEqual(addresses.sort());
});

test("every handler has its row in the table of permissions; every other method is refused", async () => {
  for (const [address, module] of Object.entries(ROUTES)) {
    const exported = module as Record<string, Exported>;
    expect(Object.keys(exported).sort(), address).toEqual([...VERBS].sort());
    for (const verb of VERBS) {
      const handler = exported[verb];
      if (!handler) throw new Error(`${verb} ${address} is not there`);
      if (handler.route) expect([...PERMISSIONS, "self"], `${verb} ${address}`).toContain(handler.route.permission);
      else {
        const request = new Request(`http://localhost/api/v1${address}`, { method: verb });
        expect((await handler(request, { params: Promise.resolve({}) })).status, `${verb} ${address}`).toBe(405);
      }
    }
  }
});

test("nothing is read with the right to write, and nothing written with the right to read", () => {
  for (const [address, module] of Object.entries(ROUTES))
    for (const verb of ["GET", "POST", "PATCH", "DELETE"] as const) {
      const permission = module[verb]?.route?.permission;
      if (permission === undefined || permission === "self") continue;
      expect(permission.endsWith(":read"), `${verb} ${address}: ${permission}`).toBe(verb === "GET");
    }
});

test("parts of an address are named as its shape names them", () => {
  for (const [address, module] of Object.entries(ROUTES)) {
    const named = [...address.matchAll(/\[(\w+)\]/g)].map(([, name]) => name);
    for (const verb of ["GET", "POST", "PATCH", "DELETE"] as const) {
      const route = module[verb]?.route;
      if (!route) continue;
      const shape = (route.params as { shape?: object } | undefined)?.shape ?? {};
      expect(Object.keys(shape), `${verb} ${address}`).toEqual(named);
    }
  }
});

test("the description is whole: every operation with its answer, its roles and its refusals", () => {
  const { paths } = describeApi(ROUTES, "http://localhost:3000") as {
    paths: Record<string, Record<string, Record<string, unknown>>>;
  };
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  expect(operations.length).toBeGreaterThan(40);
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  for (const operation of operations) {
    expect(operation.summary).toMatch(/\.$/);
    expect((operation["x-roles"] as string[]).length).toBeGreaterThan(0);
    expect(Object.keys(operation.responses as object)).toEqual(expect.arrayContaining(["400", "401", "403", "503"]));
  }
  expect(paths["/orders/{orderId}/release"]?.post).toMatchObject({
    "x-permission": "order:release",
    "x-roles": ["sales", "admin"],
    requestBody: { required: true },
  });
  expect(paths["/orders/{orderId}/pro-forma.pdf"]?.get?.responses).toMatchObject({
    200: { content: { "application/pdf": { schema: { format: "binary" } } } },
  });
  expect(JSON.stringify(paths)).not.toContain("undefined");
});

test("there is no server action: everything people do goes through the front door", () => {
  const root = join(V1, "..", "..", "..");
  const sources = ["app", "components", "lib"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".test.ts"))
      .map((file) => join(root, folder, file)),
  );
  expect(sources.filter((file) => /^\s*["']use server["']/m.test(readFileSync(file, "utf8")))).toEqual([]);
});
