// The comfort on top of the slots: another week without a page load, and everything that a page
// load would have done. Scripts only; without them the same links are tried in booking.spec.ts.
import { openSlots, slots, weekTitle } from "../../support/booking";
import { expect, test } from "../../support/test";

test.beforeEach(async ({ page, server }) => {
  await openSlots(page, server, 0);
  await page.waitForLoadState("networkidle");
});

test("another week comes without a page load, and Back brings the one before @with-scripts", async ({ page }) => {
  await page.evaluate(() => Object.assign(window, { stayed: true }));
  const first = (await weekTitle(page).textContent())!;
  const next = page.getByRole("link", { name: "Semaine suivante" });
  await next.click();
  await expect(weekTitle(page)).not.toHaveText(first);
  await expect(next).toBeFocused();
  const second = (await weekTitle(page).textContent())!;
  await expect(page.getByRole("status").filter({ hasText: second })).toBeAttached();
  expect(page.url()).toMatch(/semaine=\d{4}-\d\d-\d\d/);
  await expect(slots(page).first()).toBeVisible();

  await page.goBack();
  await expect(weekTitle(page)).toHaveText(first);
  await page.goForward();
  await expect(weekTitle(page)).toHaveText(second);
  expect(await page.evaluate(() => "stayed" in window), "no page was loaded").toBe(true);

  // The same address, opened, shows the same week.
  await page.reload();
  await expect(weekTitle(page)).toHaveText(second);
});

test("another reason comes without a page load @with-scripts", async ({ page }) => {
  await page.evaluate(() => Object.assign(window, { stayed: true }));
  await page.getByText("Changer de motif").click();
  const other = page.locator("a.reason:not([aria-current])").first();
  const name = (await other.locator(".reason-name").textContent())!;
  await other.click();
  await expect(page.getByRole("main").locator("strong").filter({ hasText: name })).toBeVisible();
  expect(await page.evaluate(() => "stayed" in window)).toBe(true);
});

test("when the network is gone it says so, and the link to the page stays @with-scripts", async ({ page, context }) => {
  const first = (await weekTitle(page).textContent())!;
  await context.setOffline(true);
  await page.getByRole("link", { name: "Semaine suivante" }).click();
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("Les créneaux ne sont pas arrivés");
  await expect(weekTitle(page)).toHaveText(first);
  const link = alert.getByRole("link", { name: "Ouvrir la page" });
  expect(await link.getAttribute("href")).toContain("semaine=");
  await context.setOffline(false);
  await link.click();
  await expect(weekTitle(page)).not.toHaveText(first);
});

test("a click that means a new tab, and the way to a slot, are left to the browser @with-scripts", async ({ page, context }) => {
  const first = (await weekTitle(page).textContent())!;
  const [tab] = await Promise.all([
    context.waitForEvent("page"),
    page.getByRole("link", { name: "Semaine suivante" }).click({ modifiers: ["ControlOrMeta"] }),
  ]);
  await tab.waitForURL(/semaine=/);
  // The browser tells a tab opened in the background its language only after the first request.
  await tab.reload();
  await expect(weekTitle(tab)).not.toHaveText(first);
  await expect(weekTitle(tab)).toHaveText(/^Semaine /);
  await tab.close();
  expect(page.url()).not.toContain("semaine=");
  await slots(page).first().click();
  await expect(page.getByRole("heading", { level: 1, name: /Qui vient/ })).toBeVisible();
});

test("every link works before the wasm has come @with-scripts", async ({ page, context, server }) => {
  await context.route(/\.wasm$/, () => undefined);
  await page.goto(server.demo.practitioners[0]!.url, { waitUntil: "commit" });
  await page.getByRole("link", { name: /^Consultation/ }).first().click();
  const first = await weekTitle(page).textContent();
  await page.getByRole("link", { name: "Semaine suivante" }).click();
  await expect(weekTitle(page)).not.toHaveText(first!);
  await slots(page).first().click();
  await expect(page.getByRole("heading", { level: 1, name: /Qui vient/ })).toBeVisible();
});
