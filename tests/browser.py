"""A real browser in the tests: Debian's Chromium, spoken to by its DevTools protocol over a pipe."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import subprocess
import time
from base64 import b64decode

LIMIT_S = 60.0
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--remote-debugging-pipe",
)
HIGH = 40
"""Descriptors from here on are in nobody's way; Chromium reads from 3 and writes to 4 (its own help)."""


class Page:
    """One page of one browser."""

    def __init__(self, reading, writing):
        self._reading, self._writing, self._said, self._number = reading, writing, b"", 0
        self._session = {}
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = {
            "sessionId": self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        }

    def call(self, method, **facts):
        self._number += 1
        message = {"id": self._number, "method": method, "params": facts, **self._session}
        os.write(self._writing, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + LIMIT_S
        while True:
            while b"\0" not in self._said:
                ready, _, _ = select.select([self._reading], [], [], max(0.0, deadline - time.monotonic()))
                if not ready or not (more := os.read(self._reading, 1 << 16)):
                    raise TimeoutError(method)
                self._said += more
            answer, _, self._said = self._said.partition(b"\0")
            answer = json.loads(answer)
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return answer["result"]

    def evaluate(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def open(self, url, *, width=1024, height=768, dark=False):
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.call("Page.navigate", url=url)
        self.until(f"location.href === {json.dumps(url)} && document.readyState === 'complete'")

    def until(self, expression):
        """Wait in the page for what it shows; the browser looks at each of its own frames."""
        self.evaluate(
            "new Promise(done => { const look = () => {"
            f" if ({expression}) done(true); else setTimeout(look, 20); }}; look(); }})"
        )

    def press(self, key):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key)

    def screenshot(self):
        return b64decode(self.call("Page.captureScreenshot", format="png")["data"])


@contextlib.contextmanager
def browsing(directory):
    """A browser with a profile of its own."""
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    low, high = (fcntl.fcntl(fd, fcntl.F_DUPFD, HIGH) for fd in (theirs_in, theirs_out))
    script = f'exec chromium "$@" 3<&{low} 4>&{high}'
    with subprocess.Popen(
        ["bash", "-c", script, "chromium", *FLAGS, f"--user-data-dir={directory / 'profile'}"],
        pass_fds=(low, high),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(directory)},
    ) as process:
        for fd in (theirs_in, theirs_out, low, high):
            os.close(fd)
        try:
            yield Page(ours_in, ours_out)
        finally:
            process.kill()
            for fd in (ours_in, ours_out):
                os.close(fd)
