// The practice signs in, sees its days, books by telephone, marks and cancels; with scripts and
// without. Not for what each form refuses; the HTTP tests of the server try that.
import { devices } from "@playwright/test";
import { book, somebody } from "../../support/booking";
import { bookByTelephone, dayAhead, expectDone, fillSignIn, publishOnce, room, signIn } from "../../support/office";
import { expect, test } from "../../support/test";

test("she signs in, sees the week and the day, and signs out", async ({ page, server }) => {
  await page.goto(room(server, 0));
  await expect(page.getByRole("heading", { level: 1, name: "Espace du cabinet" })).toBeVisible();
  const owner = server.demo.accounts.find((one) => one.role === "owner")!;
  await fillSignIn(page, owner.email, "pas le bon");
  await expect(page.getByRole("alert")).toContainText("Adresse ou mot de passe inconnus");
  await expect(page.getByLabel("Adresse électronique", { exact: true })).toHaveValue(owner.email);
  await expect(page.getByLabel("Mot de passe", { exact: true })).toHaveValue("");
  await fillSignIn(page, owner.email, owner.password);
  expect(new URL(page.url()).pathname, "back where she wanted to go").toBe(room(server, 0));
  await expect(page.locator(".week-day")).toHaveCount(7);
  await page.getByRole("link", { name: "Semaine suivante" }).click();
  await page.locator(".week-day-name a").first().click();
  await expect(page.locator(".week-day")).toHaveCount(1);
  const day = await page.getByRole("heading", { level: 1 }).textContent();
  await page.getByRole("link", { name: "Jour suivant" }).click();
  await expect(page.getByRole("heading", { level: 1 })).not.toHaveText(day!);
  await page.getByRole("button", { name: "Se déconnecter" }).click();
  await page.goto(room(server, 0));
  await expect(page.getByRole("heading", { level: 1, name: "Espace du cabinet" })).toBeVisible();
});

test("on a phone the agenda opens on the day, and the days of the week are one tap away", async ({ browser, server }, info) => {
  const phone = await browser.newContext({
    ...devices["Pixel 7"],
    baseURL: server.baseURL,
    locale: "fr-FR",
    javaScriptEnabled: !info.project.name.startsWith("without"),
  });
  const page = await phone.newPage();
  await signIn(page, server);
  await page.goto(room(server, 0));
  await expect(page.getByRole("heading", { level: 1, name: /^\S+ \d+(er)? \S+ \d{4}$/ })).toBeVisible();
  const strip = page.getByRole("navigation", { name: "Jours de la semaine" });
  await expect(strip.getByRole("link")).toHaveCount(7);
  const tuesday = strip.getByRole("link", { name: /^mardi / });
  await tuesday.click();
  await expect(tuesday).toHaveAttribute("aria-current", "date");
  await expect(page.getByRole("heading", { level: 1, name: /^Mardi / })).toBeVisible();
  await expect(page.locator(".week-day")).toHaveCount(1);
  await page.getByRole("link", { name: "Semaine", exact: true }).click();
  await expect(page.locator(".week-day")).toHaveCount(7);
  await phone.close();
});

test("a patient who telephones is booked and marked as she comes", async ({ page, server }, info) => {
  await signIn(page, server);
  // Open now, whatever the hour the test runs at.
  for (const day of [dayAhead(0), dayAhead(1)]) {
    await publishOnce(page, room(server, 3, "/plages"), day, "00:00", "00:00");
  }
  const family = `Kuntz-${info.project.name.startsWith("without") ? "Sans" : "Avec"}`;
  await page.goto(room(server, 3));
  await page.getByRole("main").getByRole("link", { name: "Nouveau rendez-vous" }).click();
  await page.getByRole("link", { name: /^Séance/ }).click();
  await bookByTelephone(page, page.url(), family);
  await expect(page.getByRole("heading", { level: 1, name: `Thérèse ${family}` })).toBeVisible();
  await page.getByRole("button", { name: "En salle d’attente" }).click();
  await expectDone(page, "en salle d’attente");
  await page.getByRole("button", { name: "Consultation faite" }).click();
  await expectDone(page, "consultation faite");
  await page.getByRole("link", { name: "La journée" }).click();
  await expect(page.getByRole("article").filter({ hasText: family })).toContainText("Honoré");
});

test("what the practice cancels is cancelled for the patient, who gets a mail", async ({ page, browser, server }) => {
  test.setTimeout(90_000);
  const person = somebody();
  const { url, when } = await book(page, server, person);
  const date = await page.locator("time[datetime]").first().getAttribute("datetime");
  const office = await (await browser.newContext({ baseURL: server.baseURL, locale: "fr-FR" })).newPage();
  await signIn(office, server);
  await office.goto(`${room(server, 0)}?vue=jour&date=${date!.slice(0, 10)}`);
  const hour = when.split(" à ").pop()!;
  await office.getByRole("article").filter({ hasText: hour }).filter({ hasText: "Zoé" }).getByRole("link").click();
  await expect(office.getByRole("link", { name: person.email })).toBeVisible();
  await office.getByText("Annuler ce rendez-vous…").click();
  await office.getByRole("button", { name: "Annuler le rendez-vous" }).click();
  await expectDone(office, "Le rendez-vous est annulé.");
  await office.context().close();
  await page.goto(url);
  await expect(page.getByText("Le cabinet a annulé ce rendez-vous")).toBeVisible();
  const mail = await server.mailTo(person.email, ({ calendarMethod }) => calendarMethod === "CANCEL");
  expect(mail.calendar).toContain("STATUS:CANCELLED");
});
