"""A wallet: takes deposits of Ether and ERC-20 tokens, and pays them out by vouchers. Standard library only.

An input from a portal is a deposit. Any other input is a JSON text:
  {"method": "withdraw_ether", "amount": "WEI"}
  {"method": "withdraw_erc20", "token": "0xTOKEN", "amount": "UNITS"}
A query is an address; its report has the address's balances as JSON.
"""

import json
import os
import urllib.request

SERVER = os.environ["ROLLUP_HTTP_SERVER_URL"]

# The portals of @cartesi/rollups 2.2.0 have the same address on every chain.
ETHER_PORTAL = "0xa632c5c05812c6a6149b7af5c56117d1d2603828"
ERC20_PORTAL = "0xaca6586a0cf05bd831f2501e7b4aea550da6562d"

# First four bytes of keccak256("transfer(address,uint256)").
TRANSFER = "a9059cbb"

ETHER = "ether"

# (owner, token or ETHER) to amount.
balances = {}


def post(path, body):
    """Sends JSON to the node; returns the status and, if there is one, the JSON of the answer."""
    request = urllib.request.Request(
        SERVER + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
        is_json = answer.headers.get_content_type() == "application/json"
        return answer.status, json.loads(text) if is_json else None


def hex_of(text):
    return "0x" + text.encode().hex()


def text_of(payload):
    return bytes.fromhex(payload[2:]).decode()


def add(owner, asset, amount):
    balances[owner, asset] = balances.get((owner, asset), 0) + amount
    print(f"{owner} has {balances[owner, asset]} of {asset}")
    post("/notice", {"payload": hex_of(json.dumps({"owner": owner, "asset": asset, "balance": str(balances[owner, asset])}))})


def take(owner, asset, amount):
    if not 0 < amount <= balances.get((owner, asset), 0):
        raise ValueError(f"{owner} does not have {amount} of {asset}")
    add(owner, asset, -amount)


def deposit_ether(payload):
    """Sender (20 bytes), amount (32), and data for the application, which the wallet ignores."""
    add("0x" + payload[2:42], ETHER, int(payload[42:106], 16))


def deposit_erc20(payload):
    """Token (20 bytes), sender (20), amount (32), and data."""
    add("0x" + payload[42:82], "0x" + payload[2:42], int(payload[82:146], 16))


def withdraw(sender, wanted):
    amount = int(wanted["amount"])
    if wanted["method"] == "withdraw_ether":
        take(sender, ETHER, amount)
        post("/voucher", {"destination": sender, "value": f"0x{amount:064x}", "payload": "0x"})
    elif wanted["method"] == "withdraw_erc20":
        token = wanted["token"].lower()
        take(sender, token, amount)
        call = f"0x{TRANSFER}{sender[2:]:0>64}{amount:064x}"
        post("/voucher", {"destination": token, "value": f"0x{0:064x}", "payload": call})
    else:
        raise ValueError(f"there is no method {wanted['method']}")


def advance(data):
    sender, payload = data["metadata"]["msg_sender"].lower(), data["payload"]
    try:
        if sender == ETHER_PORTAL:
            deposit_ether(payload)
        elif sender == ERC20_PORTAL:
            deposit_erc20(payload)
        else:
            withdraw(sender, json.loads(text_of(payload)))
        return "accept"
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        # Nothing has changed yet: the wallet checks before it changes a balance.
        print(f"rejected: {error}")
        post("/report", {"payload": hex_of(str(error))})
        return "reject"


def inspect(data):
    owner = text_of(data["payload"]).lower()
    found = {asset: str(amount) for (holder, asset), amount in balances.items() if holder == owner}
    post("/report", {"payload": hex_of(json.dumps(found))})
    return "accept"


status = "accept"
while True:
    code, request = post("/finish", {"status": status})
    # 202: there is no request yet.
    if code == 200:
        handle = advance if request["request_type"] == "advance_state" else inspect
        status = handle(request["data"])
