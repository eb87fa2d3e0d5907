// `test` and `expect` of every journey: `server` is a running demo practice, shared by the tests
// of one worker, and each test fails on what a visitor would never see: a script refused by the
// CSP, an uncaught error, an island that did not wake, a request to another host.
// A title with @with-scripts or @without-scripts runs in that project only.
// Not for: a server of one's own; a test that needs an empty one calls `startServer`.
import { expect, test as base } from "@playwright/test";
import { startServer, type Server } from "./server";

export { expect };
export { expectAccessible } from "./axe";

interface Each {
  /** What went wrong out of sight, in the order it happened; checked after the test. */
  problems: string[];
}

export const test = base.extend<Each, { server: Server }>({
  server: [
    async ({}, use) => {
      const server = await startServer();
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],

  baseURL: async ({ server }, use) => use(server.baseURL),

  problems: [
    async ({ context, server }, use, testInfo) => {
      const problems: string[] = [];
      context.on("weberror", (error) => problems.push(`uncaught: ${error.error().message}`));
      context.on("console", (message) => {
        if (/content security policy|refused to|wasm function for the island/i.test(message.text())) {
          problems.push(`console: ${message.text()}`);
        }
      });
      context.on("request", (request) => {
        const url = new URL(request.url());
        if (url.protocol.startsWith("http") && url.hostname !== "127.0.0.1") {
          problems.push(`a request left for ${url.host}`);
        }
      });
      await use(problems);
      if (testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach("server.log", { body: await server.log(), contentType: "text/plain" });
      }
      expect(problems, "out of the visitor's sight").toEqual([]);
    },
    { auto: true },
  ],
});
