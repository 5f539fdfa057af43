"""What customers write is drawn, never obeyed: every screen, with text that Textual would read as markup."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import Input

from escalator_tui.model.assessment import Signal
from escalator_tui.model.conversation import AuthorKind
from escalator_tui.model.decision import RowState, Verb
from escalator_tui.model.errors import DecisionError
from escalator_tui.model.row import Row
from escalator_tui.services.errors import UnreachableError

from .conftest import Open, picture, toasts, until
from .desk import ScriptedDesk
from .story import HOSTILE, NOW, decided, escalated, part, row

WORDS = [HOSTILE, "[", "[/] [red ]]>[bold] [@click=app.bell]go[/] $text-error {0} %s [link='x']y"]


def hostile(identity: str, words: str) -> Row:
    """A row with these words everywhere a customer or a teammate can put them."""
    return row(identity, words, words, plan=words, name=words, note=words, texts=(words, words),
               signals=(Signal("anger", 0.4, words, words, "p0"),))  # fmt: skip


def renamed(base: Row, identity: str) -> Row:
    """The same under another id."""
    return replace(base, record=replace(base.record, conversation=replace(base.record.conversation, id=identity)))


@pytest.mark.parametrize("words", WORDS)
async def test_hostile_words_pass_through_every_screen(open_app: Open, desk: ScriptedDesk, words: str) -> None:
    base = hostile("1", words)
    desk.book = {
        "1": base,
        "2": escalated(renamed(base, "2"), RowState.FAILED, error=words, cure=words),
        "3": decided(renamed(base, "3"), RowState.DISMISSED, Verb.DISMISS, reason=words),
    }
    talk = base.record.conversation
    desk.upstream["1"] = replace(talk, parts=(*talk.parts, part(50, AuthorKind.CUSTOMER, words, NOW, words)))
    async with open_app((160, 45), title=words) as (app, pilot):
        assert words[:8] in picture(app)
        await pilot.press("j", "j", "home", "enter", "G", "escape", "e")
        await until(pilot, lambda: words in picture(app))
        await pilot.press("y")
        await until(pilot, lambda: "Nothing was sent" in picture(app))
        assert words in picture(app)
        await pilot.press("escape", "z", "escape", "d", "tab")
        app.screen.query_one(Input).value = words
        await pilot.press("enter")
        await until(pilot, lambda: app.session.queue.rows["1"].state is RowState.DISMISSED)
        assert words in toasts(app)
        await pilot.press("d")
        assert words[:8] in picture(app)
        await pilot.press("escape", "slash")
        app.screen.query_one(Input).value = words
        await pilot.press("enter")
        assert app._exception is None


async def test_clicking_on_hostile_words_runs_nothing(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book = {each.id: each for each in [hostile("1", "[@click=app.quit]x[/]")]}
    async with open_app((160, 45)) as (app, pilot):
        text = picture(app)
        spots = [(line.index("@click"), y) for y, line in enumerate(text.splitlines()) if "@click" in line]
        assert len(spots) > 2
        for spot in spots:
            await pilot.click(offset=spot)
        assert not app._exit


async def test_errors_with_hostile_words_are_told(open_app: Open, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise DecisionError(HOSTILE, cure=HOSTILE)

    desk.poll_error = UnreachableError(HOSTILE, service="intercom", cure=HOSTILE)
    async with open_app((160, 45)) as (app, pilot):
        assert HOSTILE in picture(app)
        monkeypatch.setattr(desk, "dismiss", refuse)
        await pilot.press("d", "enter")
        await until(pilot, lambda: HOSTILE in toasts(app))
        await pilot.pause()
        assert app._exception is None
