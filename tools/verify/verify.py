#!/usr/bin/env python3
"""Verifies a history that Countersign exported, without Countersign.

One file, Python 3.9 or newer, standard library only; it reads files and never opens a connection. It was written from
docs/formats.md and from the venues' own documents, and shares no line with the program that it checks.

    python3 verify.py EXPORT              a folder written by "countersign history export DIR", or a JSONL file
    python3 verify.py EXPORT --head HEAD  a head that was noted earlier must be in it
    python3 verify.py --vectors FILE...   known answers
    python3 verify.py --digests FILE      one JSON object a line in, the digests that it gives out ("-" is stdin)

Exit codes: 0 verified, 1 not right, 2 unreadable or typed wrong, 3 right, but something in it could not be checked.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import re
import sys
from collections import namedtuple
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import unquote_plus

# ---- Keccak-256, as Ethereum uses it (FIPS 202's permutation with the padding of the original submission) ----

MASK = (1 << 64) - 1
RATE = 136


def _round_constants():
    state, constants = 1, []
    for _ in range(24):
        constant = 0
        for j in range(7):
            if state & 1:
                constant |= 1 << ((1 << j) - 1)
            state = (state << 1) ^ (0x171 if state & 0x80 else 0)
        constants.append(constant)
    return constants


ROUND_CONSTANTS = _round_constants()


def _permute(lanes):
    """Keccak-f[1600]. Lane x + 5y is the letter at that place; written out because Python's loops are slow."""
    a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y = lanes
    for constant in ROUND_CONSTANTS:
        # theta
        c0 = a ^ f ^ k ^ p ^ u
        c1 = b ^ g ^ l ^ q ^ v
        c2 = c ^ h ^ m ^ r ^ w
        c3 = d ^ i ^ n ^ s ^ x
        c4 = e ^ j ^ o ^ t ^ y
        d0 = c4 ^ (c1 << 1 & MASK | c1 >> 63)
        d1 = c0 ^ (c2 << 1 & MASK | c2 >> 63)
        d2 = c1 ^ (c3 << 1 & MASK | c3 >> 63)
        d3 = c2 ^ (c4 << 1 & MASK | c4 >> 63)
        d4 = c3 ^ (c0 << 1 & MASK | c0 >> 63)
        # rho and pi
        b00 = a ^ d0
        b01 = g ^ d1
        b01 = b01 << 44 & MASK | b01 >> 20
        b02 = m ^ d2
        b02 = b02 << 43 & MASK | b02 >> 21
        b03 = s ^ d3
        b03 = b03 << 21 & MASK | b03 >> 43
        b04 = y ^ d4
        b04 = b04 << 14 & MASK | b04 >> 50
        b05 = d ^ d3
        b05 = b05 << 28 & MASK | b05 >> 36
        b06 = j ^ d4
        b06 = b06 << 20 & MASK | b06 >> 44
        b07 = k ^ d0
        b07 = b07 << 3 & MASK | b07 >> 61
        b08 = q ^ d1
        b08 = b08 << 45 & MASK | b08 >> 19
        b09 = w ^ d2
        b09 = b09 << 61 & MASK | b09 >> 3
        b10 = b ^ d1
        b10 = b10 << 1 & MASK | b10 >> 63
        b11 = h ^ d2
        b11 = b11 << 6 & MASK | b11 >> 58
        b12 = n ^ d3
        b12 = b12 << 25 & MASK | b12 >> 39
        b13 = t ^ d4
        b13 = b13 << 8 & MASK | b13 >> 56
        b14 = u ^ d0
        b14 = b14 << 18 & MASK | b14 >> 46
        b15 = e ^ d4
        b15 = b15 << 27 & MASK | b15 >> 37
        b16 = f ^ d0
        b16 = b16 << 36 & MASK | b16 >> 28
        b17 = l ^ d1
        b17 = b17 << 10 & MASK | b17 >> 54
        b18 = r ^ d2
        b18 = b18 << 15 & MASK | b18 >> 49
        b19 = x ^ d3
        b19 = b19 << 56 & MASK | b19 >> 8
        b20 = c ^ d2
        b20 = b20 << 62 & MASK | b20 >> 2
        b21 = i ^ d3
        b21 = b21 << 55 & MASK | b21 >> 9
        b22 = o ^ d4
        b22 = b22 << 39 & MASK | b22 >> 25
        b23 = p ^ d0
        b23 = b23 << 41 & MASK | b23 >> 23
        b24 = v ^ d1
        b24 = b24 << 2 & MASK | b24 >> 62
        # chi and iota
        a = b00 ^ (~b01 & b02) ^ constant
        b = b01 ^ (~b02 & b03)
        c = b02 ^ (~b03 & b04)
        d = b03 ^ (~b04 & b00)
        e = b04 ^ (~b00 & b01)
        f = b05 ^ (~b06 & b07)
        g = b06 ^ (~b07 & b08)
        h = b07 ^ (~b08 & b09)
        i = b08 ^ (~b09 & b05)
        j = b09 ^ (~b05 & b06)
        k = b10 ^ (~b11 & b12)
        l = b11 ^ (~b12 & b13)
        m = b12 ^ (~b13 & b14)
        n = b13 ^ (~b14 & b10)
        o = b14 ^ (~b10 & b11)
        p = b15 ^ (~b16 & b17)
        q = b16 ^ (~b17 & b18)
        r = b17 ^ (~b18 & b19)
        s = b18 ^ (~b19 & b15)
        t = b19 ^ (~b15 & b16)
        u = b20 ^ (~b21 & b22)
        v = b21 ^ (~b22 & b23)
        w = b22 ^ (~b23 & b24)
        x = b23 ^ (~b24 & b20)
        y = b24 ^ (~b20 & b21)
    return [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y]


@lru_cache(maxsize=4096)
def keccak256(message):
    data = bytearray(message)
    padding = RATE - len(data) % RATE
    data += bytes(padding)
    data[-padding] |= 0x01
    data[-1] |= 0x80
    lanes = [0] * 25
    for start in range(0, len(data), RATE):
        for lane in range(17):
            at = start + 8 * lane
            lanes[lane] ^= int.from_bytes(data[at : at + 8], "little")
        lanes = _permute(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])


# ---- secp256k1: who signed a digest (SEC 1, 4.1.6) ----

P = 2**256 - 2**32 - 977
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)


def _double(point):
    x, y, z = point
    if y == 0:
        return (0, 1, 0)
    ysq = y * y % P
    s = 4 * x * ysq % P
    m = 3 * x * x % P
    x3 = (m * m - 2 * s) % P
    return (x3, (m * (s - x3) - 8 * ysq * ysq) % P, 2 * y * z % P)


def _add(a, b):
    if a[2] == 0:
        return b
    if b[2] == 0:
        return a
    za, zb = a[2] * a[2] % P, b[2] * b[2] % P
    u1, u2 = a[0] * zb % P, b[0] * za % P
    s1, s2 = a[1] * zb * b[2] % P, b[1] * za * a[2] % P
    if u1 == u2:
        return _double(a) if s1 == s2 else (0, 1, 0)
    h, r = (u2 - u1) % P, (s2 - s1) % P
    h2 = h * h % P
    h3, v = h * h2 % P, u1 * h2 % P
    x = (r * r - h3 - 2 * v) % P
    return (x, (r * (v - x) - s1 * h3) % P, h * a[2] * b[2] % P)


@lru_cache(maxsize=1024)
def recover_address(digest, signature):
    """The address whose key made a signature r | s | v of 65 bytes, or None. A high s is refused (EIP-2)."""
    if len(signature) != 65:
        return None
    r, s, v = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big"), signature[64]
    if not (0 < r < N and 0 < s <= N // 2 and v in (27, 28)):
        return None
    y_square = (pow(r, 3, P) + 7) % P
    y = pow(y_square, (P + 1) // 4, P)
    if y * y % P != y_square:
        return None
    if y % 2 != v - 27:
        y = P - y
    inverse = pow(r, N - 2, N)
    first = -int.from_bytes(digest, "big") * inverse % N
    second = s * inverse % N
    generator, point = (G[0], G[1], 1), (r, y, 1)
    both, total = _add(generator, point), (0, 1, 0)
    for bit in range(255, -1, -1):
        total = _double(total)
        pick = (first >> bit & 1, second >> bit & 1)
        if pick == (1, 1):
            total = _add(total, both)
        elif pick == (1, 0):
            total = _add(total, generator)
        elif pick == (0, 1):
            total = _add(total, point)
    if total[2] == 0:
        return None
    z = pow(total[2], P - 2, P)
    x, y = total[0] * z * z % P, total[1] * z * z * z % P
    return "0x" + keccak256(x.to_bytes(32, "big") + y.to_bytes(32, "big"))[12:].hex()


# ---- Ed25519 (RFC 8032) ----

Q = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, Q - 2, Q) % Q
ROOT_OF_MINUS_ONE = pow(2, (Q - 1) // 4, Q)


def _ed_add(a, b):
    e = (a[1] - a[0]) * (b[1] - b[0]) % Q
    f = (a[1] + a[0]) * (b[1] + b[0]) % Q
    g, h = 2 * a[3] * b[3] * D % Q, 2 * a[2] * b[2] % Q
    e, f, g, h = f - e, h - g, h + g, f + e
    return (e * f % Q, g * h % Q, f * g % Q, e * h % Q)


def _ed_times(scalar, point):
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = _ed_add(total, point)
        point = _ed_add(point, point)
        scalar >>= 1
    return total


def _ed_same(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % Q == 0 and (a[1] * b[2] - b[1] * a[2]) % Q == 0


def _ed_point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= Q:
        return None
    x_square = (y * y - 1) * pow(D * y * y + 1, Q - 2, Q) % Q
    x = pow(x_square, (Q + 3) // 8, Q)
    if (x * x - x_square) % Q != 0:
        x = x * ROOT_OF_MINUS_ONE % Q
    if (x * x - x_square) % Q != 0 or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = Q - x
    return (x, y, 1, x * y % Q)


def _ed_bytes(point):
    z = pow(point[2], Q - 2, Q)
    x, y = point[0] * z % Q, point[1] * z % Q
    return (y | (x & 1) << 255).to_bytes(32, "little")


ED_BASE = _ed_point((4 * pow(5, Q - 2, Q) % Q).to_bytes(32, "little"))


def _ed_hash(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % L


def ed25519_verify(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = _ed_point(public), _ed_point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    k = _ed_hash(signature[:32], public, message)
    return _ed_same(_ed_times(s, ED_BASE), _ed_add(r, _ed_times(k, a)))


def ed25519_sign(seed, message):
    """Public key and signature; for known answers, whose seeds are published."""
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254
    public = _ed_bytes(_ed_times(scalar, ED_BASE))
    nonce = _ed_hash(digest[32:], message)
    r = _ed_bytes(_ed_times(nonce, ED_BASE))
    return public, r + ((nonce + _ed_hash(r, public, message) * scalar) % L).to_bytes(32, "little")


# ---- Bytes and JSON ----


class Flaw(Exception):
    """Something that is not right: the kind of change that it is, and a sentence."""

    def __init__(self, change, detail):
        super().__init__(detail)
        self.change = change
        self.detail = detail


def unhex(text, size=None):
    if not isinstance(text, str) or not re.fullmatch(r"0x(?:[0-9a-fA-F]{2})*", text):
        raise Flaw("edited", "%.80r is not bytes in hex." % (text,))
    data = bytes.fromhex(text[2:])
    if size is not None and len(data) != size:
        raise Flaw("edited", "%.80r is not %d bytes." % (text, size))
    return data


def hexed(data):
    return "0x" + data.hex()


def utf8(text):
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise Flaw("format", "it has half of a character (a lone surrogate).") from None


MAX_WHOLE = 2**53 - 1
MAX_DEPTH = 64


def _number(value):
    """A number as ECMAScript writes it (RFC 8785, 3.2.2.3)."""
    if value != value or value in (float("inf"), float("-inf")):
        raise Flaw("format", "it holds a number that JSON does not have.")
    if isinstance(value, int) or value == int(value):
        if abs(value) > MAX_WHOLE:
            raise Flaw("format", "it holds a whole number above 2^53 - 1.")
        return str(int(value))
    mantissa, exponent = ("%r" % abs(value)).split("e") if "e" in "%r" % value else ("%r" % abs(value), "0")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + ("" if fraction == "0" else fraction)).lstrip("0")
    # The value is 0.DIGITS times ten to this power.
    leading = len(whole) if whole != "0" else len(fraction.lstrip("0")) - len(fraction)
    point = int(exponent) + leading
    digits = digits.rstrip("0")
    if 0 < point <= 21:
        text = digits[:point] + "." + digits[point:]
    elif -6 < point <= 0:
        text = "0." + "0" * -point + digits
    else:
        text = digits[0] + ("." + digits[1:] if digits[1:] else "") + "e%+d" % (point - 1)
    return ("-" if value < 0 else "") + text


def _utf16(name):
    return name.encode("utf-16-be", "surrogatepass")


def canonical(value, depth=0):
    """The canonical text of a JSON value (RFC 8785), as far as I-JSON goes (RFC 7493)."""
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        utf8(value)
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (int, float)):
        return _number(value)
    if depth > MAX_DEPTH:
        raise Flaw("format", "it is nested deeper than %d levels." % MAX_DEPTH)
    if isinstance(value, list):
        return "[" + ",".join(canonical(item, depth + 1) for item in value) + "]"
    names = sorted(value, key=_utf16)
    return "{" + ",".join(canonical(name) + ":" + canonical(value[name], depth + 1) for name in names) + "}"


def compact(value):
    """JSON as JSON.stringify writes it: members as they stand."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _no_constant(name):
    raise ValueError(name + " is not JSON")


def parse(text):
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Flaw("format", "it is not JSON.") from None


# ---- msgpack, as far as actions need it (msgpack specification; integers in their shortest form) ----


def msgpack(value):
    if value is None or value is True or value is False:
        return {None: b"\xc0", False: b"\xc2", True: b"\xc3"}[value]
    if isinstance(value, int):
        if 0 <= value < 128:
            return bytes([value])
        if -32 <= value < 0:
            return bytes([256 + value])
        heads = ((1, 0xCC, 0xD0), (2, 0xCD, 0xD1), (4, 0xCE, 0xD2), (8, 0xCF, 0xD3))
        for size, unsigned, signed in heads:
            if 0 <= value < 1 << 8 * size:
                return bytes([unsigned]) + value.to_bytes(size, "big")
            if -(1 << 8 * size - 1) <= value < 0:
                return bytes([signed]) + value.to_bytes(size, "big", signed=True)
    if isinstance(value, str):
        data = utf8(value)
        return _length(len(data), ((32, 0xA0), (1 << 8, 0xD9), (1 << 16, 0xDA), (1 << 32, 0xDB))) + data
    if isinstance(value, list):
        return _length(len(value), ((16, 0x90), (1 << 16, 0xDC), (1 << 32, 0xDD))) + b"".join(map(msgpack, value))
    if isinstance(value, dict):
        pairs = b"".join(msgpack(name) + msgpack(item) for name, item in value.items())
        return _length(len(value), ((16, 0x80), (1 << 16, 0xDE), (1 << 32, 0xDF))) + pairs
    raise Flaw("edited", "%.80r has no place in an action." % (value,))


def _length(length, forms):
    """The head of a text, list or map: within the byte of its shortest form, or after the byte of a longer one."""
    (within, base), *longer = forms
    if length < within:
        return bytes([base | length])
    for limit, head in longer:
        if length < limit:
            return bytes([head]) + length.to_bytes((limit - 1).bit_length() // 8, "big")
    raise Flaw("edited", "it is too long for an action.")


# ---- EIP-712 and EIP-191 ----


def _type_text(types, name):
    return name + "(" + ",".join(field["type"] + " " + field["name"] for field in types[name]) + ")"


def encode_type(types, primary):
    """`encodeType` of EIP-712: the struct, then the structs that it uses, sorted by name."""
    used, todo = set(), [primary]
    while todo:
        for field in types[todo.pop()]:
            name = field["type"].split("[")[0]
            if name in types and name not in used and name != primary:
                used.add(name)
                todo.append(name)
    return "".join(_type_text(types, name) for name in [primary] + sorted(used))


def _encode_value(types, kind, value):
    if kind.endswith("]"):
        inner = kind[: kind.rindex("[")]
        return keccak256(b"".join(_encode_value(types, inner, item) for item in value))
    if kind in types:
        return hash_struct(types, kind, value)
    if kind == "string":
        return keccak256(utf8(value))
    if kind == "bytes":
        return keccak256(unhex(value))
    if kind == "bool":
        return int(value is True).to_bytes(32, "big")
    if kind == "address":
        return unhex(value, 20).rjust(32, b"\0")
    if kind.startswith("bytes"):
        return unhex(value, int(kind[5:])).ljust(32, b"\0")
    if re.fullmatch(r"u?int\d*", kind):
        number = int(value)
        size = int(kind.lstrip("uint") or 256)
        low, high = (0, 1 << size) if kind[0] == "u" else (-(1 << size - 1), 1 << size - 1)
        if not low <= number < high:
            raise Flaw("edited", "%s does not fit into %s." % (number, kind))
        return (number % (1 << 256)).to_bytes(32, "big")
    raise Flaw("edited", "typed data have no type %.40r." % kind)


def hash_struct(types, primary, message):
    parts = [keccak256(utf8(encode_type(types, primary)))]
    for field in types[primary]:
        parts.append(_encode_value(types, field["type"], message[field["name"]]))
    return keccak256(b"".join(parts))


DOMAIN_FIELDS = (
    ("name", "string"),
    ("version", "string"),
    ("chainId", "uint256"),
    ("verifyingContract", "address"),
    ("salt", "bytes32"),
)

Hashes = namedtuple("Hashes", "domain message digest")


def domain_hash(domain):
    fields = [{"name": name, "type": kind} for name, kind in DOMAIN_FIELDS if name in domain]
    return hash_struct({"EIP712Domain": fields}, "EIP712Domain", domain)


def hash_typed(domain, types, primary, message):
    outer, inner = domain_hash(domain), hash_struct(types, primary, message)
    return Hashes(outer, inner, keccak256(b"\x19\x01" + outer + inner))


def hash_personal(text):
    data = utf8(text)
    return keccak256(b"\x19Ethereum Signed Message:\n" + str(len(data)).encode() + data)


def fields_of(*pairs):
    return [{"name": name, "type": kind} for kind, name in (pair.split(" ") for pair in pairs)]


ZERO_ADDRESS = "0x" + "00" * 20

# ---- Hyperliquid (its SDK's signing.py; docs/formats.md, "Hyperliquid and Compass") ----

AGENT_DOMAIN = {"name": "Exchange", "version": "1", "chainId": 1337, "verifyingContract": ZERO_ADDRESS}
AGENT_TYPES = {"Agent": fields_of("string source", "bytes32 connectionId")}
AGENT_SOURCE = {"mainnet": "a", "testnet": "b"}
AGENT_DOMAIN_HASH = domain_hash(AGENT_DOMAIN)
ACTION_ORDER = ("type", "asset", "isCross", "leverage")
NONCE_LIFE_MS = 2 * 24 * 60 * 60 * 1000


def uint64(number):
    try:
        return number.to_bytes(8, "big")
    except OverflowError:
        raise Flaw("edited", "%s is no time." % number) from None


def action_preimage(action, nonce, vault, expires):
    data = msgpack(action) + uint64(nonce)
    data += b"\x00" if vault is None else b"\x01" + unhex(vault, 20)
    return data if expires is None else data + b"\x00" + uint64(expires)


def connection_id(action, nonce, vault, expires):
    return keccak256(action_preimage(action, nonce, vault, expires))


def agent_hashes(connection, network):
    inner = hash_struct(AGENT_TYPES, "Agent", {"source": AGENT_SOURCE[network], "connectionId": hexed(connection)})
    return Hashes(AGENT_DOMAIN_HASH, inner, keccak256(b"\x19\x01" + AGENT_DOMAIN_HASH + inner))


def whole(value, low, high, name):
    if type(value) is not int or not low <= value <= high:
        raise Flaw("edited", "its %s is not a whole number from %d to %d." % (name, low, high))
    return value


def only(value, names, where):
    """An object with exactly these members."""
    if not isinstance(value, dict) or set(value) != set(names):
        raise Flaw("edited", "its %s does not have the members %s." % (where, ", ".join(names)))
    return value


def leverage_action(action):
    """An `updateLeverage` action in the order of the wire."""
    only(action, ACTION_ORDER, "action")
    if action["type"] != "updateLeverage" or type(action["isCross"]) is not bool:
        raise Flaw("edited", "its action is no change of leverage.")
    whole(action["asset"], 0, 2**32 - 1, "action.asset")
    whole(action["leverage"], 1, 2**32 - 1, "action.leverage")
    return {name: action[name] for name in ACTION_ORDER}


# ---- What venues take: what a prepared request gives, and what is sent ----

# signed_by: "device" or "apiKey"; hashes: what the Ledger signs for the venue, None where it signs none; connection:
# Hyperliquid's action hash or None; nonce and expires: as the request's columns say them; subject: whose leverage
# changes; until_ms: when it is of no use any more.
Given = namedtuple("Given", "signed_by connection hashes nonce expires subject until_ms")


def hyperliquid_prepared(request):
    wire = only(request["wire"], ("action", "nonce", "vaultAddress", "expiresAfter"), "wire")
    action, vault, expires = leverage_action(wire["action"]), wire["vaultAddress"], wire["expiresAfter"]
    nonce = whole(wire["nonce"], 0, MAX_WHOLE, "wire.nonce")
    if expires is not None:
        whole(expires, 0, MAX_WHOLE, "wire.expiresAfter")
    shown = request["to"]
    if action["asset"] != request["market"]["id"]:
        raise Flaw("edited", "the market that is shown is not the one that is signed.")
    if str(action["leverage"]) != shown["leverage"] or "sellLeverage" in shown:
        raise Flaw("edited", "the leverage that is shown is not the one that is signed.")
    if action["isCross"] is not shown["isCross"]:
        raise Flaw("edited", "the margin mode that is shown is not the one that is signed.")
    if vault is not None and vault != request["account"]["address"]:
        raise Flaw("edited", "the account that is shown is not the one that is signed for.")
    connection = connection_id(action, nonce, vault, expires)
    return Given(
        signed_by="device",
        connection=connection,
        hashes=agent_hashes(connection, request["network"]),
        nonce=str(nonce),
        expires=None if expires is None else str(expires),
        subject=request["account"]["address"],
        until_ms=min(nonce + NONCE_LIFE_MS, expires if expires is not None else nonce + NONCE_LIFE_MS),
    )


def compass_prepared(request):
    given = hyperliquid_prepared(request)
    if request["network"] != "mainnet":
        raise Flaw("edited", "Compass serves the mainnet only.")
    return given


def hyperliquid_sent(request, signature):
    wire = request["wire"]
    body = {
        "action": leverage_action(wire["action"]),
        "nonce": wire["nonce"],
        "signature": {"r": hexed(signature[:32]), "s": hexed(signature[32:64]), "v": signature[64]},
        "vaultAddress": wire["vaultAddress"],
        "expiresAfter": wire["expiresAfter"],
    }
    return compact(body)


def compass_sent(request, signature):
    action = request["wire"]["action"]
    ordered = {name: action[name] for name in sorted(ACTION_ORDER)}
    return compact({"action": ordered, "nonce": request["wire"]["nonce"], "signature": hexed(signature)})


# ---- Synthetix (its documents, and the SDKs that docs/synthetix.md names) ----

SYNTHETIX_DOMAIN = {"name": "Synthetix", "version": "1", "chainId": 1, "verifyingContract": ZERO_ADDRESS}
SYNTHETIX_TYPES = {
    "UpdateLeverage": fields_of(
        "uint256 subAccountId", "string symbol", "string leverage", "uint256 nonce", "uint256 expiresAfter"
    ),
}
SYNTHETIX_WIRE = "subAccountId walletAddress symbol leverage nonce expiresAfter expiresAfterUnit bodyShape".split()


def text_like(value, pattern, name):
    if not isinstance(value, str) or not re.fullmatch(pattern, value, re.ASCII):
        raise Flaw("edited", "its %s is not written as it must be." % name)
    return value


def checksummed(address):
    """An address with the upper and lower case of EIP-55."""
    digits = hexed(unhex(address, 20))[2:]
    mask = keccak256(digits.encode()).hex()
    return "0x" + "".join(digit.upper() if at >= "8" else digit for digit, at in zip(digits, mask))


def mainnet_only(request, name):
    if request["network"] != "mainnet":
        raise Flaw("edited", "%s serves the mainnet only." % name)


def synthetix_prepared(request):
    wire, market = only(request["wire"], SYNTHETIX_WIRE, "wire"), request["market"]
    mainnet_only(request, "Synthetix")
    text_like(wire["subAccountId"], r"[1-9]\d{0,77}", "wire.subAccountId")
    text_like(wire["symbol"], r"[!-`{-~]{1,20}", "wire.symbol")
    text_like(wire["leverage"], r"[1-9]\d{0,8}", "wire.leverage")
    nonce = whole(wire["nonce"], 1, MAX_WHOLE, "wire.nonce")
    expires = whole(wire["expiresAfter"], 1, 8640000000000000, "wire.expiresAfter")
    expires *= {"ms": 1, "s": 1000}[text_like(wire["expiresAfterUnit"], "ms|s", "wire.expiresAfterUnit")]
    text_like(wire["bodyShape"], "[ABCD]", "wire.bodyShape")
    if wire["symbol"] != market["symbol"] or market["id"] is not None:
        raise Flaw("edited", "the market that is shown is not the one that is signed.")
    if wire["leverage"] != request["to"]["leverage"] or "sellLeverage" in request["to"]:
        raise Flaw("edited", "the leverage that is shown is not the one that is signed.")
    if not (request["from"]["isCross"] is request["to"]["isCross"] is True):
        raise Flaw("edited", "the margin mode that is shown is not the one that is signed.")
    if wire["walletAddress"] != checksummed(request["signer"]["address"]):
        raise Flaw("edited", "the wallet that is sent is not the signer.")
    message = {field["name"]: wire[field["name"]] for field in SYNTHETIX_TYPES["UpdateLeverage"]}
    return Given(
        signed_by="device",
        connection=None,
        hashes=hash_typed(SYNTHETIX_DOMAIN, SYNTHETIX_TYPES, "UpdateLeverage", message),
        nonce=str(nonce),
        expires=str(expires),
        subject="subaccount %s of %s" % (wire["subAccountId"], request["account"]["address"]),
        until_ms=expires,
    )


def synthetix_sent(request, signature):
    wire = request["wire"]
    account, wallet = wire["subAccountId"], wire["walletAddress"]
    params = {"action": "updateLeverage", "symbol": wire["symbol"], "leverage": wire["leverage"]}
    parts = {"v": signature[64], "r": hexed(signature[:32]), "s": hexed(signature[32:64])}
    signed = {"nonce": wire["nonce"], "signature": parts, "expiresAfter": wire["expiresAfter"]}
    shape = wire["bodyShape"]
    if shape == "A":
        owner = {"action": "updateLeverage", "subaccountId": account, "walletAddress": wallet}
        return compact({"params": dict(owner, symbol=wire["symbol"], leverage=wire["leverage"]), **signed})
    if shape == "B":
        return compact({"params": params, "subaccountId": account, "walletAddress": wallet, **signed})
    if shape == "C":
        return compact({"params": params, **signed})
    return compact({"params": dict(params, subAccountId=account, **signed)})


# ---- Venues at which an API key signs: the Ledger approves in words (their own documents) ----

ARCUS_WIRE = "address accountIndex marketId leverage isolated keyId until".split()
ARCUS_KEY_FIELDS = ("string apiWalletName", "string apiWalletPublicKey", "uint256 validUntil")
ARCUS_CHAINS = {"mainnet": 4663, "testnet": 46630}
V5_WIRE = "category symbol buyLeverage sellLeverage keyId until".split()
POSITIVE = r"(?!0$)(?:0|[1-9]\d{0,9})(?:\.\d{0,9}[1-9])?"


def arcus_message(timestamp, action, body):
    return timestamp + action + canonical(body)


def coinswitch_message(method, path, epoch):
    return method + unquote_plus(path) + epoch


def bybit_message(timestamp, key, window, payload):
    return timestamp + key + window + payload


def by_key(until, subject):
    """What an API key's request gives: no hashes for a Ledger, and until when its approval holds."""
    return Given("apiKey", None, None, None, str(until), subject, until)


def arcus_prepared(request):
    wire, before, after = only(request["wire"], ARCUS_WIRE, "wire"), request["from"], request["to"]
    unhex(wire["address"], 20)
    whole(wire["accountIndex"], 0, 9, "wire.accountIndex")
    whole(wire["marketId"], 0, 0xFFFF, "wire.marketId")
    whole(wire["leverage"], 1, 1000, "wire.leverage")
    text_like(wire["keyId"], "[0-9a-f]{64}", "wire.keyId")
    until, isolated = whole(wire["until"], 0, MAX_WHOLE, "wire.until"), wire["isolated"]
    if wire["marketId"] != request["market"]["id"]:
        raise Flaw("edited", "the market that is shown is not the one that is sent.")
    if str(wire["leverage"]) != after["leverage"] or "sellLeverage" in after:
        raise Flaw("edited", "the leverage that is shown is not the one that is sent.")
    cross = {None: before["isCross"], True: False, False: True}[isolated]
    if type(isolated) is int or after["isCross"] is not cross:
        raise Flaw("edited", "the margin mode that is shown is not the one that is sent.")
    if wire["address"] != request["account"]["address"]:
        raise Flaw("edited", "the account that is shown is not the one that is sent.")
    return by_key(until, "%s account %d" % (wire["address"], wire["accountIndex"]))


def arcus_sent(request, _):
    wire = request["wire"]
    names = ["address", "accountIndex", "marketId", "leverage"]
    names += [] if wire["isolated"] is None else ["isolated"]
    return canonical({name: wire[name] for name in names})


def v5_prepared(request, more):
    """CoinSwitch and Bybit; `more` is what each has beside the shared members."""
    wire, before, after = only(request["wire"], V5_WIRE + more, "wire"), request["from"], request["to"]
    text_like(wire["category"], "linear|inverse", "wire.category")
    text_like(wire["symbol"], r"[A-Z0-9][A-Z0-9._-]{0,39}", "wire.symbol")
    text_like(wire["buyLeverage"], POSITIVE, "wire.buyLeverage")
    text_like(wire["sellLeverage"], POSITIVE, "wire.sellLeverage")
    text_like(wire["keyId"], "[A-Za-z0-9]{1,100}", "wire.keyId")
    until = whole(wire["until"], 0, MAX_WHOLE, "wire.until")
    if wire["symbol"] != request["market"]["symbol"] or request["market"]["id"] is not None:
        raise Flaw("edited", "the market that is shown is not the one that is sent.")
    sides = (after["leverage"], after.get("sellLeverage", after["leverage"]))
    shown = ("sellLeverage" in before) is ("sellLeverage" in after)
    if not shown or sides != (wire["buyLeverage"], wire["sellLeverage"]):
        raise Flaw("edited", "the leverage that is shown is not the one that is sent.")
    if before["isCross"] is not after["isCross"]:
        raise Flaw("edited", "the margin mode that is shown is not sent.")
    return by_key(until, "key %s" % wire["keyId"])


def coinswitch_prepared(request):
    given, wire = v5_prepared(request, ["epochUnit", "signatureLifeSeconds"]), request["wire"]
    mainnet_only(request, "CoinSwitch")
    text_like(wire["category"], "linear", "wire.category")
    text_like(wire["epochUnit"], "milliseconds|seconds", "wire.epochUnit")
    whole(wire["signatureLifeSeconds"], 5, 86400, "wire.signatureLifeSeconds")
    return given


def bybit_prepared(request):
    given = v5_prepared(request, ["recvWindowMs"])
    whole(request["wire"]["recvWindowMs"], 1000, 60000, "wire.recvWindowMs")
    return given


def v5_sent(request, _):
    return compact({name: request["wire"][name] for name in V5_WIRE[:4]})


# A venue is a line in each: what its prepared requests give, and the exact text that is sent for one. `signature` is
# the one that the Ledger made for the venue, or None where an API key signs in headers.
PREPARED = {
    "hyperliquid": hyperliquid_prepared,
    "compass": compass_prepared,
    "synthetix": synthetix_prepared,
    "arcus": arcus_prepared,
    "coinswitch": coinswitch_prepared,
    "bybit": bybit_prepared,
}
SENT = {
    "hyperliquid": hyperliquid_sent,
    "compass": compass_sent,
    "synthetix": synthetix_sent,
    "arcus": arcus_sent,
    "coinswitch": v5_sent,
    "bybit": v5_sent,
}

# ---- What a Ledger signs beside changes and approvals (docs/formats.md, "Kinds") ----


def noop_hashes(request, _):
    """What revokes: an empty action on the same nonce, for the same account, without an end."""
    wire = request["wire"]
    connection = connection_id({"type": "noop"}, wire["nonce"], wire["vaultAddress"], None)
    return agent_hashes(connection, request["network"])


def noop_sent(request, signature, _):
    wire = request["wire"]
    body = {
        "action": {"type": "noop"},
        "nonce": wire["nonce"],
        "signature": {"r": hexed(signature[:32]), "s": hexed(signature[32:64]), "v": signature[64]},
        "vaultAddress": wire["vaultAddress"],
        "expiresAfter": None,
    }
    return compact(body)


def harmless(request, sent):
    """The request, were it for the leverage and the nonce of a body that revokes it; all else is as it was."""
    try:
        body = parse(sent)
        params = dict(body, **body["params"])
        wire = dict(request["wire"], leverage=params["leverage"], nonce=params["nonce"])
    except (KeyError, TypeError, ValueError):
        raise Flaw("edited", "what was sent revokes nothing.") from None
    if whole(wire["nonce"], 1, MAX_WHOLE, "nonce") <= request["wire"]["nonce"]:
        raise Flaw("edited", "its nonce is not above that of the request.")
    if text_like(wire["leverage"], r"[1-9]\d{0,8}", "leverage") == request["wire"]["leverage"]:
        raise Flaw("edited", "it sets what the request sets.")
    return dict(request, wire=wire)


def higher_hashes(request, sent):
    """What revokes: a change to another leverage, the one in force, on a higher nonce."""
    wire = harmless(request, sent)["wire"]
    message = {field["name"]: wire[field["name"]] for field in SYNTHETIX_TYPES["UpdateLeverage"]}
    return hash_typed(SYNTHETIX_DOMAIN, SYNTHETIX_TYPES, "UpdateLeverage", message)


def higher_sent(request, signature, sent):
    return synthetix_sent(harmless(request, sent), signature)


# What revokes at a venue, from the request and the body that is kept: its hashes, and the exact text that is sent.
REVOKED = {
    "hyperliquid": (noop_hashes, noop_sent),
    "compass": (noop_hashes, noop_sent),
    "synthetix": (higher_hashes, higher_sent),
}

APPROVE_AGENT = "HyperliquidTransaction:ApproveAgent"
APPROVE_AGENT_TYPES = {
    APPROVE_AGENT: fields_of(
        "string hyperliquidChain", "address agentAddress", "string agentName", "uint64 nonce"
    )
}
APPROVE_AGENT_CHAIN = 421614


def agent_action(network, agent, nonce):
    """The action that approves an agent; an end stands in its name."""
    until = agent["validUntil"]
    return {
        "type": "approveAgent",
        "signatureChainId": hex(APPROVE_AGENT_CHAIN),
        "hyperliquidChain": {"mainnet": "Mainnet", "testnet": "Testnet"}[network],
        "agentAddress": agent["address"],
        "agentName": agent["name"] + ("" if until is None else " valid_until %d" % until),
        "nonce": nonce,
    }


def agent_digest(action):
    domain = {
        "name": "HyperliquidSignTransaction",
        "version": "1",
        "chainId": APPROVE_AGENT_CHAIN,
        "verifyingContract": ZERO_ADDRESS,
    }
    return hash_typed(domain, APPROVE_AGENT_TYPES, APPROVE_AGENT, action).digest


def agent_sent(action, signature):
    parts = {"r": hexed(signature[:32]), "s": hexed(signature[32:64]), "v": signature[64]}
    return compact({"action": action, "nonce": action["nonce"], "signature": parts})


def registration_digest(grant):
    """What the owner of an Arcus account signs to let a key trade for it."""
    message = {
        "apiWalletName": grant["name"],
        "apiWalletPublicKey": grant["keyId"],
        "validUntil": whole(grant["validUntilMs"], 0, MAX_WHOLE, "validUntilMs"),
    }
    fields = list(ARCUS_KEY_FIELDS)
    if grant["form"] == "eip191":
        if grant["nonce"] is not None or grant["accountIndex"] != 0:
            raise Flaw("edited", "a personal message says neither nonce nor account.")
        return hash_personal(compact(message))
    if grant["nonce"] is not None:
        fields.append("string nonce")
        message["nonce"] = grant["nonce"]
    if grant["accountIndex"] != 0:
        fields.append("uint8 accountIndex")
        message["accountIndex"] = grant["accountIndex"]
    domain = {"name": "Arcus API Key", "version": "1", "chainId": ARCUS_CHAINS[grant["network"]]}
    return hash_typed(domain, {"CreateApiKey": fields_of(*fields)}, "CreateApiKey", message).digest


# ---- Approvals in words (docs/formats.md, "Approvals") ----

COUNTERSIGN_DOMAIN = {"name": "Countersign", "version": "1"}
APPROVAL_TYPES = {
    "EIP712Domain": fields_of("string name", "string version"),
    "LeverageApproval": fields_of(
        "string market",
        "string leverage",
        "string marginMode",
        "string venue",
        "string account",
        "string validUntil",
        "string request",
        "bytes32 requestDigest",
    ),
}
WORD = r"(?!until\b)[A-Za-z0-9._-]{1,66}"
SIDE = r"(?:0|[1-9]\d{0,9})(?:\.\d{0,9}[1-9])?x"
FACTS = (
    ("market", r"[A-Za-z0-9][A-Za-z0-9:._/@-]{0,39}"),
    ("leverage", r"%s(?:/%s)? -> %s(?:/%s)?" % (SIDE, SIDE, SIDE, SIDE)),
    ("marginMode", r"cross|isolated|cross \(was isolated\)|isolated \(was cross\)"),
    ("venue", r"[a-z]{1,20} (?:mainnet|testnet)"),
    ("account", r"%s(?: %s){0,7}" % (WORD, WORD)),
    ("validUntil", r"\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)? UTC"),
    ("request", r"[0-9A-HJKMNP-TV-Z]{26}"),
    ("requestDigest", r"[0-9a-f]{64}"),
)


def utc(ms):
    try:
        time = datetime(1970, 1, 1) + timedelta(milliseconds=ms)
    except OverflowError:
        raise Flaw("edited", "%s is no time." % ms) from None
    return time.strftime("%Y-%m-%d %H:%M") + (time.strftime(":%S") if time.second else "") + " UTC"


def leverage_words(setting):
    sides = [setting["leverage"]] + ([setting["sellLeverage"]] if "sellLeverage" in setting else [])
    return "/".join(side + "x" for side in sides)


def mode_words(before, after):
    words = {True: "cross", False: "isolated"}
    return words[after] if before is after else "%s (was %s)" % (words[after], words[before])


def approval_facts(request_id, request, given, digest):
    before, after = request["from"], request["to"]
    values = (
        request["market"]["symbol"],
        leverage_words(before) + " -> " + leverage_words(after),
        mode_words(before["isCross"], after["isCross"]),
        request["venue"] + " " + request["network"],
        given.subject,
        utc(given.until_ms),
        request_id,
        digest.hex(),
    )
    for (name, pattern), value in zip(FACTS, values):
        if not re.fullmatch(pattern, value, re.ASCII):
            raise Flaw("edited", "its approval cannot name its %s." % name)
    return dict(zip((name for name, _ in FACTS), values))


def approval_text(facts):
    lines = (
        "{market} leverage {leverage}",
        "{marginMode}, {venue}",
        "for {account}",
        "until {validUntil}",
        "request {request}",
        "digest {requestDigest}",
    )
    return "\n".join(lines).format(**facts)


def approval_message(form, facts):
    """The text that is kept of an approval, and the digest that its signature covers."""
    if form == "text":
        text = approval_text(facts)
        return text, hash_personal(text)
    message = dict(facts, requestDigest="0x" + facts["requestDigest"])
    typed = {
        "types": APPROVAL_TYPES,
        "primaryType": "LeverageApproval",
        "domain": COUNTERSIGN_DOMAIN,
        "message": message,
    }
    return compact(typed), hash_typed(COUNTERSIGN_DOMAIN, APPROVAL_TYPES, "LeverageApproval", message).digest


# ---- Prepared requests (docs/formats.md, "A prepared request") ----

REQUEST_MEMBERS = (
    "format venue network origin account signer market from to stake approval wire digests".split()
)


def request_digest(request):
    """keccak256 of the canonical JSON of a prepared request without its digests."""
    return keccak256(utf8(canonical({name: value for name, value in request.items() if name != "digests"})))


def recompute(request):
    """All digests of a prepared request, and what its venue's rules give: None at a venue that is not known here."""
    own = request_digest(request)
    rules = PREPARED.get(request.get("venue"))
    if rules is None:
        return {"request": hexed(own)}, None
    try:
        given = rules(request)
    except (KeyError, TypeError, AttributeError):
        raise Flaw("edited", "it is not a prepared request as docs/formats.md describes it.") from None
    hashes = given.hashes
    return {
        "connectionId": given.connection and hexed(given.connection),
        "domainHash": hashes and hexed(hashes.domain),
        "messageHash": hashes and hexed(hashes.message),
        "digest": hexed(hashes.digest if hashes else own),
        "request": hexed(own),
    }, given


# ---- RFC 6962 tree over the rows, and its signed heads (C2SP tlog-checkpoint, signed-note) ----


def sha256(data):
    return hashlib.sha256(data).digest()


EMPTY_ROOT = sha256(b"")


class Tree:
    """The tree of all rows so far, as the roots of its full subtrees: memory stays flat."""

    def __init__(self):
        self.size = 0
        self.subtrees = []

    def push(self, data):
        node, level = sha256(b"\x00" + data), self.size
        while level & 1:
            node = sha256(b"\x01" + self.subtrees.pop() + node)
            level >>= 1
        self.subtrees.append(node)
        self.size += 1

    def root(self):
        if not self.subtrees:
            return EMPTY_ROOT
        node = self.subtrees[-1]
        for left in reversed(self.subtrees[:-1]):
            node = sha256(b"\x01" + left + node)
        return node


Key = namedtuple("Key", "name id public")
Head = namedtuple("Head", "origin size root note key where")
NOTE_SIGNATURES = 16


def from_base64(text, what):
    """Bytes in standard base64, in its one canonical spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = None
    if data is None or base64.b64encode(data).decode() != text:
        raise Flaw("head", "%s is not base64." % what)
    return data


def read_key(text):
    """A verifier key: NAME+8 HEX DIGITS+BASE64(0x01 | PUBLIC KEY)."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not re.fullmatch(r"[0-9a-f]{8}", parts[1]):
        raise Flaw("head", "the key of the installation is not a verifier key.")
    data = from_base64(parts[2], "the key of the installation")
    key = Key(parts[0], bytes.fromhex(parts[1]), data[1:])
    if len(data) != 33 or data[0] != 1 or sha256(utf8(parts[0]) + b"\n" + data)[:4] != key.id:
        raise Flaw("head", "the key of the installation is not an Ed25519 key with its own id.")
    return key


def read_keys(text):
    return [read_key(line) for line in text.splitlines() if line.strip()]


def _signature_lines(text, where):
    """Name, key id and signature of each signature line of a note."""
    found = []
    for line in text[:-1].split("\n"):
        match = re.fullmatch("\u2014 ([^\\s+]+) (\\S+)", line)
        data = from_base64(match.group(2), "a signature in " + where) if match else b""
        if len(data) < 5:
            raise Flaw("head", "%s has a line that is no signature." % where)
        found.append((match.group(1), data[:4], data[4:]))
    if len(found) > NOTE_SIGNATURES:
        raise Flaw("head", "%s has more than %d signatures." % (where, NOTE_SIGNATURES))
    return found


def _signer_of(text, signatures, keys, where):
    """The key that signed a note. Unknown keys are ignored; a known one must be right, and there must be one."""
    signer = None
    for name, key_id, signature in signatures:
        for key in keys:
            if (key.name, key.id) != (name, key_id):
                continue
            if not ed25519_verify(key.public, utf8(text), signature):
                raise Flaw("head", "%s is not signed by the key that it names." % where)
            signer = signer or key
    if signer is None:
        raise Flaw("head", "%s has no signature by the key of the installation." % where)
    return signer


def read_head(note, keys, where):
    """A checkpoint; its signature is checked where the keys are known. Flaws name `where` it stands."""
    body, gap, signatures = note.partition("\n\n")
    lines = body.split("\n")
    control = re.search("[\x00-\x09\x0b-\x1f]", note)
    fits = gap and len(lines) == 3 and re.fullmatch(r"countersign/[0-9a-f]{32}", lines[0]) and not control
    if not fits or not re.fullmatch(r"[1-9]\d{0,15}", lines[1], re.ASCII) or not signatures.endswith("\n"):
        raise Flaw("head", "%s is not a checkpoint of Countersign." % where)
    size, root = whole(int(lines[1]), 1, MAX_WHOLE, "size"), from_base64(lines[2], "the root in " + where)
    found = _signature_lines(signatures, where)
    need(len(root) == 32, "the root in %s is not 32 bytes." % where, "head")
    key = _signer_of(body + "\n", found, keys, where) if keys else None
    need(key is None or key.name == lines[0], "%s is signed in another name." % where, "head")
    return Head(lines[0], size, root, note, key, where)


HEAD_TYPES = {"HistoryHead": fields_of("string count", "bytes32 root", "string time")}


def check_ledger_head(signed, head):
    """A head that the Ledger signed too, as typed data that it shows in words."""
    only(signed, ("count", "root", "signature", "signer", "time"), "signature by the Ledger")
    same = signed["count"] == str(head.size) and signed["root"] == hexed(head.root)
    need(same, "the Ledger signed another head than %s." % head.where, "head")
    message = {name: signed[name] for name in ("count", "root", "time")}
    digest = hash_typed(COUNTERSIGN_DOMAIN, HEAD_TYPES, "HistoryHead", message).digest
    signer = recover_address(digest, unhex(signed["signature"], 65))
    need(signer is not None and signer == signed["signer"], "%s is not signed by its Ledger." % head.where, "head")


# ---- The history (docs/formats.md, "The history") ----

ROW_MEMBERS = ("at", "body", "hash", "kind", "prevHash", "requestId", "seq")
GENESIS = "0x" + "00" * 32
# States of a request that has not come to its end.
OPEN = ("prepared", "approved", "signed", "sending", "unknown")

ARROWS = {
    "prepared": ("approved", "expired", "withdrawn"),
    "approved": ("signed", "expired", "withdrawn"),
    "signed": ("sending", "expired", "withdrawn", "revoked"),
    "sending": ("applied", "refused", "unknown"),
    "unknown": ("applied", "refused", "revoked"),
    "refused": ("applied",),
    "expired": ("revoked",),
    "withdrawn": ("revoked",),
}
# A history says by these that it goes on in a copy; what was open then goes no further but by these steps.
COPIES = ("desk.restored", "desk.imported", "desk.found")
FROM_A_COPY = ("applied", "refused", "unknown", "withdrawn", "revoked")


def need(right, detail, change="edited"):
    if not right:
        raise Flaw(change, detail)


def need_object(value, detail):
    need(isinstance(value, dict), detail)
    return value


class Request:
    """What the history says about one request so far."""

    def __init__(self, fixed):
        self.id = fixed["id"]
        self.digest = fixed["digest"]
        self.signer = fixed["signer"]
        self.prepared = fixed["prepared"]
        self.state = "prepared"
        self.given = None
        self.own_digest = None
        self.approval = None
        self.signature = None
        self.submission = None
        self.answered = False
        self.revocation = None
        self.revoked = False


class History:
    """Takes the rows of a history one after the other; raises Flaw at the first that is not right."""

    def __init__(self):
        self.count = 0
        # The row that a flaw is told of, counted from 1.
        self.row = 1
        self.head = GENESIS
        self.tree = Tree()
        self.chain_id = None
        self.mode = None
        self.accounts = {}
        self.requests = {}
        self.keys = {}
        self.key_names = {}
        self.agents = set()
        self.registrations = set()
        self.frozen = set()
        names = "digests approvals signatures bodies revocations agents registrations confirmations".split()
        self.checked = dict.fromkeys(names, 0)
        self.unchecked = []

    def push(self, line):
        row = self._link(line)
        self._follow(row)
        self.count += 1
        self.head = row["hash"]
        self.tree.push(unhex(row["hash"], 32))

    def _link(self, line):
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            raise Flaw("format", "this line is not UTF-8.") from None
        row = parse(text)
        fits = isinstance(row, dict) and tuple(sorted(row)) == ROW_MEMBERS and isinstance(row["body"], dict)
        need(fits, "this line does not have the fields of a row.", "format")
        need(canonical(row) == text, "this line is not in canonical form.", "format")
        self._shape(row)
        content = {name: value for name, value in row.items() if name != "hash"}
        right = hexed(sha256(utf8(canonical(content)))) == row["hash"]
        need(right, "its content was changed: its hash does not fit.", "edited")
        if row["seq"] > self.count + 1:
            raise Flaw("removed", "it bears the number %d: rows before it are missing." % row["seq"])
        if row["seq"] <= self.count:
            raise Flaw("moved", "it bears the number %d: it was inserted or moved." % row["seq"])
        need(row["prevHash"] == self.head, "it follows another row than the one before it.", "replaced")
        return row

    def _shape(self, row):
        need(type(row["seq"]) is int and row["seq"] >= 1, "its number is not a whole number.", "format")
        for name in ("hash", "prevHash"):
            fits = isinstance(row[name], str) and re.fullmatch(r"0x[0-9a-f]{64}", row[name])
            need(fits, "its %s is not 32 bytes in lower-case hex." % name, "format")
        at = isinstance(row["at"], str) and re.fullmatch(
            r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", row["at"], re.ASCII
        )
        need(at, "its time is not written as UTC with milliseconds.", "format")
        kind = isinstance(row["kind"], str) and re.fullmatch(r"[a-z]+(?:\.[a-zA-Z]+)+", row["kind"])
        need(kind, "its kind is not words of letters joined by dots.", "format")
        need(row["requestId"] is None or isinstance(row["requestId"], str), "its request is not a text.", "format")

    def _follow(self, row):
        kind, body = row["kind"], row["body"]
        if self.count == 0:
            self._open(row)
        elif kind == "history.opened":
            raise Flaw("inserted", "a history is opened once.")
        elif kind == "account.added":
            account = need_object(body.get("account"), "it does not name what it is about.")
            self._new(account.get("id"), self.accounts)
            self.accounts[account["id"]] = account
        elif kind == "request.prepared":
            self._prepare(row)
        elif kind == "approval.signed":
            self._approve(self._request(row), body)
        elif kind == "submission.answered":
            self._answer(self._request(row), body)
        elif kind == "revocation.signed":
            self._revoke(self._request(row), body)
        elif kind == "revocation.answered":
            self._revocation_answered(self._request(row), body)
        elif kind in COPIES:
            self._copy(row)
        elif kind.startswith("request."):
            self._step(self._request(row), kind[len("request.") :], body)
        else:
            self._follow_accounts(kind, row)

    def _follow_accounts(self, kind, row):
        """What is about an account and no request."""
        body = row["body"]
        try:
            if kind.startswith("agent."):
                self._agent(kind, body)
            elif kind.startswith("registration."):
                self._register(kind, body)
            elif kind.startswith("key."):
                self._key(kind, body)
            elif kind == "market.renumbered":
                only(body, "account venue network market number was freed".split(), "number")
                account = self._account(body["account"])
                right = [body[name] == account[name] for name in ("venue", "network")]
                need(all(right), "it is not about its account.")
                numbered = isinstance(body["market"], str) and type(body["number"]) is int
                need(numbered, "it does not say which market has which number.")
            elif kind == "permit.signed":
                only(body, ("accountId", "action", "nonce", "expiresAt"), "permit")
                self._account(body["accountId"])
        except (KeyError, TypeError, AttributeError, ValueError, OverflowError):
            raise Flaw("edited", "it does not say what docs/formats.md describes.") from None

    def _open(self, row):
        body = row["body"]
        opened = row["kind"] == "history.opened" and row["requestId"] is None
        need(opened, 'the first row must be "history.opened".', "removed")
        need(body.get("format") == "countersign-history-1", "its format is not countersign-history-1.", "format")
        self.chain_id = hexed(unhex(body.get("chainId"), 32))
        self.mode = body.get("mode")
        need(self.mode in ("practice", "real"), "it says neither practice nor real.")

    def _new(self, name, known):
        need(isinstance(name, str), "it does not name what it is about.")
        need(name not in known, "%s is added a second time." % name, "inserted")

    def _account(self, name):
        account = self.accounts.get(name)
        need(account is not None, "its account was not added before.", "removed")
        return account

    def _signed(self, digest, signature, expected):
        """Raises Flaw where a signature is not by the one who is expected."""
        signer = recover_address(digest, signature)
        right = signer is not None and signer == expected
        need(right, "it was signed by %s, not by %s." % (signer or "nobody", expected), "signature")

    def _agent(self, kind, body):
        sent = (body["owner"], body["network"], body["nonce"])
        if kind != "agent.sending":
            need(sent in self.agents, "it is about an agent that was not sent before.", "removed")
            return
        only(body, "owner network agent nonce account digest body".split(), "agent")
        account = self._account(body["account"])
        right = (account["signer"], account["network"]) == sent[:2]
        need(right, "its owner is not the signer of its account.")
        agent = only(body["agent"], ("address", "name", "validUntil"), "agent")
        action = agent_action(body["network"], agent, body["nonce"])
        digest = agent_digest(action)
        need(body["digest"] == hexed(digest), "its digest is not the one that its fields give.", "digest")
        signature = joined(parse(body["body"])["signature"])
        need(body["body"] == agent_sent(action, signature), "what was sent is not what was signed.")
        self._signed(digest, signature, body["owner"])
        self.agents.add(sent)
        self.checked["agents"] += 1

    def _register(self, kind, body):
        names = "account venue network address name keyId validUntilMs accountIndex nonce".split()
        grant = tuple(body[name] for name in names)
        if kind != "registration.signed":
            need(grant in self.registrations, "it is about a key that was not registered before.", "removed")
            return
        only(body, names + ["form", "digest", "signature"], "registration")
        account = self._account(body["account"])
        right = (account["venue"], account["network"], account["address"], account["signer"])
        need(grant[1:4] + (body["address"],) == right, "it is not about its account.")
        digest = registration_digest(body)
        need(body["digest"] == hexed(digest), "its digest is not the one that its fields give.", "digest")
        self._signed(digest, unhex(body["signature"], 65), body["address"])
        self.registrations.add(grant)
        self.checked["registrations"] += 1

    def _key(self, kind, body):
        """API keys: an account has one at a time."""
        if kind == "key.confirmed":
            self._key_confirmed(body)
            return
        if kind in ("key.removed", "key.checked", "key.rotated"):
            name = body["replaced" if kind == "key.rotated" else "key"]
            need(name in self.keys, "it is about an API key that is not in use.", "removed")
            if kind != "key.checked":
                del self.keys[name]
        if kind in ("key.added", "key.rotated"):
            key = body["key"]
            self._account(key["accountId"])
            need(key["accountId"] not in self.keys.values(), "its account has a key already.", "inserted")
            self._new(key["id"], self.keys)
            self.keys[key["id"]] = key["accountId"]
            self.key_names[key["id"]] = key["keyId"]

    def _key_confirmed(self, body):
        """That a key goes, which the Ledger of its account confirmed in words; or a passphrase, which leaves nothing."""
        only(body, "change key account venue network address keyId newKeyId time signature".split(), "confirmation")
        need(body["key"] in self.keys, "it is about an API key that is not in use.", "removed")
        need(body["keyId"] == self.key_names[body["key"]], "it names another API key.")
        account = self._account(body["account"])
        right = [body[name] == account[name] for name in ("venue", "network", "address")]
        need(all(right), "it is not about its account.")
        need(body["change"] == ("remove" if body["newKeyId"] is None else "replace"), "it names a new key, or none.")
        if body["signature"] is None:
            return
        lines = ["%s API key %s" % (body["change"].capitalize(), body["keyId"])]
        if body["newKeyId"] is not None:
            lines.append("by %s" % body["newKeyId"])
        lines.append("at %s %s" % (body["venue"], body["network"]))
        lines.append("for %s" % body["address"])
        lines.append("time %s" % body["time"])
        self._signed(hash_personal("\n".join(lines)), unhex(body["signature"], 65), account["signer"])
        self.checked["confirmations"] += 1

    def _copy(self, row):
        """That the history goes on in a copy: of what, and which requests were open in it."""
        body = only(row["body"], ("source", "replaced", "newest", "frozen"), "copy")
        own = {"count": row["seq"] - 1, "head": row["prevHash"]}
        source = body["source"] is None if row["kind"] == "desk.found" else body["source"] == own
        need(source, "it is not a copy of the rows before it.")
        still = sorted(name for name, request in self.requests.items() if request.state in OPEN)
        need(body["frozen"] == still, "the requests that it freezes are not those that were open.")
        self.frozen = set(still)

    def _revoke(self, request, body):
        only(body, ("of", "digest", "signature", "body"), "revocation")
        need(request.revocation is None, "it revokes a second time.", "inserted")
        revocable = "revoked" in ARROWS.get(request.state, ()) and request.signature is not None
        need(revocable, "a request that is %s is not revoked." % request.state)
        need(body["of"] == request.digest, "it is about another digest than the one that was prepared.", "digest")
        request.revocation = body["signature"]
        rules = REVOKED.get(request.prepared["venue"])
        if request.given is None:
            return
        need(rules is not None, "nothing revokes at its venue.", "inserted")
        hashes, sent = rules
        digest, signature = hashes(request.prepared, body["body"]).digest, unhex(body["signature"], 65)
        right = body["digest"] == hexed(digest)
        need(right, "its digest is not that of what revokes the request.", "digest")
        self._signed(digest, signature, request.signer)
        right = body["body"] == sent(request.prepared, signature, body["body"])
        need(right, "what was sent is not what was signed.")
        self.checked["revocations"] += 1

    def _revocation_answered(self, request, body):
        need(request.revocation is not None, "it answers a revocation that was not signed.", "removed")
        need(not request.revoked, "its nonce was used up before.", "inserted")
        request.revoked = body.get("outcome") in ("taken", "nonceUsed")

    def _request(self, row):
        request = self.requests.get(row["requestId"])
        need(request is not None, "it is about a request that was not prepared before.", "removed")
        return request

    def _prepare(self, row):
        fixed = need_object(row["body"].get("request"), "it does not name what it is about.")
        members = "id accountId venue network prepared digest signer nonce expiresAfter".split()
        only(fixed, members, "request")
        self._new(fixed["id"], self.requests)
        need(fixed["id"] == row["requestId"], "it is about two requests.")
        need(fixed["accountId"] in self.accounts, "its account was not added before.", "removed")
        request = Request(fixed)
        self._check_digests(request, fixed)
        self.requests[request.id] = request

    def _check_digests(self, request, fixed):
        prepared = request.prepared
        right = isinstance(prepared, dict) and prepared.get("format") == 1
        need(right, "what it prepares is not a prepared request of format 1.")
        only(prepared, REQUEST_MEMBERS, "prepared request")
        digests, given = recompute(prepared)
        for name, value in digests.items():
            same = isinstance(prepared["digests"], dict) and prepared["digests"].get(name) == value
            need(same, "its %s is not the one that its fields give: %s." % (name, value), "digest")
        request.own_digest = unhex(digests["request"])
        if given is None:
            self.unchecked.append("request %s: the venue %s is not known here." % (request.id, prepared["venue"]))
            return
        columns = {
            "venue": prepared["venue"],
            "network": prepared["network"],
            "digest": digests["digest"],
            "signer": prepared["signer"].get("address"),
            "nonce": given.nonce,
            "expiresAfter": given.expires,
        }
        for name, value in columns.items():
            need(fixed[name] == value, "its %s is not that of what it prepares." % name)
        if given.signed_by == "apiKey":
            need(prepared["approval"] != "none", "an API key signs it, so it must be approved on the Ledger.")
        request.given = given
        self.checked["digests"] += 1

    def _approve(self, request, body):
        need(request.approval is None, "it approves a second time.", "inserted")
        need(request.id not in self.frozen, "it is approved although it was open in a copy.", "inserted")
        approval = only(body.get("approval"), ("form", "message", "signature", "signer"), "approval")
        form = request.prepared["approval"]
        request.approval = approval
        if request.given is None:
            return
        need(form in ("text", "typedData"), "it approves a request that asks for no approval.")
        facts = approval_facts(request.id, request.prepared, request.given, request.own_digest)
        message, digest = approval_message(form, facts)
        need(approval["form"] == form, "its form is not the one that the request asks for.")
        need(approval["message"] == message, "what was approved is not this request.")
        signer = recover_address(digest, unhex(approval["signature"], 65))
        right = signer is not None and signer == approval["signer"] == request.signer
        need(right, "it was signed by %s, not by %s." % (signer or "nobody", request.signer), "signature")
        self.checked["approvals"] += 1

    def _step(self, request, state, body):
        arrow = body.get("from") == request.state and state in ARROWS.get(request.state, ())
        need(arrow, "a request that is %s cannot become %.40s." % (request.state, state), "inserted")
        need(body.get("digest") == request.digest, "its digest is not the one that was prepared.", "digest")
        if request.id in self.frozen:
            detail = body.get("detail")
            read = isinstance(detail, dict) and isinstance(detail.get("shown"), dict)
            ends = state in FROM_A_COPY and (state != "withdrawn" or read)
            need(ends, "it was open when this copy was made, and goes on from it.", "inserted")
        if state == "signed":
            self._sign(request, body.get("signature"))
        if state == "sending":
            self._send(request, body.get("submission"))
        if state == "revoked":
            need(request.revoked, "the venue did not take its revocation.", "removed")
        request.state = state

    def _sign(self, request, text):
        need(isinstance(text, str), "it does not bear its signature.")
        request.signature = text
        if request.given is None:
            return
        if request.prepared["approval"] != "none":
            need(request.approval is not None, "it was signed without the approval that it needs.", "removed")
        if request.given.signed_by == "apiKey":
            need(text == request.approval["signature"], "its signature is not that of its approval.", "signature")
            return
        signer = recover_address(unhex(request.digest, 32), unhex(text, 65))
        right = signer == request.signer
        need(right, "it was signed by %s, not by %s." % (signer or "nobody", request.signer), "signature")
        self.checked["signatures"] += 1

    def _send(self, request, submission):
        only(submission, ("id", "body"), "submission")
        need(request.submission is None, "it is sent a second time.", "inserted")
        need(request.revocation is None, "it is sent although its revocation was signed.", "inserted")
        request.submission = submission["id"]
        rules = SENT.get(request.prepared["venue"])
        if request.given is None or rules is None:
            return
        signature = unhex(request.signature, 65) if request.given.signed_by == "device" else None
        need(submission["body"] == rules(request.prepared, signature), "what was sent is not what was signed.")
        self.checked["bodies"] += 1

    def _answer(self, request, body):
        need(request.submission is not None, "it answers what was not sent.", "removed")
        need(body.get("submission") == request.submission, "it answers what was not sent.")
        need(not request.answered, "it answers a second time.", "inserted")
        request.answered = True


# ---- Files ----

MAX_LINE = 4 * 1024 * 1024


def lines_of(stream):
    """The lines of a file without their line feeds; a last line that does not end is a flaw."""
    while True:
        line = stream.readline(MAX_LINE + 1)
        if not line:
            return
        if not line.endswith(b"\n"):
            long = len(line) > MAX_LINE
            detail = "this line is too long to be a row." if long else "this line does not end: the file was cut off."
            raise Flaw("format" if long else "removed", detail)
        yield line[:-1]


def read_text(path):
    with open(path, encoding="utf-8", newline="") as stream:
        return stream.read()


def optional(folder, name):
    path = os.path.join(folder, name) if folder else ""
    return read_text(path) if path and os.path.exists(path) else None


def read_head_line(line, keys, where):
    entry = parse(line)
    names = {"note", "ledger"} if isinstance(entry, dict) and "ledger" in entry else {"note"}
    fits = isinstance(entry, dict) and set(entry) == names and isinstance(entry["note"], str)
    need(fits and canonical(entry) == line, "%s is not a line as it is written." % where, "head")
    head = read_head(entry["note"], keys, where)
    if "ledger" in entry:
        check_ledger_head(entry["ledger"], head)
    return head


def heads_of(folder, keys):
    """The heads in an export folder, and how many of them the Ledger signed too."""
    text = optional(folder, "heads.jsonl") or ""
    need(not text or text.endswith("\n"), "heads.jsonl was cut off.", "head")
    lines = text.split("\n")[:-1]
    heads = [read_head_line(line, keys, "head %d" % place) for place, line in enumerate(lines, 1)]
    for earlier, later in zip(heads, heads[1:]):
        need(earlier.size < later.size, "%s covers no more rows than the one before." % later.where, "head")
    newest = optional(folder, "checkpoint.txt")
    if newest is not None:
        checkpoint = read_head(newest, keys, "checkpoint.txt")
        last = not heads or heads[-1].note == newest
        need(last, "checkpoint.txt is not the last head of heads.jsonl.", "head")
        heads = heads or [checkpoint]
    return heads, sum(1 for line in lines if "ledger" in parse(line))


class Noted:
    """What was noted elsewhere: a row's hash, or a checkpoint."""

    def __init__(self, value, keys):
        text = read_text(value) if os.path.exists(value) else value
        found = re.fullmatch(r"\s*(0x[0-9a-fA-F]{64})\s*", text)
        self.hash = found.group(1).lower() if found else None
        self.head = None if self.hash else read_head(text, keys, "the head that was noted")
        self.found = False

    def missing(self):
        return self.hash is not None and not self.found


def compare_heads(history, heads):
    """Holds the tree against every head over exactly the rows so far, and each against the history's own name."""
    for head in heads:
        same = head.origin == "countersign/" + history.chain_id[2:34]
        need(same, "%s is one of another history." % head.where, "head")
        need(head.root == history.tree.root(), "the rows up to here are not those of %s." % head.where, "replaced")


def read_rows(history, path, due, noted):
    with open(path, "rb") as stream:
        for line in lines_of(stream):
            history.push(line)
            history.row = history.count
            compare_heads(history, due.pop(history.count, ()))
            history.row = history.count + 1
            if noted and history.head == noted.hash:
                noted.found = True
    need(history.count > 0, "there is none; the first row is always there.", "removed")
    for size, heads in sorted(due.items()):
        raise Flaw("removed", "%s covers %d rows: rows were cut off the end." % (heads[0].where, size))
    if noted and noted.missing():
        raise Flaw("removed", "no row has the hash %s: rows were cut off, or the history rewritten." % noted.hash)


def keys_of(folder, given):
    if given:
        return read_keys(read_text(given) if os.path.exists(given) else given)
    own = optional(folder, "installation.txt")
    return read_keys(own) if own is not None else []


def verify_export(path, noted_value, key_text):
    """Verifies an export; what it proves, as it is printed. Raises Flaw with the row where it is not right."""
    folder = path if os.path.isdir(path) else None
    history = History()
    try:
        keys = keys_of(folder, key_text)
        heads, by_ledger = heads_of(folder, keys)
        noted = Noted(noted_value, keys) if noted_value else None
        due = {}
        for head in heads + ([noted.head] if noted and noted.head else []):
            due.setdefault(head.size, []).append(head)
        read_rows(history, os.path.join(folder, "history.jsonl") if folder else path, due, noted)
        whole_export = not heads or heads[-1].size == history.count
        need(whole_export, "rows follow that the newest head of this export does not cover.", "inserted")
    except Flaw as flaw:
        flaw.row = history.row
        raise
    signed = heads + ([noted.head] if noted and noted.head else [])
    if any(head.key is None for head in signed):
        history.unchecked.append("the signatures of the heads: there is no key (installation.txt, or --key).")
    return proof_of(history, signed, by_ledger)


def proof_of(history, heads, by_ledger):
    signers = sorted({"%s+%s" % (head.key.name, head.key.id.hex()) for head in heads if head.key})
    return {
        "ok": True,
        "rows": history.count,
        "head": history.head,
        "root": base64.b64encode(history.tree.root()).decode(),
        "chainId": history.chain_id,
        "mode": history.mode,
        "requests": len(history.requests),
        "checked": dict(history.checked, heads=len(heads), ledgerHeads=by_ledger),
        "covered": max([head.size for head in heads], default=None),
        "keys": signers,
        "unchecked": history.unchecked,
    }


# ---- Known answers ----


class Answers:
    """Counts what agrees; remembers what does not."""

    def __init__(self):
        self.agreed = 0
        self.differing = []

    def same(self, name, actual, expected):
        if actual == expected:
            self.agreed += 1
        else:
            self.differing.append("%s: %.200r, not %.200r" % (name, actual, expected))

    def different(self, name, actual, wrong):
        self.same(name + " differs from the wrong answer", actual != wrong, True)


def joined(signature):
    """A signature of three parts as 65 bytes; r and s may have lost leading zeros."""
    parts = [int(signature[name], 16).to_bytes(32, "big") for name in ("r", "s")]
    return b"".join(parts) + bytes([signature["v"]])


def network_of(vector):
    return "mainnet" if vector["isMainnet"] else "testnet"


def context_of(vector):
    return vector["nonce"], vector["vaultAddress"], vector["expiresAfter"]


def check_leverage(answers, data):
    constants = data["constants"]
    answers.same("domain separator", hexed(AGENT_DOMAIN_HASH), constants["domainSeparator"])
    type_hash = keccak256(b"Agent(string source,bytes32 connectionId)")
    answers.same("type hash", hexed(type_hash), constants["agentTypeHash"])
    for name in "ab":
        answers.same("keccak " + name, hexed(keccak256(name.encode())), constants["keccakSource" + name.upper()])
    for vector in data["vectors"]:
        action, context, right = leverage_action(vector["action"]), context_of(vector), vector["expected"]
        connection = connection_id(action, *context)
        digest = agent_hashes(connection, network_of(vector)).digest
        answers.same(vector["id"] + " msgpack", hexed(msgpack(action)), right["msgpackHex"])
        answers.same(vector["id"] + " preimage", hexed(action_preimage(action, *context)), right["preimageHex"])
        answers.same(vector["id"] + " connectionId", hexed(connection), right["connectionId"])
        answers.same(vector["id"] + " digest", hexed(digest), right["eip712Digest"])
        signer = recover_address(digest, joined(right["signature"]))
        answers.same(vector["id"] + " signer", signer, vector["address"].lower())


def check_user_signed(answers, vector):
    types = {name: fields for name, fields in vector["types"].items() if name != "EIP712Domain"}
    digest = hash_typed(vector["domain"], types, vector["primaryType"], vector["message"]).digest
    answers.same(vector["name"] + " digest", hexed(digest), vector["digest"])
    signer = recover_address(digest, joined(vector["signature"]))
    answers.same(vector["name"] + " is signed", signer is not None, True)


def check_as_published(answers, name, published, actual):
    """What a project published itself, as far as it did."""
    if "r" in published:
        published = {"signature": published}
    for member, value in published.items():
        if value is not None:
            right = hexed(joined(value)) if member == "signature" else value
            answers.same("%s, published %s" % (name, member), actual[member], right)


def check_published(answers, data):
    for vector in data["updateLeverage"] + data["otherL1"]:
        right = vector["computed"]
        actual = {"connectionId": right["connectionId"]}
        connection = unhex(right["connectionId"])
        if "action" in vector:
            connection = connection_id(vector["action"], *context_of(vector))
            answers.same(vector["name"] + " connectionId", hexed(connection), right["connectionId"])
            actual["msgpackHex"] = hexed(msgpack(vector["action"]))
        if "isMainnet" not in vector:
            check_as_published(answers, vector["name"], vector["published"], actual)
            continue
        digest = agent_hashes(connection, network_of(vector)).digest
        actual.update(eip712Digest=hexed(digest), signature=hexed(joined(right["signature"])))
        check_as_published(answers, vector["name"], vector["published"], actual)
        answers.same(vector["name"] + " digest", hexed(digest), right.get("digest") or right.get("eip712Digest"))
        signer = recover_address(digest, joined(right["signature"]))
        answers.same(vector["name"] + " signer", signer, vector["address"].lower())
    for vector in data["userSigned"]:
        check_user_signed(answers, vector)
        actual = {"signature": hexed(joined(vector["signature"])), "digest": vector["digest"]}
        check_as_published(answers, vector["name"], vector["published"], actual)


def check_traps(answers, data):
    base = data["base"]
    answers.same("base", hexed(connection_id(base["action"], *context_of(base))), base["rightConnectionId"])
    for vector in data["vectors"]:
        context = dict(base)
        if "input" in vector:
            name, value = vector["input"].split(" ")
            context[name] = value if value.startswith("0x") else int(value)
        actual = hexed(connection_id(base["action"], *context_of(context)))
        answers.different(vector["name"], actual, vector["wrongConnectionId"])
        if "rightConnectionId" in vector:
            answers.same(vector["name"], actual, vector["rightConnectionId"])


def check_approve_agent(answers, data):
    for vector in data["vectors"]:
        check_user_signed(answers, vector)


def compass_refusal(response):
    """Why a `set_leverage` answer must not be signed; None when it may be."""
    parts = [response.get(name) for name in ("typed_data", "action", "nonce")]
    if response.get("leverage_ok") is True:
        return None if parts == [None] * 3 else "there must be nothing to sign"
    typed, action, nonce = parts
    if response.get("leverage_ok") is not False or None in parts:
        return "something is missing"
    try:
        connection = connection_id(leverage_action(action), nonce, None, None)
    except Flaw as flaw:
        return flaw.detail
    right = {"source": "a", "connectionId": hexed(connection)}
    same = typed["domain"] == AGENT_DOMAIN and typed["types"] == AGENT_TYPES and typed["primaryType"] == "Agent"
    return None if same and typed["message"] == right else "it is not the typed data of its own action"


def check_compass(answers, data):
    answers.same("nothing to do", compass_refusal(data["noOp"]["response"]), None)
    for vector in data["accept"]:
        response, right, name = vector["response"], vector["expected"], vector["name"]
        action, nonce = response["action"], response["nonce"]
        connection = connection_id(leverage_action(action), nonce, None, None)
        digest = agent_hashes(connection, "mainnet").digest
        signature = joined(right["signature"])
        answers.same(name + " is accepted", compass_refusal(response), None)
        answers.same(name + " msgpack", hexed(msgpack(leverage_action(action))), right["msgpackHex"])
        answers.same(name + " connectionId", hexed(connection), right["connectionId"])
        answers.same(name + " digest", hexed(digest), right["eip712Digest"])
        answers.same(name + " signature", hexed(signature), right["signatureHex"])
        answers.same(name + " signer", recover_address(digest, signature), right["signer"].lower())
        wrong = hexed(connection_id(action, nonce, None, None))
        answers.same(name + " in the received order", wrong, vector["wrongIfHashedInReceivedKeyOrder"])
        body = compass_sent({"wire": {"action": action, "nonce": nonce}}, signature)
        answers.same(name + " body", json.loads(body), vector["executeRequest"])
    for vector in data["reject"]:
        answers.same(vector["name"] + " is refused", compass_refusal(vector["response"]) is not None, True)


def check_synthetix(answers, data):
    answers.same("domain", data["domain"], SYNTHETIX_DOMAIN)
    for place, vector in enumerate(data["vectors"], 1):
        name, primary, types = "%d %s" % (place, vector["group"]), vector["primaryType"], vector["types"]
        hashes = hash_typed(SYNTHETIX_DOMAIN, types, primary, vector["message"])
        answers.same(name + " type hash", hexed(keccak256(utf8(encode_type(types, primary)))), vector["typeHash"])
        answers.same(name + " domain", hexed(hashes.domain), vector["domainSeparator"])
        answers.same(name + " struct", hexed(hashes.message), vector["structHash"])
        answers.same(name + " digest", hexed(hashes.digest), vector["digest"])
        signer = recover_address(hashes.digest, joined(vector["signature"]))
        answers.same(name + " signer", signer, vector["address"].lower())
        if primary == "UpdateLeverage":
            answers.same(name + " fields", types, SYNTHETIX_TYPES)
    traps = data["traps"]
    digest = hexed(hash_typed(SYNTHETIX_DOMAIN, SYNTHETIX_TYPES, "UpdateLeverage", traps["base"]).digest)
    answers.same("base", digest, traps["rightDigest"])
    for vector in traps["vectors"]:
        answers.different(vector["name"], digest, vector["wrongDigest"])
    for vector in data["requestBodies"]:
        signer = recover_address(unhex(digest), joined(vector["body"]["signature"]))
        answers.same(vector["shape"] + " is signed", signer is not None, True)


def check_ed25519(answers, name, seed, public, message, signature):
    made = ed25519_sign(bytes.fromhex(seed), utf8(message))
    if public is not None:
        answers.same(name + " key", made[0].hex(), public)
    answers.same(name + " signature", made[1].hex(), signature)
    right = ed25519_verify(made[0], utf8(message), bytes.fromhex(signature))
    answers.same(name + " verifies", right, True)


def check_arcus(answers, data):
    for place, vector in enumerate(data["setLeverage"], 1):
        name = "setLeverage %d" % place
        message = arcus_message(vector["timestamp"], vector["action"], vector["body"])
        answers.same(name + " body", canonical(vector["body"]), vector["canonicalBody"])
        answers.same(name + " message", message, vector["message"])
        check_ed25519(answers, name, vector["seed"], vector["apiKey"], message, vector["signature"])
    for vector in data["canonicalJson"]:
        answers.same("canonical JSON", canonical(vector["in"]), vector["out"])
    for vector in data["published"]["signatures"]:
        check_ed25519(answers, vector["name"], vector["seed"], None, vector["message"], vector["published"])
    for vector in data["published"]["messages"]:
        stamp, _, body = vector["published"].partition("setLeverage")
        answers.same(vector["name"], arcus_message(stamp, "setLeverage", json.loads(body)), vector["published"])
    for vector in data["traps"]["vectors"]:
        answers.different(vector["name"], data["traps"]["rightSignature"], vector["wrongSignature"])
        first = data["setLeverage"][0]
        right = ed25519_verify(
            bytes.fromhex(first["apiKey"]), utf8(first["message"]), bytes.fromhex(vector["wrongSignature"])
        )
        answers.same(vector["name"] + " does not verify", right, False)
    for vector in data["createApiKeyEip712"]:
        hashes = hash_typed(vector["domain"], vector["types"], "CreateApiKey", vector["message"])
        name = "createApiKey %s %s" % (vector["network"], vector["variant"])
        answers.same(name + " domain", hexed(hashes.domain), vector["domainSeparator"])
        answers.same(name + " digest", hexed(hashes.digest), vector["digest"])
        signer = recover_address(hashes.digest, joined(vector["signature"]))
        answers.same(name + " signer", signer, vector["address"].lower())
    personal = data["createApiKeyPersonalSign"]
    signer = recover_address(hash_personal(personal["message"]), joined(personal["signature"]))
    answers.same("createApiKey by EIP-191", signer, data["createApiKeyEip712"][0]["address"].lower())


def check_v5(answers, data):
    for place, vector in enumerate(data["coinswitch"]["vectors"], 1):
        name = "coinswitch %d" % place
        message = coinswitch_message(vector["method"], vector["pathOnTheWire"], vector["epoch"])
        answers.same(name + " message", message, vector["message"])
        check_ed25519(answers, name, vector["seed"], vector["apiKey"], message, vector["signature"])
    for place, vector in enumerate(data["bybit"]["vectors"], 1):
        parts = (vector[part] for part in ("timestamp", "apiKey", "recvWindow", "payload"))
        message = bybit_message(*parts)
        mac = hmac.new(vector["secret"].encode(), utf8(message), hashlib.sha256).hexdigest()
        answers.same("bybit %d message" % place, message, vector["message"])
        answers.same("bybit %d signature" % place, mac, vector["signature"])


VECTORS = {
    "hyperliquid-updateLeverage": check_leverage,
    "hyperliquid-public": check_published,
    "hyperliquid-traps": check_traps,
    "hyperliquid-approveAgent": check_approve_agent,
    "compass-setLeverage": check_compass,
    "synthetix-updateLeverage": check_synthetix,
    "arcus-setLeverage": check_arcus,
    "v5-setLeverage": check_v5,
}


def verify_vectors(path):
    name = os.path.splitext(os.path.basename(path))[0]
    if name not in VECTORS:
        raise Flaw("format", "%s is none of %s." % (path, ", ".join(VECTORS)))
    answers = Answers()
    VECTORS[name](answers, json.loads(read_text(path)))
    return {"file": path, "agreed": answers.agreed, "differing": answers.differing}


# ---- One object a line, for comparing this file with another implementation ----


def digests_of(entry):
    """What a line gives: the digests of `prepared`; with `id` its approval, with `signature` its signer and body."""
    prepared = entry["prepared"]
    digests, given = recompute(prepared)
    answer = {"digests": digests, "canonical": canonical(prepared)}
    if given is not None and "id" in entry:
        facts = approval_facts(entry["id"], prepared, given, unhex(digests["request"]))
        message, digest = approval_message(prepared["approval"], facts)
        answer["approval"] = [message, hexed(digest)]
    if given is not None and "signature" in entry:
        signature = unhex(entry["signature"], 65)
        answer["signer"] = recover_address(unhex(digests["digest"]), signature)
        answer["body"] = SENT[prepared["venue"]](prepared, signature)
    return answer


def print_digests(path):
    stream = sys.stdin.buffer if path == "-" else open(path, "rb")
    with stream:
        for line in lines_of(stream):
            try:
                answer = digests_of(parse(line.decode("utf-8")))
            except Flaw as flaw:
                answer = {"flaw": flaw.detail}
            sys.stdout.write(compact(answer) + "\n")


# ---- The command ----


def say_proof(proof):
    checked = proof["checked"]
    print("The history verifies: %d rows, each chained to the one before." % proof["rows"])
    print("  head       %s" % proof["head"])
    print("  tree root  %s" % proof["root"])
    print("  history    %s, %s" % (proof["chainId"], proof["mode"]))
    words = "%d requests: %d with all digests recomputed, %d signatures, %d approvals and %d sent bodies checked"
    counts = (proof["requests"], checked["digests"], checked["signatures"], checked["approvals"], checked["bodies"])
    print("  " + words % counts)
    more = ("revocations", "agents", "registrations", "confirmations")
    if any(checked[name] for name in more):
        print("  " + ", ".join("%d %s" % (checked[name], name) for name in more) + " checked")
    if checked["heads"]:
        print("  %d heads, the longest over %d rows" % (checked["heads"], proof["covered"]))
        for key in proof["keys"]:
            print("  signed by  %s (compare it with the one that you were given)" % key)
        if checked["ledgerHeads"]:
            print("  %d heads signed by a Ledger too" % checked["ledgerHeads"])
    for line in proof["unchecked"]:
        print("NOT CHECKED: " + line)
    print("A head that is kept elsewhere also proves that no row was cut off the end: give it with --head.")


def run_export(options, path):
    try:
        proof = verify_export(path, options.head, options.key)
    except Flaw as flaw:
        broken = {"ok": False, "row": flaw.row, "change": flaw.change, "detail": flaw.detail}
        if options.json:
            print(compact(broken))
        else:
            print("The history does not verify: row %(row)d (%(change)s): %(detail)s" % broken)
        return 1
    if options.json:
        print(compact(proof))
    else:
        say_proof(proof)
    return 3 if proof["unchecked"] else 0


def run_exports(options):
    """Each export by itself; 1 where one is not right, else 3 where something could not be checked."""
    codes = set()
    for path in options.export:
        if len(options.export) > 1 and not options.json:
            print("%s:" % path)
        codes.add(run_export(options, path))
    return 1 if 1 in codes else max(codes)


def run_vectors(options):
    results = [verify_vectors(path) for path in options.vectors]
    right = not any(result["differing"] for result in results)
    if options.json:
        print(compact({"ok": right, "files": results}))
        return 0 if right else 1
    for result in results:
        print("%s: %d answers agree, %d do not" % (result["file"], result["agreed"], len(result["differing"])))
        for line in result["differing"]:
            print("  " + line)
    return 0 if right else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("export", nargs="*", help="an export folder or a JSONL file; several one after the other")
    parser.add_argument("--json", action="store_true", help="print each result as one JSON object")
    parser.add_argument("--head", metavar="HEAD", help="a checkpoint file or a row's hash that was noted earlier")
    parser.add_argument("--key", metavar="VKEY", help="the key, or a file of keys, in place of installation.txt")
    parser.add_argument("--vectors", metavar="FILE", nargs="+", help="known answers, in place of an export")
    parser.add_argument("--digests", metavar="FILE", help="prepared requests, one a line, in place of an export")
    options = parser.parse_args()
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    chosen = [value for value in (options.export, options.vectors, options.digests) if value]
    if len(chosen) != 1:
        parser.error("name an export, or --vectors, or --digests")
    try:
        if options.digests:
            print_digests(options.digests)
            return 0
        return run_vectors(options) if options.vectors else run_exports(options)
    except BrokenPipeError:
        return 2
    except (OSError, UnicodeDecodeError) as error:
        print("It cannot be read: %s" % error, file=sys.stderr)
        return 2
    except Flaw as flaw:
        print(flaw.detail, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
