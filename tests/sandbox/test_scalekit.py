"""Scalekit's side, driven by the unmodified SDK."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest
from scalekit.common import exceptions

from tests.sandbox.conftest import Desk

WHO = "somebody@acme-support.example"


def test_a_wrong_secret_is_refused(desk: Desk) -> None:
    with pytest.raises(exceptions.ScalekitUnauthorizedException):
        desk.new_client(SCALEKIT_CLIENT_SECRET="wrong")


def test_the_intercom_token_works_at_intercom(desk: Desk) -> None:
    account = desk.account("intercom")
    assert account.status == "ACTIVE"
    assert account.token_expires_at > datetime.now(UTC).replace(tzinfo=None)
    assert desk.intercom.get("/me").json()["app"]["id_code"]


def test_details_carry_no_token(desk: Desk) -> None:
    found = desk.scalekit.actions.get_connected_account_details(connection_name="slack", identifier=desk.user("slack"))
    assert (found.connected_account.status, found.connected_account.authorization_details) == ("ACTIVE", None)


@pytest.mark.parametrize("status", ["EXPIRED", "PENDING_AUTH", "PENDING_VERIFICATION", "DISCONNECTED"])
def test_an_account_in_any_other_state_has_no_token_and_runs_no_tool(desk: Desk, status: str) -> None:
    desk.ask("/connections", {"service": "slack", "status": status})
    assert (desk.account("slack").status, desk.account("slack").authorization_details) == (status, None)
    with pytest.raises(exceptions.ScalekitBadRequestException):
        desk.tool("slack_auth_test")


@pytest.mark.parametrize(("connector", "identifier"), [("slack", WHO), ("slack-sKfekCVz", "lead@acme-support.example")])
def test_a_missing_account_and_a_wrong_connector_are_not_found(desk: Desk, connector: str, identifier: str) -> None:
    with pytest.raises(exceptions.ScalekitNotFoundException) as caught:
        desk.scalekit.actions.get_connected_account(connection_name=connector, identifier=identifier)
    assert caught.value.error_code == "RESOURCE_NOT_FOUND"


def test_a_person_authorizes_with_a_magic_link_once(desk: Desk) -> None:
    actions = desk.scalekit.actions
    created = actions.get_or_create_connected_account(connection_name="linear", identifier=WHO).connected_account
    assert created.status == "PENDING_AUTH"
    link = actions.get_authorization_link(connection_name="linear", identifier=WHO).link
    page = httpx.get(link)
    assert f'href="{httpx.URL(link).path}/approve"' in page.text
    assert actions.get_connected_account(connection_name="linear", identifier=WHO).connected_account.status == "PENDING_AUTH"
    assert httpx.get(f"{link}/approve").status_code == 200
    assert actions.get_connected_account(connection_name="linear", identifier=WHO).connected_account.status == "ACTIVE"
    assert httpx.get(link).status_code == 410
    assert {each.status for each in actions.list_connected_accounts(connection_name="linear").connected_accounts} == {"ACTIVE"}
    actions.delete_connected_account(connection_name="linear", identifier=WHO)
    with pytest.raises(exceptions.ScalekitNotFoundException):
        actions.get_connected_account(connection_name="linear", identifier=WHO)


def test_a_verifier_is_asked_when_the_link_names_one(desk: Desk) -> None:
    actions = desk.scalekit.actions
    actions.get_or_create_connected_account(connection_name="slack", identifier=WHO)
    link = actions.get_authorization_link(
        connection_name="slack", identifier=WHO, state="s1", user_verify_url="http://verify.example/x"
    ).link
    sent_to = httpx.URL(httpx.get(f"{link}/approve").headers["location"])
    assert (sent_to.host, sent_to.params["state"]) == ("verify.example", "s1")
    assert actions.get_connected_account(connection_name="slack", identifier=WHO).connected_account.status == "PENDING_VERIFICATION"
    actions.verify_connected_account_user(auth_request_id=sent_to.params["auth_request_id"], identifier=WHO)
    assert actions.get_connected_account(connection_name="slack", identifier=WHO).connected_account.status == "ACTIVE"


def test_a_token_is_renewed_shortly_before_it_expires_and_the_old_one_lives_on(desk: Desk) -> None:
    desk.ask("/connections", {"service": "intercom", "revoke_token": True})
    old = desk.intercom
    assert old.headers["authorization"] == desk.intercom.headers["authorization"]
    desk.ask("/clock", {"offset": 3600 - 299})
    assert old.headers["authorization"] != desk.intercom.headers["authorization"]
    assert old.get("/me").status_code == 200
    desk.ask("/clock", {"offset": 3601})
    assert old.get("/me").status_code == 401


def test_a_revoked_token_is_refused_and_replaced(desk: Desk) -> None:
    old = desk.intercom
    desk.ask("/connections", {"service": "intercom", "revoke_token": True})
    assert old.get("/me").json()["errors"][0]["code"] == "unauthorized"
    assert desk.intercom.get("/me").status_code == 200


def test_the_sdk_gets_itself_a_new_environment_token(desk: Desk) -> None:
    desk.ask("/connections", {"service": "scalekit", "revoke_token": True})
    assert desk.tool("slack_auth_test")["ok"] is True


def test_an_unknown_tool_is_not_found(desk: Desk) -> None:
    with pytest.raises(exceptions.ScalekitNotFoundException):
        desk.tool("slack_send_massage", channel="#customer-support", text="x")


def test_the_catalogue_lists_the_tools(desk: Desk) -> None:
    assert {"linear_graphql_query", "slack_send_rich_message"} <= set(desk.scalekit.tools.list_tools()[0].tool_names)
