"""Root's password as Debian's installer takes it: SHA-512 crypt, which glibc knows since 2.7.

Source: U. Drepper, "Unix crypt using SHA-256 and SHA-512", version 0.6. Debian 9 does not know yescrypt,
and Python's own crypt module is gone since 3.13.
"""

from __future__ import annotations

import hashlib
import secrets

ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ROUNDS = 5000
SALT_SIGNS = 16
LENGTH = 64


def crypted(password: str, *, salt: str = "") -> str:
    """`$6$salt$hash` of a password; a salt is drawn when none is given (up to 16 signs of ALPHABET)."""
    salt = salt[:SALT_SIGNS] or "".join(secrets.choice(ALPHABET) for _ in range(SALT_SIGNS))
    key, salted = password.encode(), salt.encode()
    digest = _first(key, salted)
    p = _repeated(hashlib.sha512(key * len(key)).digest(), len(key))
    s = _repeated(hashlib.sha512(salted * (16 + digest[0])).digest(), len(salted))
    for number in range(ROUNDS):
        content = p if number % 2 else digest
        content += s if number % 3 else b""
        content += p if number % 7 else b""
        digest = hashlib.sha512(content + (digest if number % 2 else p)).digest()
    return f"$6${salt}${_spelled(digest)}"


def _first(key: bytes, salt: bytes) -> bytes:
    """Steps 1 to 12."""
    other = hashlib.sha512(key + salt + key).digest()
    content = key + salt + _repeated(other, len(key))
    bits = len(key)
    while bits:
        content += other if bits & 1 else key
        bits >>= 1
    return hashlib.sha512(content).digest()


def _repeated(digest: bytes, length: int) -> bytes:
    return (digest * (length // LENGTH + 1))[:length]


def _spelled(digest: bytes) -> str:
    """Step 22: 24 bits at a time, in an order of its own."""
    signs = []
    for number in range(21):
        group = (number, number + 21, number + 42)
        turn = number % 3
        a, b, c = (*group[turn:], *group[:turn])
        signs.append(_signs(digest[a] << 16 | digest[b] << 8 | digest[c], 4))
    return "".join((*signs, _signs(digest[63], 2)))


def _signs(value: int, count: int) -> str:
    return "".join(ALPHABET[value >> 6 * place & 63] for place in range(count))
