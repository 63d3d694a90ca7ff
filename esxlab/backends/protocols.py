"""What esxlab needs of the outside world, as three narrow protocols; nothing else may reach out.

All calls block, have a deadline and raise LabError only. Calls of different groups may come from different
threads at the same time. Each backend has a real implementation, and one in memory for the laws.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from esxlab.backends.vsphere_protocol import VSphere
    from esxlab.errors import LabError
    from esxlab.lab.guest import Guest, GuestChange, GuestState, SshRoute
    from esxlab.lab.password import PasswordName
    from esxlab.lab.router import Router, RouterAddress, RouterChange, RouterExamined, RouterTable


class CommandResult(NamedTuple):
    """What a command in a guest answered; `printed` is what root's login shell had to say before it."""

    exit_status: int
    stdout: str
    stderr: str
    printed: str = ""


Cut = Literal["", "time", "size", "stopped"]


class Bounds(NamedTuple):
    """How much of somebody's own script is waited for; what lies beyond is cut off, and is no error."""

    timeout_s: float  # for the answer
    connect_s: float  # for dialling before it
    most: int  # bytes, of both streams together
    stopped: Callable[[], bool] = lambda: False  # asked often: whether the person has had enough


class ScriptAnswer(NamedTuple):
    """What somebody's own script has said; `exit_status` None: it was cut off, and `cut` says why."""

    exit_status: int | None
    stdout: str
    stderr: str
    cut: Cut = ""


class Terminal(Protocol):
    """A person's terminal, as a guest's is held by it."""

    @property
    def kind(self) -> str:
        """xterm, and so on."""
        ...

    @property
    def descriptor(self) -> int:
        """Where keys are read."""
        ...

    def size(self) -> tuple[int, int]:
        """Columns and rows now."""
        ...

    def show(self, said: bytes) -> None:
        """Bring this to the screen, to the letter."""
        ...


class Guests(Protocol):
    """Linux guests over SSH. Read-only: observe; `run` does what its command does."""

    def observe(self, route: SshRoute, wanted: Guest, *, timeout_s: float = 300.0) -> GuestState:
        """Wait until the guest answers, then one round trip of read-only commands about what is wanted."""
        ...

    def make_keys(self, route: SshRoute) -> tuple[str, ...]:
        """Make the host keys that an `apply` with a new identity will put in force.

        Returns what the guest may show from then on (SHA256:...): the key that it has now, and the new one.
        """
        ...

    def apply(self, route: SshRoute, change: GuestChange, *, nic_names: dict[str, str]) -> str:
        """One batch of files, one script, root's password last; returns the guest's host key (SHA256:...)."""
        ...

    def run(
        self,
        route: SshRoute,
        command: Sequence[str],
        *,
        timeout_s: float = 30.0,
        connect_s: float | None = None,
    ) -> CommandResult:
        """Run one command (a list, quoted by the backend) and return its answer; any exit status is data.

        `timeout_s` is for the answer; `connect_s` for dialling before it (None: the backend's own time).
        """
        ...

    def run_script(self, route: SshRoute, script: str, bounds: Bounds) -> ScriptAnswer:
        """Run a script by sh, within bounds; what it says until one of them is kept. LabError guest.*."""
        ...

    def hold_terminal(self, route: SshRoute, terminal: Terminal) -> int:
        """A login shell on this terminal until one side leaves; its status, -1: none. LabError guest.*."""
        ...

    def key_line(self, route: SshRoute, *, connect_s: float) -> str:
        """The host key that the end of the route shows now (type and base64), judged. LabError guest.*."""
        ...

    def host_key(self, route: SshRoute) -> str:
        """The host key that the guest showed last (SHA256:...); empty when it was never met."""
        ...

    def model_key(self, model: str) -> str:
        """The key that a fresh copy of this model must show: SHA256:..., or none; empty: nobody knows yet."""
        ...

    def login_key(self, group: int) -> str:
        """By which SSH keys one logs in to this group's guests, for people; empty: by password.

        LabError when they cannot be used; nothing is dialled.
        """
        ...

    def knows(self, name: PasswordName) -> bool:
        """Whether the password of this name can be had on this computer; nothing is dialled or asked."""
        ...

    def leave(self, group: int) -> None:
        """Nothing more will be asked of this group's guests soon: its connections may be closed."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


class Routers(Protocol):
    """Routers over ssh, telnet or a serial line. Read-only: observe, show."""

    def observe(self, address: RouterAddress, line_keys: RouterTable) -> Router:
        """Log in once and read the running configuration; the found table has the keys of `line_keys`."""
        ...

    def observe_each(
        self, address: RouterAddress, tables: Sequence[RouterTable]
    ) -> tuple[Router | LabError, ...]:
        """The same for the tables of several groups with one login; of each its router, or why not.

        LabError when the router itself cannot be read.
        """
        ...

    def examine(self, address: RouterAddress, tables: Sequence[RouterTable]) -> RouterExamined:
        """What `observe_each` tells, and what a router is, with one login. LabError as there."""
        ...

    def push(self, address: RouterAddress, change: RouterChange, wanted: RouterTable) -> None:
        """Send the commands, re-read, prove that `wanted` stands, save; roll back on any failure."""
        ...

    def show(self, address: RouterAddress, command: str) -> str:
        """The answer of one show command; an IOS error in it raises."""
        ...

    def hold_terminal(self, address: RouterAddress, terminal: Terminal) -> None:
        """A person's terminal, in privileged mode; nothing is sent to a router that nobody has confirmed."""
        ...

    def confirmed(self, address: RouterAddress) -> str:
        """The SSH host key that was agreed to, or the way of a line without one; empty: none."""
        ...

    def login_key(self, address: RouterAddress) -> str:
        """By which SSH keys one logs in to this router, for people; empty: by password.

        LabError when they cannot be used; nothing is dialled.
        """
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


class Backends(NamedTuple):
    """The three worlds, as actions and checks receive them."""

    vsphere: VSphere
    guests: Guests
    routers: Routers
