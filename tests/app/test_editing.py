"""The lead's own words: they go out as they stand on the screen, as safe as the drafted ones, and survive what changes around them."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from textual import events
from textual.pilot import Pilot

from escalator_tui.agent.limits import fit_text, fitted, rooms
from escalator_tui.agent.markup import Links, linear_markdown, linear_title, note_html, slack_blocks, slack_notification
from escalator_tui.app import EscalatorApp
from escalator_tui.model.decision import Texts
from escalator_tui.model.kinds import AuthorKind, Priority, RowState
from escalator_tui.screens.edit import EditScreen, TextField
from escalator_tui.screens.send import SendScreen
from escalator_tui.session.proposal import Proposal

from .conftest import Open, picture, toasts, until
from .desk import ScriptedDesk
from .story import NOW, part

NASTY = "<!channel> <@U1> @here {{ user.name }} {% x %} <b onload=1> ![x](http://evil.example/x.png) [/foo] \x1b[31m\u202e\x07 *b*"


async def editing(app: EscalatorApp, pilot: Pilot[None], *keys: str) -> EditScreen:
    """The editor over the send screen."""
    await pilot.press(*keys, "e")
    await shown(app, pilot)
    await pilot.press("ctrl+e")
    assert isinstance(app.screen, EditScreen)
    return app.screen


async def shown(app: EscalatorApp, pilot: Pilot[None]) -> SendScreen:
    """The send screen, ready for its answer."""
    await until(pilot, lambda: isinstance(app.screen, SendScreen) and app.screen.can_send)
    assert isinstance(app.screen, SendScreen)
    return app.screen


def field(screen: EditScreen, name: str) -> TextField:
    """One of its texts."""
    return screen.query_one(f"#{name}", TextField)


async def held_in_own_words(app: EscalatorApp, pilot: Pilot[None]) -> None:
    """AcmeCorp, approved with a title that begins with "Urgent", and held."""
    await editing(app, pilot)
    await pilot.press(*"Urgent ", "escape")
    await shown(app, pilot)
    await pilot.press("y")
    await until(pilot, lambda: app.session.queue.rows["101"].state is RowState.HELD)


async def test_what_is_taken_back_begins_with_the_leads_own_words_again(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await held_in_own_words(app, pilot)
        await pilot.press("u")
        await until(pilot, lambda: app.session.queue.rows["101"].state is RowState.NEEDS_DECISION)
        app.queue_screen.table.select("101")
        await pilot.press("e")
        await shown(app, pilot)
        assert "Urgent [Escalation] AcmeCorp" in picture(app)
        assert "Linear  edited" in picture(app)
        await pilot.press("ctrl+e", "ctrl+r", "escape")
        await shown(app, pilot)
        await pilot.press("y")
        await until(pilot, lambda: len(desk.sent) == 2)
        assert app.session.approvals.own == {}


async def test_words_that_were_sent_begin_no_other_question(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await held_in_own_words(app, pilot)
        assert "101" in app.session.approvals.own
        app.queue_screen.receive([replace(desk.book["101"], state=RowState.ESCALATED)])
        assert app.session.approvals.own == {}


@pytest.mark.parametrize("key", ["escape", "enter"])
async def test_what_was_written_is_kept_when_nothing_is_sent(open_app: Open, desk: ScriptedDesk, key: str) -> None:
    async with open_app() as (app, pilot):
        await editing(app, pilot)
        await pilot.press(*"Urgent ", "escape")
        await shown(app, pilot)
        await pilot.press(key)
        assert "Nothing was sent. Your own words are kept for the next time" in toasts(app)
        await pilot.press("e")
        await shown(app, pilot)
        await until(pilot, lambda: "Urgent [Escalation] AcmeCorp" in picture(app))
        await pilot.press("ctrl+e", "ctrl+r", "escape")
        await shown(app, pilot)
        await pilot.press("escape")
        assert app.session.approvals.own == {}
        assert desk.sent == []


async def test_the_words_of_the_lead_are_shown_and_sent(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        screen = await editing(app, pilot)
        await pilot.press(*"Urgent ", "y", "enter")
        field(screen, "note_text").text = "Call Jane first."
        await pilot.press("escape")
        await shown(app, pilot)
        assert desk.sent == []
        drawn = picture(app)
        assert "Urgent y [Escalation] AcmeCorp" in drawn
        assert "Call Jane first." in drawn
        assert drawn.count("  edited") == 2
        await pilot.press("y")
        await until(pilot, lambda: len(desk.sent) == 1)
        texts, drafted = desk.sent[0][0].texts, desk.draft("101").texts
        assert texts == replace(drafted, linear_title=f"Urgent y {drafted.linear_title}", note_text="Call Jane first.")


@pytest.mark.parametrize(("key", "name"), [("tab", "linear_body"), ("shift+tab", "note_text")])
async def test_what_is_typed_right_behind_a_tab_belongs_to_the_next_text(open_app: Open, key: str, name: str) -> None:
    async with open_app() as (app, pilot):
        screen = await editing(app, pilot)
        texts = screen.proposal.draft.texts
        for each in ("a", "b", key, "c", "d"):
            app.post_message(events.Key(each, each if len(each) == 1 else None))
        await until(pilot, lambda: field(screen, name).text.startswith("cd"))
        assert field(screen, "linear_title").text == f"ab{texts.linear_title}"
        assert field(screen, name).text == f"cd{getattr(texts, name)}"


async def test_what_is_typed_right_behind_the_key_that_edits_is_written(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("e")
        await shown(app, pilot)
        for each in ("ctrl+e", "a", "b", "tab", "c", "d"):
            app.post_message(events.Key(each, each if len(each) == 1 else None))
        await until(pilot, lambda: isinstance(app.screen, EditScreen) and bool(app.screen.query(TextField)))
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, EditScreen)
        assert field(screen, "linear_title").text.startswith("ab")
        assert field(screen, "linear_body").text.startswith("cd")


async def test_as_drafted_and_empty_go_back_to_the_draft(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        screen = await editing(app, pilot)
        await pilot.press("x", "ctrl+r")
        field(screen, "slack_text").text = "  "
        await pilot.pause()
        assert "empty: goes out as drafted" in picture(app)
        await pilot.press("escape")
        sending = await shown(app, pilot)
        assert sending.proposals[0].edits == {}
        assert "  edited" not in picture(app)


async def test_what_is_too_long_is_told_while_typing_and_cut_before_it_is_approved(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app((120, 40)) as (app, pilot):
        screen = await editing(app, pilot)
        field(screen, "linear_title").text = "T" * 260
        field(screen, "slack_text").text = "S" * 151 + "\n" + "b" * 8_010
        await pilot.pause()
        drawn = picture(app)
        assert "title 10 too long, cut at the end" in drawn
        assert "first line 1 too long" in drawn
        assert "the rest 10 too long" in drawn
        await pilot.press("escape")
        sending = await shown(app, pilot)
        texts = sending.proposals[0].draft.texts
        assert texts.linear_title == "T" * 249 + "…"
        assert texts.slack_text.startswith("S" * 149 + "…\nbbb")
        await pilot.press("y")
        await until(pilot, lambda: len(desk.sent) == 1)
        assert desk.sent[0][0].texts == texts


async def test_what_is_pasted_is_made_safe_before_it_is_drawn(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        screen = await editing(app, pilot)
        await pilot.press("ctrl+a", "backspace")
        app.post_message(events.Paste("evil \x1b[31m\u202ered\x07 <!channel>"))
        await pilot.pause()
        assert "evil red <!channel>" in field(screen, "linear_title").text
        assert "\x1b" not in picture(app)


async def test_own_words_survive_another_priority_and_the_rest_is_drafted_anew(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        screen = await editing(app, pilot)
        field(screen, "note_text").text = "Mine, P0."
        await pilot.press("escape")
        sending = await shown(app, pilot)
        await pilot.press("P")
        await shown(app, pilot)
        draft = sending.proposals[0].draft
        assert draft.priority is Priority.P1
        assert draft.texts.note_text == "Mine, P0."
        assert draft.texts.slack_text.startswith("P1 AcmeCorp")
        assert "You wrote this yourself, so it stays as it is: Intercom note." in picture(app)


async def test_own_words_survive_a_customer_who_wrote_meanwhile(open_app: Open, desk: ScriptedDesk) -> None:
    talk = desk.book["101"].record.conversation
    desk.upstream["101"] = replace(talk, parts=(*talk.parts, part(50, AuthorKind.CUSTOMER, "Still nothing?", NOW - 8, "Jane Roe")))
    async with open_app((120, 60)) as (app, pilot):
        screen = await editing(app, pilot)
        field(screen, "linear_title").text = "My title"
        await pilot.press("escape")
        await shown(app, pilot)
        await pilot.press("y")
        await until(pilot, lambda: app.session.queue.rows["101"].state is RowState.UNSENT)
        app.queue_screen.table.select("101")
        await pilot.press("e")
        assert "Your own words are kept: Linear title." in picture(app)
        assert "+ Jane wrote 13:59: Still nothing?" in picture(app)
        assert "+ Still nothing?" in picture(app)
        sending = await shown(app, pilot)
        assert desk.sent == []
        assert sending.proposals[0].draft.texts.linear_title == "My title"
        await pilot.press("y")
        await until(pilot, lambda: len(desk.sent) == 1)
        assert (desk.sent[0][0].texts.linear_title, desk.sent[0][0].version) == ("My title", desk.upstream["101"].version)


async def test_of_several_only_the_current_one_is_edited(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app((80, 24)) as (app, pilot):
        await pilot.press("space", "down", "space", "e")
        sending = await shown(app, pilot)
        assert "These 2 go out" in picture(app)
        await pilot.press("ctrl+e")
        assert app.screen is sending, "the summary shows more than one"
        await until(pilot, lambda: "n shows the first alone" in picture(app))
        await pilot.press("n", "n", "n", "ctrl+e")
        assert isinstance(app.screen, EditScreen)
        assert "Edit the texts for Globex" in picture(app)
        field(app.screen, "linear_title").text = "Second"
        await pilot.press("escape")
        await shown(app, pilot)
        assert [each.edited for each in sending.proposals] == ["", "Linear title"]
        assert "2 of 2" in picture(app)
        await pilot.press("N", "N", "y")
        await until(pilot, lambda: len(desk.sent) == 2)
        assert [draft.texts.linear_title == "Second" for draft, _, _ in desk.sent] == [False, True]
        await until(pilot, lambda: app.session.queue.rows["102"].state is RowState.HELD)


def test_edited_text_is_as_safe_as_drafted_text(desk: ScriptedDesk) -> None:
    proposal = Proposal(desk.draft("101"))
    for name in ("linear_title", "linear_body", "slack_text", "note_text"):
        proposal = proposal.with_text(name, f"{NASTY}\n{NASTY}")
    texts = proposal.draft.texts
    assert not [each for each in "".join(asdict(texts).values()) if each != "\n" and not each.isprintable()]
    links = Links("https://app.intercom.com/x")
    blocks = slack_blocks(texts, links, "ref")
    assert all(each["text"]["type"] == "plain_text" for each in blocks[:-2])
    assert "<!channel>" not in str(blocks)
    assert "<!channel>" not in slack_notification(texts, "ref")
    assert "@here" not in linear_title(texts)
    assert "![" not in linear_markdown(texts, links, "ref")
    note = note_html(texts, links, "ref")
    assert "{{" not in note
    assert "<b" not in note.replace("<br>", "")


@pytest.mark.parametrize("name", ["linear_title", "linear_body", "slack_text", "note_text"])
@pytest.mark.parametrize("text", [NASTY * 400, "@" * 9_000, "😀" * 40_000, "\n\n\nx\n\n\n", ""])
def test_what_fits_is_within_the_limits_and_stays_as_it_is(name: str, text: str) -> None:
    once = fit_text(name, text)
    assert not [room for room in rooms(name, once) if room.over]
    assert fit_text(name, once) == once


def test_drafted_texts_that_fit_are_left_alone(desk: ScriptedDesk) -> None:
    texts = desk.draft("101").texts
    assert fitted(texts) == texts
    assert fitted(Texts("", "", "#a", "", "")) == Texts("", "", "#a", "", "")
