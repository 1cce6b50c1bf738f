// A wallet: takes deposits of Ether and ERC-20 tokens, and pays them out by vouchers. Needs Node.js 18 or newer and no package.
//
// An input from a portal is a deposit. Any other input is a JSON text:
//   {"method": "withdraw_ether", "amount": "WEI"}
//   {"method": "withdraw_erc20", "token": "0xTOKEN", "amount": "UNITS"}
// A query is an address; its report has the address's balances as JSON.

const server = process.env.ROLLUP_HTTP_SERVER_URL;

// The portals of @cartesi/rollups 2.2.0 have the same address on every chain.
const etherPortal = "0xa632c5c05812c6a6149b7af5c56117d1d2603828";
const erc20Portal = "0xaca6586a0cf05bd831f2501e7b4aea550da6562d";

// First four bytes of keccak256("transfer(address,uint256)").
const transfer = "a9059cbb";

const ether = "ether";

// Owner to a map of asset (a token or ether) to amount.
const balances = new Map();

// Sends JSON to the node.
function post(path, body) {
  return fetch(server + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

const hexOf = (text) => "0x" + Buffer.from(text).toString("hex");
const textOf = (payload) => Buffer.from(payload.slice(2), "hex").toString();
const word = (number) => number.toString(16).padStart(64, "0");

async function add(owner, asset, amount) {
  if (!balances.has(owner)) balances.set(owner, new Map());
  const balance = (balances.get(owner).get(asset) ?? 0n) + amount;
  balances.get(owner).set(asset, balance);
  console.log(`${owner} has ${balance} of ${asset}`);
  await post("/notice", { payload: hexOf(JSON.stringify({ owner, asset, balance: `${balance}` })) });
}

async function take(owner, asset, amount) {
  if (amount <= 0n || amount > (balances.get(owner)?.get(asset) ?? 0n)) throw new Error(`${owner} does not have ${amount} of ${asset}`);
  await add(owner, asset, -amount);
}

// Sender (20 bytes), amount (32), and data for the application, which the wallet ignores.
const depositEther = (payload) => add("0x" + payload.slice(2, 42), ether, BigInt("0x" + payload.slice(42, 106)));

// Token (20 bytes), sender (20), amount (32), and data.
const depositErc20 = (payload) => add("0x" + payload.slice(42, 82), "0x" + payload.slice(2, 42), BigInt("0x" + payload.slice(82, 146)));

async function withdraw(sender, { method, token, amount: wanted }) {
  const amount = BigInt(wanted);
  if (method === "withdraw_ether") {
    await take(sender, ether, amount);
    await post("/voucher", { destination: sender, value: "0x" + word(amount), payload: "0x" });
  } else if (method === "withdraw_erc20") {
    const asset = token.toLowerCase();
    await take(sender, asset, amount);
    const call = "0x" + transfer + sender.slice(2).padStart(64, "0") + word(amount);
    await post("/voucher", { destination: asset, value: "0x" + word(0n), payload: call });
  } else {
    throw new Error(`there is no method ${method}`);
  }
}

async function advance({ metadata, payload }) {
  const sender = metadata.msg_sender.toLowerCase();
  try {
    if (sender === etherPortal) await depositEther(payload);
    else if (sender === erc20Portal) await depositErc20(payload);
    else await withdraw(sender, JSON.parse(textOf(payload)));
    return "accept";
  } catch (error) {
    // Nothing has changed yet: the wallet checks before it changes a balance.
    console.log(`rejected: ${error.message}`);
    await post("/report", { payload: hexOf(error.message) });
    return "reject";
  }
}

async function inspect({ payload }) {
  const found = balances.get(textOf(payload).toLowerCase()) ?? new Map();
  const report = Object.fromEntries([...found].map(([asset, amount]) => [asset, `${amount}`]));
  await post("/report", { payload: hexOf(JSON.stringify(report)) });
  return "accept";
}

async function main() {
  let status = "accept";
  for (;;) {
    const answer = await post("/finish", { status });
    // 202: there is no request yet.
    if (answer.status !== 200) {
      await answer.text();
      continue;
    }
    const { request_type, data } = await answer.json();
    status = request_type === "advance_state" ? await advance(data) : await inspect(data);
  }
}

main();
