// What makes the WebAssembly heavy: bytes of code by crate, and the largest functions, of the
// file that still has its names: `node scripts/wasm-sizes.mjs target/site.named.wasm`.
// Not for: the budget itself, see check-budget.sh. Sizes are before wasm-opt and compression.
import { readFileSync } from "node:fs";

const path = process.argv[2];
if (!path) {
  console.error("usage: node wasm-sizes.mjs FILE.wasm [HOW_MANY]");
  process.exit(2);
}
const howMany = Number(process.argv[3] ?? 20);
const bytes = readFileSync(path);
let at = 8;

const number = () => {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return value;
  }
};
const skip = (length) => void (at += length);
const text = () => {
  const length = number();
  at += length;
  return bytes.toString("utf8", at - length, at);
};

const names = new Map();
const sizes = [];
let imported = 0;
while (at < bytes.length) {
  const section = bytes[at++];
  const length = number();
  const end = at + length;
  if (section === 2) readImports();
  if (section === 10) {
    for (let left = number(); left > 0; left--) {
      const size = number();
      sizes.push(size);
      skip(size);
    }
  }
  if (section === 0 && text() === "name") readNames(end);
  at = end;
}

// The kinds of the core specification, §5.5.5: a function, a table, a memory, a global.
function readImports() {
  const limits = () => {
    const bounded = bytes[at++] & 1;
    number();
    if (bounded) number();
  };
  for (let left = number(); left > 0; left--) {
    text();
    text();
    const kind = bytes[at++];
    if (kind === 0) {
      number();
      imported++;
    } else if (kind === 1) {
      skip(1);
      limits();
    } else if (kind === 2) limits();
    else skip(2);
  }
}

function readNames(end) {
  while (at < end) {
    const kind = bytes[at++];
    const length = number();
    const after = at + length;
    if (kind === 1) for (let left = number(); left > 0; left--) names.set(number(), text());
    at = after;
  }
}

const functions = sizes.map((size, i) => ({ size, name: names.get(imported + i) ?? "(no name)" }));
const byCrate = new Map();
for (const { size, name } of functions) {
  const crate = /(?:^|[<& ])([a-z_0-9]+)(?:\[[0-9a-f]+\])?::/.exec(name)?.[1] ?? "(other)";
  byCrate.set(crate, (byCrate.get(crate) ?? 0) + size);
}
const line = (size, name) => console.log(`${String(size).padStart(8)}  ${name}`);
console.log("bytes of code by crate");
for (const [crate, size] of [...byCrate].sort((a, b) => b[1] - a[1]).slice(0, howMany)) line(size, crate);
console.log("\nlargest functions");
for (const { size, name } of functions.sort((a, b) => b.size - a.size).slice(0, howMany)) line(size, name.slice(0, 150));
