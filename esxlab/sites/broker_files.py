"""What the administrator of the RabbitMQ gets: users, queues, permissions, TLS with client certificates.

Sources: rabbitmq.com/definitions.html, access-control.html (configure, write, read as regular expressions; a
user with an empty password hash has no password), ssl.html, and the plug-in rabbitmq_auth_mechanism_ssl
(EXTERNAL, the certificate's common name is the user). Tried with RabbitMQ 3.10.8 of Debian 12.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from esxlab.sites.broker import ANSWERS, JOBS, TLS_PORT, VHOST, queue_of
from esxlab.sites.messages import CENTRE, LARGEST_ANSWER

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_MESSAGES = 1000
NOTHING = "^$"
CONF = """\
listeners.tcp = none
listeners.ssl.default = {port}
ssl_options.cacertfile = /etc/rabbitmq/ca.pem
ssl_options.certfile = /etc/rabbitmq/tls.pem
ssl_options.keyfile = /etc/rabbitmq/tls.key
ssl_options.verify = verify_peer
ssl_options.fail_if_no_peer_cert = true
ssl_options.versions.1 = tlsv1.3
ssl_options.versions.2 = tlsv1.2
auth_mechanisms.1 = EXTERNAL
ssl_cert_login_from = common_name
max_message_size = {largest}
load_definitions = /etc/rabbitmq/definitions.json
"""


def broker_files(url: str, sites: Sequence[str]) -> dict[str, bytes]:
    """definitions.json, rabbitmq.conf and enabled_plugins for these sites."""
    port = urlsplit(url).port or TLS_PORT
    return {
        "definitions.json": (json.dumps(_definitions(sites), indent=1) + "\n").encode(),
        "rabbitmq.conf": CONF.format(port=port, largest=2 * LARGEST_ANSWER).encode(),
        "enabled_plugins": b"[rabbitmq_auth_mechanism_ssl].\n",
    }


def _definitions(sites: Sequence[str]) -> dict[str, object]:
    """A site reads its own queue and writes answers; the centre reads answers and writes jobs; no more."""
    grants = [(CENTRE, f"^{JOBS}$", f"^{ANSWERS}$")]
    grants += [(site, f"^{ANSWERS}$", f"^{re.escape(queue_of(site))}$") for site in sites]
    return {
        "vhosts": [{"name": VHOST}],
        "users": [_user(name) for name, _, _ in grants],
        "permissions": [
            {"user": user, "vhost": VHOST, "configure": NOTHING, "write": write, "read": read}
            for user, write, read in grants
        ],
        "exchanges": [_exchange(JOBS, "direct"), _exchange(ANSWERS, "fanout")],
        "queues": [
            _queue(ANSWERS, MOST_MESSAGES * 10),
            *(_queue(queue_of(site), MOST_MESSAGES) for site in sites),
        ],
        "bindings": [
            _binding(ANSWERS, ANSWERS, ""),
            *(_binding(JOBS, queue_of(site), queue_of(site)) for site in sites),
        ],
    }


def _user(name: str) -> dict[str, object]:
    return {
        "name": name,
        "password_hash": "",
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": [],
        "limits": {},
    }


def _exchange(name: str, kind: str) -> dict[str, object]:
    made: dict[str, object] = {"name": name, "vhost": VHOST, "type": kind, "arguments": {}}
    return made | {"durable": True, "auto_delete": False, "internal": False}


def _queue(name: str, most: int) -> dict[str, object]:
    """What is too much is refused to who sends it, and drops nothing that waits."""
    limits = {"x-max-length": most, "x-overflow": "reject-publish"}
    return {"name": name, "vhost": VHOST, "durable": True, "auto_delete": False, "arguments": limits}


def _binding(source: str, queue: str, key: str) -> dict[str, object]:
    place = {"source": source, "vhost": VHOST, "destination": queue, "destination_type": "queue"}
    return {**place, "routing_key": key, "arguments": {}}
