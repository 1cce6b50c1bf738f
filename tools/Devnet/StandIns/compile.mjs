// Compiles the stand-in contracts of this folder: node compile.mjs OUTPUT_FOLDER writes a NAME.json {"bytecode": "0x..."} for each.
import { createRequire } from "node:module";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const sources = dirname(fileURLToPath(import.meta.url));
const output = process.argv[2];
if (!output) {
  console.error("usage: node compile.mjs OUTPUT_FOLDER");
  process.exit(2);
}

const names = readdirSync(sources).filter((name) => name.endsWith(".sol"));
const compiler = createRequire(import.meta.url)("solc");
const result = JSON.parse(compiler.compile(JSON.stringify({
  language: "Solidity",
  sources: Object.fromEntries(names.map((name) => [name, { content: readFileSync(join(sources, name), "utf8") }])),
  settings: {
    evmVersion: "cancun",
    optimizer: { enabled: true, runs: 200 },
    outputSelection: { "*": { "*": ["evm.bytecode.object"] } },
  },
})));
const problems = result.errors ?? [];
for (const problem of problems) console.error(problem.formattedMessage);
if (problems.length > 0) process.exit(1);

mkdirSync(output, { recursive: true });
for (const contracts of Object.values(result.contracts)) {
  for (const [name, contract] of Object.entries(contracts)) {
    if (!contract.evm.bytecode.object) continue;
    // Whole or not at all: another process may be reading.
    const file = join(output, `${name}.json`);
    writeFileSync(`${file}.${process.pid}`, JSON.stringify({ bytecode: `0x${contract.evm.bytecode.object}` }));
    renameSync(`${file}.${process.pid}`, file);
  }
}
