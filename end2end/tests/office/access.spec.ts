// Whether everybody can use the office: axe on every page in both languages, a small phone,
// the keyboard alone. Scripts only: axe is one, and the pages are the same without.
import type { Page } from "@playwright/test";
import { dayAhead, expectDone, room, signIn } from "../../support/office";
import { expect, expectAccessible, test } from "../../support/test";
import type { Server } from "../../support/server";

/** Every page of the office: its name and path. */
function pages(server: Server): [string, string][] {
  const slot = `${dayAhead(0)}T03:00:00Z`;
  return [
    ["week", room(server, 0)],
    ["day", `${room(server, 0)}?vue=jour&date=${dayAhead(1)}`],
    ["week without anything", `${room(server, 0)}?date=1999-01-01`],
    ["new visit: reason", room(server, 0, "/nouveau-rendez-vous")],
    ["new visit: slot", `${room(server, 0, "/nouveau-rendez-vous")}?motif=consultation`],
    ["new visit: slot gone", `${room(server, 0, "/nouveau-rendez-vous")}?motif=consultation&debut=${slot}`],
    ["hours", room(server, 0, "/plages")],
    ["absences", room(server, 0, "/absences")],
    ["reasons", room(server, 0, "/motifs")],
    ["one reason", `${room(server, 0, "/motifs")}?motif=consultation`],
    ["feeds", room(server, 0, "/abonnement")],
    ["practice", "/agenda/cabinet"],
    ["new place", "/agenda/cabinet?nouveau-lieu=oui"],
    ["mails that did not go", "/agenda/a-telephoner"],
    ["account", "/agenda/compte"],
    ["second step", "/agenda/compte/deuxieme-etape"],
    ["passkeys", "/agenda/compte/cles"],
    ["journal", "/agenda/journal"],
    ["journal without a line", "/agenda/journal?sujet=refus&jour=1999-01-01"],
  ];
}

/** Pages that are reached from others, and forms that were refused. */
const REACHED: [string, string, (page: Page) => Promise<unknown>][] = [
  ["a visit", "?date=", async (page) => {
    for (let week = 0; week < 4 && (await page.locator("a.appointment-name").count()) === 0; week += 1) {
      await page.locator(".agenda-bar .actions a").last().click();
    }
    await page.locator("a.appointment-name").first().click();
  }],
  ["visits in an absence", "/absences", (page) => page.locator(".row-actions a").first().click()],
  ["hours refused", "/plages", (page) => page.locator(".hours-form button").click()],
  ["reason refused", "/motifs?nouveau=oui", (page) => page.locator("form.form button").click()],
  ["feed made", "/abonnement", (page) => page.locator("form[action='/api/create_feed'] button").click()],
];

for (const locale of ["fr-FR", "en-GB"]) {
  test(`every page of the office passes axe in ${locale} @with-scripts`, async ({ browser, server }) => {
    test.setTimeout(150_000);
    const context = await browser.newContext({ baseURL: server.baseURL, locale });
    const page = await context.newPage();
    await page.goto("/connexion");
    await expectAccessible(page);
    await signIn(page, server);
    const check = async () => {
      await expect(page.locator("html")).toHaveAttribute("lang", locale.slice(0, 2));
      await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
      await expectAccessible(page);
    };
    for (const [name, path] of pages(server)) {
      await test.step(name, async () => {
        await page.goto(path);
        await check();
      });
    }
    for (const [name, path, go] of REACHED) {
      await test.step(name, async () => {
        await page.goto(path === "?date=" ? `${room(server, 0)}?date=${dayAhead(0)}` : room(server, 0, path));
        await go(page);
        await check();
      });
    }
    await context.close();
  });
}

for (const [name, size, scale] of [
  ["a phone of 320 pixels", { width: 320, height: 640 }, 1],
  ["letters twice as large", { width: 1280, height: 900 }, 2],
] as const) {
  test(`no page of the office scrolls sideways on ${name} @with-scripts`, async ({ page, server }) => {
    test.setTimeout(120_000);
    await page.setViewportSize(size);
    await signIn(page, server);
    const check = async (what: string) => {
      await page.evaluate((times) => (document.documentElement.style.fontSize = `${times * 100}%`), scale);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(wide, `${what}: pixels beyond the edge`).toBeLessThanOrEqual(0);
    };
    for (const [what, path] of pages(server)) {
      await page.goto(path);
      await check(what);
    }
    for (const [what, path, go] of REACHED) {
      await page.goto(path === "?date=" ? `${room(server, 0)}?date=${dayAhead(0)}` : room(server, 0, path));
      await go(page);
      await check(what);
    }
  });
}

test("hours are published with the keyboard alone @with-scripts", async ({ page, server }) => {
  await signIn(page, server, "owner", room(server, 2, "/plages"));
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Aller au contenu" })).toBeFocused();
  await page.keyboard.press("Enter");
  const tabTo = async (name: string, target: ReturnType<Page["locator"]>) => {
    for (let presses = 0; presses < 150; presses += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`the keyboard does not reach ${name}`);
  };
  await tabTo("the kind", page.getByLabel("Chaque semaine", { exact: true }));
  await page.keyboard.press("ArrowRight");
  const day = page.getByLabel("Jour", { exact: true });
  await tabTo("the day", day);
  // In which order a date field takes its digits is the browser's language's.
  await day.fill(dayAhead(30));
  await tabTo("the hour", page.getByLabel(/^De\s*\(plage 1\)/));
  await tabTo("the button", page.getByRole("button", { name: "Publier" }));
  await page.keyboard.press("Enter");
  await expectDone(page, "Les horaires sont publiés.");
});
