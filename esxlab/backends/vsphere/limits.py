"""What one exchange with a vSphere server may take: silence, time and size, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass, replace

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and sizes of one request with its answer.

    Args:
        connect_s: until TCP is connected, and as much again until TLS is agreed.
        silence_s: between two pieces of the answer. Long work is a task: no call has a reason to be silent.
        total_s: for the whole answer, however lively it drips: 32 MiB within it are 1 Mbit/s.
        head_bytes: the status line and the headers; http.client itself would take 100 lines of 64 KiB each.
        answer_bytes: the body of a SOAP answer. What `read_inventory` reads of 1,500 machines in one page is
            15 MB (vcsim 0.56, machines of the exercise), and pages are asked for of 250 objects.
        file_bytes: a small file of ours on a datastore; the longest, a record, has a few KiB.
        elements: the same page has 345,000, and 125,000 attributes, of which half as many are allowed: each
            costs 700 bytes when all have different names, an element with its text 150.
        attributes: of all objects that are made of one answer; the same page has 400,000.
        depth: elements inside one another; the same page has 12.
        text_bytes: the text of one element.
    """

    connect_s: float = 30.0
    silence_s: float = 120.0
    total_s: float = 300.0
    head_bytes: int = 256 * 1024
    answer_bytes: int = 32 * MIB
    file_bytes: int = MIB
    elements: int = 400_000
    attributes: int = 2_000_000
    depth: int = 64
    text_bytes: int = 4 * MIB

    def at_most(self, seconds: float) -> Limits:
        """The same sizes, and less time."""
        times = {name: min(seconds, getattr(self, name)) for name in ("connect_s", "silence_s", "total_s")}
        return replace(self, **times)


LIMITS = Limits()
