"""The attachment's address is what Linear knows it by, so it has to be the same at every attempt."""

from __future__ import annotations

import pytest

from tests.deliver.conftest import Team
from tests.deliver.far_side import Fate, _Intercom
from tests.ledger.makers import confirm


@pytest.mark.parametrize("fate", [Fate.LOST_ANSWER, Fate.LATE])
def test_an_outage_of_intercom_between_two_attempts_attaches_once(team: Team, fate: Fate, monkeypatch: pytest.MonkeyPatch) -> None:
    """Intercom tells the workspace, which is part of the address; while it is down, "_" stands for it."""
    workspaces = iter(["_", "_"])
    monkeypatch.setattr(
        _Intercom,
        "conversation_url",
        lambda _self, conversation_id: f"https://app.intercom.com/a/inbox/{next(workspaces, 'acme')}/inbox/conversation/{conversation_id}",
    )
    confirm(team.ledger)
    team.far.fates = [Fate.DONE, fate]
    team.run()
    team.far.arrive()
    assert len(team.far.attachments) == 1
