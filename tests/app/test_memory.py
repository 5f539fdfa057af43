"""A session goes on where the last one ended, and no file can keep it from starting."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from escalator_tui.config import Settings
from escalator_tui.config.schema import AppSettings
from escalator_tui.model.errors import ConfigError
from escalator_tui.session.columns import Sort
from escalator_tui.session.memory import MOST_REASONS, Memory, MemoryFile, memory_path, remember_reason
from escalator_tui.widgets.themes import chosen_theme

from .conftest import Open, picture, toasts, until
from .story import HOUR, NOW, row

KEPT = Memory("mrr", True, "acme", "nord", "102", ("vip",), ((1_970_456, 3), (1_970_457, 0)))


def test_what_was_written_is_read(tmp_path: Path) -> None:
    file = MemoryFile(tmp_path / "new" / "session.json")
    assert file.read() == Memory()
    assert file.write(KEPT)
    assert MemoryFile(file.path).read() == KEPT
    assert [each.name for each in file.path.parent.iterdir()] == ["session.json"]
    assert file.news() == ""


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b"\xff\xfe", b'{"version": "1"}', b"[" * 90_000, b'{"version": 1' + b" " * 200_000 + b"}"]
)
def test_a_damaged_file_is_left_out_told_once_and_written_anew(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "session.json"
    path.write_bytes(damage)
    file = MemoryFile(path)
    assert file.read() == Memory()
    assert "cannot be read: the session starts without it" in file.news()
    assert file.news() == ""
    assert file.write(KEPT)
    assert MemoryFile(path).read() == KEPT


def test_a_newer_file_is_neither_used_nor_changed(tmp_path: Path) -> None:
    path = tmp_path / "session.json"
    path.write_text('{"version": 2, "theme": "nord"}')
    file = MemoryFile(path)
    assert file.read() == Memory()
    assert "newer Escalator" in file.news()
    assert file.write(KEPT)
    assert path.read_text() == '{"version": 2, "theme": "nord"}'


def test_a_file_that_cannot_be_written_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    file = MemoryFile(tmp_path / "file" / "session.json")
    assert not file.write(KEPT)
    assert "this session will not be remembered" in file.news()
    assert not file.write(KEPT)
    assert file.news() == ""


def test_values_of_another_kind_and_hostile_ones_are_cleaned(tmp_path: Path) -> None:
    path = tmp_path / "session.json"
    wild = {
        "version": 1,
        "sort": 7,
        "reverse": "yes",
        "filter": "a\x1b[31mb\nc",
        "reasons": ["x\x07", 3, "", "X ", *map(str, range(99))],
        "more": 1,
        "needed": [[1, 2], [1, -2], [True, 3], [1], "12", [4, 5.0], [10**30, 1], [6, 7]],
    }
    path.write_text(json.dumps(wild))
    memory = MemoryFile(path).read()
    assert (memory.sort, memory.reverse, memory.reasons) == ("", False, ("x", *map(str, range(MOST_REASONS - 2))))
    assert memory.needed == ((1, 2), (6, 7))
    assert "\x1b" not in memory.filter
    assert "\n" not in memory.filter


async def test_sort_filter_cursor_reasons_and_a_chosen_theme_are_there_again(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("s", "S", "slash", *"cyber", "enter")
        remember_reason(app.session.reasons, "vip")
        app.theme = "nord"
        sort, cursor = app.session.queue.sort, app.queue_screen.table.cursor_id
        assert app.memory.write(app.memory_now())
    async with open_app(read_only=True) as (app, pilot):
        await until(pilot, lambda: app.queue_screen.table.cursor_id == cursor)
        assert (app.session.queue.sort, app.session.queue.needle, app.theme) == (sort, "cyber", "nord")
        assert sort != Sort()
        assert cursor == "110"
        app.queue_screen.receive([row("201", "Cyber", score=0.99)])
        assert app.queue_screen.table.cursor_id == "110", "it was chosen, though in another session"
        assert app.session.reasons[-1] == "vip"
        assert "cyber" in picture(app).splitlines()[2]
        assert app.memory_now().theme == "nord"


async def test_how_many_needed_the_lead_is_remembered(open_app: Open) -> None:
    moment = [NOW - HOUR]
    async with open_app((160, 45), clock=lambda: moment[0]) as (app, _):
        assert app.memory.write(app.memory_now())
    moment[0] = NOW
    async with open_app((160, 45), clock=lambda: moment[0]) as (app, pilot):
        await until(pilot, lambda: "need you █   █ 1 h" in picture(app))


async def test_the_configured_theme_stands_and_is_not_remembered(open_app: Open) -> None:
    async with open_app(settings=Settings(app=AppSettings(theme="textual-light"))) as (app, _):
        assert app.theme == "textual-light"
        assert app.memory_now().theme == ""


async def test_what_is_not_remembered_is_said_and_nothing_else_happens(open_app: Open) -> None:
    path = memory_path()
    path.parent.mkdir(parents=True)
    path.write_text("rubbish")
    async with open_app() as (app, pilot):
        await until(pilot, lambda: "cannot be read: the session starts without it" in toasts(app))
        assert len(app.session.queue.order) == 10


@pytest.mark.parametrize("cursor", ["999", "105"], ids=["gone", "only watched"])
async def test_a_cursor_where_nothing_waits_is_at_the_top(open_app: Open, cursor: str) -> None:
    MemoryFile(memory_path()).write(Memory(cursor=cursor, sort="nonsense", theme="gone"))
    async with open_app() as (app, _):
        assert app.queue_screen.table.cursor_id == "101"
        assert app.session.queue.sort == Sort()
        assert app.theme == "textual-dark"


def test_the_demo_does_not_change_how_the_real_queue_is_looked_at() -> None:
    assert memory_path(demo=True) != memory_path()
    assert str(memory_path(demo=True)).startswith(os.environ["XDG_STATE_HOME"])


def test_a_theme_is_one_of_textuals_or_refused_with_the_nearest() -> None:
    known = ["ansi-dark", "nord", "textual-dark", "textual-light"]
    assert chosen_theme("nord", "textual-light", known) == "nord"
    assert chosen_theme("textual-ansi", "", known) == "ansi-dark"
    assert chosen_theme("", "textual-light", known) == "textual-light"
    assert chosen_theme("", "gone", known) == ""
    with pytest.raises(ConfigError, match=r"there is no theme textual-lite \(did you mean textual-light\?\)"):
        chosen_theme("textual-lite", "", known)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    kept, link = tmp_path / "kept.json", tmp_path / "session.json"
    kept.write_text('{"version": 1}')
    link.symlink_to(kept)
    assert MemoryFile(link).write(KEPT)
    assert link.is_symlink()
    assert MemoryFile(kept).read() == KEPT


def test_links_in_a_circle_are_told_and_nothing_more(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "session.json")
    (tmp_path / "session.json").symlink_to(tmp_path / "a")
    file = MemoryFile(tmp_path / "session.json")
    assert file.read() == Memory()
    assert not file.write(KEPT)
    assert "cannot be written" in file.news()
