"""Links are opened where somebody sits, shown where nobody does, and copied without what customers may have hidden in them."""

from __future__ import annotations

import base64
import threading
from pathlib import Path

import pytest

from escalator_tui.model.activity import Background, Past
from escalator_tui.session.browser import open_link, opener
from escalator_tui.session.clipboard import copier, copy_natively, summary

from .conftest import PATIENCE, Open, picture, toasts, until
from .desk import ScriptedDesk
from .story import HOSTILE, NOW, row

DISPLAY = {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that alone is searched for programs; each writes down what it was given."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}")
    return folder


def install(folder: Path, name: str, code: int = 0) -> Path:
    """A program that ends with this code. Where it leaves its argument and its input."""
    told = folder / f"{name}.told"
    program = folder / name
    script = 'printf "%s|" "$@"; while IFS= read -r line || [ -n "$line" ]; do printf "%s" "$line"; done'
    program.write_text(f"#!/bin/sh\n{{ {script}; }} > {told}\nexit {code}\n")
    program.chmod(0o755)
    return told


def test_a_desktop_has_a_browser_and_ssh_has_none(programs: Path) -> None:
    assert opener(DISPLAY, "linux") == []
    install(programs, "xdg-open")
    assert opener(DISPLAY, "linux") == ["xdg-open"]
    assert opener({}, "linux") == []
    assert opener({"SSH_CONNECTION": "1"}, "darwin") == []
    assert opener({"SSH_CONNECTION": "1", "DISPLAY": ":10"}, "linux") == ["xdg-open"]
    assert opener({}, "darwin") == ["open"]
    assert opener({"BROWSER": "firefox --new-tab %s:lynx"}, "linux") == ["firefox", "--new-tab"]


def test_a_link_is_opened_and_nothing_else_is(programs: Path) -> None:
    told = install(programs, "xdg-open")
    assert open_link("https://app.intercom.com/1", DISPLAY, "linux")
    assert told.read_text() == "https://app.intercom.com/1|"
    assert not open_link("file:///etc/passwd", DISPLAY, "linux")
    assert not open_link("https://x", {"BROWSER": "'"}, "linux")
    assert not open_link("https://x", {"BROWSER": "nothing-there"}, "linux")
    install(programs, "xdg-open", 3)
    assert not open_link("https://x", DISPLAY, "linux")


def test_the_desktops_clipboard_is_filled_where_there_is_one(programs: Path) -> None:
    assert not copy_natively("x", DISPLAY, "linux")
    told = install(programs, "xclip")
    assert copy_natively("äöü · one", DISPLAY, "linux")
    assert told.read_text() == "-selection|clipboard|äöü · one"
    assert copier({}, "linux") == []
    install(programs, "wl-copy", 1)
    assert copier(DISPLAY, "linux") == ["wl-copy"]
    assert not copy_natively("x", DISPLAY, "linux")
    for name, environ, platform in (
        ("pbcopy", {}, "darwin"),
        ("clip.exe", {"WSL_DISTRO_NAME": "u"}, "linux"),
        ("xsel", {"DISPLAY": ":0"}, "linux"),
    ):
        install(programs, name)
        (programs / "xclip").unlink(missing_ok=True)
        assert copier(environ, platform)[0] == name


def test_a_summary_is_one_clean_line() -> None:
    line = summary(row("1", f"{HOSTILE}\n\x1b]52;c;aGk=\x07 sub\u202eject", "Acme\x1b[31m"), "https://x/1\n")
    assert line.isprintable()
    assert line.startswith("Acme")
    assert line.endswith("· https://x/1")
    assert "P0 · score 0.94" in line


async def test_one_key_opens_the_conversation_and_another_the_issue(open_app: Open) -> None:
    opened: list[str] = []

    def browse(url: str) -> bool:
        opened.append(url)
        return True

    async with open_app() as (app, pilot):
        app.session.browse = browse
        await pilot.press("o")
        await until(pilot, lambda: "Opened AcmeCorp in Intercom" in toasts(app))
        await pilot.press("O")
        assert "AcmeCorp has no Linear issue yet" in toasts(app)
        app.queue_screen.table.select("106")
        await pilot.press("O")
        await until(pilot, lambda: "Opened Hooli in Linear" in toasts(app))
        assert opened == [
            "https://app.intercom.com/a/inbox/acme/inbox/conversation/101",
            "https://linear.app/acme/issue/INF-42",
        ]


async def test_without_a_browser_the_link_stays_on_the_screen_and_is_copied(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        app.session.browse = lambda _: False
        await pilot.press("o")
        await until(pilot, lambda: app.screen.name == "link")
        assert "https://app.intercom.com/a/inbox/acme/inbox/conversation/101" in picture(app)
        assert app.clipboard == "https://app.intercom.com/a/inbox/acme/inbox/conversation/101"
        await pilot.press("escape")
        assert app.screen is app.queue_screen


async def test_c_copies_one_line_through_the_terminal(open_app: Open, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    async with open_app() as (app, pilot):
        assert app._driver
        monkeypatch.setattr(app._driver, "write", written.append)
        await pilot.press("c")
        await until(pilot, lambda: "Copied one line about AcmeCorp, with its link" in toasts(app))
        line = "AcmeCorp · Jane Roe · P0 · score 0.94 · Third time I am asking about this invoice · " + desk.conversation_url("101")
        assert app.clipboard == line
        assert f"\x1b]52;c;{base64.b64encode(line.encode()).decode()}\a" in "".join(written)


async def test_c_copies_a_line_for_each_marked_row_and_says_how_many(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("space", "space", "c")
        await until(pilot, lambda: toasts(app) == "Copied 2 lines, each with its link")
        lines = app.clipboard.splitlines()
        assert [line.rpartition(" · ")[2] for line in lines] == [desk.conversation_url(each) for each in app.session.queue.order[:2]]


async def test_a_browser_that_takes_its_time_holds_up_nothing_else(open_app: Open, desk: ScriptedDesk) -> None:
    go = threading.Event()
    desk.backgrounds["101"] = Background(past=(Past(NOW - 60, "sam", "snoozed this"),))
    async with open_app() as (app, pilot):
        app.session.browse = lambda _: go.wait(PATIENCE)
        await pilot.press("o", "c")
        await until(pilot, lambda: "Copied one line about AcmeCorp, with its link" in toasts(app))
        await pilot.press("enter")
        await until(pilot, lambda: "sam snoozed this" in picture(app))
        go.set()
        await until(pilot, lambda: "Opened AcmeCorp in Intercom" in toasts(app))


@pytest.mark.parametrize(("keys", "on_top"), [(("e",), "send"), (("d", "tab"), "dismiss"), (("e", "escape", "enter"), "detail")])
async def test_a_link_without_a_browser_opens_over_nothing_that_came_meanwhile(open_app: Open, keys: tuple[str, ...], on_top: str) -> None:
    go = threading.Event()
    async with open_app() as (app, pilot):
        app.session.browse = lambda _: not go.wait(PATIENCE)
        await pilot.press("o", *keys)
        go.set()
        await until(pilot, lambda: "The link to AcmeCorp in Intercom is on the clipboard" in toasts(app))
        assert app.screen.name == on_top
        assert app.clipboard == "https://app.intercom.com/a/inbox/acme/inbox/conversation/101"
