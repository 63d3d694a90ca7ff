"""Part 1, high availability: Heartbeat keeps the cluster address and apache2 on one of two web servers."""

from __future__ import annotations

from esxlab.exercises.exercise import Exercise
from esxlab.exercises.family.spec import WEB
from esxlab.exercises.ha import checks, drills, guests, handout, handout_texts, spec, texts

HA = Exercise(
    guests={"web": guests.web_guest, "balancer": guests.director_guest, "client": guests.client_guest},
    nat_to=guests.nat_to,
    checks=checks.build_checks,
    key_checks=frozenset({"page-inside", "page-outside", "active-node", "heartbeat"}),
    setup=drills.build_setup,
    drills=drills.DRILLS,
    part=spec.CLUSTER,
    family=WEB,
    texts={**texts.TEXTS, **handout_texts.TEXTS},
    handout=handout.build_handout,
    french=texts.FRENCH,
    secret="authkeys",  # noqa: S106 - its name
    start_s=240.0,  # measured on Heartbeat 3
)
