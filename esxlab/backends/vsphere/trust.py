"""Who is believed to be the server: the pinned certificate if there is a pin, else the trust store says."""

from __future__ import annotations

import hashlib
import ssl
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from esxlab.backends.endpoints import Endpoint

PROBE_TIMEOUT_S = 10.0


class PinnedContext(ssl.SSLContext):
    """Accepts exactly one certificate: the one with this SHA-256, whoever signed it.

    pyVmomi's own `thumbprint=` is of no use: with verification off, a wrong thumbprint still connects
    (measured with 9.1.1). The comparison happens after the handshake and before a byte is sent.
    """

    pin: str

    def __new__(cls, pin: str) -> Self:
        """`pin` is 64 hex digits; colons and case do not matter."""
        context = super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.pin = normal_pin(pin)
        return context

    def wrap_socket(self, *args: Any, **options: Any) -> ssl.SSLSocket:
        """Shake hands, then compare; SSLCertVerificationError when it is another certificate."""
        wrapped = super().wrap_socket(*args, **options)
        certificate = wrapped.getpeercert(binary_form=True)
        if certificate is None or hashlib.sha256(certificate).hexdigest() != self.pin:
            wrapped.close()
            raise ssl.SSLCertVerificationError("the certificate is not the pinned one")
        return wrapped


def normal_pin(pin: str) -> str:
    """64 lower-case hex digits, whatever the notation."""
    return pin.replace(":", "").replace(" ", "").lower().removeprefix("sha256")


def build_context(pin: str) -> ssl.SSLContext:
    """The TLS context for one server; an empty pin means: the system's trust store, host name checked."""
    return PinnedContext(pin) if pin else ssl.create_default_context()


def shown_fingerprint(endpoint: Endpoint) -> str:
    """SHA-256 of the certificate that the server shows, for the error text; empty when it shows none."""
    try:
        pem = ssl.get_server_certificate((endpoint.address, endpoint.port), timeout=PROBE_TIMEOUT_S)
    except OSError:
        return ""
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
