"""Inputs that failed once: for each kind the tests that hold its right value, so that none is lost in a move.

The kinds are those of reports and of real configurations; each test says where its expectation is from.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

KINDS = {
    "vSphere: names of what exists, of any sign, are compared to the letter": (
        "tests/scenario/test_names_of_what_exists.py::test_names_of_what_exists_are_compared_to_the_letter",
    ),
    "vSphere: a licence that forbids changes, in any spelling, is seen before the first one": (
        "tests/scenario/test_failures_hosts.py::test_the_free_licence_is_seen_before_the_first_change",
        "tests/unit/test_vsphere_licence.py::test_who_may_not_read_licences_does_not_know",
        "tests/unit/test_vsphere_licence.py::test_what_nobody_knows_is_tried_before_the_first_write",
    ),
    "vSphere: firmware, hardware version, secure boot and NVRAM of the model come along": (
        "tests/contract/test_vsphere_models.py::test_firmware_nvram_and_hardware_version_come_along",
        "tests/contract/test_vsphere_models.py::test_secure_boot_comes_along",
    ),
    "vSphere: a model that one disk's copy would not be like is refused": (
        "tests/unit/test_model_kinds.py::test_a_model_that_a_copy_of_one_disk_would_not_be_like_is_refused",
    ),
    "vSphere: a copy has the model's disk controller and PCI slots": (
        "tests/unit/test_model_kinds.py::test_a_copy_has_the_models_controller_in_the_models_slot",
    ),
    "vSphere: a suspended model is not at rest": (
        "tests/contract/test_vsphere_models.py::test_a_suspended_model_is_refused",
    ),
    "vSphere: a file of the model that is gone is missed before anything is made": (
        "tests/contract/test_vsphere_models.py::test_a_disk_that_was_moved_away_is_told_before_anything_is_made",
    ),
    "vSphere: a model's disk may lie at its datastore's root": (
        "tests/contract/test_vsphere_models.py::test_a_disk_at_the_datastores_root_is_looked_at_and_copied",
    ),
    "vSphere: a datastore whose name cannot be delimited in a path is told": (
        "tests/contract/test_vsphere_models.py::test_a_datastore_with_brackets_in_its_name_is_told_before_anything_is_made",
        "tests/contract/test_vsphere_models.py::test_a_model_on_a_datastore_with_brackets_is_told_too",
    ),
    "vSphere: a model that the group's host does not reach is refused": (
        "tests/unit/test_model_kinds.py::test_a_model_on_a_datastore_that_the_host_does_not_reach_is_refused_with_both_hosts",
    ),
    "vSphere: a mistyped name: the nearest ones, and where else it is": (
        "tests/unit/test_model_kinds.py::test_of_three_hundred_names_the_nearest_five_are_told",
        "tests/unit/test_model_kinds.py::test_a_model_in_another_datacenter_is_told_of",
    ),
    "vSphere: hardware that the spec says is made, or is a change": (
        "tests/contract/test_vsphere_models.py::test_what_the_spec_says_of_hardware_is_made_and_changed",
        "tests/unit/test_hardware_said.py::test_other_sizes_of_a_machine_that_stands_are_a_change_in_the_plan",
    ),
    "vSphere: memory is counted as it will be, once": (
        "tests/contract/test_vsphere_models.py::test_the_memory_that_machines_will_have_is_counted_once",
    ),
    "vSphere: a renamed datastore keeps its groups": (
        "tests/contract/test_vsphere_contract.py::test_a_renamed_datastore_keeps_its_groups",
        "tests/contract/test_vsphere_records.py::test_what_an_older_esxlab_left_on_a_renamed_datastore_is_still_the_groups",
    ),
    "vSphere: another account, certificate or name of one server": (
        "tests/contract/test_vsphere_records.py::after a renewed certificate",
        "tests/unit/test_ownership.py::test_short_and_long_names_of_one_host",
    ),
    "vSphere: a datastore of others that is closed stops nobody": (
        "tests/contract/test_vsphere_records.py::test_somebody_elses_closed_datastore_is_told_and_passed_by",
    ),
    "vSphere: a suspended machine is called so, and resumed": (
        "tests/contract/test_vsphere_models.py::test_a_machine_that_a_student_suspended_is_called_so_and_goes_on",
    ),
    "vSphere: each fault of a server has a text and a remedy of its own": (
        "tests/unit/test_vsphere_pieces.py::test_a_fault_finds_its_code_by_its_ancestors",
        "tests/unit/test_model_kinds.py::test_a_machine_that_asks_something_is_told_with_its_question_and_answers",
        "tests/unit/test_model_kinds.py::test_a_datastore_that_takes_no_folder_at_its_root_is_refused_in_the_plan",
    ),
    "vSphere: what cannot be a password is not tried": (
        "tests/unit/test_credentials.py::test_what_cannot_be_a_password_is_not_tried",
    ),
    "vSphere: space is reckoned by the way that is taken": (
        "tests/scenario/test_doctor.py::doctor.thick_copies",
    ),
    "vSphere: two classes of one name share no identity, and a MAC that is taken is told": (
        "tests/unit/test_origins.py::test_classes_of_one_name_share_no_mac_and_no_uuid",
        "tests/contract/test_origins_contract.py::test_a_mac_that_somebody_has_is_told_before_and_after_a_machine_is_made",
        "tests/contract/test_origins_contract.py::test_a_group_that_was_made_without_one_keeps_its_cards",
    ),
    "vSphere: networks that an administrator gives are used and left": (
        "tests/scenario/test_existing_networks.py::test_the_shipped_class_lives_on_networks_that_it_may_not_make",
        "tests/scenario/test_existing_networks.py::test_of_a_standard_and_a_distributed_one_of_one_name_the_kind_is_asked_for",
    ),
    "vSphere: the way to the wire: uplinks, links, VLANs": (
        "tests/unit/test_vsphere_uplinks.py::test_a_vswitch_that_reaches_no_wire_is_told",
        "tests/unit/test_vsphere_uplinks.py::test_what_the_uplinks_have_seen_of_the_groups_vlans_is_told",
    ),
    "routers: long lines that IOS scrolls": (
        "tests/unit/test_router_conversation.py::test_a_scrolled_echo_is_recognised",
        "tests/unit/test_router_conversation.py::test_the_echo_that_a_real_router_scrolled_is_recognised",
    ),
    "routers: a login that fails is one try, and the group's own error": (
        "tests/contract/test_router_push.py::test_a_wrong_password_is_tried_once",
        "tests/unit/test_router_conversation.py::test_a_vty_without_a_password_and_one_that_is_taken",
        "tests/contract/test_router_push.py::test_a_connection_cut_in_mid_push",
    ),
    "routers: text inside a banner is text": (
        "tests/unit/test_router_saved.py::test_text_inside_a_banner_is_text",
        "tests/unit/test_router_saved.py::test_half_a_configuration_is_told_though_its_banner_says_end",
    ),
    "routers: the prompt is what answers an empty line": (
        "tests/unit/test_router_conversation.py::test_the_prompt_is_what_answers_an_empty_line",
        "tests/unit/test_router_conversation.py::test_a_line_of_a_banner_before_the_login_is_no_prompt",
    ),
    "routers: notices that begin with % are no errors": (
        "tests/contract/test_router_release.py::test_an_old_ios_has_remarks_and_lines_of_its_own",
    ),
    "routers: lines of IOS's own, and of somebody else, on a subinterface": (
        "tests/contract/test_router_release.py::test_what_somebody_added_to_our_subinterface_is_told_and_stays",
    ),
    "routers: never saved is a value": (
        "tests/unit/test_router_conversation.py::test_what_was_never_saved_is_a_value",
    ),
    "routers: a teardown asks for no working lab": (
        "tests/contract/test_router_release.py::test_interfaces_that_had_other_lines_before",
        "tests/contract/test_router_release.py::test_cables_that_were_pulled_at_the_end_of_the_lesson",
    ),
    "routers: whatever takes our outside port or address, in every form": (
        "tests/unit/test_router_refusals.py::test_an_entry_that_takes_our_outside_port_is_named",
        "tests/unit/test_router_refusals.py::test_ioss_own_load_balancing_of_our_outside_address_is_named",
    ),
    "routers: an interface that works for something else": (
        "tests/unit/test_router_refusals.py::test_an_interface_that_works_for_something_else_is_named",
    ),
    "routers: names of others' interfaces and forms of NAT are left as they are": (
        "tests/unit/test_router_refusals.py::test_an_entry_that_leaves_our_outside_port_alone_is_none_of_our_business",
    ),
    "routers: prompts and host names of any form": (
        "tests/unit/test_router_messages.py::test_a_prompt_of_somebodys_own_is_learned",
    ),
    "routers: configuration mode that is refused, or that cannot be followed": (
        "tests/unit/test_router_conversation.py::test_who_may_not_configure_hears_what_ios_said_and_sends_nothing",
        "tests/contract/test_router_push.py::test_who_is_not_let_in_is_known_before_anything_is_made",
        "tests/unit/test_router_refusals.py::test_a_router_without_a_prompt_in_configuration_mode_is_told_beforehand",
    ),
    "routers: the serial number without what stands behind it": (
        "tests/unit/test_router_saved.py::test_the_serial_number_of_show_version",
    ),
    "routers: the router's own web server on its own port": (
        "tests/unit/test_router_refusals.py::test_the_routers_own_web_server_is_worth_a_warning_on_the_labs_port_only",
    ),
    "routers: a router's address in any form": (
        "tests/unit/test_router_hosts.py::test_the_address_of_a_router",
    ),
    "guests and the spec: what programs say is not translated, and what cannot be read is no outage": (
        "tests/unit/test_guest_languages.py::test_every_sample_of_a_drill_can_be_read",
        "tests/unit/test_guest_languages.py::test_without_the_c_locale_none_could_be_read",
        "tests/unit/test_guest_languages.py::test_what_programs_say_is_not_translated",
    ),
    "guests and the spec: a login shell that talks": ("tests/hostile/guests.py::bashrc-prints-a-word",),
    "guests and the spec: apt's lists are locked by somebody else": (
        "tests/unit/test_apt_real.py::test_the_lock_of_the_lists_is_waited_for_and_told",
    ),
    "guests and the spec: a mirror whose key has expired": (
        "tests/unit/test_apt_real.py::test_a_mirror_whose_key_has_expired_is_named_and_its_remedy_helps",
    ),
    "guests and the spec: a service that is active and dead": (
        "tests/unit/test_drills_heartbeat.py::test_a_dead_heartbeat_that_systemd_calls_active_is_started",
        "tests/unit/test_drills_heartbeat.py::test_a_heartbeat_that_does_not_come_up_is_not_believed",
    ),
    "guests and the spec: root's login by SSH key: file, passphrase, agent": (
        "tests/contract/test_guest_login_keys.py::test_without_a_key_such_a_guest_refuses_roots_password",
        "tests/contract/test_guest_login_keys.py::test_a_passphrase_comes_by_the_order_of_secrets",
        "tests/contract/test_guest_login_keys.py::test_the_agents_keys_are_offered_in_turn",
    ),
    "guests and the spec: a check whose program is missing is an error": (
        "tests/unit/test_checks_asked.py::test_a_ping_that_sent_nothing_shows_no_isolation",
    ),
    "guests and the spec: what a machine lacks is seen before anything is written": (
        "tests/contract/test_guest_contract.py::test_what_the_network_file_needs_and_the_machine_lacks_is_seen",
    ),
    "guests and the spec: other ports, networks, names and numbers than the exercise's": (
        "tests/scenario/test_other_values.py::test_every_check_is_green_and_nothing_is_left_to_do",
        "tests/scenario/test_other_values.py::test_every_drill_of_part_2_shows_what_is_known_and_leaves_the_table_as_it_was",
        "tests/scenario/test_other_values.py::test_every_drill_of_part_1_shows_what_is_known",
        "tests/scenario/test_other_values.py::test_a_lab_that_reaches_the_gateway_of_the_spec_is_not_isolated",
    ),
    "guests and the spec: a spec in other encodings, with other quotes and blanks": (
        "tests/unit/test_spec_lettering.py::test_an_encoding_that_the_first_bytes_tell_is_read",
        "tests/unit/test_spec_lettering.py::test_what_is_certain_is_read_in_the_same_columns",
        "tests/unit/test_spec_lettering.py::test_what_is_not_certain_is_named_with_its_line_and_sign",
    ),
}
"""Kind -> tests, as `file::function`, or `file::words` of a case among others in that file."""


def holds(reference):
    file, _, name = reference.partition("::")
    text = (ROOT / file).read_text(encoding="utf-8")
    if name.startswith("test_"):
        return re.search(rf"^(async )?def {name}\(", text, re.MULTILINE) is not None
    return name in text


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_its_tests(kind):
    assert KINDS[kind]
    assert [reference for reference in KINDS[kind] if not holds(reference)] == []


def test_a_test_that_is_gone_is_missed():
    assert not holds("tests/unit/test_cases_map.py::test_that_never_was")
    assert not holds("tests/unit/test_router_refusals.py::a case that" + " never was")
