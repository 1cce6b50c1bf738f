"""A stand-in for the emulator: it has no memory to run, but keeps every rule of JSON-RPC API 0.7 that a node could break."""

import base64
import hashlib
import json
import os
import shutil
import time

import guest
import provable

BUFFER = 1 << 21
LARGEST = (1 << 64) - 1
WINDOW = (1 << 48) - 1


class Refused(Exception):
    def __init__(self, code, message, data=None):
        super().__init__(message)
        self.code, self.message, self.data = code, message, data


def runtime(message):
    return Refused(-32603, message, -6)


def invalid(message):
    return Refused(-32602, message, -1)


def decode(text):
    for character in text:
        if not (character.isalnum() or character in "+/="):
            raise Refused(-32603, f"invalid base64 character code {ord(character)}", -2)
    if len(text) % 4:
        raise Refused(-32603, "base64 string length must be a multiple of 4", -2)
    return base64.b64decode(text)


def encode(data):
    return base64.b64encode(data).decode()


class Machine:
    recorded = guest.Recorded()

    # Whether states are those of a memory that can be proven, and not those of the records.
    is_provable = False

    def __init__(self, state):
        self.root = bytes.fromhex(state["root"])
        self.tx = bytes.fromhex(state["tx"])
        self.mcycle, self.word, self.outputs = state["mcycle"], state["tohost"], state["outputs"]
        self.imcyclemax = state["imcyclemax"]
        self.is_waiting, self.is_yielded, self.is_halted = True, False, False
        self.is_shared, self.memory_is_sound = False, True
        self.stops, self.strides, self.request = [], [], b""
        self.history = bytes.fromhex(state["history"])
        self.frontier = {int(level): bytes.fromhex(node) for level, node in state["frontier"].items()}

    # ---- stored machines ----

    @staticmethod
    def template(**other):
        recorded = Machine.recorded
        state = {
            "root": recorded.template.hex(),
            "tx": recorded.template_outputs.hex(),
            "mcycle": recorded.template_mcycle,
            "imcyclemax": LARGEST,
            "tohost": guest.tohost(guest.MANUAL, guest.ACCEPTED, 32),
            "outputs": 0,
            "history": bytes(32).hex(),
            "frontier": {},
        }
        machine = Machine({**state, **other})
        if Machine.is_provable:
            machine.prove()
        return machine

    @staticmethod
    def load(folder, sharing):
        try:
            with open(os.path.join(folder, "config.json")) as file:
                stored = json.load(file)
        except OSError:
            raise runtime(f"unable to read file '{folder}/config.json': open() failed: No such file or directory") from None
        with open(os.path.join(folder, "ram.bin"), "rb") as file:
            memory = file.read()
        state = stored["state"]
        if len(memory) != stored["length"]:
            state = {**state, "root": guest.digest(b"truncated", memory).hex()}
        machine = Machine(state)
        machine.is_shared = sharing == "all"
        machine.memory_is_sound = hashlib.sha256(memory).hexdigest() == stored["memory"]
        return machine

    def store(self, folder, fault=None):
        try:
            os.mkdir(folder)
        except FileExistsError:
            raise runtime(f"unable to create directory '{folder}': File exists") from None
        except OSError as error:
            raise runtime(f"unable to create directory '{folder}': {os.strerror(error.errno)}") from None
        memory = guest.digest(self.root) * 1024
        state = {
            "root": self.root.hex(),
            "tx": self.tx.hex(),
            "mcycle": self.mcycle,
            "imcyclemax": self.imcyclemax,
            "tohost": self.word,
            "outputs": self.outputs,
            "history": self.history.hex(),
            "frontier": {level: node.hex() for level, node in self.frontier.items()},
        }
        path = os.path.join(folder, "ram.bin")
        if fault:
            # Every write there fails, as on a full disk: one of the server's own files, or the one that the node writes beside them.
            os.symlink("/dev/full", path if fault == "full" else os.path.join(folder, "rollups.json"))
        try:
            with open(path, "wb") as file:
                file.write(memory)
            with open(os.path.join(folder, "config.json"), "w") as file:
                json.dump({"state": state, "length": len(memory), "memory": hashlib.sha256(memory).hexdigest()}, file)
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise runtime(f"unable to create file '{path}': pwrite() failed: {os.strerror(error.errno)}") from None

    # ---- requests ----

    def send(self, reason, data, revert_root):
        if not self.is_waiting:
            raise invalid("iflags.Y is not set")
        if len(data) > BUFFER:
            raise invalid("CMIO response data is too large")
        if reason != 0 and revert_root is not None:
            raise invalid("revert root hash is only accepted for advance-state responses")
        if reason == 0:
            if self.word >> 32 != 0x02010001:
                raise invalid("machine is not waiting on an rx-accepted manual yield")
            if revert_root is None:
                raise invalid("advance-state response requires a revert root hash")
            if revert_root != self.root:
                raise invalid("revert root hash does not match the machine root hash")
            self.imcyclemax = min(self.mcycle + WINDOW, LARGEST)
        self.strides, self.is_waiting = [], False
        self.request = guest.digest(self.root, bytes([reason]), data)
        self.stops = None if self.is_provable else self.recorded.stops(self, reason, data)
        if self.stops is None:
            self.stops = guest.stops(self, reason, data)

    def run(self, end):
        if end < self.mcycle:
            raise invalid("mcycle is past")
        if self.is_waiting:
            return "yielded_manually"
        if self.is_halted:
            return "halted"
        self.is_yielded = False
        stop = self.stops[0] if self.stops else None
        if stop and stop.seconds and stop.mcycle > self.mcycle:
            part = (min(end, stop.mcycle) - self.mcycle) / (stop.mcycle - self.mcycle)
            time.sleep(stop.seconds * part)
            stop.seconds *= 1 - part
        if stop is None or stop.mcycle > end:
            self.mcycle = min(end, self.imcyclemax)
            self.root = guest.digest(self.request, str(self.mcycle).encode())
            for cycle, root in self.strides:
                if cycle == self.mcycle:
                    self.root = root
            return "mcycle_overflow" if self.mcycle == self.imcyclemax else "reached_target_mcycle"
        self.stops.pop(0)
        self.mcycle, self.word = stop.mcycle, stop.word
        self.root = stop.root or guest.digest(self.request, str(self.mcycle).encode(), stop.data)
        if stop.kind == "yielded_automatically":
            self.is_yielded, self.tx = True, stop.data
            if stop.word >> 32 & 0xFFFF == guest.OUTPUT:
                if self.is_provable:
                    provable.push(self.frontier, self.outputs, stop.data)
                self.outputs += 1
        elif stop.kind == "yielded_manually":
            self.is_waiting = True
            self.tx = stop.data or self.tx if self.word >> 32 & 0xFFFF != guest.ACCEPTED else self.declared(stop)
            if self.is_provable:
                self.history = guest.digest(self.history, self.request)
                self.prove()
        else:
            self.is_halted = True
        return stop.kind

    def declared(self, stop):
        return stop.data or guest.digest(b"outputs", self.request)

    def prove(self):
        """Gives a state that waits the root of its memory."""
        if self.word == guest.tohost(guest.MANUAL, guest.ACCEPTED, 32):
            self.tx = provable.outputs_root(self.frontier)
        self.root = provable.fold(self.blocks())[0]

    def blocks(self):
        return provable.blocks(self.word, self.tx[:32].ljust(32, b"\0"), self.history)

    def receive(self, length):
        if not self.is_waiting and not self.is_yielded:
            raise runtime("machine is not yielded")
        command, reason, said = self.word >> 48 & 0xFF, self.word >> 32 & 0xFFFF, self.word & 0xFFFFFFFF
        is_progress = command == guest.AUTOMATIC and reason == guest.PROGRESS
        available = 4 if is_progress else said
        if available > BUFFER:
            raise runtime("CMIO request data is too large")
        if length and available > length:
            raise invalid("data buffer length is too small")
        data = said.to_bytes(4, "little") if is_progress else self.tx[:available].ljust(available, b"\0")
        return {"cmd": command, "reason": reason, "available_length": available, "data": encode(data) if length else ""}

    def proof(self, address):
        found = self.recorded.proofs.get((self.root, address))
        if found is not None:
            return found
        if not self.is_provable:
            raise runtime("the stand-in has no memory to prove here")
        root, siblings = provable.fold(self.blocks(), address >> 5)
        return {
            "target_address": address,
            "log2_target_size": 5,
            "log2_root_size": 64,
            "root_hash": encode(root),
            "target_hash": encode(provable.keccak(self.blocks()[address >> 5])),
            "sibling_hashes": [encode(sibling) for sibling in siblings],
        }

    def memory(self, address):
        found = self.recorded.memory.get((self.root, address))
        if found is not None:
            return found
        if not self.is_provable:
            raise runtime("the stand-in has no memory to read here")
        return encode(self.blocks()[address >> 5])
