"""The services through the real SDK, gRPC and HTTP, against the sandbox."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from escalator_tui.config import Settings
from escalator_tui.services.authorization import statuses, wait_until_active
from escalator_tui.services.backoff import Backoff
from escalator_tui.services.connection import ConnectionStatus
from escalator_tui.services.errors import (
    ConnectorInactiveError,
    MisconfiguredError,
    PermanentError,
    RateLimitedError,
    RetryableError,
    ServiceError,
    UnknownOutcomeError,
    UnreachableError,
)
from escalator_tui.services.gateway import Services, open_services
from escalator_tui.services.scalekit import Scalekit
from tests.services.fakes import Clock

Control = Callable[..., Any]
BLOCKS = [{"type": "section", "block_id": "esc-live-1", "text": {"type": "plain_text", "text": "hi <!channel>"}}]


def issue(settings: Settings, issue_id: str) -> dict[str, Any]:
    return {"issue_id": issue_id, "team_id": settings.linear.team_id, "title": "{T}", "description": "D", "priority": 1, "label_ids": ()}


def patient() -> Backoff:
    """Repeats without waiting."""
    clock = Clock()
    return Backoff(clock, clock.sleep, random.Random(1))


@pytest.mark.parametrize("operation", ["POST /oauth/token", "GetConnectedAccountAuth"])
def test_one_bad_moment_of_scalekit_is_waited_out(services: Services, control: Control, operation: str) -> None:
    control("POST", "/faults", [{"service": "scalekit", "operation": operation, "kind": "http", "status": 503, "count": 1}])
    assert all(each.is_active for each in statuses(services.scalekit, patient()))
    asked = [call for call in control("GET", "/calls") if call["operation"] == operation]
    assert len(asked) >= 2


def test_statuses_bring_the_token_along(services: Services, control: Control) -> None:
    assert all(each.is_active for each in statuses(services.scalekit, patient()))
    before = len(control("GET", "/calls"))
    assert services.scalekit.token("intercom")
    assert len(control("GET", "/calls")) == before


@pytest.mark.parametrize("status", ["PENDING_AUTH", "EXPIRED", "DISCONNECTED", "PENDING_VERIFICATION", "MISSING"])
def test_each_status_is_explained(services: Services, control: Control, status: str) -> None:
    control("POST", "/connections", {"service": "slack", "status": status})
    found = services.scalekit.status("slack")
    assert found.status == status
    assert "slack" in found.explanation
    assert "escalator authorize slack" in found.cure
    with pytest.raises(ConnectorInactiveError) as caught:
        services.slack.post(channel="#customer-support", text="t", blocks=BLOCKS)
    assert caught.value.exit_code == 3


def test_a_link_is_given_and_waited_for(services: Services, control: Control) -> None:
    control("POST", "/connections", {"service": "linear", "status": "MISSING"})
    assert [each.service for each in statuses(services.scalekit, patient()) if not each.is_active] == ["linear"]
    assert services.scalekit.authorization_link("linear").startswith("http")
    clock, seen = Clock(), list[ConnectionStatus]()

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        control("POST", "/connections", {"service": "linear", "status": "ACTIVE"})

    last = wait_until_active(services.scalekit, "linear", seconds=60, sleep=sleep, clock=clock, on_tick=seen.append)
    assert last.is_active
    assert [each.status for each in seen] == ["PENDING_AUTH", "ACTIVE"]


def test_waiting_ends(services: Services, control: Control) -> None:
    control("POST", "/connections", {"service": "linear", "status": "EXPIRED"})
    clock = Clock()
    assert wait_until_active(services.scalekit, "linear", seconds=3, sleep=clock.sleep, clock=clock).status == "EXPIRED"


def test_a_revoked_token_is_renewed_behind_a_read(services: Services, control: Control) -> None:
    first = services.scalekit.token("intercom")
    control("POST", "/connections", {"service": "intercom", "revoke_token": True})
    assert services.intercom.me().admin_id
    assert services.scalekit.token("intercom") != first


def test_our_own_token_expires_unseen(services: Services, control: Control) -> None:
    services.scalekit.connect()
    control("POST", "/connections", {"service": "scalekit", "revoke_token": True})
    assert services.linear.teams()


def test_a_wrong_secret(settings_of: Callable[..., Settings]) -> None:
    with pytest.raises(MisconfiguredError) as caught:
        Scalekit(settings_of(SCALEKIT_CLIENT_SECRET="wrong-secret")).connect()
    assert "SCALEKIT_CLIENT_SECRET" in caught.value.cure
    assert "wrong-secret" not in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("address", ["acme.scalekit.dev", "ftp://x", "https://"])
def test_an_address_without_a_scheme(settings_of: Callable[..., Settings], address: str) -> None:
    with pytest.raises(MisconfiguredError) as caught:
        Scalekit(settings_of(SCALEKIT_ENV_URL=address)).connect()
    assert "SCALEKIT_ENV_URL" in str(caught.value)


def test_a_final_slash_does_no_harm(settings_of: Callable[..., Settings]) -> None:
    scalekit = Scalekit(settings_of(SCALEKIT_ENV_URL=settings_of().scalekit.env_url + "/"))
    assert scalekit.status("intercom").is_active
    scalekit.close()


def test_nobody_there(settings_of: Callable[..., Settings]) -> None:
    with pytest.raises(UnreachableError) as caught:
        Scalekit(settings_of(SCALEKIT_ENV_URL="http://127.0.0.1:9")).connect()
    assert "SCALEKIT_ENV_URL" in str(caught.value)


def test_a_wrong_connection_name(settings_of: Callable[..., Settings]) -> None:
    opened = open_services(settings_of(SLACK_CONNECTOR="slack-nope"))
    with pytest.raises(PermanentError) as caught:
        opened.slack.post(channel="#x", text="t", blocks=BLOCKS)
    assert "connectors.slack (SLACK_CONNECTOR)" in caught.value.cure
    opened.close()


def test_threads_share_one_client(settings_of: Callable[..., Settings], control: Control) -> None:
    opened = open_services(settings_of())
    with ThreadPoolExecutor(12) as pool:
        assert len(set(pool.map(lambda _: opened.scalekit.token("intercom"), range(12)))) == 1
    names = [call["operation"] for call in control("GET", "/calls")]
    assert names.count("POST /oauth/token") == 1
    assert names.count("GetConnectedAccountAuth") == 1
    opened.close()


def test_close_ends_a_call_in_flight(services: Services, control: Control) -> None:
    services.scalekit.connect()
    control("POST", "/faults", {"service": "linear", "kind": "delay", "seconds": 30})
    leaving = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        query = {"query": "{ viewer { id } }"}
        call = pool.submit(services.scalekit.execute, "linear", "linear_graphql_query", query, before_write=leaving.set)
        leaving.wait(10)
        services.scalekit.close()
        assert isinstance(call.exception(10), UnknownOutcomeError | RetryableError)
    with pytest.raises(RetryableError):
        services.linear.teams()


def test_a_deadline_leaves_the_outcome_open(services: Services, control: Control) -> None:
    control("POST", "/faults", {"service": "slack", "kind": "delay", "seconds": 5})
    with pytest.raises(UnknownOutcomeError):
        services.scalekit.execute("slack", "slack_auth_test", {}, timeout=0.2)


def test_a_stopped_call_never_left(services: Services, control: Control) -> None:
    def lost() -> None:
        raise KeyError("lease")

    with pytest.raises(KeyError):
        services.slack.post(channel="#customer-support", text="t", blocks=BLOCKS, before_write=lost)
    assert control("GET", "/effects")["messages"] == []


def test_what_protobuf_cannot_hold_is_refused_before_it_leaves(services: Services) -> None:
    for value in (uuid.uuid4(), "\ud800"):
        with pytest.raises(PermanentError):
            services.scalekit.execute("slack", "slack_auth_test", {"x": value})


@pytest.mark.parametrize("delivery", ["data", "tool_error"])
def test_an_issue_twice_is_one_issue(services: Services, control: Control, settings_of: Callable[..., Settings], delivery: str) -> None:
    control("POST", "/options", {"linear_errors": delivery})
    wanted = issue(settings_of(), str(uuid.uuid4()))
    first, second = services.linear.create_issue(**wanted), services.linear.create_issue(**wanted)
    assert first == second
    assert len(control("GET", "/effects")["issues"]) == 1
    assert services.linear.find_issue(str(uuid.uuid4())) is None
    services.linear.attach(issue_id=first.id, url="https://app.intercom.com/x", title="Conversation")
    comment_id = str(uuid.uuid4())
    for _ in range(2):
        services.linear.comment(comment_id=comment_id, issue_id=first.id, body="b")
    assert len(control("GET", "/effects")["comments"]) == 1


@pytest.mark.parametrize("flavour", ["200", "400", "429"])
@pytest.mark.parametrize("delivery", ["data", "tool_error"])
def test_linears_rate_limit_in_every_flavour(
    services: Services, control: Control, settings_of: Callable[..., Settings], flavour: str, delivery: str
) -> None:
    control("POST", "/faults", {"service": "linear", "kind": "linear_ratelimited", "flavour": flavour, "delivery": delivery})
    with pytest.raises(RetryableError) as caught:
        services.linear.create_issue(**issue(settings_of(), str(uuid.uuid4())))
    assert type(caught.value) is RateLimitedError


def test_an_issue_whose_answer_was_lost_is_found(services: Services, control: Control, settings_of: Callable[..., Settings]) -> None:
    control("POST", "/faults", {"service": "linear", "operation": "*issueCreate", "kind": "drop_after", "count": 1})
    wanted = issue(settings_of(), str(uuid.uuid4()))
    with pytest.raises(UnknownOutcomeError):
        services.linear.create_issue(**wanted)
    assert services.linear.find_issue(wanted["issue_id"]) is not None


def test_a_message_whose_answer_was_lost_is_found(services: Services, control: Control) -> None:
    control("POST", "/faults", {"service": "slack", "operation": "slack_send_rich_message", "kind": "drop_after", "count": 1})
    blocks = [{**BLOCKS[0], "block_id": "esc-lost"}]
    with pytest.raises(UnknownOutcomeError):
        services.slack.post(channel="#customer-support", text="t", blocks=blocks)
    found = services.slack.find(channel="#customer-support", marker="esc-lost", oldest=0.0)
    assert found is not None
    assert services.slack.permalink(found.channel, found.ts)
    services.slack.update(channel=found.channel, ts=found.ts, text="t2", blocks=blocks)
    assert services.slack.find(channel="#customer-support", marker="esc-other", oldest=0.0) is None


@pytest.mark.parametrize("delivery", ["data", "tool_error"])
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("not_in_channel", PermanentError),
        ("ratelimited", RateLimitedError),
        ("internal_error", UnknownOutcomeError),
        ("invalid_auth", ConnectorInactiveError),
    ],
)
def test_slacks_refusals_both_ways(services: Services, control: Control, delivery: str, name: str, kind: type[ServiceError]) -> None:
    control("POST", "/faults", {"service": "slack", "kind": "slack", "error": name, "delivery": delivery})
    with pytest.raises(ServiceError) as caught:
        services.slack.post(channel="#customer-support", text="t", blocks=BLOCKS)
    assert (type(caught.value), caught.value.code) == (kind, name)


def test_intercom_is_read_and_written(services: Services, control: Control) -> None:
    page = services.intercom.search(updated_after=None, open_only=True, cursor=None, per_page=3)
    assert page.items
    assert page.unreadable == 0
    if page.next_cursor:
        more = services.intercom.search(updated_after=None, open_only=True, cursor=page.next_cursor, per_page=3)
        assert {each.id for each in more.items}.isdisjoint(each.id for each in page.items)
    conversation = services.intercom.conversation(page.items[0].id)
    assert conversation is not None
    assert conversation.contact is not None
    services.intercom.accounts_of(conversation.contact.id)
    note = services.intercom.add_note(conversation.id, "<p>Escalated. <i>ref k7-live</i></p>")
    assert services.intercom.find_note(conversation.id, "k7-live") == note
    services.intercom.tag(conversation.id, "escalated")
    assert len(control("GET", "/effects")["notes"]) == 1
    assert services.intercom.conversation("1") is None


def test_a_note_whose_answer_was_lost_is_found(services: Services, control: Control) -> None:
    control("POST", "/faults", {"service": "intercom", "operation": "POST /conversations/*/reply", "kind": "drop_after", "count": 1})
    first = services.intercom.search(updated_after=None, open_only=True, cursor=None, per_page=1).items[0].id
    with pytest.raises(UnknownOutcomeError):
        services.intercom.add_note(first, "<p>ref k8-lost</p>")
    assert services.intercom.find_note(first, "k8-lost")


def test_nothing_heavy_is_imported_before_the_first_call() -> None:
    code = (
        "import sys; from escalator_tui.config import Settings;"
        "from escalator_tui.services.gateway import open_services; open_services(Settings());"
        "sys.exit(any(each in sys.modules for each in ('scalekit', 'grpc', 'google.protobuf', 'requests', 'textual')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
