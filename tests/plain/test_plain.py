"""Plain mode over lines: each command, each refusal, what is announced, and what never happens without a yes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from escalator_tui.config import Settings
from escalator_tui.config.schema import LinearSettings
from escalator_tui.model.assessment import Signal
from escalator_tui.model.errors import EscalatorError
from escalator_tui.model.kinds import Priority, RowState
from escalator_tui.plain import sending
from escalator_tui.plain.commands import COMMANDS
from escalator_tui.plain.running import run_plain
from escalator_tui.services.errors import UnreachableError
from escalator_tui.session.filtering import compile_filter
from tests.app.desk import ScriptedDesk
from tests.app.story import NOW, closed, escalated, morning, row
from tests.app.test_queue_model import scored

Step = str | Callable[[], object]


class Typed(io.TextIOBase):
    """A lead who types these lines; a step that is no line happens in between."""

    def __init__(self, steps: Iterable[Step], *, piped: bool = False) -> None:
        self._steps, self._piped = iter(steps), piped

    def isatty(self) -> bool:
        """Whether the lines are typed."""
        return not self._piped

    def readline(self, _size: int | None = -1, /) -> str:  # type: ignore[override]
        """The next line, empty at the end."""
        for step in self._steps:
            if isinstance(step, str):
                return f"{step}\n"
            step()
        return ""


def spoken(desk: ScriptedDesk, *steps: Step, code: int = 1, settings: Settings | None = None, piped: bool = False, **options: Any) -> str:
    """What a session says. The morning has something that is not done, so it ends with 1."""
    out = io.StringIO()
    desk._told = False  # each session is a process of its own
    lines = Typed(steps, piped=piped)
    options.setdefault("clock", lambda: NOW)
    assert run_plain(desk, settings or Settings(), lines, out, actor="lea", **options) == code  # type: ignore[arg-type]
    return out.getvalue()


def interrupt() -> None:
    """Ctrl+C."""
    raise KeyboardInterrupt


def test_the_list_begins_with_what_needs_the_lead(desk: ScriptedDesk) -> None:
    said = spoken(desk).splitlines()
    assert said[0] == "Escalator. Asking Intercom. Type help for the commands."
    assert said[1] == "3 need you, 1 not done, 1 on the way, 2 watched. 10 in the list."
    assert said[2].startswith("1. Needs you. P0. AcmeCorp. Third time I am asking about this invoice. Score 0.94. Waits 5 h. man")
    assert said[3].startswith("2. Failed. P0. Cyberdyne.")
    assert said[5].startswith("4. Needs you. P1 by default, no company data. kim. refund??? still nothing. Score 0.52.")


def test_no_line_draws_or_moves_the_cursor(desk: ScriptedDesk) -> None:
    desk.book["101"] = row("101", "\x1b[2Jgone \u202eevil [red]", texts=("\x1b]0;title\x07 hello", "second\nline"))
    said = spoken(desk, "read 1", "send 1", "yes")
    assert all(each == "\n" or each.isprintable() for each in said)
    assert "[red]" in said


def test_what_comes_in_while_the_first_look_goes_on_is_in_the_list_and_no_news(desk: ScriptedDesk) -> None:
    desk.arrivals, desk.book = (tuple(morning()[:2]), tuple(morning()[2:])), {}
    said = spoken(desk, "quit")
    assert "New:" not in said
    assert "3 need you" in said


def test_a_long_list_says_how_to_hear_more(desk: ScriptedDesk) -> None:
    desk.book = {str(number): row(str(number), company=f"Company {number}") for number in range(30)}
    said = spoken(desk, "list 25", "list x", code=0)
    assert "And 10 more: list 30 says more of them" in said
    assert "And 5 more" in said
    assert "Say how many, as in: list 50." in said


def test_the_list_says_no_sign_without_a_letter_and_no_word_twice(desk: ScriptedDesk) -> None:
    found = desk.book["101"].record.assessment
    assert found is not None
    details = ("never came", "again, seats, never came", "!", "wrong")
    heard = replace(found, signals=tuple(Signal("complaint", 0.4 - at / 10, each) for at, each in enumerate(details)))
    desk.book["101"] = replace(desk.book["101"], record=replace(desk.book["101"].record, assessment=heard))
    assert "never came, again, seats, wrong.\n" in spoken(desk)


def test_a_state_is_a_word_before_what_matters_of_it(desk: ScriptedDesk) -> None:
    listed = dict(line.split(". ")[3:0:-2] for line in spoken(desk).splitlines() if line[0].isdigit() and ". P" in line)
    assert listed["Umbrella"] == "Watching, crosses 14:20"
    assert listed["Soylent"] == "Snoozed till 18:00"
    assert listed["Hooli"] == "Escalated, INF-42 #customer-support"
    assert listed["AcmeCorp"] == "Needs you"


def test_the_list_leaves_out_the_words_of_the_wording_beside_others(desk: ScriptedDesk) -> None:
    wording, anger = Signal("wording", 0.4, "handled, business", "q", "p0"), Signal("anger", 0.3, "furious", "q", "p0")
    desk.book = {"1": row("1", signals=(wording, anger)), "2": row("2", signals=(wording,))}
    said = spoken(desk, code=0)
    assert "Waits 5 h. furious.\n" in said
    assert "Waits 5 h. handled, business.\n" in said


def test_who_has_no_company_is_named_once(desk: ScriptedDesk) -> None:
    assert "> kim, company unknown, conversation 103\n" in spoken(desk, "read 4")


def test_reading_says_everything(desk: ScriptedDesk) -> None:
    said = spoken(desk, "read 1", "read 2")
    assert "AcmeCorp, Jane Roe, Enterprise, 2,400 per month, conversation 101" in said
    assert "+0.40 human, manager: “speak to a manager”" in said
    assert "  Still nothing? Then we will cancel our subscription." in said
    assert "Slack alert: blocked. Slack refused #escalations: the bot is not in this private channel. /invite @escalator there" in said


def test_reading_tells_the_signals_as_the_app_does(desk: ScriptedDesk) -> None:
    quote = "This is the third time I'm reaching out. I want to speak to a manager."
    signals = (
        Signal("human", 0.4, "manager", quote, "p0"),
        Signal("wording", 0.3, "how the message as a whole is put", quote, "p0"),
        Signal("churn", 0.2, "churn", "cancel", "p1"),
        Signal("waiting_hours", 0.1, "waiting for us for 26 h"),
    )
    desk.book["101"] = row("101", signals=signals)
    assert [line for line in spoken(desk, "read 1").splitlines() if line.startswith("  +")] == [
        f"  +0.40 human, manager: “{quote}”",
        "  +0.30 wording, how the message as a whole is put",
        "  +0.20 churn: “cancel”",
        "  +0.10 waiting for us for 26 h",
    ]


def test_reading_says_no_state_twice_and_names_no_key(desk: ScriptedDesk) -> None:
    notes = {"101": "back from snooze", "104": "", "105": "", "108": "", "109": "Not urgent"}
    desk.book = {each: replace(desk.book[each], note=note) for each, note in notes.items()}
    said = spoken(desk, *(f"read {number}" for number in range(1, 6)))
    assert [line for line in said.splitlines() if line.startswith("Note: ")] == ["Note: back from snooze"]
    assert "sam snoozed this 13:50\n" in said
    assert "sam dismissed this 13:50: Not urgent\n" in said


def test_sending_shows_the_texts_exactly_and_takes_nothing_but_yes(desk: ScriptedDesk) -> None:
    said = spoken(desk, "send 1", "yes please", "send 1", "", "send 1", interrupt, "send 1", "no", "send 1", "N")
    assert desk.sent == []
    assert said.count("Nothing was sent.") == 5
    texts = desk.draft("101").texts
    for text in (texts.linear_title, texts.linear_body, texts.slack_text, texts.note_text):
        assert "\n".join(f"  {line}" for line in text.split("\n")) in said
    assert "Slack message in #escalations:" in said


def test_a_long_id_is_not_read_out(desk: ScriptedDesk) -> None:
    team = Settings(linear=LinearSettings(team_id="6f1c2f4e-0b7a-4c6f-9a52-3d1be8a7c001"))
    said = spoken(desk, "send 1", "no", settings=team)
    assert "Linear issue in team 6f1c2f4e…, title:" in said


def test_the_linear_team_is_called_by_its_name_and_asked_for_once(desk: ScriptedDesk) -> None:
    desk.team = "Infra"
    team = Settings(linear=LinearSettings(team_id="6f1c2f4e-0b7a-4c6f-9a52-3d1be8a7c001"))
    said = spoken(desk, "send 1", "no", "send 1 2", "no", settings=team)
    assert said.count("Linear issue in team Infra, title:") == 2
    assert desk.names_asked == 1


def test_a_team_whose_name_cannot_be_read_is_called_by_its_id(desk: ScriptedDesk) -> None:
    desk.read_error = UnreachableError("Linear cannot be reached", service="linear")
    team = Settings(linear=LinearSettings(team_id="6f1c2f4e-0b7a-4c6f-9a52-3d1be8a7c001"))
    said = spoken(desk, "send 1", "no", settings=team)
    assert "Linear issue in team 6f1c2f4e…, title:" in said
    assert "cannot be reached" not in said


def test_a_linear_that_does_not_answer_keeps_nobody_waiting(desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "NAME_SECONDS", 0.01)
    desk.reading.clear()
    team = Settings(linear=LinearSettings(team_id="6f1c2f4e-0b7a-4c6f-9a52-3d1be8a7c001"))
    said = spoken(desk, "send 1", "no", desk.reading.set, settings=team)
    assert "Linear issue in team 6f1c2f4e…, title:" in said


def test_sending_confirms_what_was_shown(desk: ScriptedDesk) -> None:
    said = spoken(desk, "send 1", "yes")
    ((draft, actor, hold),) = desk.sent
    assert (draft.row.id, actor, hold) == ("101", "lea", True)
    assert "AcmeCorp goes out in 5 s, undo takes it back." in said
    assert desk.deliverer.woken == 1


def test_a_conversation_that_changed_is_shown_again_before_it_is_sent(desk: ScriptedDesk) -> None:
    talk = desk.book["101"].record.conversation
    more = replace(talk, parts=(*talk.parts, replace(talk.parts[0], id="p99", text="Forget it, solved.")), updated_at=NOW + 5)
    desk.upstream["101"] = more
    said = spoken(desk, "send 1", "yes", "no")
    assert "AcmeCorp changed since it was shown." in said
    assert "  Forget it, solved." in said
    assert "Other text: Slack message" in said
    assert desk.sent == []
    spoken(desk, "send 1", "yes")
    ((draft, _, _),) = desk.sent
    assert draft.version == more.version


def test_somebody_who_was_first_is_named(desk: ScriptedDesk) -> None:
    desk.taken = {"101": "Sam", "102": "Sam"}
    said = spoken(desk, "send 1", "yes", "dismiss 3 not urgent", "undo")
    assert "AcmeCorp was not sent: Sam escalated this conversation 2 min ago. Nothing was sent twice" in said
    assert desk.book["102"].state is RowState.NEEDS_DECISION
    assert "There is nothing to take back." in said


def test_a_number_stays_with_its_conversation(desk: ScriptedDesk) -> None:
    news = [row("201", "Brand new", "Newcomer", score=0.99), closed(desk.book["103"])]
    said = spoken(desk, lambda: desk.put(*news), "refresh", "list", "dismiss 3 not urgent")
    assert "New: 11. Needs you. P0. Newcomer. Brand new." in said
    assert desk.book["102"].state is RowState.DISMISSED
    assert "4. kim. It is closed at Intercom." in said
    assert [line.split(".")[0] for line in said.split("> ")[2].splitlines()[1:4]] == ["11", "1", "2"]


def test_dismissing_is_taken_back(desk: ScriptedDesk) -> None:
    said = spoken(desk, "dismiss 1 not urgent", "undo")
    assert "AcmeCorp is dismissed, until something new happens." in said
    assert "Taken back for AcmeCorp: what was decided on Third time I am asking about this invoice." in said
    assert desk.book["101"].state is RowState.NEEDS_DECISION


@pytest.mark.parametrize("text", ["", "soon", "0h", "-2h", "2 years"])
def test_snoozing_wants_a_duration(desk: ScriptedDesk, text: str) -> None:
    assert "Say for how long, as in 30m, 2h or 3d." in spoken(desk, f"snooze 1 {text}")
    assert desk.book["101"].state is RowState.NEEDS_DECISION


@pytest.mark.parametrize("text", ["99999h", "10000 d", f"{'9' * 50}w"])
def test_snoozing_for_too_long_is_told_the_limit(desk: ScriptedDesk, text: str) -> None:
    assert "Say 9999 at most, as in 30m, 2h or 3d." in spoken(desk, f"snooze 1 {text}")
    assert desk.book["101"].state is RowState.NEEDS_DECISION


@pytest.mark.parametrize(
    ("text", "seconds"), [("30m", 1800), ("2H", 7200), ("3 d", 3 * 86400), ("1w", 7 * 86400), ("00002h", 7200), ("9999m", 9999 * 60)]
)
def test_snoozing(desk: ScriptedDesk, text: str, seconds: int) -> None:
    assert "AcmeCorp is snoozed until" in spoken(desk, f"snooze 1 {text}")
    decision = desk.book["101"].record.decision
    assert decision is not None
    assert decision.until == NOW + seconds


def test_the_priority_is_set_and_refused(desk: ScriptedDesk) -> None:
    said = spoken(desk, "priority 1 p9", "priority 1 p0", "priority 1 P2", "priority 1 p1", "priority 2 p1")
    assert "Say which priority: p0, p1, p2 or p3." in said
    assert "AcmeCorp is P0 already." in said
    assert "AcmeCorp is P2 now." in said
    assert desk.book["101"].priority is Priority.P1
    assert "Cyberdyne is escalated already, with its priority." in said


def test_undo_of_a_number_takes_back_that_and_nothing_else(desk: ScriptedDesk) -> None:
    said = spoken(desk, "dismiss 1 not urgent", "undo 3", "undo x", "undo 1")
    assert "There is nothing to take back." in said
    assert "Say undo alone for your last decision" in said
    assert desk.book["101"].state is RowState.NEEDS_DECISION


def test_undo_of_a_number_goes_past_a_fresher_decision(desk: ScriptedDesk) -> None:
    said = spoken(desk, "dismiss 1 not urgent", "priority 4 p3", "dismiss 3 not urgent", "undo 1", "undo 4")
    assert said.count("Taken back for") == 2
    assert desk.book["101"].state is RowState.NEEDS_DECISION
    assert desk.book["103"].record.priority_override is None
    assert desk.book["102"].state is RowState.DISMISSED


def test_undo_takes_back_a_priority_and_then_the_snooze_before_it(desk: ScriptedDesk) -> None:
    said = spoken(desk, "snooze 1 2h", "priority 1 p3", "undo 1", "undo 1")
    assert said.index("Taken back for AcmeCorp: the priority P3.") < said.index("Taken back for AcmeCorp: what was decided")


def test_undo_of_a_number_takes_back_the_last_on_it_alone_also_of_several(desk: ScriptedDesk) -> None:
    said = spoken(desk, "priority 3 p3", "snooze 1 3 2h", "yes", "undo 3", "undo 3", "undo 3")
    assert said.index("Taken back for Globex: what was decided") < said.index("Taken back for Globex: the priority P3.")
    assert "There is nothing to take back." in said
    assert desk.book["101"].state is RowState.SNOOZED


def test_undo_of_a_number_takes_one_of_several_priorities_back(desk: ScriptedDesk) -> None:
    spoken(desk, "priority 1 3 p3", "yes", "undo 3")
    assert [desk.book[each].record.priority_override for each in ("101", "102")] == [Priority.P3, None]


def test_what_was_sent_is_taken_back_by_its_number_and_not_by_undo_alone(desk: ScriptedDesk) -> None:
    def leave() -> None:
        desk.put(escalated(desk.book["101"], RowState.ESCALATED, by="lea"))

    said = spoken(desk, "send 1", "yes", leave, "refresh", "undo", "undo 1", "yes")
    assert "AcmeCorp went out: undo with a number withdraws what was sent" in said
    assert "Taken back for AcmeCorp: the escalation" in said


def test_undo_of_a_number_takes_nothing_back_twice(desk: ScriptedDesk) -> None:
    said = spoken(desk, "dismiss 3 not urgent", "send 1", "yes", "undo 1", "undo", "undo")
    assert [desk.book[each].state for each in ("101", "102")] == [RowState.NEEDS_DECISION] * 2
    assert said.count("Taken back for") == 2
    assert "There is nothing to take back." in said


def test_what_was_sent_is_withdrawn_only_after_a_yes(desk: ScriptedDesk) -> None:
    number = next(line.split(".")[0] for line in spoken(desk).splitlines() if "Hooli" in line)
    said = spoken(desk, f"undo {number}", "no")
    assert "Linear: INF-42 is archived." in said
    assert "Nothing was taken back." in said
    assert desk.book["106"].state is RowState.ESCALATED
    spoken(desk, f"undo {number}", "yes")
    assert [each.state for each in desk.rows() if each.id == "106"] == [RowState.SENDING]


def test_retrying_asks_when_it_may_have_arrived(desk: ScriptedDesk) -> None:
    desk.book = {"7": escalated(row("7", company="Tyrell"), RowState.UNCERTAIN), "8": row("8", company="Wonka")}
    said = spoken(desk, "retry 1", "no", "retry 2")
    assert "What went out for Tyrell may have arrived." in said
    assert "Wonka was not escalated." in said
    assert desk.retried == []
    assert "Sending again for Tyrell: what is stuck of" in spoken(desk, "retry 1", "yes")
    assert desk.retried == [("7", "lea")]


def test_what_is_on_its_way_is_left_alone(desk: ScriptedDesk) -> None:
    said = spoken(desk, "send 5", "dismiss 5 x", "snooze 5 2h")
    assert "Initech is already on its way." in said
    assert said.count("Initech is on its way already.") == 2


def test_open_says_the_address(desk: ScriptedDesk) -> None:
    assert "https://app.intercom.com/a/inbox/acme/inbox/conversation/101" in spoken(desk, "open 1")


def test_the_filter_narrows_the_list_and_goes_away(desk: ScriptedDesk) -> None:
    said = spoken(desk, "filter globex exports", "filter")
    assert "1 in the list. Filter: globex exports.\n3. Needs you." in said
    assert said.rstrip("> \n").splitlines()[-1].startswith("10.")


@pytest.mark.parametrize(("line", "told"), [(line, compile_filter(line).problem) for line in ("prio:p9 foo:bar mrr:>>3", "globex foo:bar")])
def test_a_wrong_filter_is_told_as_in_the_app_and_the_old_one_stays(desk: ScriptedDesk, line: str, told: str) -> None:
    said = spoken(desk, f"filter {line}", "filter globex", f"filter {line}", "list")
    assert told
    assert f"{told} All are listed." in said
    assert f"{told} The filter is still globex." in said
    assert said.count("1 in the list. Filter: globex.") == 2


def test_a_field_without_a_value_is_explained(desk: ScriptedDesk) -> None:
    said = spoken(desk, "filter prio:")
    assert compile_filter("prio:").hint in said
    assert "Filter: prio" not in said


def test_refresh_asks_intercom_and_tells_what_came(desk: ScriptedDesk) -> None:
    broken = escalated(desk.book["104"], RowState.FAILED, error="The channel is archived", cure="Name another")
    steps: list[Step] = [lambda: desk.put(broken, scored(desk.book["105"], 0.3)), "refresh", ""]
    said = spoken(desk, *steps)
    assert desk.polls == 2
    assert "212 read, 212 scored, 214 open." in said
    assert "5. Initech. Failed." in said
    assert "The channel is archived. Name another." in said
    assert "Umbrella" not in said.split("refresh")[0].split("> ", 1)[1]
    assert "Nothing new." in said


def test_what_others_decide_is_told_once(desk: ScriptedDesk) -> None:
    def sam() -> None:
        desk.dismiss(desk.book["102"], reason="known", actor="sam")

    said = spoken(desk, sam, "refresh", "refresh")
    assert said.count("3. Globex. Dismissed by sam.") == 1


def test_a_watch_that_fails_says_so_once(desk: ScriptedDesk) -> None:
    desk.poll_error = UnreachableError("Intercom could not be reached", service="intercom", cure="Check the network")

    def mend() -> None:
        desk.poll_error = None

    said = spoken(desk, mend, "refresh")
    assert said.count("Intercom could not be reached. Check the network. Escalator tries again by itself.") == 1
    assert "Intercom answers again." in said


def test_auto_asks_and_sends_by_itself_then(desk: ScriptedDesk) -> None:
    said = spoken(desk, "auto", "auto on", "no", "auto on", "yes", "refresh", "auto off")
    assert "Auto mode is off. Say auto on or auto off." in said
    assert "3 conversations go out with the next look, which begins at once: AcmeCorp, Globex, kim." in said
    assert {(actor, hold) for _, actor, hold in desk.sent} == {("auto", False)}
    assert "Auto mode escalated 3." in said
    assert "Auto mode is off: nothing goes out without you." in said


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("lst", "There is no command lst: did you mean list?"),
        ("xyzzy", "There is no command xyzzy: type help for the commands."),
        ("send", "Say which conversation by its number in the list, as in: send 1."),
        ("send one", "as in: send 1."),
        ("dismiss ² x", "as in: dismiss 1 reason."),
        ("read 99", "No conversation was listed as 99. Type list."),
        ("read 0", "No conversation was listed as 0. Type list."),
        ("undo 99999999999999999999", "Say undo alone"),
        ("wait long", "Say for how many seconds at most, as in: wait 60."),
        ("list 0", "Say how many, as in: list 50."),
        ("wait 0", "Still on the way: Initech."),
        ("\x00\x1b[A", "Nothing new."),
        ("LIST", "10 in the list."),
        ("QUIT now", "Nothing stands behind quit: type quit alone."),
        ("refresh all", "Nothing stands behind refresh: type refresh alone."),
        ("? send", "Nothing stands behind help: type help alone."),
        ("read 1 2", "Say one number and nothing else, as in: read 1."),
        ("open 1 please", "Say one number and nothing else, as in: open 1."),
        ("?", "quit: Leaves."),
    ],
)
def test_rubbish_is_answered_with_one_sentence(desk: ScriptedDesk, line: str, told: str) -> None:
    assert told in spoken(desk, line).split("> ")[1]
    assert desk.sent == []


def test_help_says_every_command(desk: ScriptedDesk) -> None:
    said = spoken(desk, "help")
    assert all(f"{command.usage}: {command.help}" in said for command in COMMANDS)
    assert "A question takes yes or y, and no or n; whatever else is typed is a no." in said


def test_a_command_that_fails_leaves_the_session_alive(desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> str:
        raise ValueError("s3cr3t")

    monkeypatch.setattr(desk, "conversation_url", broken)
    said = spoken(desk, "open 1", "list")
    assert "Unexpected error (ValueError)." in said
    assert "s3cr3t" not in said
    assert said.count("10 in the list.") == 2
    monkeypatch.setattr(desk, "conversation_url", lambda _: (_ for _ in ()).throw(EscalatorError("Intercom is silent", cure="Wait.")))
    assert "Intercom is silent. Wait." in spoken(desk, "open 1")


def test_quit_asks_while_something_is_being_sent(desk: ScriptedDesk) -> None:
    desk.deliverer.in_flight = 2
    said = spoken(desk, "quit", "no", "list", interrupt, "yes", "list")
    assert said.count("2 deliveries are being sent.") == 2
    assert said.count("10 in the list.") == 2
    assert desk.deliverer.stopped == 1


@pytest.mark.parametrize("answer", ["yes", "YES", "y", "Y"])
def test_every_question_takes_the_same_words(desk: ScriptedDesk, answer: str) -> None:
    desk.deliverer.in_flight = 1
    said = spoken(desk, "send 1", answer, "priority 3 4 p2", answer, "quit", answer, "list")
    assert [draft.row.id for draft, _, _ in desk.sent] == ["101"]
    assert desk.book["103"].priority is Priority.P2
    assert "Type yes to leave: " in said
    assert said.count("10 in the list.") == 1


@pytest.mark.parametrize("step", ["quit", interrupt])
def test_it_leaves_at_once_when_nothing_is_under_way(desk: ScriptedDesk, step: Step) -> None:
    desk.book = {"1": row("1")}
    assert spoken(desk, step, "list", code=0).count("in the list") == 1


def test_the_end_of_the_input_leaves_whatever_is_asked(desk: ScriptedDesk) -> None:
    spoken(desk, "send 1")
    assert desk.sent == []
    assert desk.deliverer.stopped == 1


def test_the_end_of_the_input_at_the_question_whether_to_leave_leaves(desk: ScriptedDesk) -> None:
    desk.deliverer.in_flight = 2
    said = spoken(desk, "quit")
    assert said.endswith("Type yes to leave: \n")
    assert desk.deliverer.stopped == 1


def test_an_output_that_nobody_reads_any_more_ends_the_session(desk: ScriptedDesk) -> None:
    class Gone(io.StringIO):
        def flush(self) -> None:
            raise BrokenPipeError

    assert run_plain(desk, Settings(), Typed([]), Gone(), clock=lambda: NOW) == 1  # type: ignore[arg-type]
    assert desk.deliverer.stopped == 1


@pytest.mark.parametrize("line", ["send 1", "priority 1 p3", "dismiss 1 x", "snooze 1 2h", "undo", "retry 2", "auto on"])
def test_read_only_decides_nothing(desk: ScriptedDesk, line: str) -> None:
    before = dict(desk.book)
    said = spoken(desk, line, "yes", "read 1", read_only=True)
    assert "Escalator, read-only." in said
    assert "Read-only: nothing is" in said
    assert desk.book == before
    assert (desk.deliverer.started, desk.told_services) == (0, False)


def test_nothing_has_the_number_0(desk: ScriptedDesk) -> None:
    said = spoken(desk, "dismiss 1 not urgent", "undo 0")
    assert "No conversation was listed as 0" in said
    assert "Taken back" not in said


def test_a_read_only_session_asks_nothing_when_it_ends(desk: ScriptedDesk) -> None:
    desk.deliverer.in_flight = 1
    assert "leave" not in spoken(desk, "quit", read_only=True)
