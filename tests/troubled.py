"""A running school in trouble: whole commands in this process, what they say, what they change."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner, Result

from esxlab import texts
from esxlab.cli.group import esxlab
from esxlab.sim.shape import shape_of
from esxlab.spec.load import load_class_spec
from tests.golden.golden_text import check_golden
from tests.memory.school import running_school
from tests.schools import administrator
from tests.vsphere_worlds import VcsimWorld

if TYPE_CHECKING:
    from pathlib import Path

SPEC = """\
class: demo
groups: {groups}
school: embedded
vsphere:
  host: vcenter.school.example
  user: prof
  datacenter: School
  esxi: esxi1.school.example
  datastore: {datastore}
  model: {model}
router: {{host: "router{{{{ group }}}}.school.example"}}
"""
CENTRAL = """\
  host: vcenter.school.example
  user: prof
  datacenter: School
  esxi: esxi1.school.example
"""
ALONE = """\
  host: esxi1.school.example
  user: root
"""
"""What stands for CENTRAL in the spec of a school with one ESXi host and no vCenter."""
CHANGING = (
    (re.compile(r"\b\d+([.,]\d)? s\b"), "T s"),
    (re.compile(r"\bvm-\d+\b"), "vm-N"),
    (re.compile(r"(?<=127\.0\.0\.1:)\d+|(?<=port )\d{4,5}\b"), "PORT"),
    (re.compile(r"\b[0-9a-f]{16}\b"), "CHECKSUM"),
    (re.compile(r"\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\b"), "MOMENT"),
    (re.compile(r"\d{8}T\d{6}Z"), "TIME"),
    (re.compile(r"-\d+\.jsonl"), "-PID.jsonl"),
    (re.compile(r"^(\d+,(?:[^,\n]*,){6})[\d.]*,", re.MULTILINE), r"\1ADDRESS,"),  # of a status
    (re.compile(r"SHA256:[\w+/=]{43}"), "SHA256:KEY"),
)
"""What differs from one run to the next, and what stands for it in a golden file."""


@dataclass
class Trouble:
    """The school, its spec, and the words of the commands that were run on them."""

    directory: Path
    school: Any
    access: Any
    marks: dict[str, int] = field(default_factory=dict)

    # commands

    def spec(self, name: str = "esxlab.yaml", **changes: object) -> Path:
        """A spec of the school's class; changed ones have a name of their own."""
        path = self.directory / name
        path.write_text(spec_text(**changes), encoding="utf-8")
        return path

    def run(self, *words: object, lang: str = "en", env: dict[str, str] | None = None) -> Result:
        own = {
            "ESXLAB_SCHOOL": str(self.directory),
            "XDG_DATA_HOME": str(self.directory / "home"),
            "XDG_STATE_HOME": str(self.directory / "home"),
        }
        told = self.directory / "home" / "esxlab" / "warnings.json"  # no page depends on what ran before it
        told.unlink(missing_ok=True)
        spec = [] if "-f" in words else ["-f", str(self.directory / "esxlab.yaml")]
        try:
            return CliRunner().invoke(
                esxlab,
                [str(w) for w in (*words, *spec, "--lang", lang)],
                env={**own, **(env or {})},
                catch_exceptions=False,
            )
        finally:
            texts.set_language("en")

    def must(self, *words: object, status: int = 0, **how: Any) -> Result:
        """Run a command that must end with this status."""
        result = self.run(*words, **how)
        assert result.exit_code == status, f"{words}: {result.exit_code}\n{result.output}"
        return result

    def provision(self, groups: str, *words: object, **how: Any) -> Result:
        return self.must("provision", "-g", groups, "--yes", "--quiet", *words, **how)

    def tells(self, name: str, *words: object, status: int, env: dict[str, str] | None = None) -> None:
        """Run the same command in both languages; what it says is in golden files."""
        results = [self.run(*words, lang=lang, env=env) for lang in texts.LANGUAGES]
        self.shows(name, *words, results=results, status=status)

    def shows(self, name: str, *words: object, results: list[Result], status: int) -> None:
        """These results, one for each language, are as the golden files say; no secret is in them."""
        for lang, result in zip(texts.LANGUAGES, results, strict=True):
            assert result.exit_code == status, f"{words}: {result.exit_code}\n{result.output}"
            shown = [f"$ esxlab {self._tidy(' '.join(map(str, words)))}", result.stdout, result.stderr]
            page = "\n".join(self._tidy(part).strip("\n") for part in shown if part.strip())
            check_golden(f"failures/{name}.{lang}.txt", f"{page}\n[{status}]\n")
            assert not any(password in result.output for password in self.access["passwords"].values())

    def _tidy(self, text: str) -> str:
        text = text.replace(str(self.directory), "~")
        for pattern, stands_for in CHANGING:
            text = pattern.sub(stands_for, text)
        return text

    # what was done

    def checkpoint(self) -> None:
        """From here on `changes` counts."""
        self.marks = {host: proxy.calls.count for host, proxy in self.school.proxies.items()}
        self.marks |= {router.name: len(router.commands) for router in self.school.routers}

    def calls(self, method: str = "", **which: Any) -> list[str]:
        """Methods that were called of any vSphere server since the checkpoint."""
        found = [
            call.method
            for host, proxy in self.school.proxies.items()
            for call in proxy.calls.since(self.marks.get(host, 0), **which)
        ]
        return [name for name in found if not method or name == method]

    def touched(self) -> set[str]:
        """What was named in mutating calls since the checkpoint."""
        return {
            text
            for host, proxy in self.school.proxies.items()
            for call in proxy.calls.since(self.marks.get(host, 0), mutating=True)
            for text in (call.target, *(value for _, value in call.arguments))
        }

    def router_lines(self) -> dict[str, list[str]]:
        """What each router was told since the checkpoint; those that were told nothing are left out."""
        told = {r.name: r.commands[self.marks.get(r.name, 0) :] for r in self.school.routers}
        return {name: lines for name, lines in told.items() if lines}

    @contextlib.contextmanager
    def nothing_changes(self):
        """No mutating call, no router line."""
        self.checkpoint()
        yield
        assert self.calls(mutating=True) == []
        assert self.router_lines() == {}

    def rule(self, rule: Any) -> None:
        self.proxy.rules.add(rule)

    # its parts

    @property
    def proxy(self) -> Any:
        return next(iter(self.school.proxies.values()))

    @property
    def store(self) -> Path:
        """The local directory behind datastore1."""
        return self.directory / "datastores" / next(iter(self.school.proxies)) / "datastore1"

    @property
    def engine(self) -> Any:
        return self.school.engine

    def router(self, group: int) -> Any:
        return next(r for r in self.school.routers if r.name.startswith(f"router{group}."))

    @contextlib.contextmanager
    def admin(self):
        """Somebody else with the same rights: a student, a colleague."""
        server = self.school.shape.servers[0]
        with administrator(self.access, server.host, user=server.user) as session:
            yield VcsimWorld(self.school, self.access, server, session, esxi=server.esxi[0])


def spec_text(
    *, groups: str = "1-2", datastore: str = "datastore1", model: str = "modeleD9", more: str = ""
) -> str:
    return SPEC.format(groups=groups, datastore=datastore, model=model) + more


@contextlib.contextmanager
def troubled(
    directory: Path,
    *,
    groups: str,
    more: str = "",
    capacity_gib: int = 2000,
    memory_gib: int = 1024,
    alone: bool = False,
    **conditions: Any,
):
    """A school for these groups; engine light at a hundred times life's speed unless said otherwise.

    `alone`: one ESXi host, no vCenter.
    """
    spec = directory / "esxlab.yaml"
    text = spec_text(groups=groups, more=more)
    spec.write_text(text.replace(CENTRAL, ALONE) if alone else text, encoding="utf-8")
    loaded = load_class_spec(spec)
    shape = shape_of(loaded.groups(None), loaded.class_name)
    stores = [replace(store, capacity_gib=capacity_gib) for store in shape.servers[0].datastores]
    server = replace(shape.servers[0], datastores=tuple(stores), memory_gib=memory_gib)
    shape = replace(shape, servers=(server,))
    with running_school(shape, directory, **{"speed": 100.0, **conditions}) as (school, access):
        yield Trouble(directory, school, access)
