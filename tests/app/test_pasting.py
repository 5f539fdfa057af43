"""A paste that comes from the terminal: all of it, in its order, harmless, and none of it a key."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from textual import constants, events
from textual.message import Message

from escalator_tui.model.text import one_line
from escalator_tui.widgets.terminal_input import PasteParser, TerminalDriver

from .conftest import PATIENCE, Open, picture
from .test_leaving import PROGRAM, in_terminal

BEGIN, END = "\x1b[200~", "\x1b[201~"
LOG = "a\x1b[31mREDb\x1b[0m \x1b[1;38;5;208mERROR\x1b[m \x1b[I\x1b[5;7R\x1b[<0;3;4M\x1b\x1b[A\x1bd tail\x1b"
"""Colours, and codes that are keys, a click or a change of focus when a terminal sends them."""


def told(*read: str) -> list[str]:
    """The messages of what is read piece by piece."""
    parser = PasteParser()
    return [name(message) for piece in read for message in parser.feed(piece)]


def name(message: Message) -> str:
    """A key by its name, a paste by its text."""
    match message:
        case events.Paste():
            return f"paste {message.text}"
        case events.Key():
            return message.key
        case _:
            return type(message).__name__


@pytest.mark.parametrize("size", range(1, 14))
def test_a_paste_is_one_however_it_is_read(size: int) -> None:
    sent = f"x{BEGIN}{LOG}{END}y{BEGIN}{END}\x1b[A{BEGIN}two{END}"
    pieces = [sent[at : at + size] for at in range(0, len(sent), size)]
    assert told(*pieces) == ["x", f"paste {LOG}", "y", "paste ", "up", "paste two"]


def test_very_many_pastes_at_once_are_each_told() -> None:
    assert told(f"{BEGIN}a{END}" * 3000) == ["paste a"] * 3000


def test_an_escape_that_was_taken_for_a_key_begins_no_paste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "ESCAPE_DELAY", 0.0)
    parser = PasteParser()
    heard = [*parser.feed("\x1b"), *parser.tick(), *parser.feed(BEGIN[1:]), *parser.feed("d")]
    assert name(heard[0]) == "escape"
    assert name(heard[-1]) == "d"


def test_an_input_that_ends_is_read_no_more() -> None:
    driver = TerminalDriver.__new__(TerminalDriver)
    driver.fileno, write = os.pipe()
    os.close(write)
    driver._debug, driver.exit_event = False, threading.Event()
    reading = threading.Thread(target=driver.run_input_thread, daemon=True)
    reading.start()
    reading.join(PATIENCE)
    ended = not reading.is_alive()
    driver.exit_event.set()
    reading.join()
    os.close(driver.fileno)
    assert ended


def test_a_coloured_log_in_the_filter_comes_in_order(tmp_path: Path) -> None:
    child = in_terminal(tmp_path, "-c", PROGRAM, str(tmp_path / "told"))
    child.expect_exact("needs you")
    child.send(f"/{BEGIN}a\x1b[31mREDb\x1b[0mc{END}")
    child.expect_exact("aREDbc")
    child.close(force=True)


def test_bytes_that_are_no_text_do_not_end_the_app(tmp_path: Path) -> None:
    child = in_terminal(tmp_path, "-c", PROGRAM, str(tmp_path / "told"))
    child.expect_exact("needs you")
    os.write(child.fileno(), f"/{BEGIN}caf\xe9 one{END}".encode("latin-1"))
    child.expect_exact("caf\N{REPLACEMENT CHARACTER} one")
    child.close(force=True)


async def test_no_key_is_made_of_a_paste_where_nothing_is_typed(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        before = picture(app)
        for message in PasteParser().feed(f"{BEGIN}{LOG}{END}"):
            app.post_message(message)
        await pilot.pause()
        assert app.screen is app.queue_screen
        assert picture(app) == before
        await pilot.press("slash")
        for message in PasteParser().feed(f"{BEGIN}{LOG}{END}"):
            app.post_message(message)
        await pilot.pause()
        assert one_line(LOG) in picture(app)
