// What the practice's people do in their office, one step a function, located by role and label.
// Not for what must be true afterwards; a test says that.
import { expect, type Page } from "@playwright/test";
import type { Server } from "./server";

/** Signs in as the demo's person of that role, from the page that asks for it. */
export async function signIn(page: Page, server: Server, role = "owner", next = "/agenda"): Promise<void> {
  const account = server.demo.accounts.find((one) => one.role === role);
  if (!account) throw new Error(`the demo has no ${role}`);
  await page.goto(`/connexion?next=${encodeURIComponent(next)}`);
  await fillSignIn(page, account.email, account.password);
  await expect(page.getByRole("button", { name: /Se déconnecter|Sign out/ })).toBeVisible();
}

export async function fillSignIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel(/^(Adresse électronique|E-mail.*)$/).fill(email);
  await page.getByLabel(/^(Mot de passe|Password)$/).fill(password);
  // The other one, where there is one, signs in by passkey.
  await page.getByRole("main").getByRole("button").first().click();
}

/** The path of a room of a practitioner's office, for example `/plages`. */
export function room(server: Server, practitioner: number, name = ""): string {
  return `/agenda/praticiens/${slugOf(server, practitioner)}${name}`;
}

/** The public page of a practitioner, for one reason and the week that holds a day. */
export function publicWeek(server: Server, practitioner: number, reason: string, day: string): string {
  return `/praticiens/${slugOf(server, practitioner)}?motif=${reason}&semaine=${day}`;
}

function slugOf(server: Server, practitioner: number): string {
  return new URL(server.demo.practitioners[practitioner]!.url).pathname.split("/").pop()!;
}

/** What the page says was done. */
export async function expectDone(page: Page, words: string | RegExp): Promise<void> {
  await expect(page.getByRole("status").filter({ hasText: words })).toBeVisible();
}

/** A day so many days from today, in Paris, as date fields say it. */
export function dayAhead(days: number): string {
  const day = new Date(Date.now() + days * 86_400_000);
  return new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Paris" }).format(day);
}

/** The Sunday `weeks` weeks after the next one. */
export function sundayAhead(weeks: number): string {
  const weekday = new Date(`${dayAhead(0)}T12:00:00Z`).getUTCDay();
  return dayAhead(7 - weekday + 7 * weeks);
}

/** Publishes hours for one day. */
export async function publishOnce(page: Page, path: string, day: string, from: string, to: string): Promise<void> {
  await page.goto(path);
  await page.getByLabel("Un seul jour").check();
  await page.getByLabel("Jour", { exact: true }).fill(day);
  await page.getByLabel(/^De\s*\(plage 1\)/).fill(from);
  await page.getByLabel(/^à\s*\(plage 1\)/).fill(to);
  await page.getByRole("button", { name: "Publier" }).click();
  await expectDone(page, "Les horaires sont publiés.");
}

/** Books the first slot that the office offers for a reason from that week on. */
export async function bookByTelephone(page: Page, path: string, family: string): Promise<string> {
  await page.goto(path);
  const slot = page.locator("a.slot").first();
  const when = (await slot.textContent())!.trim();
  await slot.click();
  await page.getByLabel("Prénom").fill("Thérèse");
  await page.getByLabel("Nom", { exact: true }).fill(family);
  await page.getByLabel("Téléphone").fill("06 12 34 56 79");
  await page.getByRole("button", { name: "Enregistrer le rendez-vous" }).click();
  await expectDone(page, "Le rendez-vous est enregistré.");
  return when;
}
