"""doctor --probe: try the verbs on hosts that are changed over SSH; print a report that can be sent."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from esxlab.bugs import attempt
from esxlab.cli.confirm import confirm
from esxlab.cli.exit_codes import ExitCode, exit_code_of
from esxlab.cli.interrupt import stop_on_interrupt
from esxlab.cli.places import located
from esxlab.errors import LabError
from esxlab.texts import colon, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from esxlab.cli.options import Shown
    from esxlab.cli.session import Session
    from esxlab.lab.finding import Finding
    from esxlab.lab.lab import Lab
    from esxlab.show.console import Screen

FACTS = (("server", "product"), ("licence", "edition"))


def probe_hosts(session: Session, shown: Shown, *, yes: bool) -> ExitCode:
    """Look at the servers, ask, try each host that is changed over SSH, print the report.

    Raises:
        LabError: usage.probe_no_host; why no server or shell was reached.
    """
    from esxlab.engine.locks import Locking  # noqa: PLC0415 - threads and all, only to act
    from esxlab.engine.options import Options  # noqa: PLC0415 - as above
    from esxlab.engine.probe import probe, refusal  # noqa: PLC0415 - as above
    from esxlab.show.json_output import to_json  # noqa: PLC0415 - only when there is something to show
    from esxlab.show.probe import ProbedHost, probe_document, render_probe  # noqa: PLC0415 - as above
    from esxlab.show.words import error_lines  # noqa: PLC0415 - as above

    screen = shown.screen
    findings = session.backends.vsphere.examine(session.wanted)
    labs = probed_labs(session.wanted, findings)
    screen.complain(say("probe.plan", hosts=", ".join(labs)))
    if not yes and not confirm(say("confirm.probe"), screen):
        screen.complain(say("confirm.declined"))
        return ExitCode.INTERRUPTED
    locking = located(Locking(), session.opened.namespace)
    hosts, stop = [], Options().stop
    with stop_on_interrupt(stop):
        for host, lab in labs.items():
            if stop.is_set():
                break
            answer = attempt(
                partial(probe, session.backends, lab, locking, stop=stop, tell=partial(_tell, screen, host))
            )
            if isinstance(answer, LabError):  # the reports of the other hosts are not lost for it
                screen.complain(f"{screen.err_glyphs.failed} {error_lines(answer.at(host))}")
            found = refusal(answer) if isinstance(answer, LabError) else answer
            product, edition = (_fact(findings, host, *names) for names in FACTS)
            hosts.append(ProbedHost(product, edition, found))
    if shown.output == "json":
        screen.document(to_json("probe", probe_document(hosts)))
    else:
        screen.result(render_probe(hosts, screen.glyphs, width=screen.width))
    error = next((host.probe.error for host in hosts if host.probe.error is not None), None)
    if stop.is_set():
        return ExitCode.INTERRUPTED
    return ExitCode.DONE if error is None else exit_code_of(error)


def _tell(screen: Screen, host: str, verb: str) -> None:
    screen.note(f"{host}{colon()}{say(f'probe.verb.{verb}')}")


def probed_labs(wanted: Iterable[Lab], findings: Sequence[Finding]) -> dict[str, Lab]:
    """Host -> the first of its groups' labs, of the hosts whose shell could be used."""
    usable = {found.where for found in findings if found.topic == "shell" and found.error is None}
    labs: dict[str, Lab] = {}
    for lab in wanted:
        if lab.site.server.host in usable:
            labs.setdefault(lab.site.server.host, lab)
    if not labs:
        errors = (found.error for found in findings if found.topic in {"server", "shell"} and found.error)
        raise next(errors, LabError("usage.probe_no_host"))
    return labs


def _fact(findings: Sequence[Finding], host: str, topic: str, name: str) -> str:
    told = (found.facts for found in findings if (found.topic, found.where) == (topic, host))
    return str(next(told, {}).get(name, ""))
