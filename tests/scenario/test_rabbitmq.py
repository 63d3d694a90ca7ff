"""A real RabbitMQ with the files of `esxlab site keys`: TLS, permissions, time-outs, restarts, its disk."""

from __future__ import annotations

import contextlib
import shutil
import signal
import threading
import time
from datetime import timedelta

import amqp
import pytest

from esxlab.errors import LabError
from esxlab.sites import keys
from esxlab.sites.broker import Broker
from esxlab.sites.centre import Centre
from esxlab.sites.fleet import add_sites
from esxlab.sites.runner import run_site
from tests.borrowed import borrows
from tests.centre import SITE, School
from tests.classroom import SPECS, classroom
from tests.hostile_messages import flood
from tests.rabbit import Rabbit, free_port

pytestmark = [pytest.mark.scenario, borrows("rabbitmq-server")]
LIMIT_S = 120
IMPATIENT = "[{rabbit, [{consumer_timeout, 3000}, {channel_tick_interval, 1000}]}].\n"
"""RabbitMQ's own limit for an unacknowledged message is 30 minutes, looked at once a minute."""
CANARY = "Kanarienvogel-7391"


class BrokerSchool(School):
    """A school of a fleet with a broker; its runner is a thread."""

    def __init__(self, tmp_path, fleet):
        super().__init__(tmp_path)
        self.fleet, self.directory = fleet, fleet.directory / "sites" / "lycee-a"
        self.write(SITE.format(centre=fleet.centre))
        for name in ("sio2.yaml", "program.py", "code"):
            shutil.copy(tmp_path / "fleet" / "sites" / "lycee-a" / name, self.directory / name)
        (self.directory / "ran").unlink(missing_ok=True)
        self.job_store = type(self.job_store)(self.directory / "state")
        self.open()
        self.desk._clock = now
        self.stop, self.away = threading.Event(), []
        post = Broker(fleet.broker, "lycee-a", self.directory)
        self.thread = threading.Thread(
            target=run_site,
            args=(post, self.desk, self.job_store, self.stop),
            kwargs={"away": self.away.append},
        )

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        (self.directory / "hold").unlink(missing_ok=True)
        self.stop.set()
        self.thread.join(LIMIT_S)
        assert not self.thread.is_alive()


def now():
    from datetime import UTC, datetime

    return datetime.now(UTC)


@pytest.fixture(scope="module")
def rabbit(tmp_path_factory):
    root, port = tmp_path_factory.mktemp("rabbit"), free_port()
    fleet = add_sites(root / "fleet", ("lycee-a", "lycee-b"), f"amqps://localhost:{port}")
    node = Rabbit(root / "node", root / "fleet" / "broker", port, more=IMPATIENT)
    node.fleet = fleet
    try:
        yield node.start()
    finally:
        node.stop()


@pytest.fixture
def centre(rabbit):
    post = Broker(rabbit.fleet.broker, "centre", rabbit.fleet.own)
    yield Centre(rabbit.fleet, post)
    post.close()


@pytest.fixture
def school(rabbit, tmp_path):
    with BrokerSchool(tmp_path, rabbit.fleet) as made:
        yield made


def until(condition, what=None):
    end = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def answered(centre, request):
    """Until the school has answered for good; the answer."""
    end = time.monotonic() + LIMIT_S
    while not (heard := centre.heard(request)[0]).is_final:
        assert time.monotonic() < end
        with contextlib.suppress(LabError):  # the broker may restart
            centre.collect(0.5)
    return heard.answer


def ask(centre, verb="status"):
    return centre.request(verb, ("lycee-a",), timedelta(hours=1), class_name="sio2")


def test_a_job_goes_out_and_its_answer_comes_back(centre, school):
    answer = answered(centre, ask(centre))
    assert (answer.state, answer.code, answer.document["schema"]) == ("ended", 0, "esxlab/test/1")
    assert school.ran()[0][0] == "status"


def test_a_job_longer_than_the_brokers_patience_is_done_once(rabbit, centre, school):
    """Beside it a reader who keeps its message unacknowledged loses its channel: the limit is real."""
    holder = Broker(rabbit.fleet.broker, "lycee-b", rabbit.fleet.directory / "sites" / "lycee-b")
    Broker.send(centre._post, "lycee-b", "f" * 32, b"{}")
    assert holder.receive(10)
    (school.directory / "hold").touch()
    request = ask(centre, "verify")
    until(school.ran)
    with pytest.raises(LabError) as cut:
        listen(holder)
    assert cut.value.code == "site.away"
    assert "PRECONDITION_FAILED" in cut.value.detail
    assert "timeout" in cut.value.detail
    assert holder.receive(10)  # it comes again
    holder._letters.clear()
    holder.close()
    (school.directory / "hold").unlink()
    assert answered(centre, request).code == 0
    assert len(school.ran()) == 1
    assert school.away == []


def listen(post):
    for _ in range(LIMIT_S):
        post.receive(1)


def refused(rabbit, who, act):
    """What the broker says when this school's connection does that."""
    post = Broker(rabbit.fleet.broker, who, rabbit.fleet.directory / "sites" / who)
    connection = post._connected()

    def dare():
        with post._told():
            act(connection.channel())
            connection.drain_events(timeout=5)

    with pytest.raises(LabError) as error:
        dare()
    return error.value.detail


@pytest.mark.parametrize(
    ("what", "act"),
    [
        ("another's queue", lambda channel: channel.basic_consume("site.lycee-a")),
        ("the answers", lambda channel: channel.basic_get("answers")),
        ("a job of its own", lambda channel: channel.queue_purge("site.lycee-a")),
        ("a new queue", lambda channel: channel.queue_declare("mine")),
        ("a new exchange", lambda channel: channel.exchange_declare("mine", "topic")),
        ("its own queue away", lambda channel: channel.queue_delete("site.lycee-b")),
        ("bind", lambda channel: channel.queue_bind("site.lycee-b", "answers")),
    ],
)
def test_a_school_may_read_its_queue_and_write_answers_and_nothing_else(rabbit, what, act):
    assert "ACCESS_REFUSED" in refused(rabbit, "lycee-b", act), what


def test_a_school_can_send_no_job(rabbit):
    def publish(channel):
        channel.basic_publish(amqp.Message("{}"), exchange="jobs", routing_key="site.lycee-a")

    assert "ACCESS_REFUSED" in refused(rabbit, "lycee-b", publish)


def test_without_a_certificate_of_this_fleet_nobody_gets_in(rabbit, tmp_path):
    """With none, with one of another authority, and with the right one but another broker's name."""
    other = keys.Authority.new()
    own = rabbit.fleet.directory / "sites" / "lycee-a"
    for name, content in (other.issue("lycee-a") | {"ca.pem": (own / "ca.pem").read_bytes()}).items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(LabError) as error:
        Broker(rabbit.fleet.broker, "lycee-a", tmp_path).receive(1)
    assert error.value.code == "site.away"
    by_address = rabbit.fleet.broker.replace("localhost", "127.0.0.1")  # the certificate names localhost
    with pytest.raises(LabError) as error:
        Broker(by_address, "lycee-a", own).receive(1)
    assert error.value.code == "site.away"


def test_a_revoked_user_is_out(rabbit, tmp_path):
    rabbit.ctl("delete_user", "lycee-b")
    own = rabbit.fleet.directory / "sites" / "lycee-b"
    with pytest.raises(LabError) as error:
        Broker(rabbit.fleet.broker, "lycee-b", own).receive(1)
    assert error.value.code == "site.away"
    rabbit.ctl("import_definitions", str(rabbit.directory / "etc" / "definitions.json"))
    again = Broker(rabbit.fleet.broker, "lycee-b", own)
    again.receive(1)
    again.close()


def test_the_broker_restarts_in_the_middle_of_a_job(rabbit, centre, school):
    (school.directory / "hold").touch()
    request = ask(centre, "doctor")
    until(lambda: any(words[0] == "doctor" for words in school.ran()))
    rabbit.stop()
    until(lambda: school.away, "the runner tells that the way is closed")
    rabbit.start()
    (school.directory / "hold").unlink()
    assert answered(centre, request).code == 0
    assert [words[0] for words in school.ran()].count("doctor") == 1
    until(lambda: school.away[-1] is None, "and that it is open again")


def test_an_embedded_school_is_provisioned_over_the_broker(rabbit, tmp_path):
    """Whole commands on both sides: plans, the change, and the look at it; then the runner ends gently."""
    place = rabbit.fleet.directory / "sites" / "lycee-b"
    shutil.copy(SPECS / "demo.yaml", place / "demo.yaml")
    text = (place / "site.yaml").read_text()
    (place / "site.yaml").write_text(
        text.replace("classes: {}\n", "classes:\n  demo: {spec: demo.yaml, allow: [provision]}\n")
    )
    with classroom(SPECS / "demo.yaml", tmp_path / "room", speed=100.0) as room:
        site = room.starter.start("site", "run", "lycee-b", "--directory", place, "--sim")
        site.await_said("lycee-b takes jobs")

        def centre(verb, *words):
            asked = ("--sites", "lycee-b", "-g", "1", "--fleet", rabbit.fleet.directory, "-o", "json")
            done = room.starter.start("fleet", verb, *asked, *words).wait()
            assert done.status == 0, done.err[-2000:]
            return done.document["sites"][0]["document"]

        assert [group["group"] for group in centre("provision", "-y")["groups"]] == [1]
        assert centre("verify")["passed"] is True
        made = [call for call in room.changes() if call.method == "CreateVM_Task"]
        assert len(made) == 5  # by its own runner, each once
        site.send(signal.SIGTERM)
        assert site.wait().status == 0


def test_of_ten_thousand_hostile_messages_through_the_broker_none_is_obeyed(rabbit, centre, school):
    genuine = school.sealed(school.job(site="lycee-b"))
    before, channel = len(school.ran()), centre._post._connected().channel()
    for number, content in enumerate(flood(genuine, 10_000, seed=11)):
        message = amqp.Message(content, content_type="application/json", delivery_mode=2)
        channel._basic_publish(message, exchange="jobs", routing_key="site.lycee-a")  # unconfirmed: fast
        if number % 500 == 0:  # the queue holds a thousand
            until(lambda: channel.queue_declare("site.lycee-a", passive=True).message_count < 200)
    assert answered(centre, ask(centre)).code == 0  # behind them all
    assert len(school.ran()) == before + 1
    assert not (school.directory / "obeyed").exists()


def test_the_brokers_disk_holds_no_secret(rabbit, centre, school, monkeypatch):
    monkeypatch.setenv("ESXLAB_VSPHERE_PASSWORD", CANARY)
    assert answered(centre, ask(centre)).code == 0
    found = [
        path
        for path in rabbit.directory.rglob("*")
        if path.is_file() and CANARY.encode() in path.read_bytes()
    ]
    assert found == []
