"""Logs in to a router by SSH key: each is offered once, in turn, and nothing else is tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SHA2 = ("rsa-sha2-512", "rsa-sha2-256")


def strategy_of(user: str, keys: Sequence[Any]) -> Any:
    """Paramiko's AuthStrategy for these keys (paramiko.PKey)."""
    from paramiko import SSHConfig  # noqa: PLC0415 - slow import
    from paramiko.auth_strategy import AuthStrategy, InMemoryPrivateKey  # noqa: PLC0415 - slow import

    class Offered(InMemoryPrivateKey):  # type: ignore[misc, valid-type, unused-ignore]
        """One key. An RSA key is signed with as the router can read it.

        A server that knows the signatures with SHA-2 says so (server-sig-algs, RFC 8308); to one that says
        nothing `ssh-rsa` is the one signature that is no wasted try (RFC 8332, 3.3): IOS counts these.
        """

        def authenticate(self, transport: Any) -> Any:
            said = transport.server_extensions.get("server-sig-algs")
            if "rsa" in self.pkey.get_name() and not said:
                transport.disabled_algorithms = {**transport.disabled_algorithms, "pubkeys": list(SHA2)}
            return super().authenticate(transport)

    class Offers(AuthStrategy):  # type: ignore[misc, valid-type, unused-ignore]
        """All of them."""

        def get_sources(self) -> Iterator[Any]:
            for key in keys:
                yield Offered(user, key)

    return Offers(ssh_config=SSHConfig())
