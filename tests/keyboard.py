"""A person's terminal of which a test types the keys, for the backends that hold one."""

from __future__ import annotations

import os
import threading


class Keyboard:
    """Keys come through a pipe; what is shown is kept, and can be waited for."""

    kind = "xterm"

    def __init__(self):
        self.descriptor, self._keys = os.pipe()
        self.shown = b""
        self._news = threading.Condition()

    def size(self):
        return 80, 24

    def show(self, said):
        with self._news:
            self.shown += said
            self._news.notify_all()

    def type(self, keys):
        os.write(self._keys, keys)

    def await_words(self, words, limit_s=30.0):
        """What came after them is waited for next."""
        with self._news:
            assert self._news.wait_for(lambda: words in self.shown, limit_s), self.shown
            self.shown = self.shown.partition(words)[2]

    def close(self):
        os.close(self.descriptor)
        os.close(self._keys)


def held(hold, play, limit_s=60.0):
    """Hold a terminal while `play(keyboard)` types on it."""
    keyboard, failures = Keyboard(), []

    def run():
        try:
            hold(keyboard)
        except BaseException as error:  # noqa: BLE001 - told in the test's own thread
            failures.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        play(keyboard)
        thread.join(limit_s)
        assert not thread.is_alive()
    finally:
        keyboard.type(b"\r~.")
        thread.join(limit_s)
        keyboard.close()
    assert not failures, failures


def ask_for_privilege_and_leave(keyboard):
    """Privileged; a line is one line; ~. leaves."""
    keyboard.await_words(b"#")
    keyboard.type(b"show privilege\r")
    keyboard.await_words(b"level is 15")
    keyboard.await_words(b"#")
    keyboard.type(b"\r~.")
