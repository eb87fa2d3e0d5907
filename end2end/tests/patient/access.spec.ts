// Whether everybody can: axe on every public page in both languages, the keyboard alone, a small
// phone, and letters twice as large. Scripts only: axe is one, and the pages are the same without.
import type { Locator, Page } from "@playwright/test";
import { book, codeField, codeOf, fillIn, hold, openSlots, sendButton, slots, somebody } from "../../support/booking";
import { expect, expectAccessible, test } from "../../support/test";
import type { Server } from "../../support/server";

/** Every public page in a state worth looking at: its name, and how to get there. */
const PAGES: [string, (page: Page, server: Server) => Promise<unknown>][] = [
  ["home", (page) => page.goto("/")],
  ["nobody found", (page) => page.goto("/?q=dermatologue")],
  ["practice", async (page, server) => {
    await page.goto(server.demo.practitioners[0]!.url);
    await page.locator(".crumb a").click();
  }],
  ["reasons", (page, server) => page.goto(server.demo.practitioners[0]!.url)],
  ["slots", (page, server) => openSlotsOf(page, server)],
  ["no slot this week", async (page, server) => {
    await openSlotsOf(page, server);
    await page.goto(page.url().replace(/#.*/, "") + "&semaine=2020-01-01");
  }],
  ["who comes", (page, server) => openForm(page, server)],
  ["who comes, with errors", async (page, server) => {
    await openForm(page, server);
    await page.locator("form.form button").click();
  }],
  ["slot gone", async (page, server) => {
    await openForm(page, server);
    await page.goto(page.url().replace(/debut=.*/, "debut=2020-01-01T08:00:00Z"));
  }],
  ["dead link", (page) => page.goto("/rdv/nulle-part")],
  ["not found", (page) => page.goto("/nulle-part")],
  ["legal", (page) => page.goto("/mentions-legales")],
  ["privacy", (page) => page.goto("/confidentialite")],
  ["mailbox", (page) => page.goto("/courrier")],
];

async function openSlotsOf(page: Page, server: Server): Promise<void> {
  await page.goto(server.demo.practitioners[0]!.url);
  await page.locator("a.reason").first().click();
  await page.waitForURL(/motif=/);
}

async function openForm(page: Page, server: Server): Promise<void> {
  await openSlotsOf(page, server);
  const next = page.locator("a[rel=next]");
  await page.goto((await next.getAttribute("href"))!);
  await page.locator("a.slot").last().click();
  await page.waitForURL(/rendez-vous/);
}

async function noSidewaysScroll(page: Page, what: string): Promise<void> {
  // With its style sheet: the page of a refused form comes by a click.
  await page.waitForLoadState();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wide, `${what}: pixels beyond the edge`).toBeLessThanOrEqual(0);
}

for (const locale of ["fr-FR", "en-GB"]) {
  test(`every public page passes axe in ${locale} @with-scripts`, async ({ browser, server }) => {
    test.setTimeout(120_000);
    const context = await browser.newContext({ baseURL: server.baseURL, locale });
    const page = await context.newPage();
    for (const [name, open] of PAGES) {
      await test.step(name, async () => {
        await open(page, server);
        await expect(page.locator("html")).toHaveAttribute("lang", locale.slice(0, 2));
        await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
        await expectAccessible(page);
      });
    }
    await context.close();
  });
}

test("the pages of a hold and of a visit pass axe @with-scripts", async ({ page, server }) => {
  test.setTimeout(90_000);
  const person = somebody();
  await hold(page, server, person);
  await expectAccessible(page);
  await codeField(page).fill("1");
  await page.getByRole("button", { name: "Confirmer le rendez-vous" }).click();
  await expectAccessible(page);
  await codeField(page).fill(await codeOf(server, person));
  await page.getByRole("button", { name: "Confirmer le rendez-vous" }).click();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Annuler ce rendez-vous" }).click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Oui, annuler" }).click();
  await expectAccessible(page);
  await page.goto("/courrier");
  await expectAccessible(page);
  await page.getByRole("main").getByRole("list").getByRole("link").first().click();
  await expectAccessible(page);
});

for (const [name, size, scale] of [
  ["a phone of 320 pixels", { width: 320, height: 640 }, 1],
  ["letters twice as large", { width: 1280, height: 900 }, 2],
  ["letters twice as large on a phone", { width: 360, height: 740 }, 2],
] as const) {
  test(`nothing is cut off on ${name} @with-scripts`, async ({ page, server }) => {
    test.setTimeout(120_000);
    await page.setViewportSize(size);
    const check = async (what: string) => {
      if (scale > 1) {
        await page.evaluate((times) => (document.documentElement.style.fontSize = `${times * 100}%`), scale);
      }
      await noSidewaysScroll(page, what);
    };
    for (const [what, open] of PAGES) {
      await test.step(what, async () => {
        await open(page, server);
        await check(what);
      });
    }
    const { url } = await book(page, server, somebody());
    await check("a new visit");
    await page.goto(`${url}/annuler`);
    await check("calling it off");
    await page.getByRole("button", { name: "Oui, annuler" }).click();
    await check("called off");
  });
}

/** Presses Tab until that element has the focus; fails when the whole page went by without it. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 120; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) {
      const shown = await target.evaluate((element) =>
        ["", "::after"].some((part) => getComputedStyle(element, part).outlineStyle !== "none"),
      );
      expect(shown, "the focus is visible").toBe(true);
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error("the keyboard does not reach it");
}

test("she books and calls it off with the keyboard alone @with-scripts", async ({ page, server }) => {
  test.setTimeout(90_000);
  const person = somebody();
  await page.goto(server.demo.practitioners[0]!.url);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Aller au contenu" })).toBeFocused();
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("link", { name: /^Consultation/ }).first());
  await page.keyboard.press("Enter");
  await page.waitForURL(/motif=/);
  await page.waitForLoadState("networkidle");
  const title = page.getByRole("heading", { name: /^Semaine du / });
  for (let week = 0; week < 2; week += 1) {
    const before = (await title.textContent())!;
    await tabTo(page, page.getByRole("link", { name: "Semaine suivante" }));
    await page.keyboard.press("Enter");
    await expect(title).not.toHaveText(before);
  }
  await tabTo(page, slots(page).first());
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByLabel("Prénom"));
  for (const text of [person.given, person.family, person.email, person.phone]) {
    await page.keyboard.type(text);
    await page.keyboard.press("Tab");
  }
  await expect(sendButton(page), "the field that nobody sees is passed over").toBeFocused();
  await page.keyboard.press("Enter");
  await tabTo(page, codeField(page));
  await page.keyboard.type(await codeOf(server, person));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "C’est noté" })).toBeVisible();
  await tabTo(page, page.getByRole("link", { name: "Annuler ce rendez-vous" }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("button", { name: "Oui, annuler" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Ce rendez-vous est annulé" })).toBeVisible();
});

test("her name of sixty letters breaks no page @with-scripts", async ({ page, server }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await openSlots(page, server);
  await slots(page).first().click();
  const long = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewi";
  await fillIn(page, { ...somebody(), given: long, family: long, email: `${long}@example.org` });
  await sendButton(page).click();
  await expect(codeField(page)).toBeVisible();
  await noSidewaysScroll(page, "the address in the page of the code");
});
