"""Echo: answers every input with a notice of the same payload, and every query with a report. Standard library only."""

import json
import os
import urllib.request

SERVER = os.environ["ROLLUP_HTTP_SERVER_URL"]


def post(path, body):
    """Sends JSON to the node; returns the status and, if there is one, the JSON of the answer."""
    request = urllib.request.Request(
        SERVER + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
        is_json = answer.headers.get_content_type() == "application/json"
        return answer.status, json.loads(text) if is_json else None


def advance(data):
    print(f"input {data['metadata']['input_index']} from {data['metadata']['msg_sender']}: {data['payload']}")
    post("/notice", {"payload": data["payload"]})
    return "accept"


def inspect(data):
    post("/report", {"payload": data["payload"]})
    return "accept"


status = "accept"
while True:
    code, request = post("/finish", {"status": status})
    # 202: there is no request yet.
    if code == 200:
        handle = advance if request["request_type"] == "advance_state" else inspect
        status = handle(request["data"])
