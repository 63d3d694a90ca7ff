"""Where things lie for the host's shell: below `/vmfs/volumes/DATASTORE`, and nowhere else.

What is changed there is `FOLDER` or `FOLDER/NAME`; what is only read may lie deeper.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from esxlab.backends.vsphere.store import checked, split_path
from esxlab.errors import LabError
from esxlab.foreign import is_seen

if TYPE_CHECKING:
    from esxlab.backends.vsphere.store import Store

VOLUMES = "/vmfs/volumes"
"""A datastore's name is a symbolic link there, to the folder of its identifier."""
DEEPEST = 2
_ESCAPED = re.compile("%(2f|5c|25)", re.IGNORECASE)


def volume(store: Store) -> str:
    """The folder of a datastore; its name as it is shown there, not as the API spells it (`%2f`).

    Raises:
        LabError: vsphere.bad_path, of a name that cannot be one folder's.
    """
    spelled = store.spelled or store.name
    name = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), spelled)
    if not name or "/" in name or name in {".", ".."} or not is_seen(name):
        raise LabError("vsphere.bad_path", path=f"[{spelled}]")
    return f"{VOLUMES}/{name}"


def place_of(store: Store, path: str) -> str:
    """A file or folder at any depth, to be read. LabError vsphere.bad_path."""
    return f"{volume(store)}/{checked(path)}"


def changed_place(store: Store, path: str) -> str:
    """A folder at a datastore's root, or something in it: all that may be made, written or deleted.

    Raises:
        LabError: vsphere.bad_path; also of what the host keeps for itself, `.sdd.sf` and its like.
    """
    parts = checked(path).split("/")
    if len(parts) > DEEPEST or path.startswith("."):
        raise LabError("vsphere.bad_path", path=f"[{store.name}] {path}")
    return place_of(store, path)


def spelled(store: Store, path: str) -> str:
    """`[datastore1] srvweb1/srvweb1.vmx` as vim-cmd prints it: with the datastore's name to the letter."""
    return f"[{volume(store).rpartition('/')[2]}] {split_path(path)[1]}"


def quote(text: str) -> str:
    """One word of sh, to the letter, whatever is in it.

    Raises:
        LabError: vsphere.bad_path, of what no word of a shell can hold or no terminal can show.
    """
    if "\0" in text:
        raise LabError("vsphere.bad_path", path=text.replace("\0", "?"))
    return shlex.quote(text)


def name_word(name: str) -> str:
    """A name that a program of the host gets as the value of an option, quoted.

    Raises:
        LabError: esxi.bad_name, of one that the program would take for an option, or that has line ends.
    """
    if name.startswith("-") or not is_seen(name):
        raise LabError("esxi.bad_name", name=name)
    return quote(name)
