"""The first page, `esxlab --help`: written from a literal table, without click.

Importing click alone takes three times as long as starting Python, so the page that newcomers ask for most is
made without it. The click group prints this very page too: there is no second one to keep in step.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # importing `typing` costs as much as starting Python
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

COMMANDS = {
    "init": "esxlab.cli.init",
    "doctor": "esxlab.cli.doctor",
    "plan": "esxlab.cli.plan",
    "provision": "esxlab.cli.provision",
    "status": "esxlab.cli.status",
    "verify": "esxlab.cli.verify",
    "run": "esxlab.cli.run",
    "ssh": "esxlab.cli.ssh",
    "console": "esxlab.cli.console",
    "copy": "esxlab.cli.copy",
    "export": "esxlab.cli.export",
    "drill": "esxlab.cli.drill",
    "pause": "esxlab.cli.pause",
    "resume": "esxlab.cli.resume",
    "students": "esxlab.cli.students",
    "sheet": "esxlab.cli.sheet",
    "graph": "esxlab.cli.graph",
    "report": "esxlab.cli.report",
    "board": "esxlab.cli.board",
    "find": "esxlab.cli.find",
    "teardown": "esxlab.cli.teardown",
    "unlock": "esxlab.cli.unlock",
    "model": "esxlab.cli.model",
    "sim": "esxlab.cli.sim",
    "trust": "esxlab.cli.trust",
    "secrets": "esxlab.cli.secret_commands",
    "role": "esxlab.cli.role",
    "fleet": "esxlab.cli.fleet",
    "site": "esxlab.cli.site",
    "spec": "esxlab.cli.spec",
    "schema": "esxlab.cli.schema",
    "completion": "esxlab.cli.completion",
}
"""Command -> the module that defines it as `command`; loaded only when that command is run."""

HELP_FLAGS = ("-h", "--help")
PAGES: tuple[list[str], ...] = ([], ["-h"], ["--help"])


def choose_language(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """`en` or `fr`: the option --lang, then ESXLAB_LANG, then the locale's own variables; else English."""
    asked = ""
    for before, word in _pairs(arguments):
        if before == "--lang" or word.startswith("--lang="):
            asked = word.removeprefix("--lang=")
    locale = next(
        (environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), ""
    )
    wish = asked or environment.get("ESXLAB_LANG") or locale
    return "fr" if wish.lower().startswith("fr") else "en"


def speak(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """From here on in the chosen language; plainly on Linux's own console, whose fonts have few signs."""
    from esxlab import texts  # noqa: PLC0415 - the choice alone needs none

    texts.set_language(choose_language(arguments, environment), typeset=environment.get("TERM") != "linux")


def unknown_language(environment: Mapping[str, str]) -> str:
    """What ESXLAB_LANG asks for, when it is no language of ours."""
    asked = environment.get("ESXLAB_LANG", "")
    return "" if asked.lower().startswith(("en", "fr")) else asked


def tell_unknown_language(environment: Mapping[str, str]) -> None:
    """Say on stderr that ESXLAB_LANG asks for another language; not to a shell that completes."""
    if (asked := unknown_language(environment)) and "_ESXLAB_COMPLETE" not in environment:
        import sys  # noqa: PLC0415 - only then

        from esxlab import texts  # noqa: PLC0415 - as above
        from esxlab.foreign import brief_line  # noqa: PLC0415 - as above

        sys.stderr.write(texts.say("cli.unknown_language", asked=brief_line(asked, 40)) + "\n")


def choose_output(arguments: Sequence[str]) -> str:
    """`json` when it is asked for: also a command line that cannot be read is answered in it."""
    asked = any(
        word in {"-ojson", "--output=json"} or (before in {"-o", "--output"} and word == "json")
        for before, word in _pairs(arguments)
    )
    return "json" if asked else "table"


def _pairs(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each word of ours with the one before it; what follows `--` is a guest's command (esxlab run)."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    ours = arguments[:end]
    return zip(["", *ours], ours, strict=False)


def without_language(arguments: Sequence[str]) -> list[str]:
    """The arguments without --lang and its value."""
    kept: list[str] = []
    skip = False
    for word in arguments:
        if not skip and word != "--lang" and not word.startswith("--lang="):
            kept.append(word)
        skip = word == "--lang"
    return kept


def first_page() -> str:
    """The page of `esxlab --help` in the current language, with a line end."""
    from esxlab import texts  # noqa: PLC0415 - after the language is known
    from esxlab.texts.cli import TEXTS  # noqa: PLC0415 - only this room: the whole catalogue is not needed

    index = texts.LANGUAGES.index(texts.language())

    def say(key: str) -> str:
        return texts.set_in_type(TEXTS[key][index])

    width = max(len(name) for name in COMMANDS)
    commands = [f"  {name:<{width}}  {say(f'command.{name}.short')}" for name in COMMANDS]
    options = say("front.options").splitlines()
    lines = [say("front.usage"), "", say("front.what"), "", say("front.commands"), *commands, "", *options]
    return "\n".join([*lines, "", say("front.more"), ""])


def answer(arguments: Sequence[str]) -> bool:
    """Print the first page when it is all that is asked for; False: click has to read the arguments."""
    if "_ESXLAB_COMPLETE" in os.environ or without_language(arguments) not in PAGES:
        return False
    import sys  # noqa: PLC0415 - only to write

    from esxlab.typography import PLAIN  # noqa: PLC0415 - as above

    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(first_page().encode(encoding, PLAIN).decode(encoding))
    return True
