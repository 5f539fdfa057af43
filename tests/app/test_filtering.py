"""The filter's language: what each field finds, what is told of what cannot be read, and that nothing typed does harm."""

from __future__ import annotations

import operator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalator_tui.model.assessment import Signal
from escalator_tui.model.kinds import Priority, RowState, Verb
from escalator_tui.model.row import Row
from escalator_tui.model.text import sanitise
from escalator_tui.session.fields import FIELDS
from escalator_tui.session.filtering import EXAMPLE, OPEN, check_views, compile_filter, haystack

from .story import HOUR, NOW, assessment, decided, escalated, morning, row


def found(text: str, rows: list[Row] | None = None) -> str:
    """The ids the filter lets through."""
    compiled = compile_filter(text)
    return " ".join(each.id for each in rows or morning() if compiled.finds(each, haystack, NOW))


def tagged(identity: str, *tags: str) -> Row:
    """A row with tags at Intercom."""
    base = row(identity)
    return replace(base, record=replace(base.record, conversation=replace(base.record.conversation, tags=tags)))


@pytest.mark.parametrize("text", ["1970", "mar", "15:00", "14:20", "crosses 14:20", "till 15:00", "sends in"])
def test_the_times_of_a_state_are_found_by_no_word_and_the_help_says_so(text: str) -> None:
    snoozed = replace(decided(row("1", "A"), RowState.SNOOZED, Verb.SNOOZE, until=NOW + HOUR), note="until 15:00")
    watched = row("2", "A", state=RowState.WATCHING)
    crossing = replace(assessment("2", 0.3, crosses_at=NOW + 1200), signals=())
    watched = replace(watched, record=replace(watched.record, assessment=crossing), note="crosses 14:20")
    held = replace(escalated(row("3", "A"), RowState.HELD), note="sends in 5 s, u undoes")
    assert found(text, [snoozed, watched, held]) == ""
    assert found("till", [snoozed, watched, held]) == "1"
    assert found("crosses", [snoozed, watched, held]) == "2"
    assert found('"taken back by kim"', [replace(watched, note="taken back by kim")]) == "2"
    assert "not its times" in FIELDS["state"].help


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("prio:p1", "103 105 107 108 109"),
        ("PRIO:P1", "103 105 107 108 109"),
        ("prio:p1 -company:soylent", "103 105 107 109"),
        ("company:acme", "101"),
        ("company:none", "103"),
        ("company:acme,globex", "101 102"),
        ("plan:BUS", "102"),
        ("score:>0.8", "101 110"),
        ("score:>=0.8", "101 106 110"),
        ("score:=0.8", "106"),
        ("mrr:>=1000 mrr:<2k", "102"),
        ("mrr:8k", "106"),
        ("mrr:none", "103 108"),
        ("-mrr:>50", "103 107 108"),
        ("waits:>1d", "102 105"),
        ("waits:<30m", "107"),
        ("waits:>=5h12", "101 102 105 106 108 109 110"),
        ("open:>1d2h", ""),
        ("open:1d2h", "102 105"),
        ("replies:1", "101"),
        ("state:needs", "101 102 103 110"),
        ("state:needs,failed", "101 102 103 110"),
        ("state:s", "104 108"),
        ("signal:churn", "101"),
        ("signal:unanswered", "102"),
        ("signal:none", "107"),
        ("by:sam", "104 106 108 109 110"),
        ("subject:invoice", "101 108"),
        ('"still nothing"', "101 103"),
        ("nothing still", "101 103"),
        ("SUBSCRIPTION globex", ""),
        ("unacceptable", "102"),
        ("10", ""),
        ("94", ""),
        ("104", "104"),
        ("-104 state:sending", ""),
        ("id:10 state:needs", "101 102 103 110"),
        ('subject:"DATA loss"', "110"),
        ('subject:"DATA loss ', "110"),
        ('"still nothing ', "101 103"),
        ("state:sent", "106"),
        ("invoice -third", "108"),
        ("", "101 102 103 104 105 106 107 108 109 110"),
    ],
)
def test_each_field_finds_its_own(text: str, ids: str) -> None:
    assert not compile_filter(text).problem
    assert found(text) == ids


def test_tags_and_that_minus_is_not() -> None:
    rows = [tagged("1", "spam"), tagged("2", "VIP", "Spam-like"), tagged("3")]
    assert found("tag:spam", rows) == "1 2"
    assert found("-tag:spam", rows) == "3"
    assert found("tag:none", rows) == "3"


def test_words_look_at_what_can_be_read_and_not_at_ids() -> None:
    rows = [row("215473886392040", "Bill 12", texts=("Where is it?",)), row("12", "Hello", "Twelve", texts=("Our 300 seats\nare gone",))]
    assert found("12", rows) == "215473886392040 12", "the subject of one, the whole id of the other"
    assert found("300", rows) == "12"
    assert found("3920", rows) == ""
    assert found("id:3920", rows) == found("215473886392040", rows) == "215473886392040"
    assert found("vip", [tagged("1", "VIP"), tagged("2")]) == "1"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("compny:acme", "compny: is no field; the nearest is company:."),
        ("stat:needs", "stat: is no field; the nearest is state:."),
        ("https://acme.example", 'https: is no field; put it in "quotes" to look for the words.'),
        ("state:neds", "state: cannot be “neds”; the nearest is needs."),
        ("prio:p9", "prio: cannot be “p9”; write p0 p1 p2 p3 guess."),
        ("prio:high", "prio: cannot be “high”; write p0 p1 p2 p3 guess."),
        ("mrr:lots", "mrr: cannot be “lots”; write >=1000 or >2.5k."),
        ("waits:>2", "waits: cannot be “>2”; write >2h or <30m."),
        ("score:nan", "score: cannot be “nan”; write >0.6."),
        ("OR", "OR joins nothing: all words must occur; prio:p0,p1 is one of both."),
        ("&&", "&& joins nothing: all words must occur; prio:p0,p1 is one of both."),
        ("score:>-1", "score: cannot be “>-1”; write >0.6."),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence_and_the_rest_filters(text: str, told: str) -> None:
    assert compile_filter(text).problem == told
    assert found(f"{text} company:globex") == "102"


def test_what_joins_words_elsewhere_is_a_word_in_small_letters_and_in_quotes() -> None:
    for text in ("or", '"OR"', "more", "ORDER"):
        compiled = compile_filter(text)
        assert (compiled.problem, compiled.has) == ("", (text.strip('"').casefold(),))


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_being_typed_explains_itself_and_keeps_nothing_out(name: str) -> None:
    for begun in (f"{name}:", f"-{name}:", f"{name}:>", f'{name}:"'):
        compiled = compile_filter(begun)
        assert (compiled.problem, compiled.hint, bool(compiled)) == ("", FIELDS[name].help, False)


def test_open_quotation_marks_say_how_far_they_reach() -> None:
    assert compile_filter('prio:p0 "two words').hint == OPEN
    assert not compile_filter('"two words"').hint


def test_the_example_is_right() -> None:
    assert not compile_filter(EXAMPLE).problem


def test_times_move_with_the_clock() -> None:
    waiting = row("1", waits=HOUR)
    compiled = compile_filter("waits:>2h")
    assert not compiled.finds(waiting, haystack, NOW)
    assert compiled.finds(waiting, haystack, NOW + HOUR + 1)


def test_bad_views_are_told_by_name() -> None:
    assert check_views({"big": "mrr:>1000", "b\x07ad": "compny:x"}) == [
        "The view bad is not right: compny: is no field; the nearest is company:."
    ]


TEXTS = st.text(max_size=60) | st.lists(
    st.tuples(st.sampled_from(["", "-"]), st.sampled_from(["", *(f"{each}:" for each in FIELDS), "x:"]), st.text(max_size=8)), max_size=5
).map(lambda terms: " ".join("".join(term) for term in terms))


@given(TEXTS)
def test_nothing_typed_raises_and_what_is_told_is_safe_to_draw(text: str) -> None:
    found(text)
    told = compile_filter(text).problem
    assert told == sanitise(told)
    assert len(told) < 160
    assert bool(told) == told.endswith(".")


@given(st.text('ab "-', max_size=12))
def test_a_word_and_its_negation_part_the_rows(word: str) -> None:
    quoted = word.replace('"', "").strip()
    if quoted:
        both = sorted((found(f'"{quoted}"') + " " + found(f'-"{quoted}"')).split())
        assert both == [each.id for each in morning()]


COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq}


@given(st.floats(0, 1), st.sampled_from(list(COMPARE)))
def test_comparing_is_comparing(bound: float, sign: str) -> None:
    scores = {each.id: round(each.score, 2) for each in morning()}
    limit = round(bound, 2)
    expected = [each for each, score in scores.items() if COMPARE[sign](score, limit)]
    assert found(f"score:{sign}{limit}").split() == expected


@given(st.sampled_from(list(Priority)), st.sampled_from(list(Priority)))
def test_commas_are_or(one: Priority, other: Priority) -> None:
    either = {*found(f"prio:{one}").split(), *found(f"prio:{other}").split()}
    assert set(found(f"prio:{one},{other}").split()) == either


def test_what_the_clock_counts_is_not_found_by_words() -> None:
    clocked, worded = (
        Signal("waiting_hours", 0.2, "waiting for us for 47 min"),
        Signal("anger", 0.4, "unacceptable", "This is unacceptable"),
    )
    found = row("1", signals=(clocked, worded))
    assert "47 min" not in haystack(found)
    assert "unacceptable" in haystack(found)
    assert "waiting hours" in haystack(found), "its kind is"
