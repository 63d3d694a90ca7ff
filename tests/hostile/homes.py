"""Bad homes: what the teacher's own computer may be like, and what each command says of it."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.hostile.peers import Peer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

STRANGER = 54_321
"""A user whom no user database knows."""
KEPT_ROOT = "5e" * 32
XDG = "XDG Base Directory Specification, 0.8"


@dataclass(frozen=True, slots=True)
class Meets:
    """A command in this home: how it ends, and what its standard error (or output) must say."""

    words: tuple[str, ...]
    status: int = 0
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """The directories of one test: the user's home, and a school's with its access file."""

    home: Path
    school: Path

    @property
    def data(self) -> Path:
        return self.home / ".local" / "share"

    @property
    def files(self) -> Path:
        """Where esxlab keeps its own, when nothing else is said."""
        return self.data / "esxlab"

    @property
    def pins(self) -> Path:
        return self.school / "pins"


@dataclass(frozen=True, slots=True)
class Home:
    """How it is built before, what its commands find, which these are; `root`: only root can make it."""

    meets: tuple[Meets, ...]
    build: Callable[[Place], object] = lambda _: None
    finds: Mapping[str, Any] = field(default_factory=dict)  # tests/hostile/conditions.py
    root: bool = False
    leaves: bool = True  # files that were made are looked at


# the commands

HELP, SCHEMA, ROLE, COMPLETION = ("--help",), ("schema",), ("role", "print"), ("completion", "bash")
SIM = ("sim", "status")
PLAN, STATUS, VERIFY, DOCTOR = (
    (command, "-g", "1", "-f", "{spec}", "--sim") for command in ("plan", "status", "verify", "doctor")
)
PROVISION = ("provision", "--yes", "-g", "2", "--only", "machines", "-f", "{spec}", "--sim")
TEARDOWN = ("teardown", "--yes", "-g", "2", "--class", "demo", "--sim")
SECRETS = ("secrets", "show", "--yes", "-g", "1", "-f", "{spec}")


def meet(*commands: tuple[str, ...], status: int = 0, says: str = "") -> tuple[Meets, ...]:
    """These commands end so, and each says these words."""
    return tuple(Meets(words, status, tuple(says.split(" | ")) if says else ()) for words in commands)


# how homes are built


def keep(place: Path, content: bytes, mode: int = 0o600) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.write_bytes(content)
    place.chmod(mode)


def keep_secrets(at: Place, mode: int = 0o600) -> None:
    keep(
        at.files / "secrets.json", b'{"schema": "esxlab/secrets/1", "root": "%s"}' % KEPT_ROOT.encode(), mode
    )


def started(at: Place) -> None:
    """As an earlier run has left it: secrets, and the name of this laptop."""
    keep_secrets(at)
    keep(at.files / "laptop", b"ab" * 16)


def open_to(at: Place, mode: int) -> None:
    at.home.chmod(mode)


def give_away(at: Place) -> None:
    """The home is the stranger's own."""
    for path in (at.home, at.school, *at.school.rglob("*")):
        os.chown(path, STRANGER, STRANGER)


def lend(at: Place) -> None:
    """Only the school is the stranger's; the home stays somebody else's."""
    for path in (at.school, *at.school.rglob("*")):
        os.chown(path, STRANGER, STRANGER)


def wanders(**variables: str | None) -> dict[str, Any]:
    return {"environment": variables}


REFUSED = meet(PROVISION, status=6, says="[secret.file]")


def home(
    name: str, does: str, esxlab: str, *meets: Meets, codes: str = "", source: str = "", **play: Any
) -> Peer:
    return Peer("home", name, does, esxlab, tuple(codes.split()), source, Home(tuple(meets), **play))


PEERS = (
    home(
        "missing",
        "HOME names a directory that does not exist",
        "makes what it needs below it, for its owner alone, when there is something to keep",
        *meet(HELP, SIM),
        *meet(PLAN, says="looks changed here"),
        *meet(STATUS),
        source=XDG + ': "should be created with permission 0700"',
        build=lambda at: at.home.rmdir(),
    ),
    home(
        "relative",
        "HOME is `home`, XDG_DATA_HOME is `data`: paths that are not absolute",
        "takes them for unset, and asks the user database",
        *meet(PLAN, says="[local.no_home]"),
        *meet(PROVISION, status=6, says="[local.no_home]"),
        codes="local.no_home",
        source=XDG + ': "consider the path invalid and ignore it"',
        build=give_away,
        finds={"user": STRANGER, **wanders(HOME="home", XDG_DATA_HOME="data")},
        root=True,
    ),
    home(
        "unset",
        "HOME is unset, and the user database does not know the user either",
        "looks, says what to set, and changes nothing",
        *meet(HELP, SCHEMA, ROLE, COMPLETION),
        *meet(PLAN, STATUS, says="[local.no_home] | XDG_DATA_HOME"),
        *meet(VERIFY, says="[local.no_home]"),
        *meet(PROVISION, status=6, says="[local.no_home]"),
        *meet(SECRETS, status=6, says="[local.no_home]"),
        codes="local.no_home",
        source="measured: a container that runs as a user without a line in /etc/passwd",
        build=give_away,
        finds={"user": STRANGER, **wanders(HOME=None, USER=None, LOGNAME=None)},
        root=True,
    ),
    home(
        "data-relative",
        "XDG_DATA_HOME is a relative path",
        "ignores it: the files are below HOME, and none below the current directory",
        *meet(PLAN),
        source=XDG,
        finds=wanders(XDG_DATA_HOME="data"),
    ),
    home(
        "data-empty",
        "XDG_DATA_HOME is set and empty",
        "takes it for unset",
        *meet(PLAN),
        source=XDG,
        finds=wanders(XDG_DATA_HOME=""),
    ),
    home(
        "a-file",
        "HOME names a file",
        "looks, says that it is no directory, and changes nothing",
        *meet(HELP, SIM),
        *meet(PLAN, STATUS, DOCTOR, says="[secret.unwritten] | Not a directory"),
        *meet(VERIFY, says="[secret.unwritten] | There is no journal of this run"),
        *meet(PROVISION, status=6, says="[secret.unwritten]"),
        codes="secret.unwritten local.unwritten",
        source="open(2), ENOTDIR",
        build=lambda at: (at.home.rmdir(), at.home.write_bytes(b"")),
        leaves=False,
    ),
    home(
        "files-are-a-file",
        "esxlab's own directory is a file",
        "looks, says that it is no directory, and changes nothing",
        *meet(PLAN, says="[secret.unwritten] | Not a directory"),
        *meet(PROVISION, status=6, says="[secret.unwritten]"),
        codes="secret.unwritten",
        source="open(2), ENOTDIR",
        build=lambda at: keep(at.files, b""),
        leaves=False,
    ),
    home(
        "dangling-link",
        "esxlab's own directory is a link to a disk that is not plugged in",
        "looks, says so, and changes nothing",
        *meet(PLAN, says="[secret.unwritten]"),
        *meet(PROVISION, status=6, says="[secret.unwritten]"),
        codes="secret.unwritten",
        source="symlink(7)",
        build=lambda at: (at.data.mkdir(parents=True), at.files.symlink_to("/nonexistent/stick")),
        leaves=False,
    ),
    home(
        "link-loop",
        "esxlab's own directory is a link to itself",
        "looks, says so, and changes nothing",
        *meet(PLAN, says="[secret.file] | symbolic links"),
        *REFUSED,
        codes="secret.file",
        source="open(2), ELOOP",
        build=lambda at: (at.data.mkdir(parents=True), at.files.symlink_to(at.files)),
        leaves=False,
    ),
    home(
        "read-only",
        "the home is on a file system that is mounted read-only",
        "looks, says so once, and changes nothing",
        *meet(HELP, SIM),
        *meet(PLAN, STATUS, says="[secret.unwritten] | Read-only file system"),
        *meet(VERIFY, says="[local.unwritten] | There is no journal of this run"),
        *meet(PROVISION, status=6, says="[secret.unwritten]"),
        codes="secret.unwritten local.unwritten",
        source="open(2), EROFS",
        finds={"read_only": "{home}"},
        root=True,
    ),
    home(
        "full",
        "the disk of the home is full, and nothing was ever kept",
        "looks, says so once, and changes nothing",
        *meet(HELP),
        *meet(DOCTOR, says="[secret.unwritten] | No space left on device"),
        *meet(PLAN, STATUS, says="[secret.unwritten] | No space left on device | looks changed here"),
        *meet(PROVISION, status=6, says="[secret.unwritten]"),
        codes="secret.unwritten",
        source="write(2), ENOSPC",
        finds={"full": "{home}"},
        root=True,
    ),
    home(
        "fills-up",
        "the disk of the home is full; secrets and locks are there from earlier runs",
        "says once that the journal cannot be written, does its work, and says at its end that there is none",
        *meet(PROVISION, TEARDOWN, says="[local.unwritten] | No space left on device | There is no journal"),
        codes="local.unwritten",
        source="write(2), ENOSPC",
        build=started,
        finds={"full": "{home}"},
        root=True,
    ),
    home(
        "somebody-elses",
        "the home belongs to somebody else, and may be read",
        "looks, says so, and changes nothing",
        *meet(PLAN, says="[secret.unwritten] | Permission denied"),
        *meet(PROVISION, status=6, says="[secret.unwritten]"),
        codes="secret.unwritten",
        source="open(2), EACCES; measured: `sudo -u` without -H",
        build=lambda at: (lend(at), open_to(at, 0o755)),
        finds={"user": STRANGER},
        root=True,
    ),
    home(
        "closed",
        "the home belongs to somebody else, and may not even be entered",
        "looks, says so, and changes nothing",
        *meet(HELP),
        *meet(PLAN, STATUS, says="[secret.file] | Permission denied"),
        *REFUSED,
        codes="secret.file",
        source="path_resolution(7); measured: `sudo -u` without -H, HOME=/root",
        build=lambda at: (lend(at), open_to(at, 0o700)),
        finds={"user": STRANGER},
        root=True,
    ),
    home(
        "closed-school",
        "the school was started by somebody else, as root, and its directory may not be entered",
        "says what it may not read, and changes nothing",
        *meet(SIM, says="absent"),
        *meet(PLAN, STATUS, PROVISION, status=6, says="[trust.file] | Permission denied"),
        codes="trust.file",
        source="path_resolution(7); measured: `sudo esxlab sim up`, then `esxlab plan --sim`",
        build=lambda at: os.chown(at.home, STRANGER, STRANGER),
        finds={"user": STRANGER},
        root=True,
    ),
    home(
        "open-secrets",
        "the file of secrets came from a colleague's stick and may be read by everybody",
        "closes it to others, and uses it",
        *meet(PLAN),
        source="cp(1): a new file has the mode that the umask leaves",
        build=lambda at: keep_secrets(at, 0o644),
    ),
    home(
        "planted-secrets",
        "the file of secrets belongs to another user",
        "refuses it: that user would know every password that is made from it",
        *meet(PLAN, PROVISION, status=4, says="[secret.owner]"),
        codes="secret.owner",
        source="measured: a shared directory as XDG_DATA_HOME",
        build=lambda at: (
            keep_secrets(at, 0o644),
            lend(at),
            [
                open_to(Place(path, at.school), 0o755)
                for path in (at.home, at.home / ".local", at.data, at.files)
            ],
        ),
        finds={"user": STRANGER},
        root=True,
        leaves=False,
    ),
    home(
        "junk-secrets",
        "the file of secrets is binary junk",
        "says so, and neither uses nor replaces it",
        *meet(PLAN, PROVISION, SECRETS, status=6, says="[secret.file]"),
        codes="secret.file",
        source="read: what a file system check leaves",
        build=lambda at: keep(at.files / "secrets.json", bytes(range(256))),
    ),
    home(
        "secrets-are-a-directory",
        "there is a directory in the place of the file of secrets",
        "says so, and does not touch it",
        *meet(PLAN, PROVISION, status=6, says="[secret.file]"),
        codes="secret.file",
        source="open(2), EISDIR; seen: docker makes a directory for a file that is mounted and missing",
        build=lambda at: (at.files / "secrets.json").mkdir(mode=0o700, parents=True),
    ),
    home(
        "junk-pins",
        "the file of what is trusted is binary junk",
        "refuses: whoever answers could not be told from the right one",
        *meet(PLAN, STATUS, PROVISION, status=6, says="[trust.file]"),
        codes="trust.file",
        source="read: what a file system check leaves",
        build=lambda at: keep(at.pins / "trust.json", bytes(range(256))),
    ),
    home(
        "junk-router-keys",
        "the file of the routers' host keys is binary junk",
        "refuses: whoever answers could not be told from the right one",
        *meet(PLAN, PROVISION, status=6, says="[trust.file]"),
        codes="trust.file",
        source="read: what a file system check leaves",
        build=lambda at: keep(at.pins / "router_keys", bytes(range(256))),
    ),
    home(
        "junk-caches",
        "known_hosts and the note of the models are binary junk",
        "leaves others' lines as they are, and makes the note anew",
        *meet(VERIFY, DOCTOR),
        source="read: what a file system check leaves",
        build=lambda at: [keep(at.pins / name, bytes(range(256))) for name in ("known_hosts", "models.json")],
    ),
    home(
        "pins-read-only",
        "what is trusted is on a file system that is mounted read-only",
        "looks, says so once for each file, and pins only for this run",
        *meet(PLAN, says="[trust.unwritten] | Read-only file system"),
        *meet(VERIFY, says="[local.unwritten] | Read-only file system"),
        *meet(DOCTOR, says="[local.unwritten] | [trust.unwritten]"),
        codes="local.unwritten trust.unwritten",
        source="open(2), EROFS",
        build=lambda at: at.pins.mkdir(mode=0o700),
        finds={"read_only": "{pins}"},
        root=True,
    ),
    home(
        "journal-is-a-file",
        "there is a file in the place of the journals' directory",
        "says so once, does its work, and ends with saying that there is no journal",
        *meet(PROVISION, TEARDOWN, says="[local.unwritten] | There is no journal of this run"),
        codes="local.unwritten",
        source="open(2), ENOTDIR",
        build=lambda at: keep(at.files / "journal", b""),
    ),
    home(
        "locks-are-a-file",
        "there is a file in the place of the locks' directory",
        "says so and changes nothing: two runs could work on one group",
        *meet(PLAN),
        *meet(PROVISION, status=6, says="[lock.local]"),
        codes="lock.local",
        source="open(2), ENOTDIR",
        build=lambda at: keep(at.files / "locks", b""),
    ),
    home(
        "laptop-is-junk",
        "the name of this laptop is binary junk",
        "says so and changes nothing: two laptops of one name take each other's locks",
        *meet(PLAN),
        *meet(PROVISION, status=6, says="[lock.local]"),
        codes="lock.local",
        source="read: what a file system check leaves",
        build=lambda at: keep(at.files / "laptop", bytes(range(256))),
    ),
    home(
        "no-input",
        "standard input is closed",
        "asks nobody; what would ask needs --yes",
        *meet(PLAN, VERIFY),
        *meet(("provision", *PROVISION[2:]), status=2, says="[usage.confirm]"),
        codes="usage.confirm",
        source="sh(1): `<&-`",
        finds={"streams": {"0": "closed"}},
    ),
    home(
        "no-output",
        "standard output is closed",
        "does its work, and says at the end that nobody got the result",
        *meet(HELP, SCHEMA, PLAN, PROVISION, TEARDOWN, status=6, says="[local.output] | Bad file descriptor"),
        codes="local.output",
        source="sh(1): `>&-`; GNU coreutils say so too (closeout, gnulib)",
        finds={"streams": {"1": "closed"}},
    ),
    home(
        "no-error-output",
        "standard error is closed",
        "does its work; nothing that was meant for the screen gets into a file or a connection",
        *meet(HELP, PLAN, PROVISION, TEARDOWN),
        *meet(("plan", "-f", "/nonexistent"), status=2),
        source="sh(1): `2>&-`",
        finds={"streams": {"2": "closed"}},
    ),
    home(
        "no-streams",
        "all three standard streams are closed",
        "does its work, and ends with an error, for nobody got the result",
        *meet(PLAN, PROVISION, TEARDOWN, status=6),
        codes="local.output",
        source="sh(1): `<&- >&- 2>&-`",
        finds={"streams": {"0": "closed", "1": "closed", "2": "closed"}},
    ),
    home(
        "full-output",
        "standard output is a disk without room",
        "does its work, and says at the end that the result could not be written",
        *meet(HELP, COMPLETION, PLAN, status=6, says="[local.output] | No space left on device"),
        *meet(("plan", *PLAN[1:], "-o", "json"), status=6, says="[local.output]"),
        *meet(PROVISION, TEARDOWN, status=6, says="[local.output]"),
        codes="local.output",
        source="full(4)",
        finds={"streams": {"1": "full"}},
    ),
    home(
        "full-error-output",
        "standard error is a disk without room",
        "does its work: progress only informs",
        *meet(PLAN, VERIFY, PROVISION, TEARDOWN),
        source="full(4)",
        finds={"streams": {"2": "full"}},
    ),
    home(
        "reader-gone",
        "who reads the output has ended, as with `| head -1`",
        "ends without a word, with the exit code that a shell gives to such an end",
        *meet(HELP, SCHEMA, COMPLETION, PLAN, PROVISION, TEARDOWN, status=141),
        source="signal(7), SIGPIPE; bash(1): 128 + n",
        finds={"streams": {"1": "left"}},
    ),
    home(
        "both-readers-gone",
        "who reads output and errors has ended: a terminal window that was closed",
        "does its work all the same",
        *meet(PLAN, PROVISION, TEARDOWN, status=141),
        source="signal(7), SIGPIPE",
        finds={"streams": {"1": "left", "2": "left"}},
    ),
    home(
        "ascii",
        "LANG=C and PYTHONIOENCODING=ascii, and a French teacher",
        "writes a sign that cannot be written as another, or as `?`",
        *meet(HELP, ROLE, PLAN, VERIFY),
        source="Python, Command line and environment, PYTHONIOENCODING",
        finds={
            "encoding": "ascii",
            **wanders(LANG="C", LC_ALL="C", ESXLAB_LANG="fr", PYTHONIOENCODING="ascii"),
        },
    ),
    home(
        "no-terminal",
        "TERM, COLUMNS, LANG and TMPDIR are unset or name what does not exist",
        "needs none of them",
        *meet(PLAN, VERIFY),
        source="environ(7)",
        finds=wanders(TERM=None, COLUMNS="0", LANG=None, LC_ALL="xx_XX", TMPDIR="/nonexistent"),
    ),
    home(
        "few-files",
        "64 files may be open at once",
        "works: one group keeps some ten connections; for a class it raises its own limit, where it may",
        *meet(PLAN, VERIFY, DOCTOR, PROVISION, TEARDOWN),
        source="getrlimit(2), RLIMIT_NOFILE",
        finds={"limits": {"NOFILE": 64}},
    ),
    home(
        "hardly-any-files",
        "4 files may be open at once",
        "says that this is too few and how to allow more",
        *meet(HELP),
        *meet(PLAN, says="ulimit -n"),
        *meet(VERIFY, status=10, says="[local.files] | ulimit -n"),
        codes="local.files",
        source="getrlimit(2), RLIMIT_NOFILE",
        finds={"limits": {"NOFILE": 4}},
    ),
    home(
        "no-process",
        "this user may start no more processes or threads",
        "says so and how to allow more",
        *meet(HELP, SCHEMA),
        *meet(PLAN, PROVISION, status=6, says="[local.processes] | ulimit -u"),
        codes="local.processes",
        source="getrlimit(2), RLIMIT_NPROC; it does not bind root",
        build=give_away,
        finds={"user": STRANGER, "limits": {"NPROC": 1}},
        root=True,
    ),
    home(
        "directory-gone",
        "the directory that the command is started in was removed",
        "needs it only to look for a spec or a school",
        *meet(HELP, SCHEMA, ROLE, PLAN, STATUS),
        *meet(("plan", "-g", "1"), status=6, says="[local.no_directory]"),
        codes="local.no_directory",
        source="getcwd(3), ENOENT",
        finds={"directory_gone": True},
    ),
    home(
        "school-below-a-file",
        "ESXLAB_SCHOOL names a place below a file",
        "says that no school is there, and that none can be made",
        *meet(SIM, ("sim", "down")),
        *meet(("sim", "up", "-f", "{spec}"), status=6, says="[local.unwritten] | Not a directory"),
        *meet(PLAN, status=6, says="[school.down]"),
        codes="local.unwritten school.down",
        source="open(2), ENOTDIR",
        finds=wanders(ESXLAB_SCHOOL="/dev/null/school"),
    ),
    home(
        "init-on-a-full-disk",
        "the disk that a first spec is to be written to is full",
        "says so, and leaves no half spec behind",
        *meet(("init", "-f", "{home}/esxlab.yaml"), status=2, says="[usage.spec_unwritable] | No space left"),
        codes="usage.spec_unwritable",
        source="write(2), ENOSPC",
        finds={"full": "{home}"},
        root=True,
    ),
    home(
        "generous-umask",
        "the umask is 0: what is made may be written by everybody",
        "makes its files for their owner alone",
        *meet(PLAN, VERIFY, PROVISION, TEARDOWN),
        source="umask(2)",
        finds={"umask": 0},
    ),
    home(
        "mean-umask",
        "the umask is 0777: what is made may be read by nobody",
        "makes its files for their owner",
        *meet(PLAN, VERIFY, STATUS),
        source="umask(2)",
        finds={"umask": 0o777},
    ),
    home(
        "nobody",
        "the user has no name, neither in the environment nor in the user database",
        "locks as unknown",
        *meet(PLAN, PROVISION, TEARDOWN),
        source="getpwuid(3); measured: a container with `--user 54321`",
        build=give_away,
        finds={"user": STRANGER, **wanders(USER=None, LOGNAME=None, LNAME=None, USERNAME=None)},
        root=True,
    ),
)


def is_private(path: Path) -> bool:
    """Nobody but its owner may do anything with it."""
    return not stat.S_IMODE(path.lstat().st_mode) & 0o077
