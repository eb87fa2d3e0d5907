// The second step of a sign-in, as its owner turns it on, uses it and loses her telephone.
// Not for what must never be let in: the server's own tests try that.
import { createHmac } from "node:crypto";
import type { Page } from "@playwright/test";
import { expectDone, fillSignIn, signIn } from "../../support/office";
import { startServer } from "../../support/server";
import { expect, expectAccessible, test } from "../../support/test";

const SECOND_STEP = "/agenda/compte/deuxieme-etape";

/** What an app for codes shows: RFC 6238 with SHA-1, six digits, thirty seconds. */
function code(secret: string, at = Date.now()): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replace(/\s/g, "")].map((c) => letters.indexOf(c).toString(2).padStart(5, "0")).join("");
  const bytes = bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const digest = createHmac("sha1", Buffer.from(bytes)).update(counter).digest();
  const number = digest.readUInt32BE(digest[19]! & 0xf) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

async function typeCode(page: Page, typed: string): Promise<void> {
  await page.getByRole("textbox", { name: "Code", exact: true }).fill(typed);
  await page.getByRole("main").getByRole("button").first().click();
}

test("a second step is turned on with a telephone, and a recovery code stands in for it", async ({ browser }) => {
  // A server of its own: nobody else signs in as its owner.
  const server = await startServer();
  const context = await browser.newContext({ baseURL: server.baseURL, viewport: { width: 320, height: 640 } });
  const page = await context.newPage();
  const scripts = test.info().project.use.javaScriptEnabled !== false;
  await signIn(page, server, "owner", "/agenda/compte");
  const { email, password } = server.demo.accounts.find((one) => one.role === "owner")!;

  await page.getByRole("link", { name: "Régler la deuxième étape" }).click();
  await page.getByLabel("Mot de passe actuel").fill(password);
  await page.getByRole("button", { name: "Commencer" }).click();
  await expect(page.getByRole("img", { name: /Clé à photographier/ })).toBeVisible();
  if (scripts) await expectAccessible(page);
  const secret = await page.locator("code.secret").innerText();
  await typeCode(page, code(secret));
  await expectDone(page, /Les autres appareils sont déconnectés/);
  const codes = await page.locator(".recovery-codes code").allInnerTexts();
  expect(codes).toHaveLength(10);
  if (scripts) await expectAccessible(page);
  await page.reload();
  await expect(page.locator(".recovery-codes")).toHaveCount(0);

  await page.getByRole("button", { name: "Se déconnecter" }).click();
  await fillSignIn(page, email, password);
  await expect(page).toHaveURL(/\/connexion\/code/);
  if (scripts) await expectAccessible(page);
  await typeCode(page, "000000");
  await expect(page.getByRole("alert")).toContainText("Ce code ne convient pas");
  // The code of the next half minute: the one before was used to turn it on.
  await typeCode(page, code(secret, Date.now() + 30_000));
  await expect(page.getByRole("button", { name: "Se déconnecter" })).toBeVisible();

  await page.getByRole("button", { name: "Se déconnecter" }).click();
  await fillSignIn(page, email, password);
  await typeCode(page, codes[0]!);
  await page.goto(SECOND_STEP);
  await expect(page.getByText(/Codes de secours qui restent\s: 9/)).toBeVisible();
  await page.goto("/agenda/journal?sujet=comptes");
  await expect(page.getByRole("rowheader", { name: "Code de secours utilisé" })).toBeVisible();
  await context.close();
  await server.stop();
});
