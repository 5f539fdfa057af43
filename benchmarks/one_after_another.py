"""The reference agent's calls for one page, made one after another. Part of reference_page.py."""

from __future__ import annotations

import os
import sys
import uuid
from typing import Any

import httpx
from scalekit import ScalekitClient

ESCALATIONS = 6


def main() -> int:
    """Make the calls; the conversations that escalate are the first six, since which ones does not change the time."""
    env = os.environ
    client = ScalekitClient(env["SCALEKIT_ENV_URL"], env["SCALEKIT_CLIENT_ID"], env["SCALEKIT_CLIENT_SECRET"])
    for name in ("INTERCOM", "LINEAR", "SLACK"):
        client.actions.get_or_create_connected_account(connection_name=name.lower(), identifier=env[f"{name}_USER"])
    http = httpx.Client(base_url=env["INTERCOM_BASE_URL"], headers={"Accept": "application/json", "Intercom-Version": "2.15"}, timeout=30)

    def call(method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        account = client.actions.get_connected_account(connection_name="intercom", identifier=env["INTERCOM_USER"])
        token = account.connected_account.authorization_details["oauth_token"]["access_token"]
        answer = http.request(method, path, json=body, headers={"Authorization": f"Bearer {token}"})
        answer.raise_for_status()
        return answer.json()

    listed = call("GET", "/conversations?per_page=20")["conversations"]
    for number, item in enumerate(listed):
        conversation = call("GET", f"/conversations/{item['id']}")
        if number < ESCALATIONS:
            contact = conversation["contacts"]["contacts"][0]["id"]
            call("GET", f"/contacts/{contact}")
            call("GET", f"/contacts/{contact}/companies")
            escalate(client, conversation["id"])
            admin = call("GET", "/admins")["admins"][0]["id"]
            note = {"message_type": "note", "type": "admin", "admin_id": admin, "body": "<p>escalated</p>"}
            call("POST", f"/conversations/{conversation['id']}/reply", note)
    return 0


def escalate(client: ScalekitClient, conversation_id: str) -> None:
    """The issue and the alert."""
    env = os.environ
    mutation = "mutation($input: IssueCreateInput!) { issueCreate(input: $input) { success issue { id } } }"
    issue = {"id": str(uuid.uuid4()), "teamId": env["LINEAR_TEAM_ID"], "title": conversation_id}
    tools = (
        ("linear", env["LINEAR_USER"], "linear_graphql_query", {"query": mutation, "variables": {"input": issue}}),
        ("slack", env["SLACK_USER"], "slack_send_message", {"channel": env["SLACK_CHANNEL_ESCALATIONS"], "text": conversation_id}),
    )
    for connection, user, tool, given in tools:
        client.actions.execute_tool(tool_input=given, tool_name=tool, identifier=user, connection_name=connection)


if __name__ == "__main__":
    sys.exit(main())
