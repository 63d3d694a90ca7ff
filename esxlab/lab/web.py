"""The web service of the exercise: where Debian's web server listens, and how a client writes an address."""

from __future__ import annotations

HTTP_PORT = 80
"""`Listen 80` in the ports.conf of Debian's package apache2; http's default port too (RFC 9110, 4.2.1)."""


def http_url(address: str, port: int) -> str:
    """http://192.16.193.30/, or with the port when it is not http's own."""
    return f"http://{address}/" if port == HTTP_PORT else f"http://{address}:{port}/"
