// What a patient does to book, one step a function, located by role and label as she finds it.
// Not for what must be true afterwards; a test says that.
import { expect, type Locator, type Page } from "@playwright/test";
import type { Server } from "./server";

export interface Person {
  given: string;
  family: string;
  email: string;
  phone: string;
}

let people = 0;

/** Somebody who was never here: every test has mails of its own. */
export function somebody(): Person {
  people += 1;
  return {
    given: "Zoé",
    family: "O'Brien-Đặng",
    email: `zoe+${process.pid}.${people}@example.org`,
    phone: "06 12 34 56 78",
  };
}

/** The slots that are shown. */
export function slots(page: Page): Locator {
  return page.getByRole("region", { name: /Quand voulez-vous venir/ }).getByRole("link", { name: / \d{4} à \d+\sh/ });
}

export function weekTitle(page: Page): Locator {
  return page.getByRole("heading", { name: /^Semaine du / });
}

/** The week of slots of the demo's first practitioner, `ahead` weeks after the first. */
export async function openSlots(page: Page, server: Server, ahead = 2): Promise<void> {
  await page.goto(server.demo.practitioners[0]!.url);
  await page.getByRole("link", { name: /^Consultation/ }).first().click();
  await expect(weekTitle(page)).toBeVisible();
  for (let week = 0; week < ahead; week += 1) {
    const before = await weekTitle(page).textContent();
    await page.getByRole("link", { name: "Semaine suivante" }).click();
    await expect(weekTitle(page)).not.toHaveText(before!);
  }
  await expect(slots(page).first()).toBeVisible();
}

/** Chooses the first slot that is shown; answers its day and hour as it says them. */
export async function chooseSlot(page: Page): Promise<string> {
  const slot = slots(page).first();
  const when = (await slot.textContent())!.trim();
  await slot.click();
  await expect(page.getByRole("heading", { level: 1, name: /Qui vient/ })).toBeVisible();
  return when;
}

export async function fillIn(page: Page, person: Person): Promise<void> {
  await page.getByLabel("Prénom").fill(person.given);
  await page.getByLabel("Nom", { exact: true }).fill(person.family);
  await page.getByLabel("Adresse électronique").fill(person.email);
  await page.getByLabel("Téléphone").fill(person.phone);
}

export function sendButton(page: Page): Locator {
  return page.getByRole("button", { name: "Recevoir le code" });
}

export function codeField(page: Page): Locator {
  return page.getByLabel("Code à six chiffres");
}

export function confirmButton(page: Page): Locator {
  return page.getByRole("button", { name: "Confirmer le rendez-vous" });
}

/** Up to the page that waits for the code. */
export async function hold(page: Page, server: Server, person: Person): Promise<string> {
  await openSlots(page, server);
  const when = await chooseSlot(page);
  await fillIn(page, person);
  await sendButton(page).click();
  await expect(codeField(page)).toBeVisible();
  return when;
}

/** Where the page beside the code says when the visit is. */
export function shownTime(page: Page): Locator {
  return page.getByRole("region", { name: "Votre rendez-vous" }).getByRole("time");
}

/** A slot's day and hour, said in one breath by its link, as [`shownTime`] says them. */
export function asShown(when: string): string {
  return when.replace(" à ", " ");
}

/** The code of the newest mail to that person. */
export async function codeOf(server: Server, person: Person): Promise<string> {
  const mail = await server.mailTo(person.email, ({ text }) => /^\s*\d{6}\s*$/m.test(text));
  return /^\s*(\d{6})\s*$/m.exec(mail.text)![1]!;
}

export async function typeCode(page: Page, code: string): Promise<void> {
  await codeField(page).fill(code);
  await confirmButton(page).click();
}

/** The whole way; answers the visit's address and its day and hour. */
export async function book(page: Page, server: Server, person: Person): Promise<{ url: string; when: string }> {
  const when = await hold(page, server, person);
  await typeCode(page, await codeOf(server, person));
  await expect(page.getByRole("heading", { level: 1, name: "C’est noté" })).toBeVisible();
  return { url: page.url().replace("?nouveau", ""), when };
}
