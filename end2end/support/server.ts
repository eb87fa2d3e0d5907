// Starts the release binary for tests: a fresh folder, a free port, the demo practice, mails as
// files. Stops exactly the process it started.
// Not for: pages; a test drives those.
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { binary } from "./machine";
import { readMails, type Mail } from "./mail";

/** What `rdv demo --json` prints. */
export interface Demo {
  accounts: { role: string; email: string; password: string }[];
  practitioners: { name: string; url: string }[];
  feeds: { practitioner: string; url: string }[];
}

export interface Options {
  /** `false` leaves the database empty: the first run, with its set-up link in the log. */
  demo?: boolean;
  /** More arguments of `rdv demo`, for example `["--size", "1"]`. */
  demoArguments?: string[];
  /** The name that it is reached by; `127.0.0.1` without it. */
  host?: "localhost";
  /** More variables, which win over those set here. */
  env?: Record<string, string>;
}

export interface Server {
  baseURL: string;
  /** Empty lists when the server was started without the demo. */
  demo: Demo;
  /** The working folder: `data/` and `mail/` are in it. */
  folder: string;
  /** Every mail written so far, oldest first. */
  mails(): Promise<Mail[]>;
  /** Waits (10 s) for the newest mail to that address that `matching` accepts. */
  mailTo(address: string, matching?: (mail: Mail) => boolean): Promise<Mail>;
  /** Everything the program said so far. */
  log(): Promise<string>;
  /** Runs another command of the binary on the same database and answers its output. */
  run(...args: string[]): Promise<string>;
  /** SIGTERM, and waits for the end; fails when the program had panicked or ended badly. */
  stop(): Promise<void>;
}

export async function startServer(options: Options = {}): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), "rdv-end2end-"));
  const port = await freePort();
  const baseURL = `http://${options.host ?? "127.0.0.1"}:${port}`;
  const env = {
    PATH: process.env.PATH ?? "",
    RDV_LISTEN: `127.0.0.1:${port}`,
    RDV_PUBLIC_URL: baseURL,
    RDV_DATABASE_URL: `sqlite:${join(folder, "rdv.db")}`,
    RDV_SMTP_URL: `file:${join(folder, "mail")}`,
    RDV_MAIL_FROM: "Cabinet <rdv@cabinet.example>",
    RDV_RATE_LIMITS: "off",
    RDV_LOG: "info",
    ...options.env,
  };
  const run = async (...args: string[]) =>
    (await promisify(execFile)(binary(), args, { cwd: folder, env, maxBuffer: 16 << 20 })).stdout;
  const demo: Demo =
    options.demo === false
      ? { accounts: [], practitioners: [], feeds: [] }
      : JSON.parse(await run("demo", "--json", ...(options.demoArguments ?? [])));

  const logFile = join(folder, "server.log");
  const log = () => readFile(logFile, "utf8").catch(() => "");
  const child = spawn(binary(), ["serve"], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  const output = createWriteStream(logFile);
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));

  const mails = () => readMails(join(folder, "mail"));
  try {
    await answering(baseURL, child);
  } catch (error) {
    child.kill("SIGKILL");
    throw new Error(`${(error as Error).message}\n${await log()}`);
  }

  return {
    baseURL,
    demo,
    folder,
    mails,
    log,
    run,
    async mailTo(address, matching = () => true) {
      const deadline = Date.now() + 10_000;
      for (;;) {
        const all = await mails();
        const found = all.findLast((mail) => mail.to === address.toLowerCase() && matching(mail));
        if (found) return found;
        if (Date.now() > deadline) {
          const seen = all.map((mail) => `${mail.to}: ${mail.subject}`).join("\n");
          throw new Error(`no such mail to ${address} within 10 s; there are:\n${seen}`);
        }
        await sleep(100);
      }
    },
    async stop() {
      child.kill("SIGTERM");
      const stopped = await Promise.race([ended.then(() => true), sleep(12_000, false)]);
      if (!stopped) child.kill("SIGKILL");
      await ended;
      const said = await log();
      if (/panicked at/.test(said)) throw new Error(`the server panicked:\n${said}`);
      if (!stopped) throw new Error(`the server did not stop within 12 s of SIGTERM:\n${said}`);
      if (child.exitCode !== 0) throw new Error(`the server ended with ${child.exitCode}:\n${said}`);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answering(baseURL: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`rdv serve ended with ${child.exitCode}`);
    const answer = await fetch(`${baseURL}/healthz`).catch(() => null);
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new Error(`${baseURL}/healthz did not answer within 10 s`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
