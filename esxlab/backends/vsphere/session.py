"""One session on one vSphere server, shared by all threads: login, expiry, and how calls fail."""

from __future__ import annotations

import ssl
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from esxlab.backends.lease_guard import check_lease
from esxlab.backends.patience import Patience
from esxlab.backends.vsphere.api import vim, vmodl
from esxlab.backends.vsphere.faults import (
    TRANSPORT,
    UnknownOutcomeError,
    error_from_fault,
    error_from_transport,
    unknown_outcome,
)
from esxlab.backends.vsphere.https import Https, Unfit
from esxlab.backends.vsphere.limits import LIMITS
from esxlab.backends.vsphere.soap import Stub, checked_content, checked_properties
from esxlab.backends.vsphere.trust import OtherCertificate, SessionContext, shown_fingerprint
from esxlab.errors import LabError
from esxlab.local.shortages import shortage_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from esxlab.backends.endpoints import Endpoint
    from esxlab.backends.vsphere.limits import Limits
    from esxlab.lab.machine import Server

T = TypeVar("T")

PATIENCE_S = 240.0
"""How long a question is repeated while the server is out of reach: a vCenter restarts in minutes."""

FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 2.0
OUT_OF_REACH = frozenset({"vsphere.unreachable", "vsphere.silent", "vsphere.unavailable", "vsphere.garbled"})
OF_THE_SERVER = frozenset({"vsphere.licence", "vsphere.licence_expired", "vsphere.old_api"})

PAGE = 50
"""Objects in one answer. A machine's are 10 KB in vcsim; a real server's may be several times that.

An answer is there as bytes, as a tree and as objects at once: looks at 150 machines made a process 23 MiB
larger with 250, 14 with 50, 11 with 20 (measured); each page is a call more.
"""
MOST_PAGES = 1000
"""A vCenter has 45,000 machines at most (VMware's Configuration Maximums, 8.0)."""
GOODBYE_S = 5.0


class Session:
    """A logged-in session. Creating one connects and logs in, exactly once; it raises LabError.

    Args:
        server: as the spec names it; `server.thumbprint` is the pin.
        endpoint: what is dialled.
        password: asked for once.
        workers: how many connections are kept for threads.
        patience_s: how long calls are repeated while the server is out of reach, all of them together.
        limits: of every exchange.
    """

    def __init__(
        self,
        server: Server,
        endpoint: Endpoint,
        *,
        password: str,
        workers: int,
        thumbprint: str = "",
        patience_s: float = PATIENCE_S,
        limits: Limits = LIMITS,
    ) -> None:
        self.server = server
        self.endpoint = endpoint
        self.https = Https(endpoint, SessionContext(thumbprint), limits=limits, kept=workers)
        self._password = password
        self._patience = Patience(patience_s)
        self._lock = threading.Lock()
        self._logins = 0
        self._stub = Stub(self.https)
        self.service: Any = vim.ServiceInstance("ServiceInstance", self._stub)
        try:
            self.content: Any = self.once(lambda: checked_content(self.service.RetrieveContent()))
            self._log_in(self._stub)
        except LabError:
            self.https.drop()
            raise

    @property
    def is_vcenter(self) -> bool:
        """A vCenter, rather than a lone ESXi."""
        return bool(self.content.about.apiType == "VirtualCenter")

    @property
    def cookie(self) -> str:
        """The session cookie, for the datastores' HTTP access."""
        return self._stub.cookie

    def in_version(self, reference: Any, version: str) -> Any:
        """The same object, to be spoken to once, in another version of the API (kinds.py has the usual)."""
        stub = Stub(self.https, version)
        stub.cookie = self._stub.cookie
        return type(reference)(reference._moId, stub)  # noqa: SLF001 - no public name

    def refusal(self, fault: Any, *, what: str) -> LabError:
        """What a fault of a call or of a task means. One that is the server's own affair says whose."""
        error = error_from_fault(fault, what=what)
        return error.at(self.server.host) if error.code in OF_THE_SERVER else error

    def read(self, call: Callable[[], T], *, what: str) -> T:
        """A call that changes nothing: made again until it is answered, for `patience_s`; one login more.

        So a laptop may lose its network, or a vCenter restart, in the middle of a run.
        """
        began, pause_s, relogged = time.monotonic(), 0.0, False
        while True:
            logins = self._logins
            try:
                answer = call()
            except vim.fault.NotAuthenticated as fault:
                self._patience.heard()
                if relogged:
                    raise self.refusal(fault, what=what) from fault
                relogged = self._log_in_patiently(logins)
            except vmodl.MethodFault as fault:
                self._patience.heard()
                raise self.refusal(fault, what=what) from fault
            except TRANSPORT as error:
                if not _is_passing(error) or not self._patience.lasts(began, pause_s):
                    raise self._transport_error(error, what) from error
                time.sleep(pause_s)  # at first 0: a pooled connection that the server has closed meanwhile
                pause_s = min(pause_s * 2 or FIRST_PAUSE_S, LONGEST_PAUSE_S)
            else:
                self._patience.heard()
                return answer

    def _log_in_patiently(self, logins_before: int) -> bool:
        """Log in again; a server that cannot be reached is tried for `patience_s`, a refusal ends it."""
        began = time.monotonic()
        while True:
            try:
                self._log_in_again(logins_before)
            except LabError as error:
                if error.code not in OUT_OF_REACH or not self._patience.lasts(began, LONGEST_PAUSE_S):
                    raise
                time.sleep(LONGEST_PAUSE_S)
            else:
                self._patience.heard()
                return True

    def change(self, call: Callable[[], T], *, what: str) -> T:
        """A call that changes something: never replayed. UnknownOutcomeError: nobody knows if it was done.

        Only what was surely never sent, because nobody listened, is tried again for `patience_s`.
        """
        began = time.monotonic()
        while True:
            check_lease()
            logins = self._logins
            try:
                answer = call()
            except vim.fault.NotAuthenticated as fault:
                self._patience.heard()
                self._log_in_patiently(logins)
                raise UnknownOutcomeError(detail="NotAuthenticated", untouched=True, what=what) from fault
            except vmodl.MethodFault as fault:
                self._patience.heard()
                raise self.refusal(fault, what=what) from fault
            except ConnectionRefusedError as error:
                if not self._patience.lasts(began, LONGEST_PAUSE_S):
                    raise self._transport_error(error, what) from error
                time.sleep(LONGEST_PAUSE_S)
            except TRANSPORT as error:
                if isinstance(error, ssl.SSLCertVerificationError) or shortage_of(error):
                    raise self._transport_error(error, what) from error
                raise unknown_outcome(error, what=what) from error
            else:
                self._patience.heard()
                return answer

    def retrieve(
        self, objects: Sequence[Any], paths: dict[type, list[str]], *, what: str
    ) -> dict[Any, dict[str, Any]]:
        """Properties of these objects by object, in one call; unset properties are left out.

        Args:
            objects: managed objects, of one or of several types; None where a server has none.
            paths: what to read of each type.
            what: for messages.
        """
        query = vmodl.query.PropertyCollector
        asked = [query.ObjectSpec(obj=found) for found in objects if found is not None]
        spec = query.FilterSpec(objectSet=asked, propSet=_property_specs(paths))
        return dict(self.collect(spec, what=what)) if asked else {}

    def collect(self, spec: Any, *, what: str) -> list[tuple[Any, dict[str, Any]]]:
        """All objects that a filter selects; a page that is lost on the way is no page to go on from."""
        return self.read(partial(self._pages, spec), what=what)

    def _pages(self, spec: Any) -> list[tuple[Any, dict[str, Any]]]:
        collector = self.content.propertyCollector
        options = vmodl.query.PropertyCollector.RetrieveOptions(maxObjects=PAGE)
        page = collector.RetrievePropertiesEx([spec], options)
        objects: list[Any] = []
        for _ in range(MOST_PAGES):
            if page is None:
                return objects
            objects += [(found.obj, checked_properties(found)) for found in page.objects]
            if not page.token:
                return objects
            page = collector.ContinueRetrievePropertiesEx(page.token)
        raise Unfit("vsphere.too_deep", limit=MOST_PAGES * PAGE)

    def wake(self) -> None:
        """Make sure that the session is alive, logging in again when it has ended."""
        self.retrieve([self.content.rootFolder], {vim.Folder: ["name"]}, what=self.server.host)

    def close(self) -> None:
        """Log out; the server forgets the session with all its views. Never raises."""
        self.https.limits = self.https.limits.at_most(GOODBYE_S)
        try:
            self.content.sessionManager.Logout()
        except (vmodl.MethodFault, *TRANSPORT):
            return
        finally:
            self.https.drop()

    def once(self, call: Callable[[], T]) -> T:
        """A call that is made once, whatever becomes of it; LabError."""
        try:
            return call()
        except vmodl.MethodFault as fault:
            raise error_from_fault(fault, what=self.server.host).at(self.server.host) from fault
        except TRANSPORT as error:
            raise self._transport_error(error, self.server.host) from error

    def _log_in_again(self, logins_before: int) -> None:
        """Log in once for all threads that met the end of the same session; the stub gets the new cookie.

        The login goes through a stub of its own: the other threads go on using the first one meanwhile.
        """
        with self._lock:
            if self._logins != logins_before:
                return
            stub = Stub(self.https)
            self._log_in(stub)
            self._stub.cookie = stub.cookie

    def _log_in(self, stub: Any) -> None:
        """One try: ESXi locks an account after a few."""
        manager = vim.SessionManager(self.content.sessionManager._moId, stub)  # noqa: SLF001 - no public name
        user, password = self.server.user, self._password
        try:
            self.once(lambda: manager.Login(user, password, None))
        except LabError as error:
            if error.code != "vsphere.login":
                raise
            host = self.server.host
            raise LabError("vsphere.login", where=host, host=host, user=user) from None
        self._logins += 1

    def _transport_error(self, error: Exception, what: str) -> LabError:
        found = error_from_transport(error, host=self.server.host, what=what)
        if found.code == "vsphere.certificate" and not isinstance(error, OtherCertificate):
            found.facts["seen"] = shown_fingerprint(self.endpoint)
        return found


def _is_passing(error: Exception) -> bool:
    """The next try may be answered: the server is restarted, or the network was gone for a moment."""
    if isinstance(error, Unfit):
        return error.passing
    return not isinstance(error, ssl.SSLCertVerificationError) and shortage_of(error) is None


def _property_specs(paths: dict[type, list[str]]) -> list[Any]:
    query = vmodl.query.PropertyCollector
    return [query.PropertySpec(type=kind, pathSet=names) for kind, names in paths.items()]


def members_spec(
    start: Any, members: str, paths: dict[type, list[str]], *, then: tuple[type, str] | None = None
) -> Any:
    """A filter over all objects that one property of another object lists: a view's `view`, a host's `vm`.

    One call reads the list and its members, so that none can vanish in between. `then` is one step further:
    the type of the members, and their property that lists more objects.
    """
    query = vmodl.query.PropertyCollector
    walk = query.TraversalSpec(name=members, type=type(start), path=members, skip=False)
    if then is not None:
        walk.selectSet = [query.TraversalSpec(name=then[1], type=then[0], path=then[1], skip=False)]
    first = query.ObjectSpec(obj=start, skip=True, selectSet=[walk])
    return query.FilterSpec(objectSet=[first], propSet=_property_specs(paths))
