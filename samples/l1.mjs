// What a user does on L1, for the devnet of ./run.sh, whose accounts are unlocked. Needs Node.js 18 or newer and no package.
//   node samples/l1.mjs send APPLICATION TEXT       sends an input
//   node samples/l1.mjs deposit APPLICATION WEI     deposits Ether by the portal
// ETH_RPC_URL is the endpoint, by default http://127.0.0.1:8545.

const endpoint = process.env.ETH_RPC_URL ?? "http://127.0.0.1:8545";

// One of Anvil's accounts, and the contracts of @cartesi/rollups 2.2.0.
const user = "0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc";
const inputBox = "0x1b51e2992a2755ba4d6f7094032df91991a0cfac";
const etherPortal = "0xa632c5c05812c6a6149b7af5c56117d1d2603828";

const word = (hex) => hex.padStart(64, "0");

// A call with the arguments (address, bytes).
function call(selector, address, text) {
  const bytes = Buffer.from(text).toString("hex");
  const padded = bytes.padEnd(Math.ceil(bytes.length / 64) * 64, "0");
  return "0x" + selector + word(address.slice(2).toLowerCase()) + word("40") + word((bytes.length / 2).toString(16)) + padded;
}

async function transact(transaction) {
  const answer = await fetch(endpoint, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_sendTransaction", params: [{ from: user, ...transaction }] }),
  });
  const { result, error } = await answer.json();
  if (error) throw new Error(error.message);
  return result;
}

const [verb, application, what] = process.argv.slice(2);
if (!/^0x[0-9a-fA-F]{40}$/.test(application ?? "") || what === undefined || !["send", "deposit"].includes(verb)) {
  console.error("usage: node samples/l1.mjs send APPLICATION TEXT | deposit APPLICATION WEI");
  process.exit(64);
}
const transaction =
  verb === "send"
    ? { to: inputBox, data: call("1789cd63", application, what) }
    : { to: etherPortal, value: "0x" + BigInt(what).toString(16), data: call("938c054f", application, "") };
console.log(`transaction ${await transact(transaction)}`);
