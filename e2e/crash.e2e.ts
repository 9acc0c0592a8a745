import { expect } from "@playwright/test";
import { runningStack } from "#e2e/rig/running-stack";
import {
  attempts,
  bank,
  bankIsItself,
  booked,
  newest,
  openOrder,
  orderRow,
  paidOrder,
  pay,
  post,
  sql,
  test,
} from "#e2e/stories/staff";
import { banksAreQuiet, taskRuns } from "#e2e/stories/turns";

/**
 * The second instance is killed (SIGKILL) by the bank at the worst moment: after it did what was asked, before our commit;
 * and before it did anything. It is started again, and the first one goes on serving all the while.
 */
test.describe.configure({ timeout: 180_000 });
test.afterEach(bankIsItself);

const VICTIM = 1;

/** Calls without an end are held by the dead for an hour: until the story has looked. */
const nobodyTakesOver = () => sql()`update provider_operations set locked_until = now() + interval '1 hour',
  next_attempt_at = now() + interval '1 hour' where finished_at is null`;

/** Somebody's press at the second instance, which dies of it and comes back. */
async function killedBy(operation: string, when: "before" | "after", press: () => Promise<unknown>) {
  const { pid } = runningStack().apps[VICTIM] ?? {};
  // A call that an earlier story has left without an answer comes later.
  await nobodyTakesOver();
  await bank("monobank").kill({ pid, operation, when });
  await expect(press()).rejects.toThrow();
  await nobodyTakesOver();
  await expect
    .poll(() => runningStack().apps[VICTIM]?.pid, { message: "it is started again", timeout: 60_000 })
    .not.toBe(pid);
}

for (const when of ["after", "before"] as const)
  test(`killed while a link is made, ${when} the bank had made it: one payable link, at the same address`, async ({
    windowOf,
  }) => {
    const order = await openOrder("debit");
    await killedBy("create", when, () => post("sales", `/orders/${order.id}/release`, {}, VICTIM));
    const { id } = await newest(order);
    expect(await attempts(order)).toHaveLength(1);

    const page = await windowOf("sales");
    await page.goto(`/orders/${order.id}`);
    // On its way, not failed; nobody is told to try again.
    await expect(page.getByRole("heading", { name: /blocked/ })).toBeVisible();
    // Who held the call has been dead for long; the task comes in an hour.
    await banksAreQuiet();
    await sql()`update provider_operations set locked_until = null where order_id = ${order.id}`;
    await page
      .getByRole("button", { name: /^Update status/ })
      .first()
      .click();
    await expect(page.getByRole("button", { name: "Copy link" }).first()).not.toHaveAttribute("aria-disabled", "true");

    expect((await attempts(order)).map((row) => [row.id, row.state])).toEqual([[id, "pending"]]);
    expect((await booked(order, "link_created")) - (await booked(order, "removed"))).toBe(1);
    expect((await orderRow(order)).pay_token).toBe(order.payPath.split("/").at(-1));
    await pay(order);
    await expect(page.getByRole("heading", { name: "Shipping is open" })).toBeVisible();
  });

for (const when of ["after", "before"] as const)
  test(`killed while held money is taken, ${when} the bank had taken it: taken once`, async ({ windowOf }) => {
    const order = await paidOrder("hold");
    const { id } = await newest(order);
    await killedBy("finalize", when, () => post("finance", `/payments/${id}/finalize`, {}, VICTIM));
    // A second press does not send a second one.
    const again = await post("finance", `/payments/${id}/finalize`);
    if (again.status() === 409) expect((await again.json()).blocker.code).toMatch(/OPERATION_RUNNING|NOTHING_HELD/);
    for (let run = 0; run < 2; run++) await taskRuns(run, order);
    expect(await booked(order, "captured")).toBe(1);
    expect(await newest(order)).toMatchObject({
      state: "successful",
      captured_minor: "44985",
      needs_review: false,
    });
    const page = await windowOf("finance");
    await page.goto(`/orders/${order.id}`);
    await expect(page.getByText("Successful").first()).toBeVisible();
  });
