"""Who wrote a message: Ed25519 keys (RFC 8032) of the centre and of each site; and TLS for the broker.

A public key is 32 bytes in base64, a private one PEM (PKCS #8), readable by its owner alone.
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from esxlab.errors import LabError
from esxlab.foreign import Unreadable, read_file
from esxlab.lab.addresses import is_address

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from cryptography.x509 import Certificate

DOMAIN = b"esxlab sites 1\n"
"""Stands before what is signed: a signature made for something else is none here."""
LIFE = timedelta(days=825)
"""Of a certificate: the longest that Apple's TLS takes (support.apple.com, HT210176), and no rule of ours."""
NEAR = timedelta(days=60)
"""So long before its end a certificate is told of: a site is visited once a term."""
CLIENT, SERVER = ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH


def new_key() -> Ed25519PrivateKey:
    """A new private key."""
    return Ed25519PrivateKey.generate()


def pem_of(key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    """A private key as it is kept."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_of(key: Ed25519PrivateKey) -> str:
    """Its public half in base64."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def load_key(path: Path) -> Ed25519PrivateKey:
    """A private key from its file. LabError site.no_key."""
    try:
        found = load_pem_private_key(read_file(path), password=None)
    except (OSError, ValueError, TypeError, Unreadable) as error:
        raise LabError("site.no_key", where=str(path), detail=str(error)) from error
    if not isinstance(found, Ed25519PrivateKey):
        raise LabError("site.no_key", where=str(path), detail=type(found).__name__)
    return found


def end_of(certificate: Path) -> datetime | None:
    """When a certificate ends; None when there is none that can be read."""
    try:
        return x509.load_pem_x509_certificate(read_file(certificate)).not_valid_after_utc
    except (OSError, ValueError, Unreadable):
        return None


def ends_soon(certificate: Path, now: datetime | None = None) -> str:
    """The day on which it ends (ISO 8601), when that is near or past; else nothing."""
    end = end_of(certificate)
    return f"{end:%Y-%m-%d}" if end and end < (now or datetime.now(UTC)) + NEAR else ""


def signing(key: Ed25519PrivateKey) -> Callable[[bytes], str]:
    """What signs a text with this key."""
    return lambda text: base64.b64encode(key.sign(DOMAIN + text)).decode()


def checking(keys: Mapping[str, str]) -> Callable[[str, bytes, str], bool]:
    """What says whether a signature is that of a signer of this table, name -> public key."""

    def check(signer: str, text: bytes, signature: str) -> bool:
        if signer not in keys:
            return False
        try:
            public = Ed25519PublicKey.from_public_bytes(base64.b64decode(keys[signer], validate=True))
            public.verify(base64.b64decode(signature, validate=True), DOMAIN + text)
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True

    return check


class Authority:
    """Signs the certificates of one fleet's broker, centre and sites."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: Certificate) -> None:
        self._key, self._certificate = key, certificate

    @classmethod
    def new(cls, now: datetime | None = None) -> Authority:
        """A new one; its life is that of the longest certificate that it may sign."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "esxlab sites")])
        builder = _certificate(name, name, key.public_key(), now or datetime.now(UTC), LIFE * 4)
        limits = x509.BasicConstraints(ca=True, path_length=0)
        return cls(key, builder.add_extension(limits, critical=True).sign(key, hashes.SHA256()))

    @classmethod
    def load(cls, key: Path, certificate: Path) -> Authority:
        """From its two files. LabError site.no_key."""
        try:
            found = load_pem_private_key(read_file(key), password=None)
            signed = x509.load_pem_x509_certificate(read_file(certificate))
        except (OSError, ValueError, TypeError, Unreadable) as error:
            raise LabError("site.no_key", where=str(key), detail=str(error)) from error
        if not isinstance(found, ec.EllipticCurvePrivateKey):
            raise LabError("site.no_key", where=str(key), detail=type(found).__name__)
        return cls(found, signed)

    def files(self) -> dict[str, bytes]:
        """Its own two files: ca.key stays at the centre."""
        return {"ca.key": pem_of(self._key), "ca.pem": self.public()}

    def public(self) -> bytes:
        """Its certificate, which everybody has."""
        return self._certificate.public_bytes(Encoding.PEM)

    def issue(self, name: str, *, host: str = "", now: datetime | None = None) -> dict[str, bytes]:
        """tls.key and tls.pem: of a client called `name`, or of the server on this host name or address."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = _certificate(
            subject, self._certificate.subject, key.public_key(), now or datetime.now(UTC), LIFE
        )
        usage = x509.ExtendedKeyUsage([SERVER if host else CLIENT])
        builder = builder.add_extension(usage, critical=False)
        if host:
            known = x509.IPAddress(ip_address(host)) if is_address(host) else x509.DNSName(host)
            builder = builder.add_extension(x509.SubjectAlternativeName([known]), critical=False)
        signed = builder.sign(self._key, hashes.SHA256())
        return {"tls.key": pem_of(key), "tls.pem": signed.public_bytes(Encoding.PEM)}


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, life: timedelta
) -> x509.CertificateBuilder:
    """What every certificate says; valid since an hour before, for clocks that are slow."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + life)
    )
