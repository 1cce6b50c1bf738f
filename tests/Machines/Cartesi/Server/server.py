"""A stand-in for cartesi-jsonrpc-machine: HTTP, JSON-RPC, forks and process groups as the real one has them, and faults on demand.

--control=FOLDER: a file METHOD.FAULT there makes the next call of the method fail, in whichever process it arrives. Its content is the
number of calls before that. calls.log there has a line for each call: the process and the method.
"""

import json
import os
import select
import signal
import socket
import sys
import time

from machine import LARGEST, Machine, Refused, decode, encode, invalid

OPTIONS = {
    "server-address": "127.0.0.1:0",
    "log-level": "warning",
    # Of the stand-in alone, beside --provable: the version, the folder of the faults, the cycles of an input, and the time of a call and
    # of a fork in milliseconds.
    "api": "0.7.0",
    "control": "",
    "window": "",
    "delay": "",
    "fork-delay": "",
}


class Server:
    def __init__(self):
        self.listener = self.listen()
        self.connections = {}
        self.machine = None
        self.ends = False

    @staticmethod
    def listen():
        listener = socket.socket()
        host, port = OPTIONS["server-address"].rsplit(":", 1)
        listener.bind((host, int(port)))
        listener.listen()
        return listener

    @property
    def address(self):
        return "%s:%d" % self.listener.getsockname()

    # ---- HTTP ----

    def serve(self):
        while True:
            for ready in select.select([self.listener, *self.connections], [], [])[0]:
                if ready is self.listener:
                    connection = self.listener.accept()[0]
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    self.connections[connection] = b""
                elif ready in self.connections:
                    self.read(ready)

    def read(self, connection):
        try:
            received = connection.recv(1 << 20)
        except OSError:
            received = b""
        if not received:
            self.close(connection)
            return
        self.connections[connection] += received
        head, separator, body = self.connections[connection].partition(b"\r\n\r\n")
        if not separator:
            return
        lines = head.decode("latin1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        length = int(headers.get("content-length", 0))
        if len(body) < length:
            return
        self.connections[connection] = body[length:]
        verb, target, _ = lines[0].split(" ")
        keep = headers.get("connection", "").lower() != "close"
        if verb != "POST" or target != "/":
            status = b"405 Method Not Allowed" if verb != "POST" else b"404 Not Found"
            self.send(connection, b"HTTP/1.1 " + status + b"\r\nServer: stand-in\r\n\r\n")
            return
        answer = self.answer(body[:length], connection)
        if answer is None or connection not in self.connections:
            return
        text = json.dumps(answer, separators=(",", ":")).encode()
        line = b"" if Faults.without_length else b"Content-Length: %d\r\n" % len(text)
        line += b"" if keep else b"Connection: close\r\n"
        self.send(connection, b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + line + b"\r\n" + text)
        Faults.without_length = False
        if not keep:
            self.close(connection)
        if self.ends and not self.connections:
            os._exit(0)

    @staticmethod
    def send(connection, data):
        try:
            connection.sendall(data)
        except OSError:
            pass

    def close(self, connection):
        self.connections.pop(connection, None)
        connection.close()
        if self.ends and not self.connections:
            os._exit(0)

    # ---- JSON-RPC ----

    def answer(self, body, connection):
        try:
            calls = json.loads(body)
        except ValueError as error:
            return {"jsonrpc": "2.0", "id": [None], "error": {"code": -32700, "message": str(error)}}
        if not isinstance(calls, list):
            return self.call(calls, connection)
        return [self.call(call, connection) for call in calls]

    def call(self, call, connection):
        answer = {"jsonrpc": "2.0", "id": call.get("id")}
        try:
            method = call["method"]
            lies = Faults.meet(method)
            handler = METHODS.get(method)
            if handler is None:
                raise Refused(-32601, method)
            answer["result"] = handler(self, Parameters(call.get("params", {})), connection)
            if lies:
                answer["result"] = encode(bytes(32))
        except Refused as refused:
            answer["error"] = {"code": refused.code, "message": refused.message}
            if refused.data is not None:
                answer["error"]["data"] = refused.data
        return answer

    def loaded(self):
        if self.machine is None:
            raise Refused(-32600, "no machine")
        return self.machine

    def version(self, parameters, connection):
        major, minor, patch = (int(part) for part in OPTIONS["api"].split("."))
        return {"major": major, "minor": minor, "patch": patch, "pre_release": "", "build": ""}

    def emancipate(self, parameters, connection):
        os.setpgid(0, 0)
        return True

    def fork(self, parameters, connection):
        if self.machine is not None and self.machine.is_shared:
            raise Refused(-32603, "cannot fork machines with shared address ranges", -6)
        if OPTIONS["fork-delay"]:
            time.sleep(float(OPTIONS["fork-delay"]) / 1000)
        listener = self.listen()
        pid = os.fork()
        if pid == 0:
            for other in list(self.connections):
                other.close()
            self.connections.clear()
            self.listener.close()
            self.listener = listener
            Faults.log("begins")
            self.serve()
        address = "%s:%d" % listener.getsockname()
        listener.close()
        return {"address": address, "pid": pid}

    def shutdown(self, parameters, connection):
        # The connection that carried the call is served on, without a machine.
        self.machine, self.ends = None, True
        self.listener.close()
        self.listener = socket.socket()
        return True

    def load(self, parameters, connection):
        folder = parameters.text("directory")
        if "sharing" in parameters and "runtime_config" not in parameters:
            raise invalid("first missing optional argument must come after last present argument")
        if self.machine is not None:
            raise Refused(-32600, "machine exists")
        self.machine = Machine.load(folder, parameters.get("sharing", "config"))
        console = parameters.get("runtime_config", {}).get("console", {})
        self.machine.console = {"output_buffer_size": 4096, "input_buffer_size": 4096, **console}
        return True

    def store(self, parameters, connection):
        parameters.text("sharing")
        self.loaded().store(parameters.text("directory"), Faults.of_disk)
        return True

    def sync(self, parameters, connection):
        self.check_stored(parameters.text("dir"))
        return True

    def rename(self, parameters, connection):
        old, new = parameters.text("from_dir"), parameters.text("to_dir")
        self.check_stored(old)
        if os.path.exists(new):
            raise Refused(-32603, f"unable to rename directory from '{old}' to '{new}': destination exists: File exists", -6)
        os.rename(old, new)
        return True

    def remove(self, parameters, connection):
        folder = parameters.text("dir")
        self.check_stored(folder)
        for name in ("config.json", "ram.bin"):
            os.remove(os.path.join(folder, name))
        os.rmdir(folder)
        return True

    @staticmethod
    def check_stored(folder):
        if not os.path.exists(os.path.join(folder, "config.json")):
            raise Refused(-32603, f"unable to read file '{folder}/config.json': open() failed: No such file or directory", -6)

    def send_response(self, parameters, connection):
        reason, data = parameters.number("reason"), decode(parameters.text("data"))
        root = decode(parameters["revert_root_hash"]) if "revert_root_hash" in parameters else None
        self.loaded().send(reason, data, root)
        if OPTIONS["window"]:
            self.machine.imcyclemax = min(self.machine.mcycle + int(OPTIONS["window"]), LARGEST)
        return True

    def register(self, parameters, connection):
        machine = self.loaded()
        registers = {
            "mcycle": machine.mcycle,
            "imcyclemax": machine.imcyclemax,
            "iflags_Y": int(machine.is_waiting),
            "iflags_X": int(machine.is_yielded),
            "iflags_H": int(machine.is_halted),
            "htif_tohost": machine.word,
        }
        return registers[parameters.text("reg")]


class Parameters(dict):
    def number(self, name):
        return self._found(name)

    def text(self, name):
        return self._found(name)

    def _found(self, name):
        if name not in self:
            raise invalid(f'missing field "/params/{name}"')
        return self[name]


class Faults:
    without_length = False
    of_disk = None

    @staticmethod
    def log(what):
        if OPTIONS["control"]:
            log = os.open(os.path.join(OPTIONS["control"], "calls.log"), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.write(log, b"%d %s\n" % (os.getpid(), what.encode()))
            os.close(log)

    @staticmethod
    def meet(method):
        if OPTIONS["delay"]:
            time.sleep(float(OPTIONS["delay"]) / 1000)
        Faults.of_disk = None
        if not OPTIONS["control"]:
            return
        Faults.log(method)
        for fault in ("kill", "hang", "length", "error", "full", "note", "lie"):
            path = os.path.join(OPTIONS["control"], f"{method}.{fault}")
            if not os.path.exists(path):
                continue
            with open(path) as file:
                left = int(file.read() or 0)
            if left:
                with open(path, "w") as file:
                    file.write(str(left - 1))
                continue
            try:
                os.rename(path, path + ".met")
            except FileNotFoundError:
                continue
            if fault == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            if fault == "hang":
                while True:
                    time.sleep(1000)
            if fault == "length":
                Faults.without_length = True
            if fault == "lie":
                return True
            if fault == "error":
                raise Refused(-32000, "fork failed (Cannot allocate memory)")
            if method == "machine.store" and fault in ("full", "note"):
                Faults.of_disk = fault
            elif fault == "full":
                raise Refused(-32603, "unable to sync file 'ram.bin': fsync() failed: No space left on device", -6)


METHODS = {
    "get_version": Server.version,
    "emancipate": Server.emancipate,
    "fork": Server.fork,
    "shutdown": Server.shutdown,
    "machine.is_empty": lambda server, parameters, connection: server.machine is None,
    "machine.load": Server.load,
    "machine.get_runtime_config": lambda server, parameters, connection: {"console": server.loaded().console},
    "machine.store": Server.store,
    "machine.sync_stored": Server.sync,
    "machine.rename_stored": Server.rename,
    "machine.remove_stored": Server.remove,
    "machine.verify_hash_tree": lambda server, parameters, connection: server.loaded().memory_is_sound,
    "machine.get_root_hash": lambda server, parameters, connection: encode(server.loaded().root),
    "machine.send_cmio_response": Server.send_response,
    "machine.receive_cmio_request": lambda server, parameters, connection: server.loaded().receive(parameters.number("length")),
    "machine.run": lambda server, parameters, connection: server.loaded().run(parameters.number("mcycle_end")),
    "machine.read_reg": Server.register,
    "machine.get_proof": lambda server, parameters, connection: server.loaded().proof(parameters.number("address")),
    "machine.read_memory": lambda server, parameters, connection: server.loaded().memory(parameters.number("address")),
}


def main():
    for argument in sys.argv[1:]:
        if argument == "--provable":
            Machine.is_provable = True
            continue
        name, _, value = argument.removeprefix("--").partition("=")
        if name == "template":
            # No option of the real one: stores the recorded template, with other values where they are given as JSON.
            folder, _, other = value.partition(",")
            Machine.template(**json.loads(other or "{}")).store(folder)
            return
        OPTIONS[name] = value
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    server = Server()
    if OPTIONS["log-level"] in ("trace", "debug", "info"):
        print(f"info remote machine server version is {OPTIONS['api']}", file=sys.stderr)
        print(f"info remote machine server bound to {server.address}", file=sys.stderr, flush=True)
    server.serve()


if __name__ == "__main__":
    main()
