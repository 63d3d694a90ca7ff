"""A channel through a jump host: nothing is sent behind its CLOSE, whichever thread wants to."""

from __future__ import annotations

import threading

import paramiko
import pytest

from esxlab.backends.guest.tunnel import Tunnel

LIMIT_S = 60


class Channel:
    """As paramiko's: what is sent goes onto the wire a moment after it was accepted."""

    def __init__(self):
        self.wire = []
        self.accepted, self.go_on = threading.Event(), threading.Event()
        self.closed = False

    def send(self, data):
        if self.closed:
            raise OSError
        self.accepted.set()
        self.go_on.wait(LIMIT_S)
        self.wire.append(data)
        return len(data)

    def close(self):
        self.closed = True
        self.wire.append("CLOSE")


def test_closing_waits_for_what_is_being_sent():
    channel = Channel()
    tunnel = Tunnel(channel)
    sending = threading.Thread(target=tunnel.send, args=(b"last words",))
    closing = threading.Thread(target=tunnel.close)
    sending.start()
    assert channel.accepted.wait(LIMIT_S)
    closing.start()
    closing.join(0.05)
    channel.go_on.set()
    for thread in (sending, closing):
        thread.join(LIMIT_S)
    assert channel.wire == [b"last words", "CLOSE"]


@pytest.mark.parametrize(
    "error", [EOFError(), OSError("Socket is closed"), paramiko.SSHException("rekeying")]
)
def test_closing_is_no_failure_when_the_jump_host_has_gone(error):
    class Gone(Channel):
        def close(self):
            raise error

    tunnel = Tunnel(Gone())
    tunnel.close()
    with pytest.raises(OSError, match="closed"):
        tunnel.send(b"too late")


def test_nothing_is_sent_once_it_is_closed():
    channel = Channel()
    tunnel = Tunnel(channel)
    tunnel.close()
    with pytest.raises(OSError, match="closed"):
        tunnel.send(b"too late")
    assert channel.wire == ["CLOSE"]
    assert tunnel.closed  # all else is the channel's
