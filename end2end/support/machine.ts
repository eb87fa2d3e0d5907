// Where this machine keeps the browser and the release binary; `make test` says it in variables.
// Not for: starting anything.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const scripts = fileURLToPath(new URL("../../scripts", import.meta.url));

/** The path of a Chromium or Chrome: RDV_CHROMIUM, or the first that scripts/lib.sh finds. */
export function chromium(): string {
  if (process.env.RDV_CHROMIUM) return process.env.RDV_CHROMIUM;
  return ask(`. ${scripts}/lib.sh && find_chromium`, "no Chromium or Chrome: scripts/setup.sh test");
}

/** The path of the release binary: RDV_BIN, or what `make build` leaves. */
export function binary(): string {
  const path = process.env.RDV_BIN ?? ask(`${scripts}/build.sh --path`, "cargo does not answer");
  if (!existsSync(path)) throw new Error(`${path} does not exist: make build`);
  return path;
}

function ask(question: string, otherwise: string): string {
  try {
    return execFileSync("bash", ["-c", question], { encoding: "utf8" }).trim();
  } catch {
    throw new Error(otherwise);
  }
}
