"""The worlds and the story."""

from __future__ import annotations

import time

import pytest

from escalator_tui.agent.histories import Histories
from escalator_tui.detect import assess
from escalator_tui.model.rules import Rules
from escalator_tui.sandbox.clock import Clock
from escalator_tui.sandbox.effects import Effects
from escalator_tui.sandbox.intercom.rendering import conversation
from escalator_tui.sandbox.intercom.workspace import Workspace
from escalator_tui.sandbox.options import Options
from escalator_tui.sandbox.story import Story
from escalator_tui.sandbox.worlds import fill
from escalator_tui.sandbox.worlds.demo_calm import CALM
from escalator_tui.sandbox.worlds.demo_tense import TENSE
from escalator_tui.sandbox.worlds.reference import CALM as CALM_TEXTS
from escalator_tui.sandbox.worlds.reference import TENSE as TENSE_TEXTS
from escalator_tui.services.intercom_objects import read_conversation


def world(name: str, seed: int = 1) -> Workspace:
    clock = Clock()
    workspace = Workspace(clock, Options(), Effects(clock))
    fill(workspace, name, seed)
    return workspace


@pytest.mark.parametrize(("name", "count"), [("demo", 26), ("empty", 0), ("reference", 20), ("137", 137)])
def test_each_world_holds_what_it_promises(name: str, count: int) -> None:
    workspace = world(name)
    shown = [conversation(workspace, each, detail=True) for each in workspace.threads.values()]
    assert len(shown) == len({each["id"] for each in shown}) == count
    now = time.time()
    for each in shown:
        times = [each["created_at"], *(part["created_at"] for part in each["conversation_parts"]["conversation_parts"])]
        assert times == sorted(times)
        assert each["updated_at"] == times[-1] <= now


def test_of_the_demos_calm_conversations_only_a_long_wait_calls_the_lead() -> None:
    workspace = world("demo")
    told = [read_conversation(conversation(workspace, each, detail=True)) for each in workspace.threads.values()]
    histories, now = Histories(told), int(time.time())
    found = [(each, assess(each, histories.of(each), Rules(), now)) for each in told]
    calm = {case.subject for case in CALM}
    called = {each.subject: assessment.signals[0].kind for each, assessment in found if assessment.escalates and each.subject in calm}
    assert called.keys() <= {"How do I rotate API keys?"}
    assert set(called.values()) <= {"waiting_hours"}
    assert sum(assessment.escalates for _, assessment in found) >= len(TENSE) / 2


def test_the_demo_is_a_mixed_inbox() -> None:
    threads = list(world("demo").threads.values())
    assert {each.state for each in threads} == {"open", "closed", "snoozed"}
    assert len(TENSE) + len(CALM) == len(threads)
    assert any(not each.company_id for each in threads)
    assert any(not each.counted for each in threads)
    kinds = {part.kind for each in threads for part in each.parts}
    assert {"comment", "note", "close", "assignment", "snoozed"} <= kinds


def test_the_reference_page_has_six_that_escalate() -> None:
    workspace = world("reference")
    assert (len(TENSE_TEXTS), len(CALM_TEXTS)) == (6, 14)
    assert all(each.state == "open" and each.company_id for each in workspace.threads.values())
    assert len({each.contact_id for each in workspace.threads.values()}) == 20
    reference_words = (
        "cancel",
        "frustrated",
        "unacceptable",
        "terrible",
        "worst",
        "manager",
        "supervisor",
        "lawsuit",
        "refund",
        "ridiculous",
        "angry",
    )
    strong = [each for each in workspace.threads.values() if sum(word in each.body.lower() for word in reference_words) >= 2]
    weak = [each for each in workspace.threads.values() if any(word in each.body.lower() for word in reference_words)]
    assert len(strong) == len(weak) == 6


def test_many_conversations_are_cheap() -> None:
    began = time.process_time()
    assert len(world("10000").threads) == 10_000
    assert time.process_time() - began < 2


def test_an_unknown_world_is_refused() -> None:
    with pytest.raises(ValueError, match="There is no world atlantis"):
        world("atlantis")


def test_the_story_is_the_same_for_the_same_seed_and_never_the_same_for_long() -> None:
    told = [[story.step() for _ in range(60)] for story in (Story(world("demo"), seed, 1.0) for seed in (7, 7, 8))]
    assert told[0] == told[1] != told[2]
    everything = " ".join(told[0])
    assert all(word in everything for word in ("wrote:", "answered", "opened a conversation", "was closed"))


def test_the_story_begins_in_an_empty_world_too() -> None:
    workspace = world("empty")
    assert "opened a conversation" in Story(workspace, 1, 1.0).step()
    assert len(workspace.threads) == 1
