"""Files of ours on a datastore that are not whole: what a run leaves that died in the middle of a PUT.

A PUT may be cut off at any byte: then the file is empty, or the beginning of one of ours, or zeros where
nothing was written. A whole record or lock is never written over but moved over (`Writer.replace`), so that a
torn one is the first of its name, and nothing has been done yet that it was to vouch for. An owner file is
written over, when a clone was made, a machine could not be created on its whole disk, or the datastore has
another name. A torn one does not tell whether the disk is whole: it is copied again, unless a machine's
configuration file beside it tells that (`folders.holds_machine`).
"""

from __future__ import annotations

from esxlab.foreign import Unreadable, read_json

BEGINNING = b'{\n "esxlab": '
"""Of every file that this program keeps on a datastore: json.dumps(..., indent=1), the format first."""
END = b"\n}"
"""Of every whole one, and of no beginning of one: what is inside is indented."""


def is_torn(content: bytes | None) -> bool:
    """Whether this is no whole file but what is left of one of ours. No file at all is not torn.

    Nor is one that has its end: somebody has edited it, and it says more than a file that was cut off.
    """
    if content is None:
        return False
    written = content.rstrip(b"\0")
    if not (written.startswith(BEGINNING) or BEGINNING.startswith(written)):
        return False
    if END in written and b"\0" not in written:
        return False
    try:
        read_json(written)
    except Unreadable:
        return True
    return False
