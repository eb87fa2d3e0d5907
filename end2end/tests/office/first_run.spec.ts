// The first run, on an empty database: the link that the program prints opens a practice.
// With scripts and without.
import { expect, expectAccessible, test } from "../../support/test";
import { startServer } from "../../support/server";

test("a few questions open a practice that can be booked", async ({ browser, javaScriptEnabled }) => {
  test.setTimeout(90_000);
  const server = await startServer({ demo: false });
  try {
    const link = /\/installation\/[\w-]+/.exec(await server.log());
    expect(link, "the program prints its set-up link").not.toBeNull();
    const context = await browser.newContext({ baseURL: server.baseURL, locale: "fr-FR", javaScriptEnabled });
    const page = await context.newPage();
    await page.goto("/");
    await expect(page.getByText("Aucun cabinet n’est encore ouvert ici")).toBeVisible();

    await page.goto(link![0]);
    if (javaScriptEnabled !== false) await expectAccessible(page);
    await page.getByLabel("Nom du cabinet").fill("Cabinet du Port");
    await page.getByLabel("Téléphone du cabinet").fill("02 40 00 00 00");
    await page.getByLabel("Adresse", { exact: true }).fill("2 quai des Antilles\n44200 Nantes");
    await page.getByLabel("Ville").fill("Nantes");
    await page.getByLabel("Votre nom, tel que les patients le lisent").fill("Dr Yann Le Goff");
    await page.getByLabel("Spécialité").fill("Médecine générale");
    await page.getByLabel("Adresse électronique").fill("yann@example.org");
    await page.getByLabel("Mot de passe", { exact: true }).fill("azerty");
    await page.getByRole("button", { name: "Ouvrir le cabinet" }).click();

    await expect(page.getByRole("alert")).toContainText("huit caractères au moins");
    await expect(page.getByLabel("Ville"), "what was typed is kept").toHaveValue("Nantes");
    await expect(page.getByLabel("lundi")).toBeChecked();
    await page.getByLabel("Mot de passe", { exact: true }).fill("sept grues bleues");
    await page.getByRole("button", { name: "Ouvrir le cabinet" }).click();

    await expect(page.getByRole("heading", { level: 1, name: "Dr Yann Le Goff" })).toBeVisible();
    await expect(page.locator("a.slot").first()).toBeVisible();
    await page.getByRole("link", { name: "Espace du cabinet" }).click();
    await expect(page.getByRole("button", { name: "Se déconnecter" }), "signed in").toBeVisible();

    await page.goto(link![0]);
    await expect(page.getByRole("heading", { level: 1, name: "Ce lien n’est plus valable" })).toBeVisible();
    await context.close();
  } finally {
    await server.stop();
  }
});
