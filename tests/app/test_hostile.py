"""What customers write is drawn, never obeyed: every screen, with text that Textual would read as markup."""

from __future__ import annotations

import io
from dataclasses import replace
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.events import Paste
from textual.widgets import Input

from escalator_tui.agent.cases import Case
from escalator_tui.config import Settings
from escalator_tui.config.schema import AppSettings
from escalator_tui.model.activity import Background, Past
from escalator_tui.model.assessment import Signal
from escalator_tui.model.errors import DecisionError
from escalator_tui.model.kinds import AuthorKind, RowState, Verb
from escalator_tui.model.row import Row
from escalator_tui.model.text import one_line, sanitise
from escalator_tui.plain.running import run_plain
from escalator_tui.screens.tune import TuneScreen
from escalator_tui.services.errors import UnreachableError
from escalator_tui.widgets.themes import alone

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
    async with open_app((160, 45)) as (app, pilot):
        assert words[:8] in picture(app)
        await pilot.press("j", "j", "home", "enter", "G", "escape", "e")
        await until(pilot, lambda: words in picture(app))
        await pilot.press("y")
        await until(pilot, lambda: app.session.queue.rows["1"].state is RowState.UNSENT)
        app.queue_screen.table.select("1")
        await pilot.press("e")
        await until(pilot, lambda: "sends it as it is now" in picture(app))
        assert words in picture(app)
        await pilot.press("escape", "z", "escape", "d", "tab")
        app.screen.query_one(Input).value = words
        await pilot.press("enter")
        await until(pilot, lambda: app.session.queue.rows["1"].state is RowState.DISMISSED)
        assert words[:39] in toasts(app)
        await pilot.press("d")
        assert words[:8] in picture(app)
        await pilot.press("escape", "slash")
        app.screen.query_one(Input).value = words
        await pilot.press("enter")
        await until(pilot, lambda: app.session.queue.needle == words)


PALETTE = [*WORDS, "[bold red]x[/] [/nope]", "[Acme] Inc", "a\\[b]c[/b]\\", "[@click=app.quit]q[/]"]


@pytest.mark.parametrize("words", PALETTE)
async def test_the_palette_tells_refusals_with_hostile_words(open_app: Open, desk: ScriptedDesk, words: str) -> None:
    desk.book = {"1": hostile("1", words)}
    views = {words: words}
    async with open_app((160, 45), settings=Settings(app=AppSettings(views=views))) as (app, pilot):
        await pilot.press("ctrl+p", *"retry")
        await until(pilot, lambda: f"Not now. {words}"[:40] in picture(app))


FAMILY, HEART, PILOT = "👩\u200d👩\u200d👧\u200d👦", "❤\ufe0f", "👩🏽\u200d✈\ufe0f"


async def test_joined_emoji_take_the_same_cells_in_every_terminal(open_app: Open, desk: ScriptedDesk) -> None:
    words = f"日本語{FAMILY} {HEART} {PILOT} ok"
    base = hostile("1", words)
    desk.book = {"1": base, "2": escalated(renamed(base, "2"), RowState.FAILED, error=words, cure=words)}
    async with open_app((80, 24)) as (app, pilot):
        for keys in ((), ("enter",), ("escape", "e"), ("escape", "A")):
            await pilot.press(*keys)
            await until(pilot, lambda: "日本語" in picture(app))
            strips = app.screen._compositor.render_strips()
            assert not {"\u200d", "\ufe0f"} & set(picture(app))
            # Each sign for itself, as a terminal that joins none draws them.
            assert [sum(map(cell_len, strip.text)) for strip in strips] == [80] * 24
        assert desk.draft("1").texts.slack_text.endswith(words)


@given(st.text(alphabet=st.sampled_from(["a", " ", "日", "👩", "👦", "🏽", "❤", "✈", "1", "\u20e3", "\u200d", "\ufe0f"]), max_size=12))
def test_joined_emoji_keep_their_cells(text: str) -> None:
    assert cell_len(alone(text)) == cell_len(text)
    assert not {"\u200d", "\ufe0f"} & set(alone(text))


RAW = {
    "escapes": "\x1b[2J\x1b]52;c;aGk=\x07\x9b31m\x1bPq\x1b\\ \x1b[?1049l x",
    "bidi and zero width": "a\u202eb\u2066c\u200bd\u200ee\ufefff",
    "NUL and others": "a\x00b\x08c\x0bd\x7fe\x85f\u2028g\rh",
    "lone surrogates": "a\ud800b\udfffc",
    "very long": "[@click=app.quit]w[/] " * 400,
}
HARMLESS = {"Mn", "Mc", "Me", "Zs"}


def smuggled(text: str) -> set[str]:
    """What of it a terminal would obey, or a reader not see."""
    return {f"U+{ord(each):04X}" for each in text if each != "\n" and not each.isprintable() and category(each) not in HARMLESS}


@pytest.mark.parametrize("words", RAW.values(), ids=RAW)
async def test_nothing_raw_reaches_the_terminal(open_app: Open, desk: ScriptedDesk, words: str) -> None:
    """What services answer was made safe where it came in; what is configured, typed and pasted comes as it is."""
    safe = sanitise(words)
    base = hostile("1", safe)
    desk.book = {
        "1": base,
        "2": escalated(renamed(base, "2"), RowState.FAILED, error=safe, cure=safe, by=safe),
        "3": decided(renamed(base, "3"), RowState.DISMISSED, Verb.DISMISS, reason=safe, by=safe),
    }
    desk.recorded = [Case(base.record.conversation, (), NOW, verdict) for verdict in (True, False)]
    desk.backgrounds = {"1": Background((base.record.conversation,), (Past(NOW, safe, safe),))}
    settable = words.encode("utf-8", "replace").decode()[:60]  # what TOML can hold
    views = {settable: settable}
    async with open_app((160, 45), settings=Settings(app=AppSettings(views=views)), notifications=True) as (app, pilot):
        app.session.browse = lambda _: False
        seen = {"queue": picture(app)}

        async def look(name: str, *keys: str) -> None:
            await pilot.press(*keys)
            await pilot.pause(0.02)
            seen[name] = picture(app)

        await look("detail", "enter")
        await look("activity of one", "A")
        await look("out of both", "escape", "escape")
        await look("send", "e")
        await look("edit", "ctrl+e")
        app.post_message(Paste(words))
        await look("pasted", "end")
        await look("edited", "escape")
        await look("queue again", "escape")
        await look("activity", "A")
        await look("words", "slash")
        app.post_message(Paste(words))
        await look("words pasted", "end")
        await look("words kept", "enter")
        await look("no words", "escape")
        await look("explained", "enter")
        await look("out of it", "escape", "escape")
        await look("view", "v")
        await look("views", "V")
        assert app.screen.name == "views"
        await look("no view", "escape", "escape")
        await look("tune", "T")
        await until(pilot, lambda: isinstance(app.screen, TuneScreen) and app.screen.replay is not None)
        await look("phrases", "end", "H", "0")
        await look("out of tune", "escape", "escape")
        await look("palette", "ctrl+p")
        await look("out of it", "escape")
        await look("link", "home", "o")
        await until(pilot, lambda: app.screen.name == "link")
        await look("out of the link", "escape")
        await look("copied", "c")
        await until(pilot, lambda: "·" in app.clipboard)
        await look("dismiss", "d", "tab")
        app.post_message(Paste(words))
        await look("reason pasted", "end")
        await look("dismissed", "enter")
        await until(pilot, lambda: desk.book["1"].state is RowState.DISMISSED)
        decision = desk.book["1"].record.decision
        assert decision
        assert smuggled(decision.reason) == set()
        assert app.session.reasons[-1] == decision.reason
        app.queue_screen.table.select("1")
        await look("its conversation", "enter")
        assert decision.reason[:30] in seen["its conversation"]
        await look("out of it", "escape")
        app.queue_screen.table.select("2")
        await look("reasons again", "d")
        assert decision.reason[:30] in seen["reasons again"]
        await look("filter", "escape", "slash")
        app.post_message(Paste(words))
        await look("filter pasted", "end")
        await look("filter back", "escape")
        await look("help", "question_mark")
        leaked = {name: found for name, text in seen.items() if (found := smuggled(text))}
        assert leaked == {}
        assert smuggled(app.clipboard) == set()


async def test_names_of_any_length_leave_the_keys_and_the_conversation_in_sight(open_app: Open, desk: ScriptedDesk) -> None:
    name = "Allgemeine Versicherungsgesellschaft " * 6
    desk.book = {each: row(each, company=name, plan=name, name=name) for each in ("1", "2")}
    async with open_app((80, 24), notifications=True) as (app, pilot):
        app.queue_screen.say(f"Snoozed {name * 2}")
        await until(pilot, lambda: "Snoozed" in picture(app))
        await pilot.press("e")
        await until(pilot, lambda: "y send" in picture(app))
        assert "[Escalation] Allgemeine" in picture(app)
        await pilot.press("escape", "enter")
        await until(pilot, lambda: app.screen.name == "detail")
        app.clear_notifications()
        await until(pilot, lambda: "needs you" in picture(app))
        assert "speak to a manager" in picture(app)


@pytest.mark.parametrize("words", RAW.values(), ids=RAW)
def test_nothing_raw_reaches_plain_mode(desk: ScriptedDesk, words: str) -> None:
    base = hostile("1", words)
    desk.book = {"1": base, "2": escalated(renamed(base, "2"), RowState.FAILED, error=words, cure=words)}
    typed, out = io.StringIO(f"list\nread 1\nactivity\nsend 1\nno\ndismiss 1 {one_line(words)}\nread 2\nquit\n"), io.StringIO()
    assert run_plain(desk, Settings(), typed, out, actor=words, clock=lambda: NOW) in (0, 1)
    assert smuggled(out.getvalue()) == set()


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
