"""What the guest does with a request: as recorded on a real machine where there is a record, else by the same commands."""

import base64
import hashlib
import json
import os

OUTPUT, REPORT, PROGRESS = 2, 4, 1
ACCEPTED, REJECTED, EXCEPTION, GIO = 1, 2, 4, 16
AUTOMATIC, MANUAL = 0, 1


def tohost(command, reason, length):
    return 2 << 56 | command << 48 | reason << 32 | length


def digest(*parts):
    return hashlib.sha256(b"|".join(parts)).digest()


class Stop:
    """A point at which run() returns. A root of None is made from the state before and the request."""

    def __init__(self, mcycle, kind, word=0, data=b"", root=None, seconds=0.0):
        self.mcycle, self.kind, self.word, self.data, self.root, self.seconds = mcycle, kind, word, data, root, seconds


class Recorded:
    """The transitions in records.json, by root, reason and request; and the template's state and a proof."""

    def __init__(self):
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "records.json")) as file:
            scenes = json.load(file)["scenes"]
        self.transitions, self.proofs, self.memory = {}, {}, {}
        boot = scenes["create_and_store"]
        self.template = base64.b64decode(boot[6]["result"])
        self.template_outputs = base64.b64decode(boot[5]["result"]["data"])
        self.template_mcycle = scenes["load"][5]["result"]
        known = self.template
        for name, calls in scenes.items():
            if name.startswith(("advance_", "inspect_")) or name == "prt_collect":
                known = self._transition(calls, known)
            for call, after in zip(calls, calls[1:]):
                if call["method"] == "machine.get_proof":
                    address = call["params"]["address"]
                    self.proofs[known, address] = call["result"]
                    self.memory[known, address] = after["result"]

    def _transition(self, calls, known):
        # A fork's scene leaves the chain as it was.
        before, events, start, end, strides, root = known, [], None, None, [], None
        for call in calls:
            method, params, result = call["method"], call["params"], call.get("result")
            if method == "machine.get_root_hash":
                if events and root is None:
                    root = base64.b64decode(result)
                elif not events:
                    before = base64.b64decode(result)
            elif method == "machine.send_cmio_response" and result is True:
                request = (params["reason"], base64.b64decode(params["data"]))
                events = []
            elif method == "machine.read_reg" and params["reg"] == "mcycle":
                start = result
            elif method == "machine.read_reg" and params["reg"] == "htif_tohost":
                events[-1]["word"] = result
            elif method == "machine.run":
                end = params["mcycle_end"]
                if result != "reached_target_mcycle":
                    events.append({"kind": result, "end": end, "word": 0, "data": b""})
            elif method == "machine.collect_mcycle_root_hashes":
                strides = [base64.b64decode(hash) for hash in result["hashes"]]
                events.append({"kind": result["break_reason"], "end": None, "word": tohost(MANUAL, ACCEPTED, 32), "data": b""})
                phase = result["mcycle_phase"]
            elif method == "machine.receive_cmio_request" and result and events:
                events[-1]["data"] = base64.b64decode(result["data"])
                if events[-1]["kind"] == "yielded_automatically":
                    is_progress = result["reason"] == PROGRESS
                    said = int.from_bytes(events[-1]["data"], "little") if is_progress else result["available_length"]
                    events[-1]["word"] = tohost(AUTOMATIC, result["reason"], said)
        if not events or root is None and events[-1]["kind"] != "mcycle_overflow":
            return known
        self.transitions[(before, *request)] = (start, events, root, strides, phase if strides else 0)
        return known if calls[0]["method"] == "fork" else root

    def stops(self, machine, reason, data):
        found = self.transitions.get((machine.root, reason, data))
        if found is None:
            return None
        start, events, root, strides, phase = found
        if start is None:
            start = machine.mcycle
        base = machine.mcycle
        stops = []
        for number, event in enumerate(events):
            last = number == len(events) - 1
            if strides:
                mcycle = base + (len(strides) - 1) * (1 << 24) + phase
            elif last and event["kind"] != "mcycle_overflow":
                mcycle = base + (NEXT[start] - start if start in NEXT else max(event["end"] - start - 1000, 1000))
            elif last:
                return None
            else:
                mcycle = base + 100 * (number + 1)
            stops.append(Stop(mcycle, event["kind"], event["word"], event["data"], root if last else None))
        machine.strides = [(base + (i + 1) * (1 << 24), hash) for i, hash in enumerate(strides[:-1])]
        return stops


# The cycle counters at the beginning of the recorded inputs that follow each other.
CHAIN = [6296104, 11586692, 16960437, 22251340, 27751407, 32999623]
NEXT = dict(zip(CHAIN, CHAIN[1:]))


def payload_of(reason, data):
    if reason == 1:
        return data
    return data[292 : 292 + int.from_bytes(data[260:292], "big")]


def word(value):
    return value.to_bytes(32, "big")


def padded(data):
    return word(len(data)) + data + bytes(-len(data) % 32)


def notice(data):
    return bytes.fromhex("c258d6e5") + word(32) + padded(data)


def delegate_call(sender, data):
    return bytes.fromhex("10321e8b") + word(sender) + word(64) + padded(data)


def voucher(sender, data):
    return bytes.fromhex("237a816f") + word(sender) + word(1) + word(96) + padded(data)


def stops(machine, reason, data):
    """A list of stops; the machine runs for ever without one. Letters are the commands of the recorded guest."""
    payload = payload_of(reason, data)
    command = payload[:1].decode("latin1") if payload[:1].isupper() and len(payload) <= 64 else ""
    digits = bytes(takewhile_digit(payload[1:]))
    number = int(digits) if digits else 0
    emitted, cycles, seconds = [], 20000, 0.0
    end, rest, said = "yielded_manually", (MANUAL, ACCEPTED, 32), b""
    if reason == 1:
        emitted += [(REPORT, payload), (REPORT, machine.outputs.to_bytes(8, "big"))]
    if command in ("V", "D") and reason == 0:
        encode = voucher if command == "V" else delegate_call
        emitted.append((OUTPUT, encode(int.from_bytes(data[68:100], "big"), payload[1:])))
    elif command == "M" and reason == 0:
        emitted += [(OUTPUT, notice(part)) for part in (payload[:1], payload[:2], payload)]
    elif command == "N" and reason == 0:
        emitted += [(OUTPUT, notice(b"item" + i.to_bytes(8, "big"))) for i in range(number or 100)]
    elif command == "R":
        emitted += [(OUTPUT, notice(payload)), (REPORT, payload)] if reason == 0 else []
        rest = (MANUAL, REJECTED, 0)
    elif command == "E":
        emitted += [(OUTPUT, notice(payload))] if reason == 0 else []
        said = b"" if len(payload) == 1 else payload
        rest = (MANUAL, EXCEPTION, len(said))
    elif command == "H":
        end, rest = "halted", (0, 0, 0)
    elif command == "L":
        return []
    elif command == "G":
        said, rest = payload[1:], (MANUAL, GIO, len(payload) - 1)
    elif command == "Y":
        rest = (MANUAL, number or 3, 0)
    elif command == "B" and reason == 0:
        rest = (MANUAL, ACCEPTED, number or 31)
    elif command == "P":
        emitted.append((PROGRESS, (number or 500).to_bytes(4, "little")))
    elif command == "S":
        cycles = (number or 1) * 1000000
        seconds = cycles / 250e6
    elif command == "F":
        emitted += [(REPORT, b"item" + i.to_bytes(8, "big")) for i in range(number or 1000)]
    elif command == "K":
        emitted.append((REPORT, b"k" * (number or 1 << 21)))
    elif command != "Q" and reason == 0:
        emitted += [(OUTPUT, notice(payload)), (REPORT, payload)]
    found, mcycle = [], machine.mcycle
    for kind, item in emitted:
        mcycle += 10
        length = int.from_bytes(item, "little") if kind == PROGRESS else len(item)
        found.append(Stop(mcycle, "yielded_automatically", tohost(AUTOMATIC, kind, length), item))
    mcycle = min(mcycle + cycles, (1 << 64) - 1)
    found.append(Stop(mcycle, end, tohost(*rest) if end == "yielded_manually" else 1, said, None, seconds))
    return found


def takewhile_digit(data):
    for byte in data:
        if not 48 <= byte <= 57:
            return
        yield byte
