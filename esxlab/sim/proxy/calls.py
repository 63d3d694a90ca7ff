"""One call as the proxy saw it, the list of them, and the one place that says which calls change nothing."""

from __future__ import annotations

import re
import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

READING = frozenset(
    {
        "GET",
        "HasPrivilegeOnEntities",
        "HEAD",
        "AcquireGenericServiceTicket",
        "CancelWaitForUpdates",
        "CheckForUpdates",
        "ContinueRetrievePropertiesEx",
        "CreateContainerView",
        "CreateFilter",
        "CreateListView",
        "CreatePropertyCollector",
        "CurrentTime",
        "DestroyPropertyCollector",
        "DestroyPropertyFilter",
        "DestroyView",
        "Fetch",
        "FindAllByDnsName",
        "FindAllByIp",
        "FindAllByUuid",
        "FindByDatastorePath",
        "FindByDnsName",
        "FindByInventoryPath",
        "FindByIp",
        "FindByUuid",
        "FindChild",
        "Login",
        "Logout",
        "ModifyListView",
        "QueryOptions",
        "QueryVirtualDiskInfo_Task",
        "QueryVirtualDiskUuid",
        "RetrieveContent",
        "RetrieveProperties",
        "RetrievePropertiesEx",
        "RetrieveServiceContent",
        "SearchDatastoreSubFolders_Task",
        "SearchDatastore_Task",
        "SessionIsActive",
        "WaitForUpdates",
        "WaitForUpdatesEx",
    }
)
"""Methods that leave every object of the inventory as it is; every other one counts as mutating."""

ENVELOPE = re.compile(
    rb"<(?:\w+:)?Body[^>]*>\s*<(?:\w+:)?(?P<method>\w+)[^>]*>\s*"
    rb'<(?:\w+:)?_this[^>]*?type="(?P<type>\w+)"[^>]*>(?P<value>[^<]*)<'
)
ARGUMENT = re.compile(
    rb"<(?:\w+:)?(?P<key>name|newName|sourceName|destName|pgName|vswitchName|vmPathName|fileName|deviceName"
    rb"|userName|instanceUuid|datastorePath|vlanId)(?:\s[^>]*)?>(?P<value>[^<]*)<"
)
ARGUMENT_LIMIT = 40


@dataclass(frozen=True, slots=True)
class Call:
    """One call: SOAP (`method` CreateVM_Task, `target` Folder:group-v3) or a file (`method` PUT)."""

    number: int  # from 1, in the order of arrival
    at_s: float  # time.monotonic()
    client: int  # the client's TCP port: one per connection
    method: str
    target: str
    arguments: tuple[tuple[str, str], ...] = ()  # names and paths in the body, in order; never a password

    @property
    def mutating(self) -> bool:
        """Whether this call can change an object of the inventory or a file."""
        return self.method not in READING

    def mentions(self, text: str) -> bool:
        """Whether the target or an argument contains this text."""
        return text in self.target or any(text in value for _, value in self.arguments)


def parse_soap(body: bytes) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """(method, target, arguments) of a SOAP request; ("", "", ()) when it is none."""
    found = ENVELOPE.search(body)
    if found is None:
        return "", "", ()
    method = found["method"].decode()
    arguments: tuple[tuple[str, str], ...] = ()
    if method not in READING or method == "Login":
        pairs = [(m["key"].decode(), m["value"].decode()) for m in ARGUMENT.finditer(body, found.end())]
        arguments = tuple(pairs[:ARGUMENT_LIMIT])
    return method, f"{found['type'].decode()}:{found['value'].decode()}", arguments


class CallList:
    """The calls of one proxy, the latest `limit` of them; safe to read from any thread."""

    def __init__(self, *, limit: int = 200_000) -> None:
        self._calls: deque[Call] = deque(maxlen=limit)
        self._count = 0
        self._lock = threading.Lock()

    def add(
        self, *, at_s: float, client: int, method: str, target: str, arguments: Iterable[tuple[str, str]] = ()
    ) -> Call:
        """Note one call."""
        with self._lock:
            self._count += 1
            call = Call(self._count, at_s, client, method, target, tuple(arguments))
            self._calls.append(call)
        return call

    @property
    def count(self) -> int:
        """How many calls there have been; a number to pass to `since` later."""
        return self._count

    def since(self, number: int = 0, *, mutating: bool | None = None) -> tuple[Call, ...]:
        """The calls after this number; only the mutating, or only the reading ones, when asked."""
        with self._lock:
            kept = tuple(self._calls)
        return tuple(c for c in kept if c.number > number and mutating in {None, c.mutating})
