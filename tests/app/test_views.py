"""Saved views and the filter line: what is shown is always told, with what is wrong with it."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import OptionList

from escalator_tui.app import EscalatorApp
from escalator_tui.config import Settings
from escalator_tui.config.schema import AppSettings
from escalator_tui.screens.help import help_content
from escalator_tui.session.actions import ACTIONS, Situation
from escalator_tui.session.fields import FIELDS
from escalator_tui.session.views import count_views

from .conftest import Open, picture, toasts, until
from .story import row

VIEWS = Settings(app=AppSettings(views={"big": "mrr:>1000 state:needs", "[b]quiet": "state:watching", "wrong": "compny:x globex"}))


async def test_v_goes_through_the_views_and_back_to_everything(open_app: Open) -> None:
    async with open_app(settings=VIEWS) as (app, pilot):
        await pilot.press("v")
        assert app.session.queue.order == ["101", "110", "102"]
        await until(pilot, lambda: "view big mrr:>1000 state:needs" in " ".join(picture(app).split()))
        await pilot.press("v")
        assert app.session.queue.order == ["105", "107"]
        await until(pilot, lambda: "view [b]quiet state:watching" in " ".join(picture(app).split()))
        await pilot.press("v", "v")
        assert len(app.session.queue.order) == 10
        assert not app.queue_screen.filter_line.display
        assert app.focused is app.queue_screen.table


async def test_escape_leaves_a_view_and_v_begins_anew(open_app: Open) -> None:
    async with open_app(settings=VIEWS) as (app, pilot):
        await pilot.press("v", "escape")
        assert len(app.session.queue.order) == 10
        await pilot.press("v")
        assert app.queue_screen.view == "big"


async def test_a_view_that_is_changed_is_that_view_no_more(open_app: Open) -> None:
    async with open_app(settings=VIEWS) as (app, pilot):
        await pilot.press("v", "slash", "end", "space", *"globex")
        assert app.session.queue.order == ["102"]
        assert app.queue_screen.view == ""
        assert "view big" not in picture(app)


async def test_escape_while_typing_goes_back_to_the_filter_that_was_in_force(open_app: Open) -> None:
    async with open_app(settings=VIEWS) as (app, pilot):
        await pilot.press("v", "slash", *"globex")
        assert app.session.queue.order == ["102"]
        await until(pilot, lambda: "enter keep the filter  esc as before" in picture(app))
        await pilot.press("escape")
        await until(pilot, lambda: "e escalate" in picture(app))
        assert (app.queue_screen.view, app.session.queue.needle) == ("big", VIEWS.app.views["big"])
        assert app.focused is app.queue_screen.table
        await pilot.press("slash", *"globex", "enter", "slash", "x", "escape")
        assert (app.queue_screen.view, app.session.queue.needle) == ("", "globex")
        assert app.queue_screen.filter_line.display
        await pilot.press("escape")
        assert app.session.queue.needle == ""
        assert not app.queue_screen.filter_line.display


async def test_a_filter_line_that_is_left_and_opened_before_anything_tells_of_it_goes_back_to_what_was_kept(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("slash", *"globex")
        app.queue_screen.action_enter()
        app.queue_screen.do_filter()
        app.queue_screen.filter_line.input.value = "x"
        await pilot.pause()
        await pilot.press("escape")
        assert app.session.queue.needle == "globex"


async def test_while_there_is_a_slip_enter_is_offered_only_for_when_it_is_mended(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("slash", *"compny:acme")
        await until(pilot, lambda: "enter once it is mended  esc as before" in picture(app))
        await pilot.press("ctrl+u", *"company:acme")
        await until(pilot, lambda: "enter keep the filter  esc as before" in picture(app))


async def test_a_filter_that_was_left_by_the_mouse_is_kept(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("slash", *"globex")
        await pilot.click("#queue", offset=(10, 2))
        await pilot.click("#filter")
        await until(pilot, lambda: "esc as before" in picture(app))
        await pilot.press("end", "x", "escape")
        assert app.session.queue.needle == "globex"


async def test_a_bad_view_is_told_at_the_start_by_name_and_works_as_far_as_it_can(open_app: Open) -> None:
    async with open_app(settings=VIEWS) as (app, pilot):
        assert "The view wrong is not right: compny: is no field; the nearest is company:." in toasts(app)
        app.queue_screen.show_view("wrong")
        await pilot.pause()
        assert app.session.queue.order == ["102"]
        await until(pilot, lambda: "✕ compny: is no field; the nearest is company:." in picture(app))


async def test_several_bad_views_are_all_told(open_app: Open) -> None:
    views = {"one": "compny:x", "two": "mrr:lots"}
    async with open_app(settings=Settings(app=AppSettings(views=views))) as (app, _):
        assert "The view one is not right" in toasts(app)
        assert "The view two is not right" in toasts(app)


async def test_a_remembered_filter_is_the_view_it_came_from(open_app: Open) -> None:
    async with open_app(settings=VIEWS) as (app, pilot):
        await pilot.press("v")
        assert app.memory.write(app.memory_now())
    async with open_app(settings=VIEWS) as (app, pilot):
        assert (app.queue_screen.view, app.session.queue.order) == ("big", ["101", "110", "102"])
        await pilot.press("v")
        assert app.queue_screen.view == "[b]quiet"


@pytest.mark.parametrize("name", ["", "\u200b"])
async def test_a_view_without_a_name_does_not_stand_in_for_everything(open_app: Open, name: str) -> None:
    async with open_app(settings=Settings(app=AppSettings(views={name: "globex"}))) as (app, pilot):
        await pilot.press("V", "1")
        assert (app.queue_screen.view, app.session.queue.needle) == ("globex", "globex")
        await pilot.press("escape")
        assert app.session.queue.needle == ""
        await pilot.press("v", "V", "0")
        assert app.session.queue.needle == ""


async def test_without_views_v_says_so(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("v")
        assert "There is no saved view" in toasts(app)


async def test_every_view_is_in_the_palette(open_app: Open) -> None:
    async with open_app(settings=VIEWS) as (app, pilot):
        await pilot.press("ctrl+p", *"view quiet")
        await until(pilot, lambda: "state:watching" in picture(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.session.queue.order == ["105", "107"])
        await pilot.press("ctrl+p", *"view everything")
        await until(pilot, lambda: picture(app).count("view everything") == 2)
        await pilot.press("enter")
        await until(pilot, lambda: len(app.session.queue.order) == 10)
        assert (app.queue_screen.view, app.session.queue.needle) == ("", "")


async def test_the_filter_line_explains_itself_while_one_types(open_app: Open) -> None:
    async with open_app((80, 24)) as (app, pilot):
        await pilot.press("slash")
        await until(pilot, lambda: "prio:p0 mrr:>=1000 waits:>2h" in picture(app))
        await until(pilot, lambda: "words, or prio: state: waits: company: mrr: score: plan: … help lists all" in picture(app))
        await pilot.press(*"waits:")
        assert "waits: how long the customer waits for us, such as >2h or <30m" in picture(app)
        await pilot.press(*">2")
        assert "✕ waits: cannot be “>2”; write >2h or <30m." in picture(app)
        assert "10 of 10" in picture(app)
        await pilot.press("h", "space", *"-refund")
        assert "6 of 10" in picture(app)
        await pilot.press("enter")
        await until(pilot, lambda: "words, or" not in picture(app))
        line = picture(app).splitlines()[2].split()
        assert line == ["waits:>2h", "-refund", "6", "of", "10"], "how many are shown stands there as long as others are not"


async def test_the_slash_begins_a_filter_anew_and_the_arrows_go_on_with_the_old_one(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("slash", *"globex", "enter", "slash", *"hooli", "enter")
        assert app.session.queue.needle == "hooli"
        await pilot.press("slash", "right", "space", "x", "enter")
        assert app.session.queue.needle == "hooli x"


def test_the_help_lists_every_field_of_the_filter() -> None:
    shown = help_content(Situation(), ACTIONS, 100).plain
    assert all(f"{name}: " in shown for name in FIELDS)
    assert "how long the customer waits for us, such as >2h or <30m" in shown


async def test_at_60_columns_a_problem_is_told_in_full(open_app: Open) -> None:
    async with open_app((60, 15)) as (app, pilot):
        await pilot.press("slash", *"compny:x")
        assert "✕ compny: is no field; the nearest is company:." in picture(app)


async def test_what_is_pasted_is_made_safe(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("slash")
        app.post_message(events.Paste("\x1b[31mglo\u202ebex\x07 \n x"))
        await until(pilot, lambda: bool(app.queue_screen.filter_line.input.value))
        assert app.queue_screen.filter_line.input.value == "globex x"


async def test_views_with_control_signs_are_made_safe(open_app: Open) -> None:
    views = {"re\x07d": "\x1b[31mglobex"}
    async with open_app(settings=Settings(app=AppSettings(views=views))) as (app, pilot):
        await pilot.press("v")
        assert (app.queue_screen.view, app.session.queue.needle) == ("red", "globex")
        assert app.session.queue.order == ["102"]


async def test_what_time_brings_into_the_filter_comes_by_itself(open_app: Open) -> None:
    moment = [1_773_410_400.0]
    async with open_app(clock=lambda: moment[0]) as (app, pilot):
        await pilot.press("slash", *"waits:>1h", "enter")
        assert "104" not in app.session.queue.order
        moment[0] += 1800
        app.queue_screen.tick()
        await pilot.pause()
        assert "104" in app.session.queue.order


async def test_a_filter_with_a_slip_is_not_left_by_enter(open_app: Open) -> None:
    async with open_app((80, 24)) as (app, pilot):
        await pilot.press("slash", *"stat:needs", "enter")
        assert app.queue_screen.types, "it shows more than was meant"
        await until(pilot, lambda: "✕ stat: is no field" in picture(app))
        await pilot.press("left", "left", "left", "left", "left", "left", "e", "enter")
        assert app.session.queue.needle == "state:needs"
        assert app.focused is app.queue_screen.table
        await until(pilot, lambda: f"{len(app.session.queue.order)} of 10" in picture(app).splitlines()[2])


def lines_with(app: EscalatorApp, *words: str) -> list[str]:
    """Each line in the box that has one of these words, without the frame and its scroll bar."""
    lines = [line.partition("│")[2].partition("│")[0].rstrip("▁▂▃▄▅▆▇█ ") for line in picture(app).splitlines()]
    return [" ".join(line.split()) for line in lines if any(map(line.count, words))]


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_the_views_are_listed_with_how_many_rows_each_shows_and_how_many_of_these_need_a_decision(
    open_app: Open, size: tuple[int, int]
) -> None:
    async with open_app(size, settings=VIEWS) as (app, pilot):
        await pilot.press("v", "V")
        await until(pilot, lambda: app.screen.name == "views" and "● in force" in picture(app))
        assert "0–3 or enter show" in picture(app)
        assert "esc keep it" in picture(app)
        await until(pilot, lambda: " ".join(lines_with(app, "1 big", "● in force")) == "1 big 3 rows, 2 need you ● in force")
        assert lines_with(app, "2 [b]quiet") == ["2 [b]quiet 2 rows, 0 need you"]
        await pilot.press("home")
        await until(pilot, lambda: lines_with(app, "0 everything") == ["0 everything 10 rows, 3 need you"])
        await pilot.press("end")
        await until(pilot, lambda: "3 wrong" in picture(app))
        assert lines_with(app, "3 wrong") == ["3 wrong 1 row, 1 need you"]
        told = lines_with(app, "✕ compny", "nearest", "company:.")
        assert " ".join(dict.fromkeys(told)) == "✕ compny: is no field; the nearest is company:."


@pytest.mark.parametrize(
    ("keys", "view", "rows"),
    [
        (("1",), "big", 3),
        (("2",), "[b]quiet", 2),
        (("0",), "", 10),
        (("down", "enter"), "[b]quiet", 2),
        (("up", "enter"), "", 10),
        (("enter",), "big", 3),
        (("escape",), "big", 3),
        (("9", "escape"), "big", 3),
    ],
)
async def test_a_digit_or_the_line_takes_a_view_and_escape_keeps_what_is_shown(
    open_app: Open, keys: tuple[str, ...], view: str, rows: int
) -> None:
    async with open_app(settings=VIEWS) as (app, pilot):
        await pilot.press("v", "V", *keys)
        assert app.screen is app.queue_screen
        assert (app.queue_screen.view, len(app.session.queue.order)) == (view, rows)
        assert app.focused is app.queue_screen.table


async def test_a_click_takes_a_view_and_the_next_key_is_for_its_rows(open_app: Open) -> None:
    async with open_app(settings=VIEWS) as (app, pilot):
        await pilot.press("V")
        await pilot.click(OptionList, offset=(4, 1))
        assert (app.queue_screen.view, app.session.queue.order) == ("big", ["101", "110", "102"])
        await pilot.press("V", "2", "down", "space")
        assert app.session.queue.marks == {app.session.queue.order[1]} == {"107"}


async def test_a_filter_that_was_typed_is_none_of_the_views_and_is_kept(open_app: Open) -> None:
    async with open_app((40, 10), settings=VIEWS) as (app, pilot):
        await pilot.press("slash", *"globex", "enter", "V")
        await until(pilot, lambda: "a filter of yours is in force" in picture(app))
        assert "●" not in "".join(lines_with(app, "everything", "big"))
        await pilot.press("escape")
        assert app.session.queue.needle == "globex"
        await pilot.press("V", "0")
        assert app.session.queue.needle == ""


async def test_the_views_are_counted_once_when_they_are_listed(open_app: Open) -> None:
    async with open_app(settings=VIEWS) as (app, pilot):
        await pilot.press("V")
        app.queue_screen.receive([row("201", "Brand new", score=0.99)])
        await until(pilot, lambda: len(app.session.queue.rows) == 11)
        assert "0 everything 10 rows, 3 need you ● in force" in lines_with(app, "0 everything")
        await pilot.press("escape", "V")
        await until(pilot, lambda: "0 everything 11 rows, 4 need you ● in force" in lines_with(app, "0 everything"))


async def test_a_conversation_that_waits_to_be_let_in_is_not_counted(open_app: Open) -> None:
    async with open_app(settings=VIEWS) as (app, pilot):
        await pilot.press("down", "down")
        app.queue_screen.table.at_top = False
        app.queue_screen.receive([row("201", "Brand new", score=0.99)])
        assert app.session.queue.waiting == {"201"}
        counted = count_views(app.session.queue, {"": "", "new": "id:201"})
        assert [(each.found, each.need) for each in counted] == [(10, 3), (0, 0)]


async def test_more_than_nine_views_are_reached_by_the_cursor_and_long_names_are_told_in_full(open_app: Open) -> None:
    views = {f"a name of {number:02d} as long as can be": f"id:{100 + number}" for number in range(1, 13)}
    async with open_app((40, 10), settings=Settings(app=AppSettings(views=views))) as (app, pilot):
        await pilot.press("V", "end")
        await until(pilot, lambda: "a name of 12 as long as can be" in picture(app))
        assert "0–9 or enter show  esc keep it" in picture(app)
        await pilot.press("enter")
        assert app.queue_screen.view.startswith("a name of 12")
        await pilot.press("V")
        await until(pilot, lambda: "● in force" in picture(app))


async def test_without_views_there_is_nothing_to_list(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("V")
        assert app.screen is app.queue_screen
        assert "There is no saved view; views in the configuration's [app] names them" in toasts(app)


async def test_views_are_listed_in_the_queue_only(open_app: Open) -> None:
    async with open_app(settings=VIEWS) as (app, pilot):
        await pilot.press("enter", "V")
        assert "That is a key of the queue; esc goes back there" in toasts(app)
        assert app.screen.name == "detail"


async def test_the_views_are_listed_while_nothing_is_decided_and_by_the_palette(open_app: Open) -> None:
    async with open_app(settings=VIEWS, read_only=True) as (app, pilot):
        await pilot.press("ctrl+p", *"views")
        await until(pilot, lambda: "Lists the saved views" in picture(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.name == "views")
