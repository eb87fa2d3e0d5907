// A patient books, with scripts and without: the whole way, and where it goes wrong on it.
// Not for deadlines and expiry: their clock is moved in the HTTP tests of the server.
import {
  asShown,
  book,
  chooseSlot,
  codeField,
  codeOf,
  fillIn,
  hold,
  openSlots,
  sendButton,
  shownTime,
  slots,
  somebody,
  typeCode,
} from "../../support/booking";
import { expect, test } from "../../support/test";

test("she books from the first page to the link of her visit", async ({ page, server }) => {
  const person = somebody();
  await page.goto("/");
  await page.getByLabel("Nom, spécialité ou ville").fill("generaliste");
  await page.getByRole("button", { name: "Rechercher" }).click();
  await expect(page.getByRole("heading", { level: 2, name: /résultat/ })).toBeVisible();
  await page.getByRole("main").getByRole("link").first().click();
  await expect(page.getByRole("heading", { name: /Pour quel motif venez-vous/ })).toBeVisible();

  const { url, when } = await book(page, server, person);
  await expect(page.getByText("heure de Paris")).toBeVisible();
  await expect(page.getByRole("link", { name: url })).toBeVisible();
  await expect(page.getByRole("link", { name: "Ajouter à mon agenda" })).toBeVisible();

  // The link of the mail leads to the same visit; the hour is the same in the page and the mail.
  const mail = await server.mailTo(person.email, ({ calendarMethod }) => calendarMethod === "REQUEST");
  const [day, hour] = when.replaceAll(/\s/g, " ").split(" à ");
  expect(mail.text.replaceAll(/\s+/g, " ")).toContain(`${day} à ${hour}`);
  expect(mail.text).toContain(url);
  await page.goto(url);
  await expect(page.getByRole("heading", { level: 1, name: /Votre rendez-vous du/ })).toBeVisible();
  expect((await page.getByRole("main").innerText()).replaceAll(/\s/g, " ")).toContain(day!);
});

test("she calls it off, and the slot is offered again", async ({ page, server }) => {
  const person = somebody();
  const { url, when } = await book(page, server, person);
  await page.getByRole("link", { name: "Annuler ce rendez-vous" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /Annuler ce rendez-vous/ })).toBeVisible();
  await page.getByRole("link", { name: "Non, le garder" }).click();
  await page.getByRole("link", { name: "Annuler ce rendez-vous" }).click();
  await page.getByRole("button", { name: "Oui, annuler" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Ce rendez-vous est annulé" })).toBeVisible();
  expect(page.url()).toBe(url);

  const mail = await server.mailTo(person.email, ({ calendarMethod }) => calendarMethod === "CANCEL");
  expect(mail.calendar).toContain("SEQUENCE:1");
  await openSlots(page, server);
  await expect(slots(page).filter({ hasText: when })).toBeVisible();
});

test("five wrong codes free the slot", async ({ page, server }) => {
  const person = somebody();
  const when = await hold(page, server, person);
  const right = await codeOf(server, person);
  const wrong = right.slice(0, 5) + (right.endsWith("7") ? "8" : "7");
  for (const left of ["4 essais", "3 essais", "2 essais", "un essai"]) {
    await typeCode(page, wrong);
    await expect(page).toHaveTitle(/^Erreur/);
    await expect(page.getByText(new RegExp(`Il reste ${left.replace(" ", "\\s")}`))).toBeVisible();
    await expect(codeField(page)).toHaveValue("");
  }
  await typeCode(page, wrong);
  await expect(page.getByRole("heading", { level: 1, name: /Cinq codes faux/ })).toBeVisible();
  await page.getByRole("link", { name: "Choisir une heure" }).click();
  await openSlots(page, server);
  await expect(slots(page).filter({ hasText: when })).toBeVisible();
});

test("the code comes again when she asks, and the same one is right", async ({ page, server }) => {
  const person = somebody();
  await hold(page, server, person);
  await codeOf(server, person);
  await page.getByRole("button", { name: "Renvoyer le code" }).click();
  await expect(page.getByText("Le code est reparti")).toBeVisible();
  await expect
    .poll(async () => (await server.mails()).filter(({ to }) => to === person.email).length)
    .toBe(2);
  await typeCode(page, await codeOf(server, person));
  await expect(page.getByRole("heading", { level: 1, name: "C’est noté" })).toBeVisible();
});

test("what she typed is kept, and what is wrong is said at its field", async ({ page, server }) => {
  await openSlots(page, server);
  await chooseSlot(page);
  await fillIn(page, { given: "Zoé", family: "", email: "zoe@exemple", phone: "06 12" });
  await sendButton(page).click();
  await expect(page).toHaveTitle(/^Erreur\s: /);
  const summary = page.getByRole("alert");
  await expect(summary).toBeFocused();
  await expect(summary.getByRole("link")).toHaveCount(3);
  await expect(page.getByLabel("Prénom")).toHaveValue("Zoé");
  await expect(page.getByLabel("Adresse électronique")).toHaveValue("zoe@exemple");
  await expect(page.getByLabel("Téléphone")).toHaveValue("06 12");
  await expect(page.getByLabel("Adresse électronique")).toHaveAccessibleDescription(/Erreur\s: Saisissez une seule adresse/);
  await summary.getByRole("link", { name: /^Nom/ }).click();
  await expect(page.getByLabel("Nom", { exact: true })).toBeFocused();

  await fillIn(page, somebody());
  await sendButton(page).click();
  await expect(codeField(page)).toBeVisible();
});

test("a slot that somebody else took meanwhile is said, and another chosen in the same form", async ({ page, server, browser }) => {
  const [first, second] = [somebody(), somebody()];
  await openSlots(page, server);
  const when = await chooseSlot(page);
  await fillIn(page, second);

  const elsewhere = await browser.newContext();
  const faster = await elsewhere.newPage();
  await faster.goto(page.url());
  await fillIn(faster, first);
  await sendButton(faster).click();
  await expect(codeField(faster)).toBeVisible();
  await elsewhere.close();

  const answer = page.waitForResponse((response) => response.request().method() === "POST");
  await sendButton(page).click();
  expect((await answer).status()).toBe(409);
  await expect(page.getByRole("heading", { level: 1, name: /n’est plus libre/ })).toBeVisible();
  await expect(page.getByLabel("Prénom")).toHaveValue(second.given);
  const offers = page.getByRole("group", { name: "Choisissez un autre créneau" }).getByRole("radio");
  await expect(offers).toHaveCount(3);
  for (const offer of await offers.all()) await expect(offer).not.toBeChecked();

  await sendButton(page).click();
  await expect(page.getByRole("alert")).toContainText("Choisissez l’un des créneaux proposés");
  await offers.first().check();
  await sendButton(page).click();
  await expect(codeField(page)).toBeVisible();
  await expect(shownTime(page)).not.toHaveText(asShown(when));
});

test("a second click, Back and sending again hold one slot and send one code", async ({ page, server }) => {
  const person = somebody();
  await openSlots(page, server);
  await chooseSlot(page);
  await fillIn(page, person);
  await sendButton(page).dblclick();
  await expect(codeField(page)).toBeVisible();
  const held = page.url();
  await codeOf(server, person);

  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: /Qui vient|créneau/ })).toBeVisible();
  if (await page.getByLabel("Prénom").inputValue() !== "") {
    // The browser kept the form: its key is the same, and so is the hold.
    await sendButton(page).click();
    await expect(codeField(page)).toBeVisible();
    expect(page.url()).toBe(held);
  }
  await page.goto(held);
  await typeCode(page, await codeOf(server, person));
  await expect(page.getByRole("heading", { level: 1, name: "C’est noté" })).toBeVisible();
  const visit = page.url();

  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: /déjà confirmé/ })).toBeVisible();
  await page.goForward();
  expect(page.url()).toBe(visit);
  const mails = (await server.mails()).filter(({ to }) => to === person.email);
  expect(mails.filter(({ calendarMethod }) => calendarMethod === undefined)).toHaveLength(1);
});

test("she mends a wrong address by Back, and the code that a stranger got books nothing", async ({ page, server }) => {
  const person = somebody();
  const wrong = { ...person, email: `etranger.${person.email}` };
  await openSlots(page, server);
  const when = await chooseSlot(page);
  await fillIn(page, wrong);
  await sendButton(page).click();
  await expect(codeField(page)).toBeVisible();
  const strangers = { url: page.url(), code: await codeOf(server, wrong) };

  await page.goBack();
  await fillIn(page, person);
  await sendButton(page).click();
  await expect(codeField(page)).toBeVisible();
  await expect(page.getByRole("main")).toContainText(person.email);
  await expect(shownTime(page)).toHaveText(asShown(when));
  const held = page.url();
  expect(held).not.toBe(strangers.url);

  await page.goto(strangers.url);
  await expect(codeField(page)).toHaveCount(0);
  await page.goto(held);
  await typeCode(page, await codeOf(server, person));
  await expect(page.getByRole("heading", { level: 1, name: "C’est noté" })).toBeVisible();
  await server.mailTo(person.email, ({ calendarMethod }) => calendarMethod === "REQUEST");
  const invited = (await server.mails()).filter(({ calendarMethod }) => calendarMethod === "REQUEST");
  expect(invited.map(({ to }) => to)).not.toContain(wrong.email);
});

test("a link that leads nowhere says so, and nothing else", async ({ page }) => {
  for (const path of ["/rdv/nulle-part", "/reservation/nulle-part", "/rdv/nulle-part/annuler"]) {
    const answer = await page.goto(path);
    expect(answer!.status()).toBe(404);
    await expect(page.getByRole("heading", { level: 1, name: "Ce lien n’est plus valable" })).toBeVisible();
  }
});

test("she reads English from the first page on, and the mails too", async ({ page, server }) => {
  await page.goto(server.demo.practitioners[0]!.url);
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.getByRole("heading", { name: "What do you come for?" })).toBeVisible();
  await page.getByRole("link", { name: /^Consultation/ }).first().click();
  await page.getByRole("link", { name: "Next week" }).click();
  await page.getByRole("link", { name: /\d{4} at \d+:\d\d/ }).last().click();
  const person = somebody();
  await page.getByLabel("First name").fill(person.given);
  await page.getByLabel("Last name").fill(person.family);
  await page.getByLabel("E-mail address").fill(person.email);
  await page.getByLabel("Telephone").fill(person.phone);
  await page.getByRole("button", { name: "Get the code" }).click();
  await expect(page.getByLabel("Six-digit code")).toBeVisible();
  await page.getByLabel("Six-digit code").fill(await codeOf(server, person));
  await page.getByRole("button", { name: "Confirm the visit" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "You are booked" })).toBeVisible();
  const mail = await server.mailTo(person.email, ({ calendarMethod }) => calendarMethod === "REQUEST");
  expect(mail.text).toContain(page.url().replace("?nouveau", ""));
  expect(mail.subject).toMatch(/[Cc]onfirmed/);
});
