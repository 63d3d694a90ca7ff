"""What the truth lab reads from its machines' logs, and what is written down of it."""

from __future__ import annotations

import json
import re

from tests import seen
from tests.course import returned_after, school_address
from tests.measures import heartbeat_s, unpacking_s
from tests.seen_tables import PARTS, table

HISTORY = """
Start-Date: 2026-11-22  22:13:41
Commandline: apt-get install apache2
End-Date: 2026-11-22  22:15:34

Start-Date: 2026-11-22  22:16:00
End-Date: 2026-11-22  22:17:34
"""
HA_LOG = """\
Nov 22 23:59:45 SRV1 heartbeat: [166]: info: Configuration validated. Starting heartbeat 3.0.6
Nov 22 23:59:56 SRV1 heartbeat: [166]: info: Initial resource acquisition complete (T_RESOURCES(us))
2026/11/23_00:00:07  /usr/lib/ocf/resource.d//heartbeat/IPaddr(IPaddr_172.16.193.30)[405]:    INFO:  Success
2026/11/23_00:00:08  ResourceManager(default)[316]:    info: Running /etc/init.d/apache2  start
2026/11/23_00:10:00  harc(default)[199]:    info: Running /etc/ha.d//rc.d/status status
"""
ADDRESSES = """\
1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
2: ens160    inet 172.16.203.7/16 brd 172.16.255.255 scope global dynamic ens160\\       valid_lft 43000sec
3: ens192    inet 172.16.193.100/16 brd 172.16.255.255 scope global ens192\\       valid_lft forever
"""
MACHINE_PATH = re.compile(r"/(?:tmp|home|root|work)\b|\d+\.\d+\.\d+\.\d+:\d{5}")


def test_unpacking_lasts_from_the_first_start_to_the_last_end():
    assert unpacking_s(HISTORY) == 233


def test_heartbeats_start_ends_with_its_resources_over_midnight_too():
    assert heartbeat_s(HA_LOG) == 23


def test_a_stations_address_on_the_schools_network_is_no_lab_address():
    assert school_address(ADDRESSES) == "172.16.203.7"


def entry(at_s, kind, who=None):
    return {"at_s": at_s, "kind": kind, "who": who, "text": "", "seconds": 1.0, "why": None}


def test_the_return_counts_from_the_repair_and_not_what_was_given_back():
    timeline = [
        entry(0.0, "step"),
        entry(21.0, "answer", "SRV2"),
        entry(30.0, "step"),
        entry(33.0, "answer"),
        entry(72.0, "answer", "SRV1"),
        entry(95.0, "step"),
        entry(110.0, "answer", "SRV2"),
    ]
    assert returned_after({"timeline": timeline}) == 42.0
    assert returned_after({"timeline": timeline[:3]}) == 0.0


def test_how_far_an_installer_came_is_told_with_what_was_not_seen():
    steps = ["has_an_image", "carries_a_group"]
    kept = {
        "when": "2026-12-01",
        "architecture": "i386",
        "steps": steps,
        "seen": {"requests to the mirror": 7},
    }
    text = PARTS["installer"]({**kept, "done": steps[:1]})
    assert "Green: has an image. **Not seen:** carries a group." in text
    assert "| requests to the mirror | 7 |" in text
    assert "Not seen" not in PARTS["installer"]({**kept, "done": steps})


def test_a_cell_never_ends_a_row():
    assert table(("a", "b"), [("x|y", "1\n2")]) == "| a | b |\n| --- | --- |\n| x\\|y | 1 2 |"


def test_no_path_and_no_port_of_a_computer_is_written_down():
    kept = json.loads(seen.KEPT.read_text(encoding="utf-8"))
    assert set(kept) <= set(PARTS)
    assert MACHINE_PATH.findall(seen.KEPT.read_text(encoding="utf-8") + seen.document()) == []
