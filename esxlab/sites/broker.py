"""Messages over an AMQP broker (RabbitMQ), which both sides dial: one port, TLS, a client certificate each.

kombu is Celery's own messaging library. Celery itself is not used: its workers need exchanges of their own
for remote control and its messages may name tasks to be run afterwards, where a site shall read one queue
and obey one schema (docs/decisions). Queues and users are made by the broker's administrator from
`definitions.json`; nothing is declared here. A message is acknowledged when it is in the site's job store on
its disk, in milliseconds: RabbitMQ closes the channel of who holds one for 30 minutes (consumer_timeout), and
a provision may take 40.
"""

from __future__ import annotations

import contextlib
import ssl
from typing import TYPE_CHECKING, Any

from esxlab.errors import LabError
from esxlab.sites.messages import CENTRE
from esxlab.sites.post import Letter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

JOBS, ANSWERS, VHOST = "jobs", "answers", "esxlab"
PREFIX = "site."
ALIVE_S = 30
DIAL_S = 10.0
AT_ONCE = {"interval_start": 0, "interval_step": 0, "interval_max": 0}
"""kombu's own second try does not wait (connection.py of 5.7.0, `_ensure_connection`): we wait ourselves."""
JSON = "application/json"
NO_ROUTE = 312
"""AMQP 0-9-1, reply codes: no queue is bound."""
SCHEMES = ("amqps://", "amqp://")
TLS_PORT, PLAIN_PORT = 5671, 5672
"""AMQP over TLS, and without (IANA, service names amqps and amqp)."""


def queue_of(site: str) -> str:
    """The queue of a site."""
    return f"{PREFIX}{site}"


class Broker:
    """One end. `who` is a site's name, or the centre's; `keys` holds tls.key, tls.pem and ca.pem.

    With amqps:// the broker must show a certificate of ca.pem for its host name, and takes ours as the login;
    amqp:// is for tests on one's own computer.
    """

    def __init__(self, url: str, who: str, keys: Path) -> None:
        self._url, self._who, self._keys = url, who, keys
        self._connection: Any = None
        self._producer: Any = None
        self._letters: list[Letter] = []

    def receive(self, wait_s: float) -> Letter | None:
        """As Post; one unacknowledged message at a time."""
        with self._told():
            connection = self._connected()
            if not self._letters:
                with contextlib.suppress(TimeoutError):
                    connection.drain_events(timeout=wait_s)
                connection.heartbeat_check()
            return self._letters.pop(0) if self._letters else None

    def send(self, to: str, name: str, content: bytes) -> None:
        """As Post: the broker has it on its disk. LabError site.queue: that queue is full, or not there."""
        with self._told(to):
            self._connected()
            self._producer.publish(
                content,
                exchange=JOBS if self._who == CENTRE else ANSWERS,
                routing_key=queue_of(to) if self._who == CENTRE else to,
                content_type=JSON,
                content_encoding="utf-8",
                serializer=None,
                delivery_mode=2,
                message_id=name,
                mandatory=self._who == CENTRE,
                timeout=DIAL_S,
            )

    def close(self) -> None:
        """Hang up; unacknowledged messages are the broker's again."""
        connection, self._connection, self._letters = self._connection, None, []
        if connection is not None:
            with contextlib.suppress(Exception):  # the other side may have gone
                connection.close()

    def _connected(self) -> Any:
        if self._connection is None:
            self._dial()
        return self._connection

    def _dial(self) -> None:
        import kombu  # noqa: PLC0415 - esxlab[sites]

        library: Any = kombu  # which has no types

        safe = self._url.startswith("amqps://")
        connection = library.Connection(
            self._url,
            ssl=self._tls() if safe else False,
            login_method="EXTERNAL" if safe else "PLAIN",
            heartbeat=ALIVE_S,
            connect_timeout=DIAL_S,
            virtual_host=VHOST,
            transport_options={"confirm_publish": True, **AT_ONCE},
        )
        connection.connect()
        self._connection = connection
        channel = connection.channel()
        channel.basic_qos(0, 1, False)
        queue = library.Queue(
            ANSWERS if self._who == CENTRE else queue_of(self._who), no_declare=True, channel=channel
        )
        consumer = library.Consumer(channel, [queue], on_message=self._take, auto_declare=False, no_ack=False)
        consumer.consume()
        self._producer = library.Producer(connection.channel(), auto_declare=False, on_return=_returned)

    def _tls(self) -> dict[str, Any]:
        return {
            "ca_certs": str(self._keys / "ca.pem"),
            "certfile": str(self._keys / "tls.pem"),
            "keyfile": str(self._keys / "tls.key"),
            "cert_reqs": ssl.CERT_REQUIRED,
            "server_hostname": host_of(self._url),
        }

    def _take(self, message: Any) -> None:
        """What is not called JSON is not read: it is taken off the queue."""
        body = message.body
        if message.content_type != JSON:
            message.ack()
        else:
            content = body.encode() if isinstance(body, str) else bytes(body)
            self._letters.append(Letter(content, lambda: self._acknowledge(message)))

    def _acknowledge(self, message: Any) -> None:
        with self._told():
            message.ack()

    @contextlib.contextmanager
    def _told(self, to: str = "") -> Iterator[None]:
        """Whatever the library raises is LabError site.away; the connection is dialled anew next time.

        What concerns the one queue of `to` is site.queue: to others it can be sent.
        """
        try:
            from kombu.transport import pyamqp  # noqa: PLC0415 - esxlab[sites]
        except ImportError as error:
            raise LabError("site.not_installed") from error
        library: Any = pyamqp  # which has no types
        nacked: type[Exception] = library.amqp.exceptions.MessageNacked  # which is none of the others
        lists = (library.Transport.connection_errors, library.Transport.channel_errors)
        faults: tuple[type[Exception], ...] = (*lists[0], *lists[1], nacked, OSError)
        try:
            yield
        except faults as error:
            self.close()
            if isinstance(error, nacked) or getattr(error, "reply_code", 0) == NO_ROUTE:
                raise LabError("site.queue", where=to, detail=_words(error)) from error
            raise LabError("site.away", where=place_of(self._url), detail=_words(error)) from error


def _returned(exception: Exception, *_: object) -> None:
    raise exception


def _words(error: Exception) -> str:
    """What the library says, in one line; never the address with a password in it."""
    told = getattr(error, "reply_text", "") or getattr(error, "strerror", "")
    if not told and type(error) is OSError:  # amqp's own: what the other side did
        told = str(error)
    return str(told or type(error).__name__)


def place_of(url: str) -> str:
    """The broker's host and port, without a login. LabError as host_of."""
    from urllib.parse import urlsplit  # noqa: PLC0415 - rare

    host, parts = host_of(url), urlsplit(url)
    try:
        port = parts.port or (TLS_PORT if parts.scheme == "amqps" else PLAIN_PORT)
    except ValueError as error:
        raise LabError(
            "site.broker_url", url=f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        ) from error
    return f"{host}:{port}"


def host_of(url: str) -> str:
    """The broker's host, without a login.

    LabError site.other_broker (of Redis, say), site.broker_url for what is no address of a broker.
    """
    from urllib.parse import urlsplit  # noqa: PLC0415 - rare

    scheme, separator, _ = url.partition("://")
    if separator and not url.startswith(SCHEMES):
        raise LabError("site.other_broker", scheme=scheme)
    try:
        found = urlsplit(url).hostname if url.startswith(SCHEMES) else None
    except ValueError:
        found = None
    if not found:
        raise LabError("site.broker_url", url=url.partition("@")[2] or url)
    return found
