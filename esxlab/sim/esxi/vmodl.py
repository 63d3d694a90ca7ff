"""Prints data objects as vim-cmd does: `(vim.vm.GuestInfo) {`, a field a line, three blanks a level.

Sources: transcripts of `vim-cmd hostsvc/datastore/listsummary`, `vmsvc/get.guest` and `vmsvc/power.reset` on
ESXi 6.5 to 9.0 in public repositories, and Apache VCL's VIM_SSH.pm. Between two fields stand a comma, a blank
and a line feed; after the last none. A fault's `msg` comes after its fields, without a comma before it. Which
fields there are is the API's own matter: pyVmomi knows each one's version, so an old release lacks new ones.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from esxlab.sim.inventory import pyvmomi

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

INDENT = "   "
HIDDEN = frozenset({"dynamicType", "dynamicProperty"})
FAULT_TAIL = frozenset({"msg"})


class Printer:
    """Prints for one release; `name_of` says how the host calls a managed object: vim.VirtualMachine:12."""

    def __init__(self, api: str, name_of: Callable[[Any], str]) -> None:
        self._support = pyvmomi().VmomiSupport
        self._api = api
        self._name_of = name_of

    def show(self, value: Any) -> str:
        """One object, or a list of objects, at the outermost level, with its line feed."""
        return self._value(value, type(value), 0) + "\n"

    def fault(self, fault: Any, message: str = "") -> str:
        """A fault as it is printed, `msg` last."""
        fields = [field for field in self._fields(fault) if field.name not in FAULT_TAIL]
        lines = [self._field(fault, field, 1) for field in fields]
        head = f"({self._support.GetVmodlName(type(fault))}) {{\n"
        return f'{head}{_joined(lines)}\n{INDENT}msg = "{message or fault.msg or ""}"\n}}\n'

    def _fields(self, value: Any) -> Iterable[Any]:
        return (
            field
            for field in value._GetPropertyList()  # noqa: SLF001 - pyVmomi's way to list an object's fields
            if field.name not in HIDDEN and self._knows(field.version)
        )

    def _knows(self, version: str) -> bool:
        if not version.startswith("vim."):
            return True
        return version == self._api or bool(self._support.IsChildVersion(self._api, version))

    def _field(self, owner: Any, field: Any, level: int) -> str:
        value = self._value(getattr(owner, field.name), field.type, level)
        return f"{INDENT * level}{field.name} = {value}"

    def _value(self, value: Any, declared: type, level: int) -> str:
        library = pyvmomi().vmodl
        if value is None:
            if issubclass(declared, library.DynamicData | library.MethodFault):
                return f"({self._support.GetVmodlName(declared)}) null"
            return "<unset>"
        if isinstance(value, library.DynamicData | library.MethodFault):
            lines = [self._field(value, field, level + 1) for field in self._fields(value)]
            head = f"({self._support.GetVmodlName(type(value))}) {{\n"
            return f"{head}{_joined(lines)}\n{INDENT * level}}}"
        if isinstance(value, list):
            return self._list(value, declared, level)
        return self._plain(value)

    def _list(self, value: list[Any], declared: type, level: int) -> str:
        item: type = getattr(value, "Item", getattr(declared, "Item", str))
        if not value:
            return "<unset>" if level else f"({self._support.GetVmodlName(item)}) []"
        inner = INDENT * (level + 1)
        lines = [inner + self._value(one, item, level + 1) for one in value]
        return f"({self._support.GetVmodlName(item)}) [\n{_joined(lines)}\n{INDENT * level}]"

    def _plain(self, value: Any) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return str(value)
        if isinstance(value, datetime):
            return f'"{value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")}"'
        if isinstance(value, self._support.ManagedObject):
            return f"'{self._name_of(value)}'"
        return f'"{value}"'


def _joined(lines: list[str]) -> str:
    return ", \n".join(lines)
