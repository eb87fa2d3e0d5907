// Fails when the release binary needs a file beside it: a copy of it alone in an empty folder,
// with an empty environment, must serve its pages with their style and scripts, already compressed.
// Not for: what the pages say, see end2end.
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const binary = process.argv[2];
if (!binary) {
  console.error("usage: node check-binary.mjs PATH_OF_RDV");
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "rdv-alone-"));
copyFileSync(binary, join(folder, "rdv"));
const port = await freePort();
const origin = `http://127.0.0.1:${port}`;
const server = spawn(join(folder, "rdv"), ["serve"], {
  cwd: folder,
  env: { RDV_LISTEN: `127.0.0.1:${port}` },
  stdio: ["ignore", "pipe", "pipe"],
});
let output = "";
for (const stream of [server.stdout, server.stderr]) stream.on("data", (data) => (output += data));
const ended = new Promise((resolve) => server.on("exit", (code, signal) => resolve({ code, signal })));

let problem;
try {
  await ready();
  const page = await (await get("/", "text/html")).text();
  const style = /href="([^"]+\/pkg\/)rdv\.css"/.exec(page);
  if (!style) throw new Error("the page names no style sheet");
  // A page without islands names no script: ask for what one with islands would.
  for (const name of ["rdv.css", "rdv.js", "rdv.wasm"]) {
    const file = await get(style[1] + name);
    const compressed = file.headers.get("content-encoding");
    if (compressed !== "br") throw new Error(`${name} is sent without brotli (${compressed})`);
    if ((await file.arrayBuffer()).byteLength === 0) throw new Error(`${name} is empty`);
  }
} catch (error) {
  problem = error.message;
}

server.kill("SIGTERM");
const end = await Promise.race([ended, sleep(12_000, null)]);
if (!end) {
  server.kill("SIGKILL");
  problem ??= "it did not stop within 12 s of SIGTERM";
} else if (end.code !== 0) {
  problem ??= `after SIGTERM it ended with ${end.code ?? end.signal}, not 0`;
}
rmSync(folder, { recursive: true, force: true });
if (problem) {
  console.error(`the binary alone: ${problem}\n${output}`);
  process.exit(1);
}

async function get(path, type = "*/*") {
  const answer = await fetch(origin + path, { headers: { accept: type, "accept-encoding": "br, gzip" } });
  if (!answer.ok) throw new Error(`${path} answers ${answer.status}`);
  return answer;
}

async function ready() {
  for (let tries = 0; tries < 100; tries++) {
    if (server.exitCode !== null) throw new Error(`it ended with ${server.exitCode}`);
    const answer = await fetch(`${origin}/healthz`).catch(() => null);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error("/healthz did not answer within 10 s");
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
