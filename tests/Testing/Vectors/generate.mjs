// Writes viem.json: vectors from an implementation that shares no code with ours, over the ABIs that the contracts are published with.
// Run it after `npm ci` in the root, whenever a vector is added:  node tests/Ethereum/Vectors/generate.mjs
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import {
  encodeErrorResult, encodeEventTopics, encodeAbiParameters, encodeFunctionData, encodeFunctionResult, getAddress, keccak256, parseAbi,
  serializeTransaction, toFunctionSelector, toRlp, toHex,
} from 'viem'
import { entropyToMnemonic, mnemonicToSeedSync } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english'
import { HDKey, mnemonicToAccount, privateKeyToAccount, sign } from 'viem/accounts'

const here = import.meta.dirname
const contracts = join(dirname(createRequire(import.meta.url).resolve('@cartesi/rollups/package.json')), 'out')
const abi = name => JSON.parse(readFileSync(join(contracts, `${name}.sol`, `${name}.json`), 'utf8')).abi
const text = value => JSON.parse(JSON.stringify(value, (_, v) => typeof v === 'bigint' ? v.toString() : v))

const app = getAddress('0xab7528bb862fb57e8a2bcd567a2e929a0be56a5e')
const high = getAddress('0xffffffffffffffffffffffffffffffffffffffff')
const owner = getAddress('0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266')
const second = getAddress('0x0000000000000000000000000000000000000001')
const hashA = keccak256('0x61')
const hashHigh = `0x${'ff'.repeat(32)}`
const maxLong = 2n ** 63n - 1n
const maxWord = 2n ** 256n - 1n
const dataAvailability = encodeFunctionData({ abi: abi('DataAvailability'), functionName: 'InputBox', args: [app] })
const bytes = length => toHex(Uint8Array.from({ length }, (_, i) => (i * 7 + 1) & 0xff))
const siblings = Array.from({ length: 63 }, (_, i) => keccak256(toHex(i, { size: 32 })))

const call = (contract, functionName, args) => {
  // Overloads are told apart by the number of arguments.
  const item = abi(contract).find(entry => entry.type === 'function' && entry.name === functionName && entry.inputs.length === args.length)
  return text({ contract, functionName, args, data: encodeFunctionData({ abi: [item], functionName, args }) })
}

const calls = [
  call('InputBox', 'addInput', [app, '0x']), call('InputBox', 'addInput', [high, bytes(31)]), call('InputBox', 'addInput', [app, bytes(32)]),
  call('InputBox', 'addInput', [app, bytes(33)]), call('InputBox', 'addInput', [app, bytes(1000)]), call('InputBox', 'getNumberOfInputs', [app]),
  call('InputBox', 'getDeploymentBlockNumber', []),
  call('Application', 'getTemplateHash', []), call('Application', 'getOutputsMerkleRootValidator', []), call('Application', 'getDataAvailability', []),
  call('Application', 'getDeploymentBlockNumber', []), call('Application', 'getNumberOfExecutedOutputs', []), call('Application', 'wasOutputExecuted', [0n]),
  call('Application', 'wasOutputExecuted', [maxLong]), call('Application', 'migrateToOutputsMerkleRootValidator', [owner]),
  call('Application', 'executeOutput', ['0x', { outputIndex: 0n, outputHashesSiblings: [] }]),
  call('Application', 'executeOutput', [bytes(68), { outputIndex: 5n, outputHashesSiblings: siblings }]),
  call('Application', 'validateOutput', [bytes(100), { outputIndex: maxLong, outputHashesSiblings: siblings.slice(0, 2) }]),
  call('Authority', 'submitClaim', [app, 0n, hashA]), call('Authority', 'submitClaim', [high, maxLong, hashHigh]), call('Authority', 'getEpochLength', []),
  call('Authority', 'supportsInterface', ['0x3c925a62']), call('Authority', 'isOutputsMerkleRootValid', [app, hashA]), call('Authority', 'owner', []),
  call('Authority', 'transferOwnership', [second]),
  call('AuthorityFactory', 'newAuthority', [owner, 10n, hashA]), call('AuthorityFactory', 'calculateAuthorityAddress', [owner, maxLong, hashHigh]),
  call('QuorumFactory', 'newQuorum', [[], 10n, hashA]), call('QuorumFactory', 'newQuorum', [[owner, second, high], 7200n, hashA]),
  call('QuorumFactory', 'calculateQuorumAddress', [[owner], 1n, hashA]),
  call('ApplicationFactory', 'newApplication', [app, owner, hashA, dataAvailability, hashHigh]),
  call('ApplicationFactory', 'calculateApplicationAddress', [app, owner, hashA, '0x', hashHigh]),
  call('SelfHostedApplicationFactory', 'deployContracts', [owner, 10n, second, hashA, dataAvailability, hashHigh]),
  call('SelfHostedApplicationFactory', 'calculateAddresses', [owner, 10n, second, hashA, dataAvailability, hashHigh]),
]

const event = (contract, eventName, args) => {
  const item = abi(contract).find(entry => entry.type === 'event' && entry.name === eventName)
  const loose = item.inputs.filter(input => !input.indexed)
  return text({
    contract, eventName, args,
    topics: encodeEventTopics({ abi: [item], eventName, args }),
    data: encodeAbiParameters(loose, loose.map(input => args[input.name])),
  })
}

const events = [
  event('InputBox', 'InputAdded', { appContract: app, index: 0n, input: '0x' }),
  event('InputBox', 'InputAdded', { appContract: high, index: maxLong, input: bytes(65) }),
  event('InputBox', 'InputAdded', { appContract: app, index: maxLong + 1n, input: bytes(1) }),
  event('Authority', 'ClaimSubmitted', { submitter: owner, appContract: app, lastProcessedBlockNumber: 999n, outputsMerkleRoot: hashA }),
  event('Authority', 'ClaimSubmitted', { submitter: high, appContract: second, lastProcessedBlockNumber: maxWord, outputsMerkleRoot: hashHigh }),
  event('Quorum', 'ClaimAccepted', { appContract: app, lastProcessedBlockNumber: maxLong, outputsMerkleRoot: hashHigh }),
  event('Application', 'OutputExecuted', { outputIndex: 3n, output: bytes(68) }),
  event('Application', 'OutputExecuted', { outputIndex: 2n ** 64n - 1n, output: '0x' }),
]

const known = [
  ['Authority', 'NotFirstClaim', [app, 999n]], ['Authority', 'NotEpochFinalBlock', [1000n, 10n]], ['Authority', 'NotPastBlock', [maxWord, 12n]],
  ['Authority', 'OwnableUnauthorizedAccount', [owner]], ['Authority', 'OwnableInvalidOwner', [getAddress(`0x${'00'.repeat(20)}`)]],
  ['InputBox', 'InputTooLarge', [app, 65540n, 65536n]], ['Application', 'InsufficientFunds', [2n ** 70n, 0n]],
  ['Application', 'InvalidOutputHashesSiblingsArrayLength', []], ['Application', 'InvalidOutputsMerkleRoot', [hashA]],
  ['Application', 'OutputNotExecutable', ['0xc258d6e5']], ['Application', 'OutputNotReexecutable', [bytes(36)]], ['Application', 'ReentrancyGuardReentrantCall', []],
].map(([contract, errorName, args]) => text({ errorName, args, data: encodeErrorResult({ abi: abi(contract), errorName, args }) }))
const standard = parseAbi(['error Error(string)', 'error Panic(uint256)', 'error SomethingElse(address)'])
const reverts = [
  ...known,
  ...[['Error', ['Quorum: caller is not validator']], ['Error', ['']], ['Panic', [0x11n]], ['SomethingElse', [app]]]
    .map(([errorName, args]) => text({ errorName, args, data: encodeErrorResult({ abi: standard, errorName, args }) })),
]

const results = [
  ['Application', 'getTemplateHash', hashA], ['Application', 'getOutputsMerkleRootValidator', owner], ['Application', 'getDataAvailability', dataAvailability],
  ['Application', 'getNumberOfExecutedOutputs', 7n], ['Authority', 'supportsInterface', true], ['SelfHostedApplicationFactory', 'calculateAddresses', [app, owner]],
].map(([contract, functionName, result]) => text({ functionName, result, data: encodeFunctionResult({ abi: abi(contract), functionName, result }) }))

const output = (functionName, args) => text({ functionName, args, data: encodeFunctionData({ abi: abi('Outputs'), functionName, args }) })
const outputs = [
  output('Notice', ['0x']), output('Notice', [bytes(33)]), output('Voucher', [owner, 0n, '0x']), output('Voucher', [high, maxWord, bytes(4)]),
  output('DelegateCallVoucher', [second, bytes(64)]),
]
const advance = args => text({ args, data: encodeFunctionData({ abi: abi('Inputs'), functionName: 'EvmAdvance', args }) })
const advances = [
  advance([31337n, app, owner, 1n, 1735689600n, 0n, 0n, '0x']),
  advance([maxWord, high, second, maxWord, maxWord, maxWord, maxWord, bytes(97)]),
]

const keys = [
  `0x${'00'.repeat(31)}01`,
  '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
  '0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140',
  hashA,
]
const dynamic = { type: 'eip1559' }
const legacy = { type: 'legacy' }
const shapes = [
  { ...dynamic, chainId: 1, nonce: 0, to: app, value: 0n, data: '0x', gas: 21000n, maxFeePerGas: 0n, maxPriorityFeePerGas: 0n },
  { ...dynamic, chainId: 31337, nonce: 127, to: second, value: 128n, data: '0x00', gas: 117374n, maxFeePerGas: 2000000007n, maxPriorityFeePerGas: 1000000000n },
  { ...dynamic, chainId: 11155111, nonce: 128, to: high, value: maxWord, data: bytes(55), gas: 30000000n, maxFeePerGas: 2n ** 128n, maxPriorityFeePerGas: 2n ** 127n },
  { ...dynamic, chainId: 4294967296, nonce: 9007199254740991, to: app, value: 1n, data: bytes(56), gas: maxLong, maxFeePerGas: 255n, maxPriorityFeePerGas: 1n },
  { ...dynamic, chainId: 31337, nonce: 256, to: app, value: 0n, data: calls.find(({ functionName }) => functionName === 'submitClaim').data, gas: 1n, maxFeePerGas: 2n, maxPriorityFeePerGas: 2n },
  { ...dynamic, chainId: 31337, nonce: 3, to: app, value: 0n, data: bytes(70000), gas: 16000000n, maxFeePerGas: 3n, maxPriorityFeePerGas: 2n },
  { ...legacy, chainId: 1, nonce: 0, to: app, value: 0n, data: '0x', gas: 21000n, gasPrice: 0n },
  { ...legacy, chainId: 31337, nonce: 127, to: second, value: 128n, data: '0x7f', gas: 117374n, gasPrice: 20000000000n },
  { ...legacy, chainId: 4294967296, nonce: 128, to: high, value: maxWord, data: bytes(300), gas: maxLong, gasPrice: 2n ** 100n },
]
const transactions = []
for (const key of keys) {
  for (const shape of shapes) {
    const account = privateKeyToAccount(key)
    const raw = await account.signTransaction(shape)
    const long = shape.data.length > 2000
    transactions.push(text({
      key, address: account.address, ...shape, dataLength: (shape.data.length - 2) / 2, data: long ? undefined : shape.data,
      signingHash: keccak256(serializeTransaction(shape)), raw: long ? undefined : raw, hash: keccak256(raw),
    }))
  }
}

const signatures = []
for (const key of keys) {
  for (const hash of [`0x${'00'.repeat(32)}`, hashHigh, hashA, ...Array.from({ length: 12 }, (_, i) => keccak256(toHex(i + 1)))]) {
    const { r, s, yParity } = await sign({ hash, privateKey: key })
    signatures.push({ key, hash, r, s, yParity })
  }
}

const rlpItems = [
  '0x', '0x00', '0x7f', '0x80', '0x0400', bytes(55), bytes(56), bytes(255), bytes(256), bytes(1024), [], [[]], [[], [[]], [[], [[]]]],
  ['0x636174', '0x646f67'], Array.from({ length: 60 }, (_, i) => toHex(i, { size: 1 })), [bytes(60), ['0x01', bytes(55)]],
].map(item => ({ item, encoded: toRlp(item) }))

const keccak = [0, 1, 31, 32, 64, 135, 136, 137, 271, 272, 273, 4096].map(length => ({ length, hash: keccak256(bytes(length)) }))
const selectors = Object.fromEntries(
  ['InputBox', 'Application', 'Authority', 'Quorum', 'Outputs', 'Inputs', 'DataAvailability'].flatMap(name =>
    abi(name).filter(entry => entry.type === 'function').map(entry => [entry, toFunctionSelector(entry)])
      .map(([entry, selector]) => [`${entry.name}(${entry.inputs.map(type).join(',')})`, selector])))
function type(input) {
  return input.type.startsWith('tuple') ? `(${input.components.map(type).join(',')})${input.type.slice(5)}` : input.type
}

// ERC-165: the selectors that an interface declares itself, without those of the interfaces it extends.
const functionsOf = name => abi(name).filter(entry => entry.type === 'function').map(entry => toFunctionSelector(entry))
const interfaceId = (name, ...parents) => {
  const inherited = parents.flatMap(functionsOf)
  return toHex(functionsOf(name).filter(selector => !inherited.includes(selector)).reduce((id, selector) => id ^ BigInt(selector), 0n), { size: 4 })
}
const interfaceIds = { IConsensus: interfaceId('IConsensus', 'IOutputsMerkleRootValidator', 'IERC165'), IQuorum: interfaceId('IQuorum', 'IConsensus') }
const addresses = [app, high, owner, second, getAddress('0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed'), getAddress('0xd1220a0cf47c7b9be7a2e6ba89f429762e7b9adb')]

// Entropies of the vectors that BIP-39 refers to, every length, and some of our own.
const entropies = [
  ...[16, 20, 24, 28, 32].flatMap(size => ['00', '7f', '80', 'ff'].map(byte => byte.repeat(size))),
  '9e885d952ad362caeb4efe34a8e91bd2', '6610b25967cdcca9d59875f5cb50b0ea75433311869e930b', '68a79eaca2324873eacc50cb9c6eca8cc68ea5d936f98787c60c7ebc74e6ce7c',
  'c0ba5a8e914111210f2bd131f3d5e08d', '6d9be1ee6ebd27a258115aad99b7317b9c8d28b6d76431c3', 'f585c11aec520db57dd353c69554b21a89b20fb0650966fa0a9d6f74fd989d8f',
  '525d2800000000000000000000000000', // "false true ...": lists that went through a spreadsheet have them in capitals.
]
const mnemonics = entropies.map(entropy => {
  const mnemonic = entropyToMnemonic(Buffer.from(entropy, 'hex'), wordlist)
  const accounts = [0, 1, 9, 2147483647].map(index => {
    const account = mnemonicToAccount(mnemonic, { addressIndex: index })
    return { index, key: toHex(account.getHdKey().privateKey), address: account.address }
  })
  return { entropy, mnemonic, seed: toHex(mnemonicToSeedSync(mnemonic)), accounts }
})

// Test vector 2 as BIP-32 has it; the library only takes base58 apart. The other keys are derived by the library: test vector 3, the paths of 1 and 4 from
// their seeds repeated to the 64 bytes of a mnemonic's seed, and accounts whose key begins with a zero byte. The child is right only with the right chain code.
const standard32 = [
  ['fffcf9f6f3f0edeae7e4e1dedbd8d5d2cfccc9c6c3c0bdbab7b4b1aeaba8a5a29f9c999693908d8a8784817e7b7875726f6c696663605d5a5754514e4b484542', {
    'm': 'xprv9s21ZrQH143K31xYSDQpPDxsXRTUcvj2iNHm5NUtrGiGG5e2DtALGdso3pGz6ssrdK4PFmM8NSpSBHNqPqm55Qn3LqFtT2emdEXVYsCzC2U',
    'm/0': 'xprv9vHkqa6EV4sPZHYqZznhT2NPtPCjKuDKGY38FBWLvgaDx45zo9WQRUT3dKYnjwih2yJD9mkrocEZXo1ex8G81dwSM1fwqWpWkeS3v86pgKt',
    "m/0/2147483647'": 'xprv9wSp6B7kry3Vj9m1zSnLvN3xH8RdsPP1Mh7fAaR7aRLcQMKTR2vidYEeEg2mUCTAwCd6vnxVrcjfy2kRgVsFawNzmjuHc2YmYRmagcEPdU9',
    "m/0/2147483647'/1": 'xprv9zFnWC6h2cLgpmSA46vutJzBcfJ8yaJGg8cX1e5StJh45BBciYTRXSd25UEPVuesF9yog62tGAQtHjXajPPdbRCHuWS6T8XA2ECKADdw4Ef',
    "m/0/2147483647'/1/2147483646'": 'xprvA1RpRA33e1JQ7ifknakTFpgNXPmW2YvmhqLQYMmrj4xJXXWYpDPS3xz7iAxn8L39njGVyuoseXzU6rcxFLJ8HFsTjSyQbLYnMpCqE2VbFWc',
    "m/0/2147483647'/1/2147483646'/2": 'xprvA2nrNbFZABcdryreWet9Ea4LvTJcGsqrMzxHx98MMrotbir7yrKCEXw7nadnHM8Dq38EGfSh6dqA9QWTyefMLEcBYJUuekgW4BYPJcr9E7j',
  }],
].flatMap(([seed, chains]) => Object.entries(chains).map(([path, xprv]) => [seed, path, HDKey.fromExtendedKey(xprv)]))
const [[seed2]] = standard32
const accounts2 = HDKey.fromMasterSeed(Buffer.from(seed2, 'hex')).derive("m/44'/60'/0'/0")
const zeros = Array.from({ length: 2000 }, (_, i) => i).filter(i => accounts2.deriveChild(i).privateKey[0] === 0).slice(0, 3)
const derived32 = [
  ['4b381541583be4423346c643850da4b320e46a87ae3d2a4e6da11eba819cd4acba45d239319ac14f863b8d5ab5a0d0c64d2e8a1e7d1457df2e5a3c51c73235be', ['m', "m/0'"]],
  ['000102030405060708090a0b0c0d0e0f'.repeat(4), ['m', "m/0'", "m/0'/1", "m/0'/1/2'", "m/0'/1/2'/2", "m/0'/1/2'/2/1000000000"]],
  ['3ddd5602285899a946114506157c7997e5444528f3003f6134712147db19b678'.repeat(2), ['m', "m/0'", "m/0'/1'"]],
  [seed2, zeros.map(i => `m/44'/60'/0'/0/${i}`)],
].flatMap(([seed, paths]) => paths.map(path => [seed, path, HDKey.fromMasterSeed(Buffer.from(seed, 'hex')).derive(path)]))
const hdKeys = [...standard32, ...derived32].map(([seed, path, node]) => ({ seed: `0x${seed}`, path, key: toHex(node.privateKey), child: toHex(node.deriveChild(0).privateKey) }))

writeFileSync(join(here, 'viem.json'), JSON.stringify(
  { keccak, addresses, selectors, interfaceIds, calls, results, events, reverts, outputs, advances, rlp: rlpItems, signatures, transactions, mnemonics, hdKeys, dataAvailability },
  null, 1) + '\n')
