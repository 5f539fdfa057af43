"""The calls of the activity, narrowed by words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual import events
from textual.pilot import Pilot

from escalator_tui.app import EscalatorApp
from escalator_tui.config import Settings
from escalator_tui.config.schema import AppSettings
from escalator_tui.model.activity import Activity
from escalator_tui.model.decision import Delivery
from escalator_tui.model.errors import LedgerError
from escalator_tui.model.kinds import DeliveryKind, DeliveryState
from escalator_tui.screens.activity import ActivityScreen
from escalator_tui.session.call_filter import find_calls

from .conftest import Open, picture, toasts, until
from .desk import ScriptedDesk, activities
from .story import NOW, conversation, row
from .test_typing import type_at_once

ISSUE = Delivery("issue", 1, "1", DeliveryKind.LINEAR, DeliveryState.DONE, result={"identifier": "INF-42"})
ALERT = Delivery("alert", 1, "1", DeliveryKind.SLACK, DeliveryState.BLOCKED, error="not_in_channel")
NOTE = Delivery("note", 2, "2", DeliveryKind.NOTE, DeliveryState.UNCERTAIN, error="The answer was lost")
WAITS = Delivery("tag", 2, "2", DeliveryKind.TAG, error="Intercom is busy", due_at=NOW + 60, result={"tag": "hot"})
MOVED = Delivery("reply", 3, "3", DeliveryKind.REPLY, DeliveryState.DONE, result={"channel_name": "#elsewhere"})
TALKS = {
    "1": conversation("1", "Where is our refund", "Hooli"),
    "2": conversation("2", "Invoice", "Äpfel & Co"),
    "3": conversation("3", "Login"),
}
CALLS = [
    Activity(each, NOW - 30, TALKS[each.conversation_id], f"kim{each.conversation_id}", channel="#escalations")
    for each in (ISSUE, ALERT, NOTE, WAITS, MOVED)
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["issue", "alert", "note", "tag", "reply"]),
        ("  ", ["issue", "alert", "note", "tag", "reply"]),
        ("hooli", ["issue", "alert"]),
        ("äPFEL", ["note", "tag"]),
        ("roe acmecorp", ["reply"]),
        ("jane@example", ["issue", "alert", "note", "tag", "reply"]),
        ("refund where", ["issue", "alert"]),
        ("inf-42", ["issue", "alert"]),
        ("#escalations", ["alert"]),
        ("#elsewhere", ["reply"]),
        ("slack", ["alert", "reply"]),
        ("linear", ["issue"]),
        ("note", ["note"]),
        ("failed", ["alert"]),
        ("refused", ["alert"]),
        ("uncertain", ["note"]),
        ("done", ["issue", "reply"]),
        ("again", ["tag"]),
        ("14:01", []),
        ("NOT_IN lost", []),
        ("answer lost", ["note"]),
        ("kim2", ["note", "tag"]),
        ("hot", ["tag"]),
        ("hooli slack", ["alert"]),
        ("[/bold] \\ .*", []),
    ],
)
def test_every_word_must_be_known_of_the_call(text: str, found: list[str]) -> None:
    assert [each.delivery.ref for each in find_calls(CALLS, text, NOW)] == found


async def opened(app: EscalatorApp, pilot: Pilot[None], *keys: str) -> ActivityScreen:
    """The activity, once it is read, after these keys."""
    await pilot.press("A")
    screen = app.screen
    assert isinstance(screen, ActivityScreen)
    await until(pilot, lambda: bool(screen.shown))
    await pilot.press(*keys)
    return screen


def head(app: EscalatorApp) -> str:
    """What is told above the calls."""
    return picture(app).splitlines()[2]


def shown(screen: ActivityScreen) -> set[str]:
    """The conversations whose calls are shown."""
    return {each.conversation.id for each in screen.shown}


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_what_is_typed_narrows_at_once_and_esc_takes_it_away_before_it_goes_back(open_app: Open, size: tuple[int, int]) -> None:
    async with open_app(size) as (app, pilot):
        screen = await opened(app, pilot, "slash")
        await until(pilot, lambda: "words such as acme slack refused" in picture(app))
        assert " enter keep the filter  esc as before" in picture(app)
        await pilot.press(*"HOO", "space", *"sla")
        await until(pilot, lambda: "Activity · 1 of 9 calls" in head(app))
        assert [each.delivery.kind for each in screen.shown] == [DeliveryKind.SLACK]
        await pilot.press("ctrl+u", *"hooli", "enter")
        await until(pilot, lambda: "esc no filter" in picture(app))
        assert "Activity · 3 of 9 calls" in head(app)
        assert " hooli" in picture(app).splitlines()[3]
        assert app.focused is screen.list
        await pilot.press("escape")
        await until(pilot, lambda: "Activity · 9 calls" in head(app) and "esc back" in picture(app))
        assert (app.screen, screen.line.display) == (screen, False)
        await pilot.press("escape")
        assert app.screen is app.queue_screen


async def test_escape_while_typing_goes_back_to_the_words_before(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        screen = await opened(app, pilot, "slash", *"zzz")
        await until(pilot, lambda: "Activity · 0 of 9 calls" in head(app))
        await pilot.press("escape")
        assert (len(screen.shown), screen.line.display, app.focused) == (9, False, screen.list)
        await pilot.press("slash", *"hooli", "enter", "slash", *"acme", "escape")
        assert (screen.line.value, shown(screen), app.focused) == ("hooli", {"106"}, screen.list)
        await pilot.press("slash", "ctrl+u", "enter")
        assert (len(screen.shown), screen.line.display, app.focused) == (9, False, screen.list)


async def test_keys_reach_the_line_only_while_it_is_typed_in(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        screen = await opened(app, pilot, "slash", *"RqjAdnu")
        assert (app.screen, screen.line.value) == (screen, "RqjAdnu")
        assert desk.retried == []
        await pilot.press("ctrl+u", *"cyberdyne", "enter", "j", "j", "R")
        await until(pilot, lambda: desk.retried == [("110", "lea")])
        assert screen.line.value == "cyberdyne"
        await pilot.press("q")
        assert app.screen is app.queue_screen


async def test_keys_typed_ahead_mean_the_calls_that_were_found(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        screen = await opened(app, pilot)
        await type_at_once(app, pilot, "slash", *"refused", "enter", "R")
        await until(pilot, lambda: desk.retried == [("110", "lea")])
        await type_at_once(app, pilot, "slash", *"hooli", "enter", "slash", *"x", "escape")
        assert screen.line.value == "hooli"
        await type_at_once(app, pilot, "escape", "escape", "d")
        assert app.screen.name == "dismiss"


async def test_a_line_that_is_left_and_opened_before_anything_tells_of_it_goes_back_to_what_was_kept(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        screen = await opened(app, pilot, "slash", *"hooli")
        screen.action_enter()
        screen.do_filter()
        screen.line.value = "x"
        await pilot.pause()
        await pilot.press("escape")
        assert screen.line.value == "hooli"


async def test_words_compose_with_only_this_and_not_done(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        screen = await opened(app, pilot, "slash", *"intercom", "enter")
        await until(pilot, lambda: "Activity · 3 of 9 calls" in head(app))
        await pilot.press("A")
        await until(pilot, lambda: "Activity · 1 of 3 calls · Initech" in head(app))
        await pilot.press("A")
        await until(pilot, lambda: "Activity · 2 of 3 calls · not done" in head(app))
        assert shown(screen) == {"104", "110"}
        await pilot.press("escape")
        await until(pilot, lambda: "Activity · 3 calls · not done" in head(app))
        await pilot.press("A")
        await until(pilot, lambda: "Activity · 9 calls" in head(app))


async def test_an_issue_finds_its_calls_also_where_its_own_is_left_out(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        screen = await opened(app, pilot, "A", "A", "slash", *"inf-42", "enter")
        await until(pilot, lambda: "3 of 3 calls · not done" in head(app))
        assert DeliveryKind.LINEAR not in {each.delivery.kind for each in screen.shown}


async def test_what_comes_in_is_narrowed_too_and_the_cursor_stays(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        screen = await opened(app, pilot, "slash", *"hooli", "enter", "j")
        assert screen.current
        ref = screen.current.delivery.ref
        made = activities(desk.book["106"])[0]
        other = replace(made, delivery=replace(made.delivery, ref="other"), conversation=conversation("900", "Other", "Tyrell"), at=NOW)
        desk.happened += [other, replace(made, delivery=replace(made.delivery, ref="new"), at=NOW)]
        app.on_inbox_filled()
        await until(pilot, lambda: "Activity · 4 of 11 calls" in head(app))
        assert screen.current.delivery.ref == ref
        assert "other" not in {each.delivery.ref for each in screen.shown}


async def test_where_nothing_is_found_no_key_acts(open_app: Open) -> None:
    async with open_app((40, 10)) as (app, pilot):
        screen = await opened(app, pilot, "slash", *"zzz", "enter")
        await pilot.press("R", "enter", "right")
        assert "There is no conversation to act on" in toasts(app)
        assert app.screen is screen
        assert "Activity · 0 of 9 calls" in head(app)


async def test_before_anything_was_sent_there_is_nothing_to_find(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book = {"1": row("1")}
    async with open_app() as (app, pilot):
        await pilot.press("A", "slash", "x")
        await until(pilot, lambda: "nothing was sent yet" in head(app))


async def test_words_that_were_left_by_the_mouse_are_kept(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        screen = await opened(app, pilot, "slash", *"hooli")
        await pilot.click("#activity", offset=(10, 8))
        await until(pilot, lambda: "esc no filter" in picture(app))
        await pilot.click("#filter")
        await until(pilot, lambda: "esc as before" in picture(app))
        await pilot.press("end", "x", "escape")
        assert (screen.line.value, shown(screen)) == ("hooli", {"106"})


async def test_the_cursor_stays_in_sight_when_the_line_opens(open_app: Open) -> None:
    async with open_app((40, 10)) as (app, pilot):
        screen = await opened(app, pilot, "j", "j", "j", "j", "j", "slash")
        listed = screen.list
        await until(pilot, lambda: listed.size.height == 5)
        await until(pilot, lambda: listed.scroll_offset.y <= (listed.highlighted or 0) < listed.scroll_offset.y + 5)


async def test_the_filter_has_its_key_here_and_none_where_a_conversation_is_read(open_app: Open) -> None:
    async with open_app(settings=Settings(app=AppSettings(keys={"filter": "f"}))) as (app, pilot):
        screen = await opened(app, pilot)
        assert "f filter" in picture(app)
        await pilot.press("f", *"hooli", "enter")
        assert shown(screen) == {"106"}
        await pilot.press("right", "f")
        assert app.screen.name == "detail"
        assert "That is a key of the queue; esc goes back there" in toasts(app)


async def test_the_palette_offers_it(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        screen = await opened(app, pilot, "ctrl+p", *"filter")
        await until(pilot, lambda: "Words, in the queue also fields" in picture(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is screen and screen.types)


async def test_what_is_pasted_is_made_safe_and_looked_for(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        screen = await opened(app, pilot, "slash")
        app.post_message(events.Paste("\x1b[31mhoo\u202eli\x07 \n"))
        await until(pilot, lambda: shown(screen) == {"106"})
        assert screen.line.value.strip() == "hooli"


async def test_calls_that_cannot_be_read_say_so_while_words_are_typed(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        screen = await opened(app, pilot, "slash", *"hooli", "enter")
        desk.read_error = LedgerError("The ledger is locked")
        screen.refresh_view()
        await until(pilot, lambda: "Could not be read: The ledger is locked" in head(app))
        assert shown(screen) == {"106"}


async def test_keys_typed_before_the_activity_stands_are_none_of_the_filters_letters(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await type_at_once(app, pilot, "A", "j", "R")
        screen = app.screen
        assert isinstance(screen, ActivityScreen)
        await until(pilot, lambda: bool(screen.shown))
        assert (screen.line.value, len(screen.shown), app.focused) == ("", 9, screen.list)
        await type_at_once(app, pilot, "escape", "A", "slash", *"hooli", "enter")
        newer = app.screen
        assert isinstance(newer, ActivityScreen)
        await until(pilot, lambda: bool(newer.shown))
        assert (newer.line.value, shown(newer), app.focused) == ("hooli", {"106"}, newer.list)
        await type_at_once(app, pilot, "escape", "escape", "A", "slash")
        await until(pilot, lambda: bool(app.screen.query("#activity")))
        await pilot.press(*"Rd")
        assert getattr(app.focused, "value", None) == "Rd"


async def test_words_can_be_typed_before_the_activity_is_drawn(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        screen = ActivityScreen(app.session)
        app.push_screen(screen)
        screen.do_filter()
        screen.line.insert_text_at_cursor("hooli")
        screen.action_enter()
        await until(pilot, lambda: bool(screen.shown))
        assert (screen.line.value, shown(screen), app.focused) == ("hooli", {"106"}, screen.list)


@pytest.mark.parametrize("closes", ["enter", "escape", "q"])
async def test_a_key_typed_behind_enter_closes_what_is_explained_and_nothing_else(open_app: Open, closes: str) -> None:
    async with open_app() as (app, pilot):
        screen = await opened(app, pilot)
        await type_at_once(app, pilot, "slash", *"hooli", "enter", "j", "enter", closes)
        assert app.screen is screen
        assert (screen.line.value, screen.list.highlighted) == ("hooli", 1)


async def test_a_click_explains_the_call_and_takes_the_cursor_there(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        screen = await opened(app, pilot)
        await pilot.click("#activity", offset=(5, 2))
        assert app.screen.name == "explain"
        await pilot.press("escape")
        assert (app.screen, screen.list.highlighted) == (screen, 2)
