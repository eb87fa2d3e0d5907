// What the practice publishes is what patients see: hours, absences, reasons, places, feeds.
// With scripts and without.
import { bookByTelephone, dayAhead, expectDone, publicWeek, publishOnce, room, signIn, sundayAhead } from "../../support/office";
import { expect, test } from "../../support/test";

test.beforeEach(async ({ page, server }) => signIn(page, server));

test("hours of one day are published, seen by patients, and withdrawn", async ({ page, server }, info) => {
  const day = sundayAhead(info.project.name.startsWith("without") ? 2 : 3);
  const path = room(server, 3, "/plages");
  const slots = page.locator(`a.slot[href*="debut=${day}"]`);
  await page.goto(publicWeek(server, 3, "seance", day));
  await expect(slots).toHaveCount(0);
  await publishOnce(page, path, day, "15:00", "16:00");
  await page.goto(publicWeek(server, 3, "seance", day));
  await expect(slots).toHaveCount(2);
  await page.goto(path);
  const row = page.getByRole("row").filter({ hasText: "dimanche" }).filter({ hasText: "15 h" });
  await row.getByRole("button", { name: /^Retirer/ }).click();
  await expectDone(page, "Les horaires sont retirés.");
  await page.goto(publicWeek(server, 3, "seance", day));
  await expect(slots).toHaveCount(0);
});

test("the fields of the other kind of hours are folded away", async ({ page, server }) => {
  await page.goto(room(server, 3, "/plages"));
  const [weekly, once] = [page.getByRole("group", { name: "Jours de la semaine" }), page.getByLabel("Jour", { exact: true })];
  await expect(weekly).toBeVisible();
  await expect(once).toBeHidden();
  await page.getByLabel("Un seul jour").check();
  await expect(weekly).toBeHidden();
  await expect(once).toBeVisible();
});

test("an absence hides the day's slots and names whom to call", async ({ page, server }, info) => {
  const without = info.project.name.startsWith("without");
  const week = dayAhead(without ? 14 : 21);
  const family = without ? "Absent-Sans" : "Absent-Avec";
  const form = `${room(server, 3, "/nouveau-rendez-vous")}?motif=seance&semaine=${week}`;
  await page.goto(form);
  const href = await page.locator("a.slot").first().getAttribute("href");
  const day = /debut=(\d{4}-\d\d-\d\d)/.exec(href!)![1]!;
  await bookByTelephone(page, form, family);
  const slots = page.locator(`a.slot[href*="debut=${day}"]`);
  await page.goto(publicWeek(server, 3, "seance", day));
  await expect(slots.first()).toBeVisible();

  await page.goto(room(server, 3, "/absences"));
  await page.getByLabel("Premier jour").fill(day);
  await page.getByLabel("Dernier jour").fill(day);
  await page.getByLabel("Note").fill("Formation");
  await page.getByRole("button", { name: "Annoncer l’absence" }).click();
  await expectDone(page, "L’absence est annoncée.");
  await expect(page.getByRole("row").filter({ hasText: family })).toContainText("06 12 34 56 79");
  await page.goto(publicWeek(server, 3, "seance", day));
  await expect(slots).toHaveCount(0);

  await page.goto(room(server, 3, "/absences"));
  await page.getByRole("row").filter({ hasText: "Formation" }).getByRole("button", { name: /Retirer/ }).click();
  await expectDone(page, "L’absence est retirée.");
  await page.goto(publicWeek(server, 3, "seance", day));
  await expect(slots.first()).toBeVisible();
});

test("a new reason is offered to patients, a new place is kept", async ({ page, server }, info) => {
  const name = `Drainage ${info.project.name}`;
  await page.goto(room(server, 3, "/motifs"));
  await page.getByRole("link", { name: "Nouveau motif" }).click();
  await page.getByLabel("Nom du motif").fill(name);
  await page.getByLabel("Durée (minutes)").fill("dix");
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await expect(page.getByRole("alert")).toContainText("Saisissez un nombre entier");
  await expect(page.getByLabel("Nom du motif")).toHaveValue(name);
  await page.getByLabel("Durée (minutes)").fill("45");
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await expectDone(page, "Le motif est enregistré.");
  await page.goto(server.demo.practitioners[3]!.url);
  await expect(page.getByRole("link", { name: new RegExp(`^${name}`) })).toContainText("45");

  await page.goto("/agenda/cabinet");
  await page.getByRole("link", { name: "Nouveau lieu" }).click();
  await page.getByLabel("Nom du lieu").fill(`Annexe ${info.project.name}`);
  await page.getByLabel("Adresse", { exact: true }).fill("1 place du Marché\n97400 Saint-Denis");
  await page.getByLabel("Ville").fill("Saint-Denis");
  await page.getByLabel("Fuseau horaire").selectOption("Indian/Reunion");
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await expectDone(page, "Le lieu est enregistré.");
  await expect(page.getByRole("link", { name: `Annexe ${info.project.name}` })).toBeVisible();
});

// The newest feed stands first.
test("the address of a feed is shown once, renewed and revoked", async ({ page, server, request }) => {
  const shown = page.getByLabel("Adresse de l’abonnement");
  await page.goto(room(server, 3, "/abonnement"));
  await page.getByRole("button", { name: "Créer l’adresse" }).click();
  const first = await shown.inputValue();
  expect(await (await request.get(first)).text()).toContain("BEGIN:VCALENDAR");
  await page.goto(room(server, 3, "/abonnement"));
  await expect(shown, "shown once").toHaveCount(0);

  await page.getByRole("button", { name: "Changer l’adresse" }).first().click();
  const second = await shown.inputValue();
  expect(second).not.toBe(first);
  expect(await (await request.get(second)).text()).toContain("BEGIN:VCALENDAR");
  expect(await (await request.get(first)).text(), "the old address tells nothing").not.toContain("BEGIN:VEVENT");

  await page.getByRole("button", { name: "Supprimer" }).first().click();
  await expectDone(page, "L’abonnement est supprimé.");
  expect(await (await request.get(second)).text()).not.toContain("BEGIN:VEVENT");
});
