"""Messages as files in a folder: a stick that is carried, a share, or the site next door in the tests.

    FOLDER/jobs/SITE/NAME.json       from the centre to a site
    FOLDER/answers/SITE/NAME.json    from a site to the centre

A file is written under another name and then renamed, and stays until the other side has it safely: kombu's
own `filesystem://` takes it away before (transport/filesystem.py of 5.7.0, `_get`), and who is killed then
loses it. Whoever holds the stick can read, remove or add files; what is not signed by the right key is put
aside, never obeyed.
"""

from __future__ import annotations

import errno
import os
import re
import time
from functools import partial
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.foreign import Unreadable, read_file
from esxlab.local.files import write_private
from esxlab.sites.messages import LARGEST_ANSWER, SITE_NAME
from esxlab.sites.post import Letter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = re.compile(r"([0-9]{8}T[0-9]{12}-)?[0-9a-f]{32}(-[0-9]{1,6})?\.json")
"""A job: its moment, its run (a centre of before left the moment out); an answer: its run, its number."""
PAUSE_S = 0.2
MOST = 10_000
"""Files that are looked at in a folder."""


class Folder:
    """One end.

    `reads` and `writes` are `jobs` and `answers`. `only`: the one site whose messages are read.
    """

    def __init__(self, folder: Path, *, reads: str, writes: str, only: str = "") -> None:
        self._inbox, self._outbox, self._only = folder / reads, folder / writes, only
        self._given: set[Path] = set()

    @classmethod
    def of_site(cls, folder: Path, site: str) -> Folder:
        """A site's end."""
        return cls(folder, reads="jobs", writes="answers", only=site)

    @classmethod
    def of_centre(cls, folder: Path) -> Folder:
        """The centre's end."""
        return cls(folder, reads="answers", writes="jobs")

    def receive(self, wait_s: float) -> Letter | None:
        """As Post. A file that no message can be (a link, a device, too large) is left and not read again."""
        end = time.monotonic() + wait_s
        while True:
            for path in self._waiting():
                self._given.add(path)
                try:
                    if path.is_symlink():
                        continue
                    return Letter(read_file(path, limit=LARGEST_ANSWER), partial(self._remove, path))
                except (FileNotFoundError, Unreadable):
                    continue
            if time.monotonic() >= end:
                return None
            time.sleep(min(PAUSE_S, max(end - time.monotonic(), 0.0)))

    def send(self, to: str, name: str, content: bytes) -> None:
        """As Post: the file is whole, or not there.

        A site answers where jobs lie for it: the empty mount point of a stick that was pulled is no stick.
        """
        if self._only and not (self._inbox / self._only).is_dir():
            raise LabError("site.away", where=str(self._inbox / self._only), detail=os.strerror(errno.ENOENT))
        write_private(self._outbox / (self._only or to) / f"{name}.json", content, code="site.away")

    def close(self) -> None:
        """Nothing is held; what was given and is still there comes again."""
        self._given.clear()

    def _waiting(self) -> Iterator[Path]:
        """In the order of the names within a site, which is that in which the centre wrote its jobs.

        A folder that is not there yet is an empty one.
        """
        try:
            places = [self._inbox / self._only] if self._only else sorted(self._inbox.iterdir())
            for place in places:
                if not re.fullmatch(SITE_NAME, place.name) or place.is_symlink() or not place.is_dir():
                    continue
                names = sorted(path.name for path in place.iterdir() if NAME.fullmatch(path.name))
                yield from (place / name for name in names[:MOST] if place / name not in self._given)
        except FileNotFoundError:
            return
        except OSError as error:
            raise LabError("site.away", where=str(self._inbox), detail=error.strerror or "") from error

    def _remove(self, path: Path) -> None:
        """A file of the same name that comes later is another one."""
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise LabError("site.away", where=str(path), detail=error.strerror or "") from error
        self._given.discard(path)
