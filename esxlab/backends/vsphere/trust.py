"""Who is believed to be the server: the pinned certificate if there is a pin, else the trust store says.

For one session it is one certificate: what the first handshake has shown, every later one must show.
"""

from __future__ import annotations

import hashlib
import ssl
import threading
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from esxlab.backends.endpoints import Endpoint

PROBE_TIMEOUT_S = 10.0


class OtherCertificate(ssl.SSLCertVerificationError):
    """A server showed another certificate than the one that was expected."""

    def __init__(self, seen: str, expected: str) -> None:
        super().__init__("the certificate is not the expected one")
        self.seen = seen
        self.expected = expected


class SessionContext(ssl.SSLContext):
    """Accepts one certificate: the one with this SHA-256, whoever signed it; without one, the first it meets.

    That first one is checked by the trust store, with its host name. pyVmomi's own `thumbprint=` is of no
    use: with verification off, a wrong thumbprint still connects (measured with 9.1.1). They are compared
    after the handshake, before a byte is sent.
    """

    expected: str
    meeting: threading.Lock

    def __new__(cls, pin: str) -> Self:
        """`pin` is 64 hex digits; colons and case do not matter. Empty: there is none."""
        context = super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)
        if pin:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        else:
            context.load_default_certs()
        context.expected = normal_pin(pin)
        context.meeting = threading.Lock()
        return context

    def wrap_socket(self, *args: Any, **options: Any) -> ssl.SSLSocket:
        """Shake hands, then compare; OtherCertificate when it is another."""
        wrapped = super().wrap_socket(*args, **options)
        seen = hashlib.sha256(wrapped.getpeercert(binary_form=True) or b"").hexdigest()
        with self.meeting:
            self.expected = self.expected or seen
        if seen != self.expected:
            wrapped.close()
            raise OtherCertificate(seen, self.expected)
        return wrapped


def normal_pin(pin: str) -> str:
    """64 lower-case hex digits, whatever the notation."""
    return pin.replace(":", "").replace(" ", "").lower().removeprefix("sha256")


def shown_fingerprint(endpoint: Endpoint) -> str:
    """SHA-256 of the certificate that the server shows, for the error text; empty when it shows none."""
    try:
        return fetch_fingerprint(endpoint)
    except OSError:
        return ""


def fetch_fingerprint(endpoint: Endpoint) -> str:
    """SHA-256 of the certificate that the server shows, whoever it is; nothing else is said to it. OSError.

    The time is for the whole handshake (ssl.SSLSocket.do_handshake counts down), and OpenSSL limits its size.
    """
    try:
        pem = ssl.get_server_certificate((endpoint.address, endpoint.port), timeout=PROBE_TIMEOUT_S)
    except OSError:
        raise
    except (ValueError, OverflowError) as error:  # a name or a port that cannot be one
        raise OSError(f"{type(error).__name__}: {error}") from error
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
