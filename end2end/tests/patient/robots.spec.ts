// What stops robots, as a person meets it: hardly. A server with its limits on, as in production.
// Not for the limits themselves: their clock and their crowds are in the HTTP tests of the server.
import { codeField, chooseSlot, fillIn, openSlots, sendButton, somebody, codeOf, typeCode, type Person } from "../../support/booking";
import { startServer, type Server } from "../../support/server";
import { expect, test } from "../../support/test";
import type { Page } from "@playwright/test";

/** Less than a person needs, and less than the server wants. */
const LEAST_TIME = 2_000;

let limited: Server;
test.beforeEach(async () => {
  limited = await startServer({ env: { RDV_RATE_LIMITS: "on" } });
});
test.afterEach(async () => {
  await limited.stop();
});

/** To the form behind a slot, where the browser begins its work. */
async function openForm(page: Page): Promise<void> {
  await openSlots(page, limited, 2);
  await chooseSlot(page);
}

/** A telephone of her own too: both are counted. */
function stranger(): Person {
  const person = somebody();
  const [, number] = /\.(\d+)@/.exec(person.email)!;
  return { ...person, email: `zoe.${process.pid}.${number}@example.org`, phone: `07 00 00 00 ${number!.padStart(2, "0")}` };
}

/** Without a key or a click. */
async function fillInAtOnce(page: Page, person: Person): Promise<void> {
  const typed = { given_name: person.given, family_name: person.family, email: person.email, phone: person.phone };
  const form = page.locator("form[action='/api/hold_slot']");
  await form.evaluate((form: HTMLFormElement, typed) => {
    for (const [name, value] of Object.entries(typed)) {
      (form.elements.namedItem(name) as HTMLInputElement).value = value;
    }
  }, typed);
}

async function bookAnother(page: Page): Promise<void> {
  const person = stranger();
  await fillIn(page, person);
  await page.waitForTimeout(LEAST_TIME);
  await sendButton(page).click();
  await expect(codeField(page)).toBeVisible();
  await typeCode(page, await codeOf(limited, person));
  await expect(page.getByRole("heading", { level: 1, name: "C’est noté" })).toBeVisible();
}

test("the browser works the proof out while she types, and she books as often as a family does @with-scripts", async ({ page }) => {
  // Five, from one network: one more than goes without proofs.
  for (let visit = 0; visit < 5; visit += 1) {
    await openForm(page);
    const shown = Date.now();
    await page.getByLabel("Prénom").pressSequentially("Zoé");
    await expect(page.getByLabel("Prénom")).toHaveValue("Zoé");
    await expect(page.locator("input[name=proof]")).toHaveValue(/^\d+\.00[0-9a-f]{62}$/, { timeout: 20_000 });
    test.info().annotations.push({ type: "proof", description: `${Date.now() - shown} ms` });
    await bookAnother(page);
  }
});

test("nothing on the page waits for the proof: it is sent without when the wasm never comes @with-scripts", async ({ page, context }) => {
  await context.route(/\.wasm$/, () => undefined);
  await openForm(page);
  await bookAnother(page);
});

test("a form that is sent faster than a person types is shown again, and then taken", async ({ page }) => {
  await openForm(page);
  const person = stranger();
  // All at once, as a robot does; a busy machine may be no faster than a person: it has some tries.
  await expect(async () => {
    await page.reload();
    const shown = Date.now();
    await fillInAtOnce(page, person);
    expect(Date.now() - shown).toBeLessThan(400);
  }).toPass();
  await sendButton(page).click();
  await expect(page.getByRole("alert")).toContainText("plus vite qu’une personne");
  await expect(page.getByLabel("Prénom")).toHaveValue(person.given);
  await page.waitForTimeout(LEAST_TIME);
  await sendButton(page).click();
  await expect(codeField(page)).toBeVisible();
});

test("without scripts a few go through, and the next is told what to do @without-scripts", async ({ page }) => {
  for (let visit = 0; visit < 4; visit += 1) {
    await openForm(page);
    await bookAnother(page);
  }
  await openForm(page);
  const person = stranger();
  await fillIn(page, person);
  await page.waitForTimeout(LEAST_TIME);
  await sendButton(page).click();
  await expect(page.getByRole("heading", { level: 1, name: "Un peu de patience" })).toBeVisible();
  await expect(page.getByText(/réessayez dans \d+ minutes/)).toBeVisible();
  await expect(page.getByRole("status").getByRole("link", { name: /^0\d( \d\d){4}$/ })).toBeVisible();
  await expect(page.getByLabel("Adresse électronique")).toHaveValue(person.email);
});
