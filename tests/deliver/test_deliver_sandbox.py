"""From the confirmation to the services, through the real SDK, gRPC and HTTP, against the sandbox."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from escalator_tui.agent.deliver import Deliverer
from escalator_tui.config import Settings
from escalator_tui.config.checking import checked
from escalator_tui.config.loading import overlay
from escalator_tui.ledger import Ledger
from escalator_tui.model.decision import Decision, Texts
from escalator_tui.model.kinds import DeliveryKind, DeliveryState, Verb
from escalator_tui.sandbox.process import SandboxProcess
from escalator_tui.services.gateway import Services, open_services
from tests.deliver.test_deliver_withdrawal import TEXT
from tests.ledger.makers import TEXTS, confirm

WRITES = ("linear_graphql_query:issueCreate", "slack_send_rich_message", "POST /conversations/*/reply")


@pytest.fixture
def settings(sandbox: SandboxProcess) -> Settings:
    values: dict[str, Any] = {"delivery": {"settle_seconds": 0.2}}
    overlay(values, sandbox.env)
    return checked(values)


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    services = open_services(settings)
    yield services
    services.close()


@pytest.mark.parametrize("fault", [None, "drop_after"])
def test_each_effect_happens_once(
    sandbox: SandboxProcess, settings: Settings, services: Services, tmp_path: Path, fault: str | None
) -> None:
    control = httpx.Client(base_url=sandbox.control, trust_env=False)
    ledger = Ledger.open(str(tmp_path / "ledger.sqlite3"))
    conversation = services.intercom.search(updated_after=None, open_only=True, cursor=None, per_page=1).items[0].id
    if fault:
        faults = [{"kind": fault, "operation": each, "count": 1} for each in WRITES]
        control.post(f"{sandbox.control}/faults", json=faults).raise_for_status()
    texts = Texts("Title", "Body\n- <!channel>", settings.slack.escalations, "P0 Acme\n<!channel>", "Note <b>")
    confirm(ledger, conversation, texts=texts)
    assert Deliverer(ledger, services, settings).drain(30) == []

    effects = control.get(f"{sandbox.control}/effects").json()
    counted = {kind: len(effects[kind]) for kind in ("issues", "attachments", "messages", "notes", "taggings")}
    assert counted == dict.fromkeys(counted, 1)
    by_kind = {each.kind.value: each for each in ledger.escalation(1).deliveries}
    assert {each.state for each in by_kind.values()} == {DeliveryState.DONE}
    assert effects["issues"][0]["id"] == by_kind["linear"].ref
    assert effects["notes"][0]["id"] == by_kind["note"].result["note_id"]
    assert by_kind["slack"].ref in str(effects["messages"][0])
    shown = (effects["message_updates"] or effects["messages"])[-1]
    assert by_kind["linear"].result["url"] in str(shown)
    assert "<!channel>" not in str(effects)
    ledger.close()
    control.close()


def test_a_note_that_intercom_no_longer_shows_is_uncertain_and_never_sent_again(
    sandbox: SandboxProcess, settings: Settings, services: Services, tmp_path: Path
) -> None:
    control = httpx.Client(base_url=sandbox.control, trust_env=False)
    ledger = Ledger.open(str(tmp_path / "ledger.sqlite3"))
    conversation = services.intercom.search(updated_after=None, open_only=True, cursor=None, per_page=1).items[0].id
    control.post(f"{sandbox.control}/faults", json={"kind": "drop_after", "operation": WRITES[2], "count": 1}).raise_for_status()
    confirm(ledger, conversation, kinds=(DeliveryKind.NOTE,))
    deliverer = Deliverer(ledger, services, settings)
    assert deliverer.deliver_next()
    later = int(time.time()) + 1000
    chatter = [{"do": "say", "id": conversation, "body": "And?", "at": later} for _ in range(501)]
    control.post(f"{sandbox.control}/world", json=chatter).raise_for_status()
    assert deliverer.drain(30) == []
    (note,) = ledger.escalation(1).deliveries
    assert note.state is DeliveryState.UNCERTAIN
    assert note.ref in note.cure
    assert len(control.get(f"{sandbox.control}/effects").json()["notes"]) == 1
    ledger.close()
    control.close()


def test_an_alert_of_a_withdrawn_escalation_is_struck_once_the_right_to_look_is_given(
    sandbox: SandboxProcess, settings: Settings, services: Services, tmp_path: Path
) -> None:
    control, ledger = httpx.Client(base_url=sandbox.control, trust_env=False), Ledger.open(str(tmp_path / "ledger.sqlite3"))
    conversation = services.intercom.search(updated_after=None, open_only=True, cursor=None, per_page=1).items[0].id
    lost = {"kind": "drop_after", "service": "slack", "operation": WRITES[1], "count": 1}
    unseen = {"kind": "slack", "service": "slack", "operation": "slack_fetch_conversation_history", "error": "missing_scope"}
    control.post(f"{sandbox.control}/faults", json=[lost, unseen]).raise_for_status()
    texts = replace(TEXTS, slack_channel=settings.slack.escalations)
    confirm(ledger, conversation, texts=texts, kinds=(DeliveryKind.SLACK,))
    deliverer = Deliverer(ledger, services, settings)
    deliverer.drain(30)
    ledger.withdraw(1, Decision(conversation, Verb.UNDO, "Ann", time.time(), "escalation withdrawn"), TEXT)
    ledger.retry(1, "Ann", vouch=True)
    deliverer.drain(30)
    assert [each.state for each in ledger.escalation(1).deliveries] == [DeliveryState.UNCERTAIN, DeliveryState.OWED]
    assert TEXT not in str(control.get(f"{sandbox.control}/effects").json())
    control.delete(f"{sandbox.control}/faults").raise_for_status()
    ledger.retry(1, "Ann")
    assert deliverer.drain(30) == []
    effects = control.get(f"{sandbox.control}/effects").json()
    assert (len(effects["messages"]), TEXT in str(effects["message_updates"])) == (1, True)
    ledger.close()
    control.close()
