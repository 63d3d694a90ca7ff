"""IP addresses in text that somebody else may have written."""

from __future__ import annotations

from ipaddress import ip_address


def is_address(text: str) -> bool:
    """Whether it is an IP address; a host's name is none, nor is all that VMware Tools hand on."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_loopback(text: str) -> bool:
    """Whether it is the address of something that runs on this computer."""
    try:
        return ip_address(text).is_loopback
    except ValueError:
        return False


def in_url(host: str) -> str:
    """A host as an address of the web has it: IPv6 in brackets (RFC 3986, 3.2.2)."""
    return f"[{host}]" if ":" in host else host
