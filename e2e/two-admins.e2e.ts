import { expect, type Page } from "@playwright/test";
import { as, fromUs, service, test } from "#e2e/stories/staff";

/** Two admins change the same settings: who saves second is told, nothing is lost unseen, and either way out leads on. */

const save = (page: Page) => page.getByRole("button", { name: "Save", exact: true }).click();
const conflict = (page: Page) => page.getByRole("alert").filter({ hasText: "while you were editing" });

/** What the other admin saves meanwhile, on top of whatever is stored. */
async function elsewhere(path: string, change: object): Promise<void> {
  const admin = await as("admin");
  const { version } = await (await admin.get(`/api/v1${path}`)).json();
  const saved = await admin.patch(`/api/v1${path}`, { data: { version, ...change }, headers: fromUs() });
  expect(saved.status(), await saved.text()).toBe(200);
}
const stored = async (path: string) => (await (await as("admin")).get(`/api/v1${path}`)).json();

test("the company: what was typed is kept on top of what the other has saved, and both are stored", async ({
  windowOf,
}) => {
  const before = await stored("/company");
  const page = await windowOf("admin");
  await page.goto("/settings/company");
  await page.getByLabel("Phone", { exact: true }).fill("+380 44 111 22 33");
  await elsewhere("/company", { bankName: "Their bank" });
  try {
    await save(page);
    await expect(conflict(page)).toContainText("Nothing of yours is saved yet.");
    await conflict(page).getByRole("button", { name: "Keep what I typed" }).click();
    await expect(conflict(page)).toHaveCount(0);
    await expect(page.getByLabel("Phone", { exact: true })).toHaveValue("+380 44 111 22 33");
    await expect(page.getByLabel("Bank", { exact: true })).toHaveValue("Their bank");
    await save(page);
    await expect.poll(async () => (await stored("/company")).phone).toMatch(/44 ?111 ?22 ?33$/);
    expect((await stored("/company")).bankName).toBe("Their bank");
  } finally {
    await elsewhere("/company", { bankName: before.bankName, phone: before.phone });
  }
});

test("a payment service: the fields that changed there are named, and their version can be loaded", async ({
  windowOf,
}) => {
  const path = `/payment-services/${await service("hold")}`;
  const before = await stored(path);
  const page = await windowOf("admin");
  await page.goto(`/settings${path}`);
  const name = page.getByLabel("Name", { exact: true });
  await name.fill("Typed here");
  await elsewhere(path, { name: "Typed there" });
  try {
    await save(page);
    await expect(conflict(page)).toContainText("Changed there: Name.");
    await conflict(page).getByRole("button", { name: "Load the new version" }).click();
    await expect(name).toHaveValue("Typed there");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Typed there");
    // An empty name is not sent: the person is led to it.
    await name.fill("");
    await save(page);
    await expect(name).toBeFocused();
    await expect(name).toHaveAttribute("aria-invalid", "true");
    expect((await stored(path)).name).toBe("Typed there");
  } finally {
    await elsewhere(path, { name: before.name });
  }
});
