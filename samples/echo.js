// Echo: answers every input with a notice of the same payload, and every query with a report. Needs Node.js 18 or newer and no package.

const server = process.env.ROLLUP_HTTP_SERVER_URL;

// Sends JSON to the node.
function post(path, body) {
  return fetch(server + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function advance({ metadata, payload }) {
  console.log(`input ${metadata.input_index} from ${metadata.msg_sender}: ${payload}`);
  await post("/notice", { payload });
  return "accept";
}

async function inspect({ payload }) {
  await post("/report", { payload });
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
