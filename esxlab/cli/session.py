"""From a command line to the three opened: the spec, the access file, the passwords, the backends."""

from __future__ import annotations

import getpass
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from esxlab.backends.credentials import Credentials
from esxlab.bugs import attempt
from esxlab.cli.given import load_given
from esxlab.cli.group_secrets import GroupSecrets
from esxlab.cli.interrupt import interrupt_held
from esxlab.cli.over_ssh import OverSsh, over_ssh
from esxlab.cli.places import own_state_directory, user_directory
from esxlab.cli.relay import Relay
from esxlab.cli.school import pins_directory, step_into_school
from esxlab.cli.spec_warnings import tell_new_warnings, tell_warnings
from esxlab.cli.trusted import load_trusted
from esxlab.lab.provenance import NOBODY, Author
from esxlab.lab.router_logins import RouterLogins
from esxlab.local.author import author_of, author_so_far
from esxlab.local.places import working_directory
from esxlab.local.shortages import allow_more_files
from esxlab.local.unwritten import Unwritten
from esxlab.show.words import error_lines
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from typing import Literal

    from esxlab.backends.endpoints import Endpoints
    from esxlab.backends.esxi.shells import Shells
    from esxlab.backends.model_keys import ModelKeys
    from esxlab.backends.protocols import Backends
    from esxlab.backends.vsphere_protocol import VSphere
    from esxlab.cli.options import Source
    from esxlab.errors import LabError
    from esxlab.lab.lab import Lab
    from esxlab.planning.roster import Roster
    from esxlab.show.console import Screen
    from esxlab.spec.load import LoadedSpec
    from esxlab.spec.resolved import GroupSpec

    Warn = Literal["never", "once", "always"]


@dataclass(frozen=True, slots=True)
class OpenBackends:
    """The three backends, and the relay that brings their progress to whoever listens.

    `unwritten` knows what could not be kept on this computer.

    `speed` and `namespace` as `Given` has them.
    """

    backends: Backends
    relay: Relay
    unwritten: Unwritten
    speed: float = 1.0
    namespace: str = ""  # empty: the real one
    logins: RouterLogins = RouterLogins()  # noqa: RUF009 - frozen
    guest_password: Callable[[], str] = field(default=lambda: "", repr=False)  # the model's root's


@dataclass(frozen=True, slots=True)
class Session:
    """What a command works with: the chosen groups, what is wanted of them, the whole class, the opened."""

    class_name: str
    specs: tuple[GroupSpec, ...]
    wanted: tuple[Lab, ...]
    roster: Roster
    opened: OpenBackends
    secrets: GroupSecrets
    author: Author = NOBODY

    @property
    def backends(self) -> Backends:
        """The three backends."""
        return self.opened.backends


def load_source(source: Source) -> LoadedSpec:
    """Read the spec that is named, or found upward from here; SpecProblems."""
    with interrupt_held():
        from esxlab.spec.find import find_spec  # noqa: PLC0415 - with the spec reader
        from esxlab.spec.load import load_class_spec  # noqa: PLC0415 - pydantic and ruamel are slow to import

        loaded = load_class_spec(source.file or find_spec(working_directory()))
        if source.scenario:
            loaded = loaded.with_scenario(source.scenario)
    if source.sim or loaded.embedded_school:
        step_into_school()
    return loaded


def chosen_groups(loaded: LoadedSpec, groups: str) -> tuple[GroupSpec, ...]:
    """The groups that -g names; all of them when it is empty."""
    return loaded.groups(groups or None)


@contextmanager
def open_session(
    source: Source, screen: Screen, *, parallel: int, warn: Warn = "never", vsphere_password: str = ""
) -> Iterator[Session]:
    """Everything that a command about a spec's groups needs; connections are closed at the end.

    `warn`: whether the spec's warnings are told, each once on this computer, or all.
    `vsphere_password`: one that was asked for before.
    """
    from esxlab.planning.roster import roster_of  # noqa: PLC0415 - only when something is to be done
    from esxlab.workflow import wanted_labs  # noqa: PLC0415 - as above

    loaded = load_source(source)
    unwritten = tell_unwritten(screen)
    if warn == "always":
        tell_warnings(loaded.warnings, screen)
    elif warn == "once":
        tell_new_warnings(
            loaded.warnings,
            screen,
            class_name=loaded.class_name,
            directory=own_state_directory(),
            unwritten=unwritten,
        )
    specs = chosen_groups(loaded, source.groups)
    sim = source.sim or loaded.embedded_school
    trusted = load_trusted(pins_directory(sim=sim))
    secrets = GroupSecrets(user_directory(), unwritten=unwritten)
    wanted = trusted.pin_routers(wanted_labs(specs, secrets.phrase, secrets.password_name))
    keys = {spec.site.model_id: spec.model_host_key for spec in specs}
    logins = {} if sim else {spec.group.number: spec.guest_key for spec in specs}
    with open_worlds(
        unwritten,
        sim=sim,
        parallel=parallel,
        secrets=secrets,
        vsphere_password=vsphere_password,
        model_keys=keys,
        login_keys=logins,
        hosts=over_ssh(specs, screen if warn != "never" else None, sim=sim),
    ) as opened:
        roster = roster_of(loaded.groups())
        yield Session(
            loaded.class_name, specs, wanted, roster, opened, secrets, author_so_far(user_directory())
        )


@contextmanager
def open_worlds(
    unwritten: Unwritten,
    *,
    sim: bool,
    parallel: int,
    secrets: GroupSecrets | None = None,
    vsphere_password: str = "",
    model_keys: Mapping[str, str] | None = None,
    login_keys: Mapping[int, str] | None = None,
    hosts: OverSsh = OverSsh(),  # noqa: B008 - frozen
) -> Iterator[OpenBackends]:
    """The three backends; each dials when it is first asked something, and is closed at the end.

    `model_keys` is model -> its SSH host key, `login_keys` group -> its `guest.key`, as the spec tells them.
    The embedded school's guests take its own password.
    """
    if sim:
        step_into_school()
    allow_more_files()
    home = pins_directory(sim=sim)
    given = load_given(sim=sim)
    known = {"vsphere": vsphere_password} if vsphere_password else given.passwords
    prompt = ask_password if sys.stdin.isatty() and not sim else None
    credentials = Credentials(known, prompt)
    relay = Relay()
    models = given.model_keys(model_keys or {}, unwritten, sim=sim)
    backends = connect(
        given.endpoints,
        credentials,
        home,
        models=models,
        login_keys=login_keys or {},
        hosts=hosts,
        parallel=parallel,
        secrets=secrets or GroupSecrets(user_directory(), unwritten=unwritten),
        relay=relay,
        unwritten=unwritten,
    )
    try:
        logins = replace(load_trusted(home).logins(), listed=given.listed)
        password = partial(credentials.password, "guest")
        yield OpenBackends(backends, relay, unwritten, given.speed, given.namespace, logins, password)
    finally:
        for backend in reversed(backends):
            attempt(backend.close)


def connect(
    endpoints: Endpoints,
    credentials: Credentials,
    home: Path,
    *,
    models: ModelKeys,
    login_keys: Mapping[int, str],
    parallel: int,
    secrets: GroupSecrets,
    relay: Relay,
    unwritten: Unwritten,
    hosts: OverSsh,
) -> Backends:
    """The real implementations; `home` has the pinned host keys and each router's last configuration."""
    from esxlab.backends.guest import ParamikoGuests  # noqa: PLC0415 - paramiko is slow to import
    from esxlab.backends.protocols import Backends  # noqa: PLC0415 - with its three implementations
    from esxlab.backends.router.routers import NetmikoRouters  # noqa: PLC0415 - netmiko is slow to import

    shells = hosts.shells(endpoints, credentials, home, unwritten)
    return Backends(
        _vsphere(endpoints, credentials, parallel=parallel, relay=relay, shells=shells),
        ParamikoGuests(
            endpoints,
            credentials,
            login_keys=login_keys,
            generated=secrets.password,
            model_keys=models,
            known_hosts=home / "known_hosts",
            unwritten=unwritten,
        ),
        NetmikoRouters(
            endpoints,
            credentials,
            key_file=home / "router_keys",
            before_dir=home / "routers",
            unwritten=unwritten,
            report=relay.router_remarked,
        ),
    )


def _vsphere(
    endpoints: Endpoints, credentials: Credentials, *, parallel: int, relay: Relay, shells: Shells
) -> VSphere:
    from esxlab.backends.vsphere.backend import PyVmomiVSphere  # noqa: PLC0415 - pyVmomi is slow to import

    return PyVmomiVSphere(
        endpoints,
        credentials,
        workers=parallel,
        on_progress=relay.copy_progressed,
        author=partial(author_of, user_directory()),
        shells=shells,
    )


def tell_new_secrets(secrets: GroupSecrets, screen: Screen, *, reconfigured: bool) -> None:
    """Why guests that stand look changed on a computer that has never had the secrets they were made with."""
    if reconfigured and secrets.are_new:
        screen.complain(f"{screen.err_glyphs.warning} {say('secret.new', directory=user_directory())}")


def tell_unwritten(screen: Screen) -> Unwritten:
    """Who says on this screen, once for each file, what cannot be kept on this computer."""

    def tell(error: LabError) -> None:
        screen.complain(f"{screen.err_glyphs.warning} {error_lines(error)}")

    return Unwritten(tell)


def ask_password(kind: str) -> str:
    """Ask on the terminal, without echo."""
    return getpass.getpass(say(f"prompt.{kind}"))
