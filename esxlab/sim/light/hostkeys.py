"""SSH host keys of a simulated machine: made, read and fingerprinted as OpenSSH does."""

from __future__ import annotations

import base64
import hashlib

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

KEY_PATH = "/etc/ssh/ssh_host_{kind}_key"
KINDS = ("rsa", "ecdsa", "ed25519")  # what ssh-keygen -A makes, in its order
RSA_BITS = 1024
"""A real one has 2048 or more; a class of simulated machines would spend ten seconds on those."""
BITS = {"ssh-ed25519": (256, "ED25519"), "ecdsa-sha2-nistp256": (256, "ECDSA"), "ssh-rsa": (RSA_BITS, "RSA")}


def make_key(kind: str, comment: str) -> tuple[bytes, bytes]:
    """A new key pair in OpenSSH's own formats: (private file, public file)."""
    key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    if kind == "ed25519":
        key = ed25519.Ed25519PrivateKey.generate()
    elif kind == "ecdsa":
        key = ec.generate_private_key(ec.SECP256R1())
    else:
        key = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return private, public + f" {comment}\n".encode()


def make_host_key(comment: str, kind: str = "ed25519") -> list[tuple[str, bytes, int]]:
    """A new host key as files: (path, content, mode) of the private and of the public one."""
    private, public = make_key(kind, comment)
    path = KEY_PATH.format(kind=kind)
    return [(path, private, 0o600), (f"{path}.pub", public, 0o644)]


def fingerprint(public: str) -> str:
    """What `ssh-keygen -lf` prints of a public key's line: bits, SHA256:..., comment, type. ValueError."""
    parts = public.split(None, 2)
    if len(parts) < 2 or parts[0] not in BITS:  # noqa: PLR2004 - type and key
        raise ValueError("not a public key")
    digest = base64.b64encode(hashlib.sha256(base64.b64decode(parts[1], validate=True)).digest())
    bits, name = BITS[parts[0]]
    comment = parts[2].strip() if len(parts) > 2 else "no comment"  # noqa: PLR2004
    return f"{bits} SHA256:{digest.decode().rstrip('=')} {comment} ({name})"
