"""A server that shows no machine has nothing to tell: its first answer may be none at all."""

from __future__ import annotations

import threading
from contextlib import closing
from types import SimpleNamespace

from esxlab.backends.vsphere.api import vim
from esxlab.backends.vsphere.limits import LIMITS
from esxlab.backends.vsphere.watch import Watch

LIMIT_S = 60


class EmptyServer:
    """Answers a session's calls as a server whose view is empty: null after maxWaitSeconds."""

    def __init__(self):
        self.waited, self.cancelled = threading.Semaphore(0), threading.Event()
        self.https = SimpleNamespace(limits=LIMITS, drop=lambda: None)
        collector = SimpleNamespace(
            CreateFilter=lambda *_, **__: None,
            WaitForUpdatesEx=self.wait,
            CancelWaitForUpdates=self.cancelled.set,
        )
        view = vim.view.ContainerView("view")
        manager = SimpleNamespace(CreateContainerView=lambda *_, **__: view)
        self.content = SimpleNamespace(propertyCollector=collector, viewManager=manager, rootFolder=None)

    def once(self, call):
        return call()

    def wait(self, version, options):
        assert (version, options.maxWaitSeconds > 0) == ("", True)
        self.waited.release()
        self.cancelled.wait(0.01)

    def close(self):
        pass


def test_a_server_without_machines_is_watched_too():
    server = EmptyServer()
    with closing(Watch("h", "c", lambda: server, patience_s=1.0)) as seen:
        for _ in range(3):
            assert server.waited.acquire(timeout=LIMIT_S)
        assert (seen.standing.standing, dict(seen.machines)) == ("watching", {})
    assert server.cancelled.is_set()
