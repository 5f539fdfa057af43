"""A lead decides fifty conversations at 80×24 while services fail: two keys each, none on a row that was not read, and each sent once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from escalator_tui.ledger.ledger import Ledger
from escalator_tui.model.kinds import Verb
from escalator_tui.sandbox.process import SandboxProcess
from tests.e2e.runs import Workspace
from tests.e2e.terminals import Terminal, needs_tmux

pytestmark = needs_tmux

MANY = 50
ANGRY = "<p>This is the third time I ask and nobody has answered. This is unacceptable, I want to speak to a manager.</p>"
CONFIG = "[delivery]\nhold_seconds = 0.5\nsettle_seconds = 0.2\nslack_waits_seconds = 2\n[polling]\ninterval_minutes = 0.05\n"
ISSUE = {"service": "linear", "operation": "linear_graphql_query:issueCreate"}
ALERT = {"service": "slack", "operation": "slack_send_rich_message"}
NOTE = {"service": "intercom", "operation": "POST /conversations/*/reply"}
FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "http", **ISSUE, "status": 500, "count": 2},
    {"kind": "drop_after", **ISSUE, "count": 4},
    {"kind": "slack", **ALERT, "error": "internal_error", "count": 2},
    {"kind": "drop_after", **ALERT, "count": 4},
    {"kind": "http", **NOTE, "status": 503, "after": True, "count": 2},
    {"kind": "http", "service": "intercom", "operation": "GET /conversations/*", "status": 502, "count": 2},
    {"kind": "delay", "service": "intercom", "seconds": 0.05},
)
"""Each service fails some calls, before or after their effect, and recovers."""
WAYS = (("e", "y"), ("d", "1"), ("z", "1"))
LATE = re.compile(r" (\d+) need you.*? \1 new, \1 needs? you ▲| [1-9]\d* need you · 0 sending.*\n▌[^\n]*(?:✔|×|z till)", re.DOTALL)
"""Only what is kept back still waits, or what came in out of the cursor's way."""
CURSOR = re.compile(r"^▌.*?(Firm \d\d).*needs you", re.MULTILINE)


@pytest.fixture
def workspace(certificates: Path, tmp_path: Path) -> Iterator[Workspace]:
    with SandboxProcess(world="empty", cert_dir=certificates) as sandbox:
        made = Workspace(sandbox, tmp_path)
        made.configure(CONFIG)
        made.environ["ESCALATOR_LEDGER_URL"] = str(tmp_path / "ledger.sqlite")
        yield made


@pytest.fixture
def firms(workspace: Workspace) -> dict[str, str]:
    """The conversations that wait, by the name of the company."""
    return dict(write(workspace, at) for at in range(MANY - 2))


@pytest.fixture
def terminal(workspace: Workspace, firms: dict[str, str]) -> Iterator[Terminal]:
    assert firms
    made = Terminal(workspace, 80, 24)
    yield made
    made.close()


def write(workspace: Workspace, at: int) -> tuple[str, str]:
    firm = f"Firm {at:02}"
    company = {"name": firm, "plan": "Enterprise" if at % 2 else "Free", "spend": 10 * at}
    added = workspace.post("world", {"do": "add", "email": f"c{at}@example.com", "company": company, "body": ANGRY})
    return firm, str(added["id"])


def row_under_cursor(shown: str) -> str:
    """The company on the row under the cursor, when the queue is what is shown and that row waits for a decision; else nothing."""
    found = CURSOR.search(shown)
    return found[1] if found and "╭" not in shown else ""


def next_to_read(terminal: Terminal, meant: Collection[str]) -> str:
    """The screen once the cursor is on a row that waits. Nothing jumps there by itself: what came late is let in, or gone to, with the key
    for the first row.
    """

    def is_there(shown: str) -> bool:
        return row_under_cursor(shown) not in ("", *meant)

    shown = terminal.wait(lambda shown: is_there(shown) or LATE.search(shown) is not None, "a row that waits")
    while not is_there(shown):
        terminal.press("g")
        shown = terminal.wait(lambda shown: is_there(shown) or LATE.search(shown) is not None, "the row that was let in")
    return shown


def test_fifty_conversations_with_two_keys_each(workspace: Workspace, terminal: Terminal, firms: dict[str, str]) -> None:
    terminal.until(f"{MANY - 2} need you", "live")
    workspace.faults(*FAULTS)
    pressed: list[str] = []
    meant: dict[str, tuple[str, str]] = {}
    while len(meant) < MANY:
        if len(meant) in (15, 30):  # customers go on writing
            firms.update([write(workspace, len(firms))])
        shown = next_to_read(terminal, meant)
        read, keys = row_under_cursor(shown), WAYS[len(meant) % len(WAYS)]
        terminal.press_together(*keys)
        pressed += keys
        meant[read] = keys
    terminal.until(" 0 need you", " 0 sending")
    terminal.press("q")
    if terminal.wait(lambda shown: not shown or "Leave now" in shown, "waiting for the end"):
        terminal.press("w")  # notes and tags may be on their way still
    terminal.until_ended()

    assert meant.keys() == firms.keys()
    assert len(pressed) <= 2 * MANY
    by_way = {way: {firms[each] for each, keys in meant.items() if keys == way} for way in WAYS}
    assert decided(workspace) == {
        **dict.fromkeys(by_way["e", "y"], Verb.ESCALATE),
        **dict.fromkeys(by_way["d", "1"], Verb.DISMISS),
        **dict.fromkeys(by_way["z", "1"], Verb.SNOOZE),
    }
    for kind, counts in workspace.effects().items():
        assert counts == Counter(by_way["e", "y"]), kind
    struck = Counter(each["operation"] for each in workspace.get("calls") if each["outcome"] != "ok")
    for each in FAULTS[:-1]:  # a delay fails nothing
        assert any(fnmatchcase(operation, each["operation"]) for operation in struck), f"{each} never struck: {struck}"


def decided(workspace: Workspace) -> dict[str, Verb]:
    """What the ledger says about each conversation."""
    ledger = Ledger.open(workspace.environ["ESCALATOR_LEDGER_URL"])
    records = ledger.open_records()
    ledger.close()
    found = {each.conversation.id: Verb.ESCALATE for each in records if each.escalation}
    return found | {each.conversation.id: each.decision.verb for each in records if each.decision and not each.escalation}
