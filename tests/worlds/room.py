"""The school of one world: its spec, its shape, its people, and the commands that a teacher types there."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from esxlab.sim.inventory import await_task, log_in, pyvmomi, read
from esxlab.sim.router.configure import load
from esxlab.sim.shape import shape_of
from esxlab.spec.load import load_class_spec
from tests.classroom import Classroom, vcsim_user
from tests.commands import Finished, Starter
from tests.memory.school import running_school
from tests.worlds.dimensions import DIMENSIONS, value_of
from tests.worlds.names import true_name
from tests.worlds.spec_files import write_spec
from tests.worlds.values import Content, merged

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.worlds.world import World

SPEED = 20.0
NO_BREAK = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"


@dataclass
class Room(Classroom):
    """One running school with one world's spec; `facts` are what the world's values say."""

    world: World = None  # type: ignore[assignment] - always given: Classroom has defaults before it
    content: Content = None  # type: ignore[assignment] - as above

    # what the teacher types

    def type(self, command: str, *words: str) -> Finished:
        """A command with the spec, in this world's terminal."""
        table = "-o" not in words and command in READABLE and self.fact("output") == "table"
        output = () if table or "-o" in words else ("-o", "json")
        conditions = {"environment": dict(self.environment)}
        given = (command, *words, *output, "-f", self.spec, "--sim")
        return self.starter.start(*given, conditions=conditions).wait()

    @property
    def environment(self) -> dict[str, str]:
        """What this world's values put into the teacher's environment."""
        found: dict[str, str] = {}
        for dimension in DIMENSIONS:
            found |= value_of(self.world, dimension).environment
        return found

    def fact(self, name: str) -> Any:
        """The first value's that says it."""
        facts = (value_of(self.world, dimension).facts for dimension in DIMENSIONS)
        return next((f[name] for f in facts if name in f), "")

    def write_spec(self, more: Content | None = None) -> None:
        """The world's spec, with a faulty part when there is one."""
        write_spec(self.spec, merged(self.content, more or {}), self.world.spec_file)

    # what is there

    @property
    def host(self) -> str:
        """The server's name in the spec."""
        return next(iter(self.school.vcsims))

    @property
    def server(self) -> Any:
        return self.school.shape.servers[0]

    @property
    def router(self) -> Any:
        return self.school.routers[0]

    @property
    def proxy(self) -> Any:
        return self.school.proxies[self.host]

    @contextlib.contextmanager
    def administrator(self) -> Iterator[Administrator]:
        """Past the proxy, where nothing is lacking."""
        vcsim = self.school.vcsims[self.host]
        service = log_in(
            vcsim.port, vcsim_user(self.school.shape, self.host), self.access["passwords"]["vsphere"]
        )
        try:
            yield Administrator(service)
        finally:
            service.content.sessionManager.Logout()
            service._stub.DropConnections()

    def configure(self, text: str) -> None:
        """A technician at the console, who saves."""
        load(self.router.box.running, text)
        self.router.box.write_memory()
        self.router.box.tell()


READABLE = {"doctor", "plan", "status"}
"""Commands that are read as a table too; of all others the document is asked for."""


@dataclass
class Administrator:
    """A session on vcsim itself."""

    service: Any

    def all(self, kind: str) -> dict[str, Any]:
        """Every object of a kind, by its name; a later one of the same name hides the first."""
        vim = pyvmomi().vim
        content = self.service.RetrieveContent()
        view = content.viewManager.CreateContainerView(content.rootFolder, [getattr(vim, kind)], True)
        try:
            found = read(self.service, list(view.view), ["name"]) if view.view else {}
        finally:
            view.DestroyView()
        return {properties["name"]: thing for thing, properties in found.items()}

    def wait(self, task: Any) -> Any:
        return await_task(self.service, task)


def content_of(world: World) -> Content:
    """The spec of a world, as what YAML reads."""
    content: Content = {"class": "sio2", "groups": "3", "vsphere": {}, "router": {"host": "10.0.0.1"}}
    for dimension in DIMENSIONS:
        part = value_of(world, dimension).spec
        content = merged(content, part(world) if callable(part) else part)
    return content


def true_names(place: Content) -> Content:
    """What things are called where they are."""
    return {key: true_name(text) for key, text in place.items()}


@contextlib.contextmanager
def furnished(world: World, directory: Path, starter: Starter) -> Iterator[Room]:
    """The school of this world, as its administrator, its technician and the model's builder leave it."""
    spec = directory / "esxlab.yaml"
    content = content_of(world)
    write_spec(spec, merged(content, {"vsphere": true_names(content["vsphere"])}), "UTF-8")
    loaded = load_class_spec(spec)
    shape = shape_of(loaded.groups(None), loaded.class_name)
    conditions: dict[str, Any] = {"speed": SPEED}
    for dimension in DIMENSIONS:
        value = value_of(world, dimension)
        shape = value.shape(shape) if value.shape else shape
        conditions |= value.conditions
    place = directory / "school"
    with running_school(shape, place, **conditions) as (school, access):
        for router in school.routers:
            router.box.write_memory()
        room = Room(spec, school, access, starter, world=world, content=content)
        for dimension in DIMENSIONS:
            prepare = value_of(world, dimension).prepare
            if prepare is not None:
                prepare(room)
        room.write_spec()
        room.checkpoint()
        yield room


@contextlib.contextmanager
def teacher(directory: Path) -> Iterator[Starter]:
    """A teacher's computer that types commands in this directory's school."""
    home = directory / "home"
    home.mkdir(parents=True)
    environment = {
        "ESXLAB_SCHOOL": str(directory / "school"),
        "XDG_DATA_HOME": str(home),
        "XDG_STATE_HOME": str(home),
        "HOME": str(home),
    }
    starter = Starter(directory, environment)
    with contextlib.closing(starter):
        yield starter


def said(finished: Finished) -> str:
    """All that a command wrote, on one line: JSON's text is read, tables are unfolded, blanks are blanks."""
    text = finished.out
    with contextlib.suppress(ValueError):
        text = json.dumps(json.loads(text), ensure_ascii=False).replace('\\"', '"').replace("\\\\", "\\")
    text = "".join(" " if sign in NO_BREAK else sign for sign in f"{text}\n{finished.err}")
    return " ".join(text.split())
