"""A fleet for tests.

Keys as `esxlab site keys` makes them, jobs as the centre seals them, a program that answers.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta

from esxlab.sites import keys
from esxlab.sites.desk import Desk
from esxlab.sites.fleet import add_sites
from esxlab.sites.job_store import JobStore
from esxlab.sites.messages import CENTRE, LARGEST_ANSWER, Answer, Job, seal, unseal
from esxlab.sites.performing import Performer
from esxlab.sites.permits import CurrentPermits

NOON = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
PROGRAM = """
import json, os, sys, time
directory = os.path.dirname(sys.argv[0])
with open(os.path.join(directory, "ran"), "a") as file:
    file.write(json.dumps(sys.argv[1:]) + "\\n")
while os.path.exists(os.path.join(directory, "hold")):
    time.sleep(0.05)
print(json.dumps({"schema": "esxlab/test/1", "checksum": "0" * 16, "groups": []}))
sys.exit(int(open(os.path.join(directory, "code")).read()))
"""
SITE = """\
site: lycee-a
centre: {centre}
classes:
  sio2: {{spec: sio2.yaml, allow: [provision], hours: "08:00-18:00"}}
  looked-at: {{spec: sio2.yaml}}
"""


class School:
    """One school's desk in a directory, with a program in esxlab's place that notes how it was called."""

    def __init__(self, tmp_path, *, now=NOON):
        self.fleet = add_sites(tmp_path / "fleet", ("lycee-a", "lycee-b"), "")
        self.directory = self.fleet.directory / "sites" / "lycee-a"
        self.write(SITE.format(centre=self.fleet.centre))
        (self.directory / "sio2.yaml").write_text("class: sio2\n")
        (self.directory / "program.py").write_text(PROGRAM)
        (self.directory / "code").write_text("0")
        self.now, self.notes, self.journals = now, [], tmp_path / "journal"
        self.centre_key = keys.load_key(self.fleet.own / "centre.key")
        self.job_store = JobStore(self.directory / "state")
        self.desk = self.open()

    def write(self, text):
        (self.directory / "site.yaml").write_text(text)

    def open(self):
        """A new desk on the same job store: as after a restart."""
        program = (sys.executable, str(self.directory / "program.py"))
        self.desk = Desk(
            CurrentPermits(self.directory),
            keys.load_key(self.directory / "site.key"),
            self.job_store,
            performer=Performer(self.directory, self.journals, program=program),
            note=lambda job, what: self.notes.append((job, what)),
            clock=lambda: self.now,
        )
        return self.desk

    def job(self, verb="status", *, run="1" * 32, life=timedelta(hours=2), sent=None, **facts):
        sent = sent or self.now
        content = {"run": run, "site": "lycee-a", "sent": sent, "expires": sent + life, "release": "0.1.0"}
        return Job.model_validate({**content, "verb": verb, "class_name": "sio2", **facts})

    def sealed(self, job, *, signer=CENTRE, key=None):
        return seal(job, signer, keys.signing(key or self.centre_key))

    def hear(self, job, **how):
        self.desk.hear(self.sealed(job, **how))

    def finish(self):
        """Wait for what was admitted, and end the desk."""
        for line in self.desk._lines.values():
            line.put(None)
        for thread in self.desk._threads:
            thread.join(60)
            assert not thread.is_alive()

    def answers(self, run="1" * 32):
        """What waits for the post about a run, as the centre reads it."""
        check = keys.checking(self.fleet.sites)
        found = [
            unseal(path.read_bytes(), Answer, check, limit=LARGEST_ANSWER)[0]
            for name, path in self.job_store.outbox()
            if name.startswith(run)
        ]
        return sorted(found, key=lambda answer: answer.number)

    def ran(self):
        """The arguments of every call of the program."""
        path = self.directory / "ran"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
