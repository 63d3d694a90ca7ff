"""Throws bytes at the whole spec loader: `python -m tests.fuzz_spec --seconds N`; --known: the known ones.

The process limits itself: an input that needs more memory or processor time than MEMORY and CPU_S is a
failure like a traceback. What fails is shrunk, printed as bytes to replay, and kept in tests/hostile/specs/.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import resource
import signal
import sys
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from esxlab import texts
from esxlab.cli.exit_codes import ExitCode, exit_code_of
from esxlab.foreign import visible
from esxlab.spec.load import load_class_spec
from esxlab.spec.problems import SpecProblems
from tests.hostile.nasty_specs import CORPUS, HEAD, KNOWN, corpus
from tests.own_memory import peak_bytes

CPU_S = 2.0
MEMORY = 300 << 20
LONGEST = 30_000
"""Signs of an answer."""
SHIPPED = [path.read_bytes() for path in sorted((Path(__file__).parent.parent / "specs").glob("*.yaml"))]
PIECES = [
    *(
        b"class",
        b"groups",
        b"vsphere",
        b"router",
        b"overrides",
        b"machines",
        b"names",
        b"<<",
        b"'{{ group }}'",
    ),
    *(
        b"1-999",
        b"0x",
        b"1e",
        b".inf",
        b"!!int ",
        b"!!float ",
        b"!!binary ",
        b"!x ",
        b"&a ",
        b"*a",
        b"%YAML 1.1\n---\n",
    ),
    *(
        b": ",
        b"\n",
        b"  ",
        b"- ",
        b"? ",
        b"{",
        b"}",
        b"[",
        b"]",
        b", ",
        b"|\n",
        b">",
        b'"',
        b"'",
        b"#",
        b"---\n",
        b"\t",
    ),
    *(
        b'"\\x1b"',
        b'"\\ud800"',
        b"\\",
        b"\x00",
        b"\r",
        "\u2028\u202e\u00a0«é".encode(),
        b"\xff\xfe",
        b"\x85",
        b"\x1b",
    ),
    *(
        b"{{",
        b"}}",
        b"{%",
        b"{{ 'a' * 99 }}",
        b"{{ group ** 9 }}",
        b"{{ group.x }}",
        b"password: ",
        b"//u:p@h",
        b"9",
    ),
]
LINES = [nasty.content.removeprefix(HEAD.encode()) for nasty in KNOWN.values()]
VALUES = st.sampled_from([content for content in LINES if len(content) < 2000])


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A shipped spec with pieces put in, taken out, or repeated until it is large."""
    content = draw(st.sampled_from([*SHIPPED, HEAD.encode()]))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        end = min(len(content), at + draw(st.integers(0, 20)))
        times = draw(st.sampled_from([0, 1, 1, 1, 3, 100, 3000]))
        piece = draw(st.sampled_from([*PIECES, content[at:end]]) | st.binary(max_size=8) | VALUES)
        content = content[:at] + (piece * times)[:150_000] + content[end if draw(st.booleans()) else at :]
    return content


SPECS = st.one_of(
    mutated(),
    st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join),
    st.binary(max_size=60),
    st.tuples(
        st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map(b"".join), st.integers(2, 4000)
    ).map(lambda pair: HEAD.encode() + pair[0] * pair[1]),
    st.tuples(mutated(), st.sampled_from(["utf-16", "utf-16-le", "cp1252", "utf-8-sig"])).map(
        lambda pair: pair[0].decode(errors="replace").encode(pair[1], "replace")
    ),
)


def answer_of(path: Path) -> SpecProblems | None:
    """The problems of a spec (None: it is valid), looked at in both languages; anything else is raised."""
    try:
        loaded = load_class_spec(path)
    except SpecProblems as problems:
        found = problems
    else:
        readable("\n".join(warning.text() for warning in loaded.warnings[:30]))
        return None
    assert exit_code_of(found) == ExitCode.USAGE
    assert found.problems
    for language in reversed(texts.LANGUAGES):
        texts.set_language(language)
        readable(str(found))
        for problem in found.problems:
            assert problem.message
            assert problem.remedy
            assert problem.line or problem.code in {"E101", "E104", "E109", "E112"}, problem
    return found


def readable(text: str) -> None:
    """No longer than a person reads, and nothing in it that steers a terminal."""
    assert len(text) < LONGEST, f"an answer of {len(text)} signs"
    assert visible(text) == text, ascii(text)


def judge(content: bytes, directory: Path, cpu_s: float) -> tuple[set[str], float]:
    """The codes of the answer, and the processor time that it took; AssertionError when that is too much."""
    path = directory / "esxlab.yaml"
    path.write_bytes(content)
    began = time.process_time()
    with limited(cpu_s * 5):
        found = answer_of(path)
    spent_s = time.process_time() - began
    assert spent_s < cpu_s, f"{spent_s:.1f} s of processor time"
    return {problem.code for problem in found.problems} if found else set(), spent_s


@contextlib.contextmanager
def limited(seconds: float):
    """Whoever does not end is ended, with the place where it was; too much memory is a MemoryError."""

    def stop(*_: object) -> None:
        raise AssertionError(f"still at work after {seconds} s of processor time")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MEMORY, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def try_known(directory: Path, cpu_s: float) -> list[str]:
    """Every known spec and every one of the corpus; what is wrong with the answers."""
    wrong = []
    slowest: tuple[float, str] = (0.0, "")
    for name, (content, codes) in {**KNOWN, **corpus()}.items():
        try:
            found, spent_s = judge(content, directory, cpu_s)
        except Exception as error:  # noqa: BLE001 - whatever comes is what is looked for
            wrong.append(f"{name}: {type(error).__name__}: {str(error)[:300]}")
            continue
        slowest = max(slowest, (spent_s, name))
        if (not found & set(codes)) if codes else found:
            wrong.append(f"{name}: {sorted(found)} instead of {sorted(codes)}")
    print(f"{len(KNOWN) + len(corpus())} known specs, the slowest {slowest[0]:.2f} s ({slowest[1]})")
    return wrong


def fuzz(examples: int, start: int, directory: Path, cpu_s: float) -> bytes | None:
    """So many examples; the shrunk bytes of one that fails, or None."""
    failing: list[bytes] = []

    @seed(start)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
    )
    @given(SPECS)
    def any_bytes(content: bytes) -> None:
        try:
            judge(content, directory, cpu_s)
        except BaseException:
            failing.append(content)
            raise

    try:
        any_bytes()
    except Exception as error:  # noqa: BLE001 - whatever comes is what is looked for
        print(f"{type(error).__name__}: {str(error)[:500]}")
        return failing[-1]
    return None


def main() -> int:
    """0: every input had an answer; 1: one had none."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--seconds", type=float, default=0.0, help="go on for so long, 500 examples at a time"
    )
    parser.add_argument("--examples", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--known", action="store_true", help="only the known ones")
    parser.add_argument("--replay", type=Path, help="one file, with its whole traceback")
    parser.add_argument("--cpu", type=float, default=CPU_S, help="seconds of processor time for an input")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        if asked.replay:
            print(judge(asked.replay.read_bytes(), directory, asked.cpu))
            return 0
        wrong = try_known(directory, asked.cpu)
        tried, number, deadline = 0, asked.seed, time.monotonic() + asked.seconds
        while not (asked.known or wrong) and (not tried or time.monotonic() < deadline):
            if (found := fuzz(asked.examples, number, directory, asked.cpu)) is not None:
                wrong.append(f"{found!r}: kept as {kept(found)}")
            tried, number = tried + asked.examples, number + 1
        if asked.known:
            wrong += too_much_memory()
    print(f"{tried} examples, {len(wrong)} without an answer")
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


def too_much_memory() -> list[str]:
    """What all known specs together took at most: with them nothing else is held, as hypothesis does."""
    peak = peak_bytes()
    print(f"{peak >> 20} MiB at most")
    return [f"{peak >> 20} MiB of memory"] if peak > MEMORY else []


def kept(content: bytes) -> Path:
    """Where the input lies now; its answer is still to be written into answers.json."""
    path = CORPUS / f"found-{hashlib.sha256(content).hexdigest()[:10]}.yaml"
    path.write_bytes(content)
    return path


if __name__ == "__main__":
    sys.exit(main())
