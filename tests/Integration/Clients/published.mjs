// Asks a node through the published clients, unmodified. Arguments: the node's /rpc, L1, the application, an account that L1 has unlocked,
// and the step: "wait N" until input N is processed, or "all" after its epoch is accepted. Any difference ends it with a message.
import assert from "node:assert/strict";
import { createClient as createRpcClient } from "@cartesi/rpc";
import * as newer from "@cartesi/client";
import * as older from "@cartesi/viem";
import { createPublicClient, createWalletClient, http } from "viem";
import { foundry } from "viem/chains";

const [rpcUrl, l1Url, application, account, step, argument] = process.argv.slice(2);
const rpc = createRpcClient({ uri: rpcUrl });
const clients = { newer, older };
const l2Of = (library, batch = false) => library.createCartesiPublicClient({ transport: http(rpcUrl, { batch }) });

const isDate = (date) => assert.ok(date instanceof Date && !Number.isNaN(date.getTime()), `${date} is no date`);
const codeOf = (error) => error.code ?? (error.cause ? codeOf(error.cause) : undefined);
const fails = async (promise, code) => {
  const error = await promise.then(
    () => assert.fail(`no error ${code}`),
    (error) => error,
  );
  assert.equal(codeOf(error), code, error.message);
};

async function wait(index) {
  for (const library of Object.values(clients)) {
    const input = await l2Of(library).waitForInput({ application, inputIndex: BigInt(index), pollingInterval: 200, retryCount: 900 });
    assert.notEqual(input.status, "NONE");
    assert.equal(input.index, BigInt(index));
  }
}

// The plain client: without params, with params by name, found and not found.
async function plain() {
  const { data: chainId } = await rpc.request("cartesi_getChainId");
  assert.equal(chainId, "0x7a69");
  assert.match((await rpc.request("cartesi_getNodeVersion")).data, /^2\.0\.0-alpha\.\d+/);
  const { data: applications, pagination } = await rpc.request("cartesi_listApplications");
  assert.equal(pagination.total_count, applications.length);
  assert.ok(applications.some((one) => one.iapplication_address === application.toLowerCase()));
  const all = await rpc.request("cartesi_listInputs", { application, limit: 100 });
  const paged = [];
  for (let offset = 0; offset < all.pagination.total_count; offset++)
    paged.push(...(await rpc.request("cartesi_listInputs", { application, limit: 1, offset })).data);
  assert.deepEqual(paged, all.data);
  await fails(rpc.request("cartesi_getInput", { application, input_index: "0xffff" }), -31001);
  await fails(rpc.request("cartesi_getApplication", { application: "nobody" }), -31002);
  return (await rpc.request("cartesi_getApplication", { application })).data.consensus_type;
}

async function typed(l2) {
  assert.equal(await l2.getChainId(), 31337);
  assert.match(await l2.getNodeVersion(), /^2\.0\.0-alpha/);
  const { data: applications } = await l2.listApplications();
  for (const one of applications) {
    assert.equal(one.dataAvailability.type, "InputBox");
    isDate(one.createdAt);
    isDate(one.executionParameters.updatedAt);
  }
  const one = await l2.getApplication({ application });
  assert.equal(one.status, "OK");
  assert.equal(one.enabled, true);

  const epochs = await l2.listEpochs({ application, status: "CLAIM_ACCEPTED", limit: 1, descending: true });
  assert.equal(epochs.data[0].index, await l2.getLastAcceptedEpochIndex({ application }));
  isDate(epochs.data[0].createdAt);
  const epoch = await l2.getEpoch({ application, epochIndex: 0n + epochs.data[0].index });
  assert.equal(epoch.status, "CLAIM_ACCEPTED");
  assert.match(epoch.claimTransactionHash, /^0x[0-9a-f]{64}$/);

  const inputs = await l2.listInputs({ application });
  assert.ok(inputs.data.length > 0);
  assert.equal(inputs.pagination.totalCount, inputs.data.length);
  const first = await l2.getInput({ application, inputIndex: 0n });
  assert.deepEqual(first, inputs.data[0]);
  assert.equal(first.decodedData.applicationContract.toLowerCase(), application.toLowerCase());
  assert.equal(first.status, "ACCEPTED");
  isDate(first.updatedAt);
  const { sender } = first.decodedData;
  assert.deepEqual((await l2.listInputs({ application, sender, epochIndex: first.epochIndex })).data[0], first);
  assert.equal(await l2.getProcessedInputCount({ application }), BigInt(inputs.data.length));

  // The clients ask for outputs of one type.
  const notices = await l2.listOutputs({ application, outputType: "Notice" });
  const vouchers = await l2.listOutputs({ application, outputType: "Voucher", epochIndex: first.epochIndex });
  assert.ok(notices.data.length > 0 && vouchers.data.length > 0);
  assert.deepEqual(await l2.getOutput({ application, outputIndex: notices.data[0].index }), notices.data[0]);
  const { destination } = vouchers.data[0].decodedData;
  assert.deepEqual((await l2.listOutputs({ application, outputType: "Voucher", voucherAddress: destination })).data[0], vouchers.data[0]);
  const reports = await l2.listReports({ application });
  assert.ok(reports.data.length > 0);
  assert.deepEqual(await l2.getReport({ application, reportIndex: 0n }), reports.data[0]);
  assert.deepEqual((await l2.listWithdrawals({ application })).data, []);
  await fails(l2.getOutput({ application, outputIndex: 99999n }), -31001);
  await fails(l2.getApplication({ application: `0x${"1".repeat(40)}` }), -31002);
  return { first, outputs: [...notices.data, ...vouchers.data], voucher: vouchers.data[0] };
}

async function tournaments(l2) {
  const { data } = await l2.listTournaments({ application, level: 0n });
  const tournament = data.find((one) => one.epochIndex === 0n);
  assert.deepEqual(await l2.getTournament({ application, address: tournament.address }), tournament);
  isDate(tournament.createdAt);
  const query = { application, epochIndex: tournament.epochIndex, tournamentAddress: tournament.address };
  const commitments = await l2.listCommitments(query);
  assert.equal(commitments.data.length, 2);
  assert.deepEqual(await l2.getCommitment({ ...query, commitment: commitments.data[0].commitment }), commitments.data[0]);

  // The test has had the two play a match on two levels.
  const matches = await l2.listMatches(query);
  assert.equal(matches.pagination.totalCount, 1);
  const [match] = matches.data;
  assert.deepEqual(await l2.getMatch({ ...query, idHash: match.idHash }), match);
  assert.deepEqual((await l2.listMatches({ application })).data, [match]);
  assert.deepEqual([match.commitmentOne, match.commitmentTwo].sort(), commitments.data.map((one) => one.commitment).sort());
  assert.equal(match.deletionReason, "CHILD_TOURNAMENT");
  assert.equal(match.winnerCommitment, "ONE");
  assert.match(match.deletionTxHash, /^0x[0-9a-f]{64}$/);
  isDate(match.createdAt);
  const advances = await l2.listMatchAdvances({ ...query, idHash: match.idHash });
  assert.equal(advances.data.length, 1);
  const [advance] = advances.data;
  assert.equal(advance.idHash, match.idHash);
  assert.deepEqual(await l2.getMatchAdvanced({ ...query, idHash: match.idHash, parent: advance.otherParent }), advance);
  const inner = await l2.listTournaments({ application, level: 1n, parentMatchIdHash: match.idHash });
  assert.deepEqual(inner.data.map((one) => one.parentTournamentAddress), [tournament.address]);
  const below = { ...query, tournamentAddress: inner.data[0].address };
  assert.deepEqual((await l2.listMatches(below)).data, []);
  await fails(l2.getMatch({ ...query, idHash: `0x${"1".repeat(64)}` }), -31001);
}

// Validates every output on L1 with the node's proof, executes one, and sees the node notice it.
async function onChain(l2, { outputs, voucher }) {
  const transport = http(l1Url);
  const l1 = createPublicClient({ chain: foundry, transport }).extend(older.publicActionsL1());
  const wallet = createWalletClient({ chain: foundry, transport, account }).extend(older.walletActionsL1());
  for (const output of outputs) assert.equal(await l1.validateOutput({ application, output }), true);
  const broken = { ...outputs[0], outputHashesSiblings: outputs[0].outputHashesSiblings.map(() => `0x${"1".repeat(64)}`) };
  assert.notEqual(await l1.validateOutput({ application, output: broken }).catch(() => false), true);
  const hash = await wallet.executeOutput({ application, output: voucher });
  const receipt = await l1.waitForTransactionReceipt({ hash });
  assert.equal(receipt.status, "success");
  assert.equal(newer.getOutputsExecuted(receipt).length, 1);
  for (let tries = 0; ; tries++) {
    const { executionTransactionHash } = await l2.getOutput({ application, outputIndex: voucher.index });
    if (executionTransactionHash === hash) return;
    assert.ok(tries < 900, "the node has not noticed the execution");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

if (step === "wait") await wait(argument);
else {
  const consensus = await plain();
  for (const library of Object.values(clients)) {
    await typed(l2Of(library));
    if (consensus === "PRT") await tournaments(l2Of(library));
    // Several calls at once are sent as a batch.
    const l2 = l2Of(library, true);
    const [version, one] = await Promise.all([l2.getNodeVersion(), l2.getApplication({ application })]);
    assert.match(version, /^2/);
    assert.equal(one.applicationAddress.toLowerCase(), application.toLowerCase());
  }
  const { transactionHash } = await l2Of(newer).getInput({ application, inputIndex: 0n });
  assert.match(transactionHash, /^0x[0-9a-f]{64}$/);
  assert.equal((await l2Of(older).getInput({ application, inputIndex: 0n })).transactionReference, transactionHash);
  await onChain(l2Of(newer), await typed(l2Of(newer)));
}
console.log(`${step}: done`);
