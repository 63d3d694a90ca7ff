"""What stands on a simulated host's PATH for ESXi's own programs: asks the school, prints its answer.

It runs under the shell, maybe in namespaces of its own, and starts hundreds of times in a run: it imports
what is built into Python alone. It says who called it and with what, and then passes on what comes: output,
errors, and at last the exit code. A program that writes to nobody goes on, as those of a host do when the
connection has dropped.
"""

import _signal  # type: ignore[import-not-found]
import _socket
import posix
import sys

if sys.platform == "win32":  # neither local sockets nor its processes: a school is not begun there
    raise ImportError

SCHOOL = "@SCHOOL@"  # where the socket lies; sandbox.py writes it
EXIT = 0
HEAD = 5  # a byte that says where to, four that say how much
SURVIVES_HANGUP = ("vmkfstools",)  # esxi-ssh.md: "It goes on when the connection drops"


def request() -> bytes:
    """Its size and its words: the program, where, which process, which connection, the arguments."""
    where, who = posix.getcwd(), str(posix.getpid())
    connection = posix.environ.get(b"SSH_CONNECTION", b"").decode()
    words = [sys.argv[0].rpartition("/")[2], where, who, connection, *sys.argv[1:]]
    content = b"\0".join(word.encode("utf-8", "surrogateescape") for word in words)
    return len(content).to_bytes(4, "big") + content


def exactly(wire: _socket.socket, size: int) -> bytes:
    """So many bytes; fewer when the school has ended."""
    content = b""
    while len(content) < size and (piece := wire.recv(size - len(content))):
        content += piece
    return content


def main() -> None:
    """Ask, and pass on."""
    _signal.signal(_signal.SIGPIPE, _signal.SIG_IGN)
    asked = request()
    if sys.argv[0].rpartition("/")[2] in SURVIVES_HANGUP:
        _signal.signal(_signal.SIGHUP, _signal.SIG_IGN)
    posix.chdir(SCHOOL)  # a socket's path is short
    wire = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    wire.connect("socket")
    wire.sendall(asked)
    while len(head := exactly(wire, HEAD)) == HEAD:
        content = exactly(wire, int.from_bytes(head[1:], "big"))
        if head[0] == EXIT:
            posix._exit(content[0])  # noqa: SLF001 - os is not imported
        try:
            posix.write(head[0], content)
        except OSError:
            continue
    posix._exit(137)  # noqa: SLF001 - as above


main()
