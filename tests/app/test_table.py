"""The table: the cursor is a conversation, lines are drawn one by one, and nothing moves under the lead."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip

from escalator_tui.app import EscalatorApp
from escalator_tui.config import Settings
from escalator_tui.config.schema import AppSettings
from escalator_tui.model.kinds import Priority, RowState, Verb
from escalator_tui.model.row import Row
from escalator_tui.services.errors import UnreachableError
from escalator_tui.session.columns import place
from escalator_tui.session.memory import Memory, MemoryFile, memory_path
from escalator_tui.widgets import queue_table
from escalator_tui.widgets.queue_table import QueueTable
from escalator_tui.widgets.row_look import draw_row

from .conftest import Open, picture, until
from .desk import ScriptedDesk
from .story import NOW, closed, decided, escalated, row
from .test_queue_model import noted, scored, wrote


def line_of(text: str, app_picture: str) -> int:
    """The number of the line that holds this text."""
    return next(at for at, line in enumerate(app_picture.splitlines()) if text in line)


async def test_one_changed_row_draws_one_line(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[Region, ...]] = []
    async with open_app() as (app, _):
        refresh = QueueTable.refresh

        def counted(self: QueueTable, *regions: Region, **options: Any) -> QueueTable:
            drawn.append(regions)
            return refresh(self, *regions, **options)

        monkeypatch.setattr(QueueTable, "refresh", counted)
        app.queue_screen.receive([scored(app.session.queue.rows["102"], 0.72)])
        assert [len(regions) for regions in drawn] == [1]
        assert drawn[0][0].height == 1
        assert drawn[0][0].y == 3


async def test_a_row_out_of_sight_draws_nothing(open_app: Open, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.book = {str(number): row(str(number), f"Row {number}", score=1 - number / 1000) for number in range(200)}
    rendered: list[int] = []
    render_line = QueueTable.render_line

    def counted(self: QueueTable, y: int) -> Strip:
        rendered.append(y)
        return render_line(self, y)

    monkeypatch.setattr(QueueTable, "render_line", counted)
    async with open_app() as (app, pilot):
        assert max(rendered) < 36
        rendered.clear()
        app.queue_screen.table.touch(["150"])
        await pilot.pause()
        assert rendered == []


async def test_the_layout_is_asked_for_once_however_many_rows_changed_out_of_sight(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def size(self: QueueTable) -> Size:
        asked.append("size")
        return self.content_region.size

    async with open_app() as (app, _):
        table = app.queue_screen.table
        monkeypatch.setattr(QueueTable, "size", property(size))
        for ids in ({"elsewhere"}, {f"elsewhere {number}" for number in range(1000)}):
            asked.clear()
            table.touch(ids)
            assert len(asked) == 1


async def test_lines_are_kept_until_they_read_differently(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_app() as (app, pilot):
        made: list[str] = []

        def counted(each: Row, *rest: Any) -> Strip:
            made.append(each.id)
            return draw_row(each, *rest)

        monkeypatch.setattr(queue_table, "draw_row", counted)
        app.queue_screen.table.refresh()
        await pilot.pause()
        assert made == []
        app.queue_screen.receive([scored(app.session.queue.rows["102"], 0.72)])
        await pilot.pause()
        assert made == ["102"]


async def test_the_cursor_stays_on_its_conversation_through_sorts_and_refreshes(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        table = app.queue_screen.table
        await pilot.press("down", "down")
        assert table.cursor_id == "102"
        for key in ("s", "S", "s", "s"):
            await pilot.press(key)
            assert table.cursor_id == "102"
            assert app.queue_screen.situation().rows[0].id == "102"
        app.queue_screen.receive([scored(app.session.queue.rows["107"], 0.99), row("300", score=0.9)])
        assert table.cursor_id == "102"


async def test_the_line_under_the_lead_does_not_move_when_rows_come_above(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book = {str(number): row(str(number), f"Row {number:03}", score=0.9 - number / 1000) for number in range(100)}
    async with open_app((80, 24)) as (app, pilot):
        for _ in range(4):
            await pilot.press("pagedown")
        subject = app.session.queue.rows[app.queue_screen.table.cursor_id or ""].record.conversation.subject
        before = line_of(subject, picture(app))
        app.queue_screen.receive([scored(app.session.queue.rows[str(number)], 0.95) for number in range(90, 97)])
        await pilot.pause()
        assert line_of(subject, picture(app)) == before


async def test_at_the_top_too_the_line_under_the_lead_stays_when_rows_only_change_places(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book = {str(number): row(str(number), f"Row {number:03}", score=0.9 - number / 1000) for number in range(100)}
    async with open_app((80, 24)) as (app, pilot):
        table = app.queue_screen.table
        await pilot.press("home")
        app.queue_screen.receive([scored(app.session.queue.rows[str(number)], 0.95) for number in range(90, 93)])
        await pilot.pause()
        assert (table.cursor_id, line_of("▌", picture(app)), table.scroll_offset.y) == ("0", 3, 3)
        app.queue_screen.receive([row("201", "Brand new", score=0.99)])
        await pilot.pause()
        assert (line_of("Row 000", picture(app)), "1 new, 1 needs you ▲ home" in picture(app)) == (3, True)
        await pilot.press("home")
        assert (table.cursor_id, table.scroll_offset.y) == ("201", 0)


async def test_what_is_taken_back_is_under_the_cursor_and_in_sight(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book = {str(number): row(str(number), f"Row {number:03}", score=0.9 - number / 1000) for number in range(100)}
    async with open_app((80, 24)) as (app, pilot):
        table = app.queue_screen.table
        await pilot.press("d", "1")
        await until(pilot, lambda: desk.book["0"].state is RowState.DISMISSED and not app.session.decisions.pending)
        await pilot.press("u")
        await until(pilot, lambda: app.session.queue.rows["0"].state is RowState.NEEDS_DECISION)
        assert (table.cursor_id, table.scroll_offset.y) == ("0", 0)
        assert "Row 000" in picture(app)
        assert "•" not in picture(app)


async def test_who_sees_the_first_row_sees_the_first_of_another_order_too(open_app: Open, desk: ScriptedDesk) -> None:
    urgent = range(5, 15)
    desk.book = {
        str(each): row(str(each), f"Row {each:03}", score=0.9 - each / 1000, priority=Priority.P0 if each in urgent else Priority.P1)
        for each in range(100)
    }
    async with open_app((120, 36)) as (app, pilot):
        table = app.queue_screen.table
        await pilot.press("down", "down", "s")
        assert app.session.queue.sort.column == "priority"
        assert (table.cursor_id, table.scroll_offset.y, app.session.queue.places["2"]) == ("2", 0, 12)


async def test_at_the_top_a_change_below_leaves_the_lead_at_the_top(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book = {str(number): row(str(number), f"Row {number:03}", score=0.9 - number / 1000) for number in range(100)}
    async with open_app((80, 24)) as (app, pilot):
        app.queue_screen.receive([row("201", "Brand new", score=0.99), scored(app.session.queue.rows["50"], 0.1)])
        app.queue_screen.receive([scored(app.session.queue.rows["60"], 0.1)])
        app.queue_screen.receive([row("202", "Newer still", score=0.98)])
        await pilot.pause()
        assert [line_of(each, picture(app)) for each in ("Brand new", "Newer still", "Row 000")] == [3, 4, 5]


async def test_new_conversations_are_offered_and_let_in_by_home(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("down")
        app.queue_screen.receive([row("201", "Brand new", score=0.99), row("202", "Newer still", score=0.98)])
        await pilot.pause()
        assert "2 new, 2 need you ▲ home" in picture(app)
        assert "Brand new" not in picture(app)
        await pilot.press("home")
        assert "Brand new" in picture(app)
        assert "new ▲" not in picture(app)
        assert app.queue_screen.table.cursor_id == "201"


async def test_what_changed_since_the_last_look_is_marked_until_the_next_one(open_app: Open, desk: ScriptedDesk) -> None:
    moment = [float(NOW)]
    async with open_app(clock=lambda: moment[0]) as (app, pilot):
        assert not {"•", "+"} & {line[1:2] for line in picture(app).splitlines()[3:13]}
        assert "214 open · 1 priority is a guess" in picture(app)
        await pilot.press("down")
        desk.put(wrote(desk.book["102"], 0.72), noted(desk.book["103"], 0.5), row("201", "Brand new", score=0.5))
        app.session.poller.refresh()
        await until(pilot, lambda: desk.polls == 2 and not app.session.watch.polling)
        await pilot.press("home")
        shown = picture(app).splitlines()
        assert next(line for line in shown if "Exports have been" in line)[1] == "•"
        assert next(line for line in shown if "refund???" in line)[1] == " ", "nobody but Escalator did anything there"
        assert next(line for line in shown if "Brand new" in line)[1] == "+"
        assert "214 open · 2 changed · 1 priority is a guess" in shown[1]
        app.session.poller.refresh()
        await until(pilot, lambda: desk.polls == 3 and not app.session.watch.polling)
        assert not {"•", "+"} & {line[1:2] for line in picture(app).splitlines()[3:14]}


async def test_after_a_decision_the_lines_above_stay_and_the_cursor_takes_the_next_that_needs_something(
    open_app: Open, desk: ScriptedDesk
) -> None:
    desk.book = {str(number): row(str(number), f"Row {number:03}", score=0.9 - number / 1000) for number in range(100)}
    async with open_app((80, 24)) as (app, pilot):
        table = app.queue_screen.table
        for _ in range(3):
            await pilot.press("down")
        for expected in ("4", "5", "6"):
            above = picture(app).splitlines()[2:6]
            await pilot.press("d", "enter")
            await until(pilot, lambda: app.session.decisions.pending == 0)
            assert table.cursor_id == expected
            assert [line[1:] for line in picture(app).splitlines()[2:6]] == [line[1:] for line in above]
            assert line_of(f"Row {int(expected):03}", picture(app)) == 6
        assert table.scroll_offset.y == 0


async def test_after_a_retry_too_the_cursor_takes_the_next_that_needs_something(open_app: Open, desk: ScriptedDesk) -> None:
    failed = [escalated(row(str(number), f"Row {number:03}", score=0.9 - number / 1000), RowState.FAILED) for number in range(3)]
    desk.book = {each.id: each for each in (*failed, *(row(str(number), score=0.5 - number / 1000) for number in range(3, 60)))}
    async with open_app((80, 24)) as (app, pilot):
        table, queue = app.queue_screen.table, app.session.queue
        await pilot.press("R", "space", "space", "R")
        await until(pilot, lambda: [each for each, _ in desk.retried] == ["0", "1", "2"])
        await until(pilot, lambda: all(queue.rows[each].state is RowState.SENDING for each in "012"))
        assert (table.cursor_id, table.scroll_offset.y, queue.marks) == ("3", 0, set())


async def test_after_a_decision_far_down_the_lines_above_stay_too(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book = {str(number): row(str(number), f"Row {number:03}", score=0.9 - number / 1000) for number in range(100)}
    async with open_app((80, 24)) as (app, pilot):
        for _ in range(4):
            await pilot.press("pagedown")
        await pilot.press("up", "up")
        line, top = line_of("▌", picture(app)), app.queue_screen.table.scroll_offset.y
        assert top > 0
        await pilot.press("d", "enter")
        await until(pilot, lambda: app.session.decisions.pending == 0)
        assert (line_of("▌", picture(app)), app.queue_screen.table.scroll_offset.y) == (line, top)


async def test_when_nothing_below_needs_anything_the_cursor_goes_up_among_its_neighbours(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book = {str(number): row(str(number), f"Row {number:03}", score=0.9 - number / 1000) for number in range(100)}
    desk.put(*(replace(desk.book[str(number)], state=RowState.WATCHING) for number in range(50, 100)))
    async with open_app((80, 24)) as (app, pilot):
        await pilot.press("end", "d", "enter")
        await until(pilot, lambda: app.session.decisions.pending == 0)
        assert app.queue_screen.table.cursor_id == "49"
        assert "Row 048" in picture(app)
        assert "Row 050" in picture(app)


async def test_the_wheel_takes_the_cursor_along_so_that_it_is_always_in_sight(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book = {str(number): row(str(number), f"Row {number:03}", score=0.9 - number / 1000) for number in range(100)}
    async with open_app((80, 24)) as (app, pilot):
        table = app.queue_screen.table
        for _ in range(8):
            app.post_message(events.MouseScrollDown(None, 20, 8, 0, 0, 0, False, False, False))
        await pilot.pause()
        top = table.scroll_offset.y
        assert top > 0
        assert table.cursor_id == str(top)
        assert picture(app).splitlines()[3].startswith("▌")
        app.queue_screen.receive([scored(app.session.queue.rows["90"], 0.99)])
        await pilot.pause()
        assert table.cursor_id == str(top)
        assert picture(app).splitlines()[3].startswith("▌")


async def test_a_click_before_a_row_marks_it(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.click(QueueTable, offset=(1, 3))
        assert app.session.queue.marks == {"102"}
        assert app.queue_screen.table.cursor_id == "102"
        await pilot.click(QueueTable, offset=(0, 3))
        assert app.session.queue.marks == set()


async def test_a_star_marks_what_the_filter_shows_and_again_nothing(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("slash", *"state:needs", "enter", "asterisk")
        assert app.session.queue.marks == {"101", "102", "103"}
        assert picture(app).count(" ✓ ") + picture(app).count("▌✓ ") == 3
        await pilot.press("asterisk")
        assert app.session.queue.marks == set()


async def test_new_conversations_slide_in_at_the_top_and_the_cursor_keeps_its_own(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("home")
        app.queue_screen.receive([row("201", "Brand new", score=0.99)])
        await pilot.pause()
        assert "Brand new" in picture(app).splitlines()[3]
        assert app.queue_screen.table.cursor_id == "101"


async def test_a_conversation_closed_elsewhere_stays_under_the_cursor_and_leaves_behind_it(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        app.queue_screen.receive([closed(app.session.queue.rows["101"])])
        await pilot.pause()
        assert "✓ closed" in picture(app)
        await pilot.press("e")
        assert app.screen is app.queue_screen
        await pilot.press("j")
        assert "Third time" not in picture(app)
        assert app.queue_screen.table.cursor_id == "110"


async def test_a_row_that_no_longer_needs_the_lead_stays_under_the_cursor_and_the_next_key_skips_none(
    open_app: Open, desk: ScriptedDesk
) -> None:
    desk.book = {str(number): row(str(number), f"Row {number:03}", score=0.9 - number / 1000) for number in range(7)}
    desk.put(*(replace(row(f"9{number}", f"Calm {number}", score=0.3), state=RowState.WATCHING) for number in range(9)))
    async with open_app((80, 24)) as (app, pilot):
        table = app.queue_screen.table
        await pilot.press("down", "down", "down")
        line = line_of("Row 003", picture(app))
        app.queue_screen.receive([replace(closed(app.session.queue.rows["3"]), state=RowState.WATCHING)])
        await pilot.pause()
        assert (table.cursor_id, line_of("Row 003", picture(app))) == ("3", line)
        assert picture(app).splitlines()[line].startswith("▌•")
        assert "✓ closed" in picture(app).splitlines()[line]
        await pilot.press("down")
        assert (table.cursor_id, line_of("Row 004", picture(app))) == ("4", line)
        assert "Row 003" not in picture(app)


@pytest.mark.parametrize("state", [RowState.DISMISSED, RowState.SENDING])
async def test_what_a_colleague_decides_under_the_cursor_goes_where_it_belongs_behind_it(
    open_app: Open, desk: ScriptedDesk, state: RowState
) -> None:
    async with open_app() as (app, pilot):
        table = app.queue_screen.table
        await pilot.press("down", "down")
        taken = app.session.queue.rows["102"]
        settled = decided(taken, state, Verb.DISMISS) if state is RowState.DISMISSED else escalated(taken, state)
        app.queue_screen.receive([settled])
        await pilot.pause()
        assert app.session.queue.order[:4] == ["101", "110", "102", "103"]
        await pilot.press("down")
        assert table.cursor_id == "103"
        assert app.session.queue.places["102"] > app.session.queue.places["103"]


async def test_home_goes_to_the_row_under_the_cursor_when_that_came_to_be_the_first_that_needs_the_lead(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        table, queue = app.queue_screen.table, app.session.queue
        table.select("105")
        app.queue_screen.receive([replace(scored(queue.rows["105"], 0.99), state=RowState.NEEDS_DECISION)])
        assert queue.places["105"] > 0
        await pilot.press("home")
        assert (table.cursor_id, queue.order[0], table.at_top) == ("105", "105", True)


async def test_end_goes_to_the_row_under_the_cursor_when_that_came_to_be_the_last(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        table, queue = app.queue_screen.table, app.session.queue
        await pilot.press("home")
        sunk = scored(row("101"), 0.0)
        app.queue_screen.receive([decided(sunk, RowState.DISMISSED, Verb.DISMISS)])
        await pilot.press("end")
        assert (table.cursor_id, queue.order[-1]) == ("101", "101")
        app.queue_screen.receive([closed(queue.rows["101"])])
        await pilot.press("end")
        assert ("101" in queue.rows, table.cursor_id) == (False, queue.order[-1])


async def test_who_leaves_a_row_that_sinks_from_the_first_line_stands_at_the_top(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("home")
        app.queue_screen.receive([replace(app.session.queue.rows["101"], state=RowState.WATCHING)])
        await pilot.press("down")
        assert (app.queue_screen.table.cursor_id, app.session.queue.order[0]) == ("110", "110")
        app.queue_screen.receive([row("201", "Brand new", score=0.99)])
        await pilot.pause()
        assert "Brand new" in picture(app).splitlines()[3]


async def test_new_ones_wait_when_the_rows_above_the_cursor_left_and_come_in_when_the_lead_moves_to_the_first(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        queue = app.session.queue
        await pilot.press("down", "down")
        app.queue_screen.receive([replace(queue.rows[each], state=RowState.WATCHING) for each in ("101", "110")])
        app.queue_screen.receive([row("201", "Brand new", score=0.99)])
        assert (queue.order[0], queue.waiting) == (app.queue_screen.table.cursor_id, {"201"})
        await pilot.press("up")
        app.queue_screen.receive([row("202", "Newer still", score=0.98)])
        assert queue.order[0] == "202"


async def test_changed_cells_are_bold_until_the_next_look(open_app: Open, desk: ScriptedDesk) -> None:
    async with open_app() as (app, pilot):
        app.queue_screen.receive([wrote(app.session.queue.rows["105"], 0.35)])
        await pilot.pause()
        at = app.session.queue.places["105"] + 1
        bold = {segment.text.strip() for segment in app.queue_screen.table.render_line(at) if segment.style and segment.style.bold}
        assert "0.35" in bold
        desk.put(desk.book["107"])
        app.session.poller.refresh()
        await until(pilot, lambda: app.session.queue.news.cells == {})
        assert not any(
            segment.style and segment.style.bold and "0.35" in segment.text for segment in app.queue_screen.table.render_line(at)
        )


async def test_vim_keys_and_the_mouse_move_the_cursor(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        table = app.queue_screen.table
        seen = []
        for key in ("j", "j", "k", "G", "g", "ctrl+d", "ctrl+u"):
            await pilot.press(key)
            seen.append(table.cursor_id)
        assert seen == ["110", "102", "110", "109", "101", "109", "101"]
        await pilot.click(QueueTable, offset=(20, 4))
        assert table.cursor_id == "103"
        await pilot.click(QueueTable, offset=(20, 4), times=2)
        assert app.screen.name == "detail"


async def test_a_click_on_a_title_sorts_by_it_and_again_turns_it_round(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        x = next(each.x for each in place(app.queue_screen.table.size.width) if each.column.id == "mrr")
        await pilot.click(QueueTable, offset=(x + 3, 0))
        assert app.session.queue.order[0] == "106"
        assert "MRR▼" in picture(app)
        await pilot.click(QueueTable, offset=(x + 3, 0))
        assert app.session.queue.order[-1] == "106"
        assert "MRR▲" in picture(app)


async def test_resizing_live_keeps_the_cursor_in_sight(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book = {str(number): row(str(number), f"Row {number:03}", score=0.9 - number / 1000) for number in range(100)}
    async with open_app((160, 45)) as (app, pilot):
        await pilot.press("pagedown")
        subject = app.session.queue.rows[app.queue_screen.table.cursor_id or ""].record.conversation.subject
        for size in ((60, 15), (80, 24), (200, 50), (30, 6)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert app.queue_screen.table.cursor_id is not None
            assert size == (30, 6) or subject in picture(app)


async def test_an_empty_queue_says_so(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book = {}
    async with open_app() as (app, pilot):
        assert "No open conversation." in picture(app)
        for key in ("e", "p", "d", "z", "u", "space", "enter", "o", "s", "j", "G"):
            await pilot.press(key)
        assert app.screen is app.queue_screen
        app.queue_screen.receive([row("1", "At last")])
        await pilot.pause()
        assert app.queue_screen.table.cursor_id == "1"


async def test_when_the_first_look_failed_nothing_is_said_to_be_read(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book, desk.poll_error = {}, UnreachableError("Intercom cannot be reached", service="intercom", cure="Check the network")
    async with open_app() as (app, _pilot):
        assert "Nothing read yet." in picture(app)
        assert "Reading the conversations" not in picture(app)


async def test_ages_grow_without_any_news(open_app: Open) -> None:
    moment = [float(NOW)]
    async with open_app(clock=lambda: moment[0]) as (app, pilot):
        assert "5h12" in picture(app)
        moment[0] += 3600
        app.queue_screen.tick()
        await pilot.pause()
        assert "6h12" in picture(app)
        assert replace(app.session.queue.rows["101"]).state is RowState.NEEDS_DECISION


def shown_under_the_cursor(app: EscalatorApp) -> str:
    """The subject in the cursor's line."""
    return next(line for line in picture(app).splitlines() if line.startswith("▌")).split("Row ")[1][:3]


def some_change(rng: random.Random, known: Sequence[Row], number: int) -> Row:
    """A conversation that is new, closed, or stands otherwise."""
    if rng.random() < 0.2:
        return row(str(number), f"Row {number:03}", score=rng.random())
    state = rng.choice((RowState.NEEDS_DECISION, RowState.WATCHING, RowState.SNOOZED))
    change = scored(replace(rng.choice(known), state=state), rng.random())
    return closed(change) if rng.random() < 0.2 else change


@pytest.mark.parametrize("needle", ["", "needs", "state:needs score:<0.9"])
async def test_a_key_acts_on_what_stood_under_the_cursor_whatever_happens_meanwhile(
    open_app: Open, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch, needle: str
) -> None:
    rng = random.Random(7)
    opened: list[str] = []
    expected: list[str] = []

    def browse(url: str) -> bool:
        opened.append(url.rpartition("/")[2])
        return True

    desk.book = {str(number): row(str(number), f"Row {number:03}", score=rng.random()) for number in range(100, 140)}
    async with open_app((80, 24)) as (app, pilot):
        monkeypatch.setattr(app.session, "browse", browse)
        app.queue_screen._filter(needle)
        await pilot.pause()
        for number in range(200, 300, 2):
            shown, known = shown_under_the_cursor(app), list(app.session.queue.rows.values())
            app.session.receive([some_change(rng, known, number), some_change(rng, known, number + 1)])
            key = rng.choice(("down", "up", "o"))
            expected += [shown] if key == "o" else []
            app.post_message(events.Key(key, "o" if key == "o" else None))
            await pilot.pause()
        await until(pilot, lambda: len(opened) == len(expected))
        assert opened == expected


async def test_a_message_that_comes_while_the_screen_is_taken_down_does_no_harm(open_app: Open) -> None:
    async with open_app() as (app, _):
        await app.queue_screen.query("*").remove()
        app.queue_screen.refresh_view()
        assert not app.queue_screen.query("*")


async def test_home_lets_in_and_goes_to_the_first_that_needs_the_lead_with_the_view_at_the_top(open_app: Open, desk: ScriptedDesk) -> None:
    desk.book = {str(number): row(str(number), f"Row {number:03}", score=0.9 - number / 1000) for number in range(40)}
    async with open_app((80, 24)) as (app, pilot):
        table = app.queue_screen.table
        table.select("30")
        app.session.receive([row("201", "Brand new", score=0.8955)])
        await pilot.press("home")
        assert (table.cursor_id, table.scroll_offset.y) == ("0", 0)
        assert "Brand new" in picture(app)


async def test_home_finds_the_first_that_needs_the_lead_in_any_order_and_then_the_first_row(open_app: Open, desk: ScriptedDesk) -> None:
    calm = {str(number): row(str(number), f"Row {number:03}", score=0.1, state=RowState.WATCHING) for number in range(40)}
    desk.book = {**calm, "201": row("201", "Needs the lead", score=0.9)}
    async with open_app((80, 24)) as (app, pilot):
        table = app.queue_screen.table
        await pilot.press("S", "end", "up", "home")
        assert table.cursor_id == "201"
        assert "Needs the lead" in picture(app)
        await pilot.press("home")
        assert (table.cursor_id, table.scroll_offset.y) == (app.session.queue.order[0], 0)


async def test_a_filter_that_does_not_find_the_row_under_the_cursor_takes_the_first_it_finds(open_app: Open) -> None:
    async with open_app() as (app, pilot):
        await pilot.press("down", "down", "down", "slash", *"state:watching", "enter")
        queue = app.session.queue
        assert len(queue.order) > 1
        assert app.queue_screen.table.cursor_id == queue.order[0]
        await pilot.press("down", "slash", "end", "space", "enter")
        assert app.queue_screen.table.cursor_id == queue.order[1], "one that is found keeps the cursor"


def rows_in_sight(app: EscalatorApp) -> list[str]:
    """What stands in the lines of the table, whatever line the cursor is in."""
    return [line[2:] for line in picture(app).splitlines() if "AcmeCorp  " in line]


def long_desk(desk: ScriptedDesk) -> None:
    """A hundred rows, every fifth of them small."""
    kinds = {number: "small" if number % 5 == 3 else "large" for number in range(100)}
    desk.book = {str(number): row(str(number), f"Row {number:03} {kind}", score=0.9 - number / 1000) for number, kind in kinds.items()}


@pytest.mark.parametrize(
    ("moves", "cursor"),
    [
        (("home", "down", "down", "down"), "3"),
        (("home", *["down"] * 18), "18"),
        (("end", *["up"] * 16), "83"),
        (("end", "up"), "98"),
    ],
    ids=["near the top", "on the last line", "far down", "at the end"],
)
@pytest.mark.parametrize("ends", [("s", "m", "a", "l", "l", "enter", "escape"), ("s", "m", "escape"), ("escape",)], ids=len)
async def test_behind_a_filter_the_same_rows_are_in_sight_as_before(
    open_app: Open, desk: ScriptedDesk, moves: tuple[str, ...], cursor: str, ends: tuple[str, ...]
) -> None:
    long_desk(desk)
    async with open_app((80, 24)) as (app, pilot):
        table = app.queue_screen.table
        await pilot.press(*moves)
        before = rows_in_sight(app)
        assert table.cursor_id == cursor
        for key in ("slash", *ends):
            app.post_message(events.Key(key, "/" if key == "slash" else key if len(key) == 1 else None))
        await until(pilot, lambda: not app.queue_screen.filter_line.display and app.session.queue.needle == "")
        assert (table.cursor_id, rows_in_sight(app)) == (cursor, before)


async def test_behind_a_filter_the_row_that_was_chosen_in_it_is_in_sight_with_as_little_scrolling_as_can_be(
    open_app: Open, desk: ScriptedDesk
) -> None:
    long_desk(desk)
    async with open_app((80, 24)) as (app, pilot):
        table = app.queue_screen.table
        await pilot.press("down", "down", "down", "slash", *"small", "enter", "end", "escape")
        assert (table.cursor_id, "Row 098" in rows_in_sight(app)[-1], table.at_top) == ("98", True, False)
        await pilot.press("home", "down", "down", "down", "slash", *"small", "enter", "down", "escape")
        assert (table.cursor_id, table.scroll_offset.y) == ("8", 0)


async def test_escape_while_typing_goes_back_to_the_row_that_the_filter_hid(open_app: Open, desk: ScriptedDesk) -> None:
    long_desk(desk)
    async with open_app((80, 24)) as (app, pilot):
        table = app.queue_screen.table
        await pilot.press("end", *["up"] * 10)
        before = rows_in_sight(app)
        await pilot.press("slash", *"small")
        assert table.cursor_id == "3"
        await pilot.press("escape")
        assert (table.cursor_id, rows_in_sight(app), table.at_top) == ("89", before, False)
        await pilot.press("slash", *"nothing like it", "escape")
        assert (table.cursor_id, rows_in_sight(app)) == ("89", before)
        await pilot.press("slash", *"nothing like it", "enter", "escape")
        assert (table.cursor_id, rows_in_sight(app)) == ("89", before), "nothing else was there to be read"
        await pilot.press("slash", *"small", "enter", "slash", *"98", "escape", "escape")
        assert table.cursor_id == "3", "that was chosen with enter"


async def test_escape_while_typing_leaves_a_cursor_that_was_moved_and_one_whose_row_is_gone(open_app: Open, desk: ScriptedDesk) -> None:
    long_desk(desk)
    async with open_app((80, 24)) as (app, pilot):
        table, queue = app.queue_screen.table, app.session.queue
        await pilot.press("down", "slash", *"small")
        table.action_cursor_down()
        await pilot.press("escape")
        assert table.cursor_id == "8"
        await pilot.press("home", "down", "slash", *"small")
        app.queue_screen.receive([closed(queue.rows["1"])])
        await pilot.press("escape")
        assert ("1" in queue.rows, table.cursor_id) == (False, "3")


async def test_escape_while_typing_leaves_a_cursor_that_was_moved_back_to_where_a_filter_had_put_it(
    open_app: Open, desk: ScriptedDesk
) -> None:
    long_desk(desk)
    async with open_app((80, 24)) as (app, pilot):
        table = app.queue_screen.table
        await pilot.press("down", "slash", *"small", "enter", "escape")
        assert table.cursor_id == "3"
        await pilot.press("home", "slash")
        for _ in range(3):
            table.action_cursor_down()
        await pilot.press("escape")
        assert table.cursor_id == "3"


async def test_a_filter_line_left_by_a_click_keeps_no_lines_in_sight_for_later(open_app: Open, desk: ScriptedDesk) -> None:
    long_desk(desk)
    async with open_app((80, 24)) as (app, pilot):
        await pilot.press("slash")
        await pilot.click(QueueTable, offset=(5, 5))
        await pilot.press("end", *["up"] * 12)
        before = app.queue_screen.table.scroll_offset.y
        await pilot.press("escape")
        assert app.queue_screen.table.scroll_offset.y == before


async def test_a_new_row_leaves_the_cursor_where_it_is_behind_a_filter_that_found_it_first(open_app: Open, desk: ScriptedDesk) -> None:
    long_desk(desk)
    async with open_app((80, 24)) as (app, pilot):
        await pilot.press("down", "slash", *"098", "enter", "escape")
        before = rows_in_sight(app)
        app.queue_screen.receive([row("201", "Brand new", score=0.99)])
        await pilot.pause()
        assert (app.queue_screen.table.cursor_id, rows_in_sight(app)) == ("98", before)
        assert "1 new, 1 needs you ▲ home" in picture(app)


async def test_the_first_row_of_a_view_that_is_not_the_first_of_the_next_one_is_not_the_top(open_app: Open, desk: ScriptedDesk) -> None:
    long_desk(desk)
    views = Settings(app=AppSettings(views={"one": "008", "all": "row"}))
    async with open_app((80, 24), settings=views) as (app, pilot):
        table = app.queue_screen.table
        await pilot.press("down", "v", "v")
        before = rows_in_sight(app)
        app.queue_screen.receive([row("201", "A brand new row", score=0.99)])
        await pilot.pause()
        assert (table.cursor_id, rows_in_sight(app), app.session.queue.waiting) == ("8", before, {"201"})


async def test_behind_a_filter_that_was_in_force_from_the_start_the_first_rows_are_in_sight(open_app: Open, desk: ScriptedDesk) -> None:
    long_desk(desk)
    MemoryFile(memory_path()).write(Memory(filter="small"))
    async with open_app((80, 24)) as (app, pilot):
        await pilot.press("down", "escape")
        assert (app.queue_screen.table.cursor_id, app.queue_screen.table.scroll_offset.y) == ("8", 0)


async def test_home_right_behind_a_filter_has_the_last_word(open_app: Open, desk: ScriptedDesk) -> None:
    long_desk(desk)
    desk.put(*(replace(desk.book[str(number)], state=RowState.WATCHING) for number in range(5)))
    async with open_app((80, 24)) as (app, pilot):
        table = app.queue_screen.table
        await pilot.press("S", "end", "slash", *"large", "enter")
        for key in ("escape", "home"):
            app.post_message(events.Key(key, None))
        await until(pilot, lambda: app.session.queue.needle == "" and not app.queue_screen.filter_line.display)
        assert (app.session.queue.places[table.cursor_id or ""], table.scroll_offset.y) == (5, 0)
