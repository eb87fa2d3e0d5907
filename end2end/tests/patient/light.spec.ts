// What a patient's first page costs on a slow line, as it arrives: bytes, requests, hosts.
// Not for: how fast the server answers; see make bench.
import { expect, test } from "../../support/test";

const MOST_BYTES = 150_000;
const MOST_REQUESTS = 10;

test("a first page weighs at most 150 kB in at most 10 requests, none to another host", async ({ page, server }, testInfo) => {
  const network = await page.context().newCDPSession(page);
  const arrived = new Map<string, { url: string; bytes: number }>();
  await network.send("Network.enable");
  await network.send("Network.setCacheDisabled", { cacheDisabled: false });
  network.on("Network.requestWillBeSent", ({ requestId, request }) => {
    if (request.url.startsWith("http")) arrived.set(requestId, { url: request.url, bytes: 0 });
  });
  // Head and compressed body, as they crossed the wire; 0 for what came from the cache.
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const request = arrived.get(requestId);
    if (request) request.bytes = encodedDataLength;
  });

  await page.goto(server.demo.practitioners[0]!.url);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.waitForLoadState("networkidle");

  const loaded = [...arrived.values()].filter(({ bytes }) => bytes > 0);
  const bytes = loaded.reduce((sum, request) => sum + request.bytes, 0);
  const list = loaded.map((request) => `${request.bytes} ${request.url}`).join("\n");
  await testInfo.attach("weight", { body: `${bytes} bytes\n${list}`, contentType: "text/plain" });
  expect(loaded.length, list).toBeLessThanOrEqual(MOST_REQUESTS);
  expect(bytes, list).toBeLessThanOrEqual(MOST_BYTES);
});

test("what never changes is asked for once", async ({ page, server }) => {
  const practitioner = server.demo.practitioners[0]!.url;
  await page.goto(practitioner);
  await page.waitForLoadState("networkidle");

  const network = await page.context().newCDPSession(page);
  await network.send("Network.enable");
  const again: string[] = [];
  const urls = new Map<string, string>();
  network.on("Network.requestWillBeSent", ({ requestId, request }) => urls.set(requestId, request.url));
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const url = urls.get(requestId) ?? "";
    if (encodedDataLength > 0 && /\.(css|js|wasm)(\?|$)/.test(url)) again.push(url);
  });
  await page.goto(practitioner);
  await page.waitForLoadState("networkidle");
  expect(again).toEqual([]);
});
