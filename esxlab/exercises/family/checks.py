"""The question that both parts ask: a station reads a web server's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from esxlab import texts
from esxlab.checks.asking import END_OF_PAGE, REQUESTED, LabCheck, fetch, judge, server_named_on
from esxlab.lab.web import http_url

if TYPE_CHECKING:
    from esxlab.backends.protocols import Backends
    from esxlab.checks.base import Answer


def unnamed(answers: str) -> str:
    """What came instead of a server's page: nothing, or a page of the students' own without its name."""
    other = answers.replace(END_OF_PAGE, "").strip()
    return texts.say("seen.other_page" if other else "seen.no_page")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPage(LabCheck):
    """A client reads the page of one of these servers at an address that they share."""

    client: str
    address: str
    port: int
    hostnames: tuple[str, ...]

    def facts(self) -> dict[str, object]:
        """Who asks whom."""
        return {"client": self.client, "address": self.address, "port": self.port}

    def ask(self, backends: Backends, *, wait_s: float = 0.0) -> Answer:
        """One page, repeated while the service may still be starting."""
        return self.patiently(lambda: self._once(backends), wait_s=wait_s)

    def _once(self, backends: Backends) -> Answer:
        url = http_url(self.address, self.port)
        result = self.run(backends, self.client, *fetch(url), answers=REQUESTED)
        named = server_named_on(result.stdout)
        seen = named or (result.stderr.strip().splitlines() or [unnamed(result.stdout)])[-1]
        return judge(named in self.hostnames, seen, look=f"{self.client}: curl -v {url}")
