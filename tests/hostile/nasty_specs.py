"""Specs that are bad in a known way, and the codes that answer them; what the fuzzer found lies in specs/."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

CORPUS = Path(__file__).parent / "specs"
ANSWERS = CORPUS / "answers.json"
"""File name -> the codes of its answer; an empty list: it is valid."""
HEAD = (
    "class: sio2\ngroups: 1-3\nvsphere: {host: vc.example, esxi: e1.example}\n"
    'router: {host: "10.0.0.{{ group }}"}\n'
)


class Nasty(NamedTuple):
    """A spec's bytes, and the codes of which one at least must be in its answer; none: it is valid."""

    content: bytes
    codes: tuple[str, ...]


def _text(text: str, *codes: str) -> Nasty:
    return Nasty((HEAD + text).encode("utf-8", "surrogatepass"), codes)


def _encoded(name: str, *codes: str, text: str = "# Lycée\n") -> Nasty:
    return Nasty((HEAD + text).encode(name), codes)


def _aliases(count: int) -> str:
    keys = ", ".join(f"k{number}: v" for number in range(count))
    return f"a: &a {{{keys}}}\n<<: [{', '.join(['*a'] * count)}]\n"


def _laughs() -> str:
    lines = ["l0: &l0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 9)]
    return "\n".join(lines) + "\n"


def _numbered(count: int, line: str) -> str:
    return "".join(line.format(n=number) for number in range(count))


FILES = {
    "empty": Nasty(b"", ("E104",)),
    "only a comment": Nasty(b"# nothing\n", ("E104",)),
    "only a mark": Nasty(b"\xef\xbb\xbf", ("E104",)),
    "NUL bytes": Nasty(b"\0" * 5000, ("E108",)),
    "UTF-8 with a mark": _encoded("utf-8-sig"),
    "UTF-16": _encoded("utf-16"),
    "UTF-16 without a mark": _encoded("utf-16-le"),
    "cp1252": _encoded("cp1252", "E113"),
    "latin-1": _encoded("latin-1", "E113"),
    "CRLF": Nasty(HEAD.replace("\n", "\r\n").encode(), ()),
    "CR": Nasty(HEAD.replace("\n", "\r").encode(), ()),
    "line separators": Nasty(HEAD.replace("\n", "\u2028").encode(), ("E102",)),
    "tabs": _text("cluster:\n\tkeepalive: 2\n", "E102"),
    "bidirectional marks": _text("seeds: \u202eabc\u202c\n", "E212"),
    "a bidirectional mark in a name": _text("overrides: {1: {vsphere: {host: 'v\u2066c'}}}\n", "E201"),
    "curly quotes": _text("scenario: \u201cha\u201d\n"),
    "guillemets": _text("scenario: «\u00a0ha\u00a0»\n"),
    "no-break blanks": _text("cluster:\n\u00a0keepalive: 2\n"),
    "half a pair": Nasty(HEAD.encode() + b'guest: {user: "\\ud800"}\n', ("E107",)),
    "half a pair, raw": _text("guest: {user: '\ud800'}\n", "E113"),
    "a control sequence": _text('guest: {user: "a\\e[2Jb"}\n', "E201"),
    "raw escape": _text("guest: {user: 'a\x1b[2Jb'}\n", "E108"),
    "two documents": _text("---\nclass: b\n", "E102"),
    "a list": Nasty(b"- a\n- b\n", ("E104",)),
    "HTML": Nasty(b"<!DOCTYPE html>\n<html><head><title>Portail</title></head></html>\n", ("E104",)),
    "a program": Nasty(b"\x7fELF" + bytes(range(256)) * 40, ("E113",)),
}
TAGS = {
    "!!python/object": _text("seeds: !!python/object/apply:os.system [reboot]\n", "E111"),
    "!!binary": _text("seeds: !!binary aGVsbG8=\n", "E111"),
    "!!set": _text("seeds: !!set {a, b}\n", "E111"),
    "a tag on a key": _text("!!binary aGVsbG8=: 1\n", "E111"),
    "!!timestamp": _text("cluster: {keepalive: 2026-11-29}\n", "E107"),
    "!!float abc": _text("cluster: {keepalive: !!float abc}\n", "E107"),
    "infinity": _text("cluster: {keepalive: .inf}\n", "E107"),
    "not a number": _text("cluster: {keepalive: .nan}\n", "E107"),
    "1e999999": _text("cluster: {keepalive: 1e999999}\n", "E107"),
    "octal": _text("cluster: {keepalive: 0o7}\n", "E311"),
    "sexagesimal": _text("cluster: {keepalive: 1:30}\n", "E107"),
    "a negative weight": _text("balancer: {weights: {srvweb1: -1}}\n", "E203"),
    "a huge weight": _text(f"balancer: {{weights: {{srvweb1: {'9' * 30}}}}}\n", "E203", "E107"),
    "20,000 hexadecimal digits": _text(f"cluster: {{deadtime: 0x{'F' * 20_000}}}\n", "E107"),
    "20,000 decimal digits": _text(f"cluster: {{deadtime: {'9' * 20_000}}}\n", "E107"),
    "20,000 binary digits": _text(f"cluster: {{deadtime: 0b{'1' * 20_000}}}\n", "E107"),
    "a float of 100,000 digits": _text(f"cluster: {{deadtime: 1.{'1' * 100_000}}}\n", "E107"),
    "a character beyond Unicode": _text('seeds: "\\UFFFFFFFF"\n', "E102"),
    "a version of YAML to come": Nasty(b"%YAML 9.9\n---\n" + HEAD.encode(), ("E102",)),
    "an unknown directive": Nasty(b"%FOO bar\n---\n" + HEAD.encode(), ()),
    "directives": Nasty(b"%FOO bar\n" * 20_000 + b"---\na: b\n", ("E105",)),
}
SIZES = {
    "15,000 aliases of 15,000 keys": _text(_aliases(15_000), "E109"),
    "3,000 aliases of 3,000 keys": _text(_aliases(3_000), "E109"),
    "a billion laughs": _text(_laughs(), "E109"),
    "an alias of itself": _text("overrides: {1: &a {cluster: {services: [*a]}}}\n", "E109"),
    "a merge of a number": _text("inside: {<<: 5}\n", "E115"),
    "a merge of itself": _text("overrides: {1: &a {<<: *a}}\n", "E109"),
    "an anchor used by nobody above": _text("seeds: *nobody\n", "E102"),
    "depth 100,000": _text("seeds: " + "[" * 100_000 + "\n", "E109"),
    "depth 100,000, of blocks": _text("seeds:\n" + "- " * 90_000 + "a\n", "E109"),
    "depth 100,000, of tables": _text("seeds: " + "{a: " * 40_000 + "\n", "E109"),
    "depth 500 by indenting": _text("".join(f"{' ' * n}a:\n" for n in range(500)), "E109"),
    "1,000,000 keys": _text(_numbered(1_000_000, "k{n}: v\n"), "E109"),
    "9,000 keys": _text(_numbered(4_500, "k{n}: v\n"), "E105"),
    "9,000 expressions": _text(_numbered(4_000, "k{n}: '{{{{{{{{ group + {n} }}}}}}}}'\n"), "E109", "E105"),
    "a line of 150,000 signs": _text(f"seeds: {'x' * 150_000}\n", "E201"),
    "a key of 100,000 signs": _text(f"? {'k' * 100_000}\n: v\n", "E105"),
    "150,000 line ends": _text("\n" * 150_000),
    "150,000 quotes": _text("seeds: " + "'" * 150_001 + "\n", "E102", "E201"),
    "60,000 secrets on a line": _text(f"seeds: '{'pass' * 40_000}'\n", "E201"),
    "60,000 unclosed secrets": _text("seeds: [" + "passwd " * 20_000 + "\n", "E102"),
    "duplicate keys": _text("seeds: a\n" * 3000, "E103"),
    "999 groups twice in a thousand overrides": _text(
        "overrides:\n" + _numbered(1000, "  '1-3,{n}-999': {{}}\n"), "E423", "E421"
    ),
    "a range of 40,000 pieces": Nasty(
        b"class: a\nvsphere: {host: v}\nrouter: none\ngroups: " + b"1-999," * 30_000 + b"1\n",
        ("E401", "E407"),
    ),
    "3,000 machines": _text("machines:\n" + _numbered(1500, "  m{n}: {{role: web}}\n"), "E305"),
    "3,000 weights": _text("balancer: {weights: {" + _numbered(3000, "m{n}: 1, ") + "}}\n", "E310"),
}
EXPRESSIONS = {
    text: _text(f"inside: {{vlan: {json.dumps(text)}}}\n", *codes)
    for text, codes in {
        "{% for x in range(10**9) %}{{ x }}{% endfor %}": ("E210",),
        "{{ 'a' * 10**9 }}": ("E210",),
        "{{ 'a' * 1000000000 }}": ("E210",),
        "{{ 10**10**10 }}": ("E210",),
        "{{ '%999999999d' % group }}": ("E210",),
        "{{ [0] * 99999999 }}": ("E210",),
        "{{ group.__class__.__mro__ }}": ("E210",),
        "{{ group['__class__'] }}": ("E210", "E107"),
        "{{ ''['join'] }}": ("E107",),
        "{{ ''.join([1]) }}": ("E210",),
        "{{ cycler.__init__.__globals__ }}": ("E210", "E211"),
        "{{ self }}": ("E211",),
        "{{ 1 / 0 }}": ("E210",),
        "{{ 1e999 * 10 }}": ("E210",),
        "{% include '/etc/passwd' %}": ("E210",),
        "{% set x = 1 %}1": ("E210",),
        "{{": ("E210",),
        "{#": ("E107",),
        "{{ " + "(" * 140 + "1" + ")" * 140 + " }}": ("E210",),
        "{{ " + "-" * 290 + "1 }}": ("E107", "E401", "E203", "E210"),
        "{{ " + "9*" * 140 + "9 }}": ("E203", "E107"),
        "{{ " + "1" * 5000 + " }}": ("E210",),
    }.items()
}
GROUPS = {
    text: Nasty(HEAD.replace("1-3", text).encode(), ("E209",))
    for text in (
        "1-999999999",
        "-1",
        "0",
        "1.5",
        "1e9",
        "5-1",
        "[[1]]",
        "{a: 1}",
        "''",
        "true",
        "\u0661-\u0663",
        "1-",
        "1,,2",
    )
}
KNOWN: dict[str, Nasty] = {
    **FILES,
    **TAGS,
    **SIZES,
    **EXPRESSIONS,
    **{f"groups {k}": v for k, v in GROUPS.items()},
}


def corpus() -> dict[str, Nasty]:
    """Those on disk; one without an answer in answers.json is a KeyError: write down what is right."""
    answers = json.loads(ANSWERS.read_text(encoding="utf-8"))
    files = sorted(path for path in CORPUS.iterdir() if path != ANSWERS)
    return {path.name: Nasty(path.read_bytes(), tuple(answers[path.name])) for path in files}
