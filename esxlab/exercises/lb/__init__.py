"""Part 2, load balancing: IPVS on the director spreads connections over the web servers."""

from __future__ import annotations

from esxlab.exercises.exercise import Exercise
from esxlab.exercises.family.spec import WEB
from esxlab.exercises.lb import checks, drills, guests, handout, handout_texts, spec, texts

LB = Exercise(
    client_segment=guests.client_segment,
    guests={"web": guests.web_guest, "balancer": guests.director_guest, "client": guests.client_guest},
    refuse=guests.refuse,
    checks=checks.build_checks,
    key_checks=frozenset({"page-virtual", "balancer-table", "heartbeat-off"}),
    setup=drills.build_setup,
    drills=drills.DRILLS,
    part=spec.BALANCER,
    family=WEB,
    texts={**texts.TEXTS, **handout_texts.TEXTS},
    handout=handout.build_handout,
    french=texts.FRENCH,
)
