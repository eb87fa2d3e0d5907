// Passkeys in a real browser, with Chromium's own virtual device: added, used after the password
// and instead of it, taken away.
// Not for what devices and strangers must not do: the server's own tests try that.
import type { CDPSession, Page } from "@playwright/test";
import { expectDone, fillSignIn } from "../../support/office";
import { startServer, type Server } from "../../support/server";
import { expect, expectAccessible, test } from "../../support/test";

const PASSKEYS = "/agenda/compte/cles";

/** A device that knows its person, or does not; `automatic` answers without being touched. */
async function device(page: Page): Promise<{ client: CDPSession; id: string }> {
  const client = await page.context().newCDPSession(page);
  await client.send("WebAuthn.enable", { enableUI: false });
  const options = {
    protocol: "ctap2",
    ctap2Version: "ctap2_1",
    transport: "internal",
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  } as const;
  const { authenticatorId } = await client.send("WebAuthn.addVirtualAuthenticator", { options });
  return { client, id: authenticatorId };
}

function owner(server: Server): { email: string; password: string } {
  return server.demo.accounts.find((one) => one.role === "owner")!;
}

async function signedIn(page: Page): Promise<void> {
  await expect(page.getByRole("button", { name: "Se déconnecter" })).toBeVisible();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Se déconnecter" }).click();
  await expect(page).toHaveURL(/\/connexion$/);
}

/** With another one there already, that one proves who asks. */
async function addPasskey(page: Page, password: string, name: string, another = false): Promise<void> {
  await page.goto(PASSKEYS);
  await page.getByLabel("Nom de la clé").fill(name);
  await page.getByLabel("Mot de passe actuel").fill(password);
  await page.getByRole("button", { name: "Continuer" }).click();
  if (another) {
    await expectAccessible(page);
    await page.getByRole("button", { name: "Confirmer avec une clé d’accès" }).click();
  }
  await page.getByRole("button", { name: "Créer la clé d’accès" }).click();
}

test("a passkey is added, used after the password and instead of it, and removed @with-scripts", async ({ browser }) => {
  // One story of a whole life: three times as long as others.
  test.slow();
  // By its name: devices make no passkeys for an address of numbers.
  const server = await startServer({ host: "localhost" });
  const context = await browser.newContext({ baseURL: server.baseURL, viewport: { width: 320, height: 640 } });
  const problems: string[] = [];
  context.on("weberror", (error) => problems.push(error.error().message));
  context.on("console", (message) => {
    if (message.type() === "error" && /content security policy|refused to|wasm/i.test(message.text())) problems.push(message.text());
  });
  const page = await context.newPage();
  const { client, id } = await device(page);
  const { email, password } = owner(server);
  await page.goto("/connexion?next=%2Fagenda%2Fcompte");
  await fillSignIn(page, email, password);
  await signedIn(page);

  // Added: the name is the device's at first; the list shows it.
  await page.getByRole("link", { name: "Voir les clés d’accès" }).click();
  await expect(page.getByLabel("Nom de la clé")).toHaveValue(/Linux/);
  await expectAccessible(page);
  await addPasskey(page, password, "Ordinateur du cabinet");
  await expectDone(page, /Les autres appareils sont déconnectés/);
  await expect(page.locator(".recovery-codes code")).toHaveCount(10);
  await expect(page.getByRole("rowheader", { name: "Ordinateur du cabinet" })).toBeVisible();
  await expectAccessible(page);
  // The same device holds one already, and says so.
  await addPasskey(page, password, "Encore", true);
  await expect(page.getByRole("alert")).toHaveText("Cet appareil a déjà une clé d’accès pour ce compte.");
  await expectAccessible(page);

  // After the password. The device that does not know its person confirms nothing.
  await signOut(page);
  await fillSignIn(page, email, password);
  await expect(page).toHaveURL(/\/connexion\/code/);
  await expectAccessible(page);
  await client.send("WebAuthn.setUserVerified", { authenticatorId: id, isUserVerified: false });
  await page.getByRole("button", { name: "Utiliser une clé d’accès" }).click();
  await expect(page.getByRole("alert")).toHaveText("L’appareil n’a rien confirmé. Vous pouvez réessayer.");
  await client.send("WebAuthn.setUserVerified", { authenticatorId: id, isUserVerified: true });
  // What is sent may not be sent again.
  const sent = page.waitForRequest(/sign_in_code_by_passkey/);
  await page.getByRole("button", { name: "Utiliser une clé d’accès" }).click();
  const replayed = (await sent).postData()!;
  await signedIn(page);

  // Instead of it: the device says who she is.
  await signOut(page);
  await fillSignIn(page, email, password);
  const again = await page.evaluate(async (body) => {
    const headers = { "content-type": "application/x-www-form-urlencoded", accept: "text/html" };
    const answer = await fetch("/api/sign_in_code_by_passkey", { method: "POST", headers, body });
    return [answer.status, await answer.text()] as const;
  }, replayed);
  expect(again[0]).toBe(401);
  expect(again[1]).toContain("n’a pas été acceptée");
  await page.goto("/connexion?next=%2Fagenda%2Fcompte%2Fcles");
  await page.getByRole("button", { name: "Se connecter avec une clé d’accès" }).click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Utiliser une clé d’accès" }).click();
  await signedIn(page);
  await expect(page).toHaveURL(new RegExp(`${PASSKEYS}$`));
  await expect(page.getByText("Jamais")).toHaveCount(0);

  // Removed, with the passkey itself as the proof.
  await page.getByRole("link", { name: "Supprimer la clé d’accès Ordinateur du cabinet" }).click();
  await expect(page.getByText("C’est votre dernière clé")).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Mot de passe actuel").fill(password);
  await page.getByRole("button", { name: "Supprimer", exact: true }).click();
  await page.getByRole("button", { name: "Confirmer avec une clé d’accès" }).click();
  await expectDone(page, "La deuxième étape est désactivée.");
  await signOut(page);
  // The device still offers it; nobody here knows it any more.
  await page.getByRole("button", { name: "Se connecter avec une clé d’accès" }).click();
  await page.getByRole("button", { name: "Utiliser une clé d’accès" }).click();
  await expect(page.getByRole("alert")).toContainText("n’a pas été acceptée");
  await fillSignIn(page, email, password);
  await signedIn(page);
  expect(problems).toEqual([]);
  await context.close();
  await server.stop();
});

test("without scripts the page says that a passkey needs them, and takes a code @without-scripts", async ({ browser }) => {
  const server = await startServer({ host: "localhost" });
  const context = await browser.newContext({ baseURL: server.baseURL });
  const page = await context.newPage();
  const { email, password } = owner(server);
  await page.goto("/connexion?next=%2Fagenda%2Fcompte%2Fcles");
  await fillSignIn(page, email, password);
  await page.getByLabel("Mot de passe actuel").fill(password);
  await page.getByRole("button", { name: "Continuer" }).click();
  await expect(page.getByText("Une clé d’accès demande JavaScript")).toBeVisible();
  await expect(page.getByRole("button", { name: "Créer la clé d’accès" })).toBeHidden();
  await context.close();
  await server.stop();
});

test("an address of numbers is told why it has no passkeys", async ({ page, server }) => {
  const { email, password } = server.demo.accounts.find((one) => one.role === "practitioner")!;
  await page.goto(`/connexion?next=${encodeURIComponent(PASSKEYS)}`);
  await expect(page.getByRole("button", { name: /clé d’accès/ })).toHaveCount(0);
  await fillSignIn(page, email, password);
  await expect(page.getByText(`cette instance répond à ${server.baseURL}`)).toBeVisible();
  await expect(page.getByRole("button", { name: "Continuer" })).toHaveCount(0);
});
