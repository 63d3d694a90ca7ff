"""Laws over generated classes: a valid one loads, and nothing in it is shared by two groups."""

from __future__ import annotations

from itertools import chain

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esxlab.spec.ranges import format_groups
from tests.spec_text import load_text

NUMBERS = st.sets(st.integers(1, 60), min_size=1, max_size=8)
SETTINGS = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def spec_texts(draw):
    numbers = tuple(sorted(draw(NUMBERS)))
    inside = draw(st.sampled_from(["172.16.0.0/16", "10.9.0.0/20", "10.{{ group }}.0.0/24"]))
    outside = draw(st.sampled_from(["192.16.193.0/24", "192.168.{{ group }}.0/24", "198.18.0.0/16"]))
    lines = [
        f"class: {draw(st.from_regex(r'[a-z0-9-]{1,30}', fullmatch=True).map(repr))}",
        f"groups: {draw(st.sampled_from([format_groups(numbers), list(numbers)]))}",
        f"scenario: {draw(st.sampled_from(['ha', 'lb']))}",
        draw(
            st.sampled_from(
                [
                    "vsphere: {host: vc.example, esxi: e1}",
                    'vsphere: {host: vc.example, datacenter: DC, datastore: "ds{{ group }}"}',
                    'vsphere: {host: "e{{ group }}.example"}',
                    "vsphere: {hosts: {1-30: a.example, 31-60: b.example}}",
                ]
            )
        ),
        draw(st.sampled_from(["router: none", 'router: {host: "r{{ group }}"}'])),
        f'inside: {{network: "{inside}", vlan: "{{{{ {draw(st.integers(1, 1000))} + group }}}}"}}',
        f'outside: {{network: "{outside}", vlan: "{{{{ {draw(st.integers(2000, 3000))} + group }}}}"}}',
        f"overrides: {{{draw(st.sampled_from(numbers))}: {{cluster: {{auto_failback: true}}}}}}",
    ]
    return numbers, "\n".join(lines) + "\n"


@given(spec_texts())
@SETTINGS
def test_a_valid_spec_loads_and_keeps_its_groups_apart(tmp_path, drawn):
    numbers, text = drawn
    groups = load_text(text, tmp_path).groups()
    assert tuple(group.group.number for group in groups) == numbers
    machines = [(group, machine) for group in groups for machine in group.machines]
    macs = list(chain.from_iterable(machine.macs.values() for _, machine in machines))
    assert len(macs) == len(set(macs))
    places = [(g.site.server, g.site.datastore, machine.folder) for g, machine in machines]
    assert len(places) == len(set(places))
    vlans = [(g.site.server, vlan) for g in groups for vlan in (g.inside.vlan, g.outside.vlan)]
    assert len(vlans) == len(set(vlans))
    for group, machine in machines:
        for interface, segment in ((machine.inside, group.inside), (machine.outside, group.outside)):
            assert interface is None or interface.network == segment.network


@given(spec_texts())
@SETTINGS
def test_a_group_is_the_same_whoever_else_is_in_the_class(tmp_path, drawn):
    """Adding a group at the end changes nothing of the others, on a datastore that is shared anyway."""
    numbers, text = drawn
    lines = [line for line in text.splitlines() if not line.startswith(("groups", "vsphere"))]
    rest = "\n".join([*lines, "vsphere: {host: vc.example, esxi: e1}", ""])
    before = load_text(f"groups: {list({*numbers, 61})}\n{rest}", tmp_path).groups(numbers)
    after = load_text(f"groups: {[*numbers, 61, 62]}\n{rest}", tmp_path).groups(numbers)
    assert before == after
