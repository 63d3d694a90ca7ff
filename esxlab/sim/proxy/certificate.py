"""The school's own certificate: self-signed, for the loopback, made anew for every school."""

from __future__ import annotations

import datetime as dt
import hashlib
import ssl
from ipaddress import IPv4Address, ip_address
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

VALID_DAYS = 365


def _alternative_name(host: str) -> Any:
    from cryptography import x509  # noqa: PLC0415 - slow

    try:
        return x509.IPAddress(ip_address(host.partition("%")[0]))
    except ValueError:
        return x509.DNSName(host)


def create_certificate(directory: Path, hosts: tuple[str, ...]) -> tuple[ssl.SSLContext, str]:
    """Write `school.pem` (key and certificate, 0600); the server's context, and the SHA-256 (hex)."""
    from cryptography import x509  # noqa: PLC0415 - slow
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "esxlab school")])
    now = dt.datetime.now(dt.UTC)
    names = [x509.IPAddress(IPv4Address("127.0.0.1")), *map(_alternative_name, hosts)]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=VALID_DAYS))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = directory / "school.pem"
    file.touch(mode=0o600)
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    der = certificate.public_bytes(serialization.Encoding.DER)
    return context, hashlib.sha256(der).hexdigest()
