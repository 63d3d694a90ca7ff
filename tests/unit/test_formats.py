"""Files of other versions of esxlab: those of today (tests/formats) are understood, newer ones refused."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from esxlab.backends.locking import read_lock_file
from esxlab.backends.vsphere.records import read_owner_file, read_record_file
from esxlab.cli.models_seen import compare_models
from esxlab.cli.secrets_file import SecretsFile
from esxlab.cli.trusted import Trusted, load_trusted, save_trusted
from esxlab.errors import LabError
from esxlab.lab.finding import Finding
from esxlab.lab.identity import GroupId, Owner
from esxlab.lab.machine import PortGroup, Server
from esxlab.local.unwritten import Unwritten
from esxlab.texts import LANGUAGES, set_language

OLD = Path(__file__).parents[1] / "formats" / "1"
HERE = Server("vcenter.example", "colleague")
PLACE = "vcenter.example [datastore1] modeleD9/modeleD9.vmdk"
WORDS = {"en": "made by a newer esxlab", "fr": "fait par un esxlab plus récent"}
DATASTORE = {
    "record.json": lambda content: read_record_file(content, server=HERE, file="[ds] record.json"),
    "lock.json": lambda content: read_lock_file(content, file="[ds] lock.json"),
}
LOCAL = {
    "secrets.json": lambda directory: SecretsFile(directory, Unwritten()).read(),
    "trust.json": load_trusted,
}


@pytest.fixture(params=LANGUAGES)
def language(request):
    set_language(request.param)
    yield request.param
    set_language("en")


def newer(name, key, said):
    return json.dumps({**json.loads((OLD / name).read_text()), key: said, "more": {}}).encode()


def test_a_record_of_today_is_understood_in_every_part():
    record, said = read_record_file((OLD / "record.json").read_bytes(), server=HERE)
    assert record.group == GroupId("sio2", 7)
    assert (record.site.server, record.site.datastore, record.site.esxi) == (HERE, "datastore1", "esxi-a")
    assert record.port_groups[1] == PortGroup("g07-outside", 207, "vSwitch0")
    assert record.folders == (("srvweb1", "g07-srvweb1"), ("ClientA", "g07-ClientA"))
    assert record.router.uses.lines[0][1] == "ip address 192.16.193.20 255.255.255.0"
    assert record.provenance.who == "prof@salle12"
    assert (said.host, said.identity[:8], said.url) == ("vcenter.example", "5f0cf1d0", "")


def test_an_owner_file_and_a_lock_of_today_are_understood():
    owner = read_owner_file((OLD / "esxlab.json").read_bytes())
    assert owner == (Owner(GroupId("sio2", 7), "srvweb1"), ("datastore1", "g07-srvweb1"), True, None)
    lock = read_lock_file((OLD / "lock.json").read_bytes())
    assert (lock.who, lock.expires) == ("prof@salle12", datetime(2026, 11, 29, 8, 14, tzinfo=UTC))


def test_the_files_of_this_computer_of_today_are_understood(tmp_path):
    shutil.copytree(OLD, tmp_path / "data")
    kept = SecretsFile(tmp_path / "data").read()
    assert (kept.root, kept.generations, kept.begun) == (bytes(range(32)), {"sio2/7": 2}, {"sio2/7"})
    trusted = load_trusted(tmp_path / "data")
    assert trusted.serials == {"10.0.0.7": "FHK0000AAAA"}
    assert trusted.logins().confirmed["10.0.0.7"].user == "admin"
    now = Finding("model", "modeleD9", facts={"place": PLACE, "disk": "other"})
    [found] = compare_models([now], tmp_path / "data", Unwritten())
    assert found.error.code == "doctor.model_changed"
    assert "2026-11-29 08:00:00 UTC" in str(found.error)
    assert compare_models([now], tmp_path / "data", Unwritten()) == (now,)  # noted, and read back


@pytest.mark.parametrize("name", DATASTORE)
def test_a_newer_file_on_a_datastore_is_refused_in_kind_words(name, language):
    with pytest.raises(LabError) as caught:
        DATASTORE[name](newer(name, "esxlab", 2))
    assert WORDS[language] in str(caught.value)
    assert f"[ds] {name}" in str(caught.value)


def test_a_newer_owner_file_says_whose_it_is_and_that_nobody_here_understands_it():
    found = read_owner_file(newer("esxlab.json", "esxlab", 2), file="[ds] g07-srvweb1/esxlab.json")
    assert found.owner == Owner(GroupId("sio2", 7), "srvweb1")
    assert WORDS["en"] in str(found.newer)


@pytest.mark.parametrize("name", LOCAL)
def test_a_newer_file_of_this_computer_is_refused_and_left_alone(name, language, tmp_path):
    file = tmp_path / name
    file.write_bytes(newer(name, "schema", f"esxlab/{name.partition('.')[0]}/2"))
    before = file.read_bytes()
    with pytest.raises(LabError) as caught:
        LOCAL[name](tmp_path)
    assert WORDS[language] in str(caught.value)
    assert caught.value.where == str(file)
    with pytest.raises(LabError, match="newer"):
        save_trusted(tmp_path, Trusted()) if name == "trust.json" else SecretsFile(tmp_path).update(
            lambda k: k
        )
    assert file.read_bytes() == before


def test_a_newer_cache_is_told_and_left_alone(tmp_path):
    file = tmp_path / "models.json"
    file.write_text('{"schema": "esxlab/models/2", "models": []}')
    told = []
    now = Finding("model", "modeleD9", facts={"place": PLACE, "disk": "other"})
    assert compare_models([now], tmp_path, Unwritten(told.append)) == (now,)
    assert [error.code for error in told] == ["format.newer"]
    assert json.loads(file.read_text())["models"] == []


def test_a_file_of_another_kind_is_not_taken_for_an_older_one(tmp_path):
    shutil.copy(OLD / "trust.json", tmp_path / "secrets.json")
    with pytest.raises(LabError) as caught:
        SecretsFile(tmp_path).read()
    assert caught.value.code == "secret.file"
