"""Rules of their own for some conversations."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalator_tui.detect import assess
from escalator_tui.detect.evidence import gather
from escalator_tui.detect.language import language
from escalator_tui.detect.segments import segments_of
from escalator_tui.model.conversation import Account, Contact, Conversation
from escalator_tui.model.rules import Rules, Segment
from tests.detect.builders import HOUR, MONDAY, talk

ENTERPRISE = Segment("enterprise", plans=("enterprise",), threshold=0.2)
GERMAN = Segment("german", languages=("de",), preset="strict")
BILLING = Segment("billing", categories=("billing",), weights=(("problem", 0.9), ("wording", 0.0)))
ACME = Segment("acme", companies=("acme",), words=(("outage", ("frobnicator",)),), max_open_hours=2.0)
RULES = Rules(threshold=0.45, segments=(ENTERPRISE, GERMAN, BILLING, ACME))


def said(text: str, plan: str | None = None, company: str = "x", email: str = "") -> Conversation:
    return replace(talk(text), account=Account("co", company, plan), contact=Contact("c", email=email))


def names(conversation: Conversation) -> list[str]:
    return [each.name for each in segments_of(conversation, RULES)]


@pytest.mark.parametrize(
    ("conversation", "held"),
    [
        (said("How do I add a seat?"), []),
        (said("How do I add a seat?", plan="Enterprise"), ["enterprise"]),
        (said("Wie kann ich einen Platz hinzufügen?", plan="enterprise"), ["enterprise", "german"]),
        (said("The invoice is wrong"), ["billing"]),
        (said("Hello there", company="ACME"), ["acme"]),
        (talk("The invoice"), ["billing"]),
    ],
)
def test_a_segment_holds_what_meets_every_condition(conversation: Conversation, held: list[str]) -> None:
    assert names(conversation) == held


@pytest.mark.parametrize("known", [{"company": "Acme"}, {"email": "jo@acme.example"}])
def test_a_company_is_known_by_its_name_its_id_or_its_domain(known: dict[str, str]) -> None:
    rules = Rules(segments=(Segment("s", companies=("acme", "acme.example")), Segment("id", companies=("co",))))
    assert [each.name for each in segments_of(said("Hello", **known), rules)] == ["s", "id"]


def test_all_conditions_of_one_segment_are_needed() -> None:
    both = Rules(segments=(Segment("both", plans=("pro",), languages=("fr",)),))
    assert segments_of(said("Bonjour, je voudrais une facture", plan="Pro"), both)
    assert not segments_of(said("Hello, where is the invoice?", plan="Pro"), both)
    assert not segments_of(said("Bonjour, je voudrais une facture", plan="Free"), both)


def test_later_segments_go_over_earlier_ones_and_words_and_weights_join() -> None:
    one = Segment("one", plans=("pro",), threshold=0.3, weights=(("anger", 0.1),), words=(("ours", ("beep",)),))
    two = Segment("two", plans=("pro",), threshold=0.8, weights=(("churn", 0.2),), words=(("ours", ("boop",)),), words_removed=("x",))
    rules = Rules(weights={"legal": 0.3}, words={"ours": ("bip",)}, segments=(one, two)).within((one, two))
    assert rules.threshold == 0.8
    assert rules.weights == {"legal": 0.3, "anger": 0.1, "churn": 0.2}
    assert rules.words == {"ours": ("bip", "beep", "boop")}
    assert rules.words_removed == {"x"}
    assert rules.segments == ()


def test_a_segment_changes_the_assessment_of_its_conversations_only() -> None:
    plain, enterprise = said("There is a problem"), said("There is a problem", plan="Enterprise")
    assert [assess(each, (), RULES, MONDAY).threshold for each in (plain, enterprise)] == [0.45, 0.2]
    assert (
        assess(said("Ist das eine Frechheit?"), (), RULES, MONDAY).threshold == assess(plain, (), Rules(preset="strict"), MONDAY).threshold
    )
    assert assess(said("our frobnicator blinks", company="Acme"), (), RULES, MONDAY).escalates
    assert not assess(said("our frobnicator blinks"), (), RULES, MONDAY).escalates
    assert assess(said("There is a problem with the invoice"), (), RULES, MONDAY).escalates
    late = MONDAY + 4 * HOUR
    assert assess(said("Hello there", company="Acme"), (), RULES, late).escalates
    assert not assess(said("Hello there"), (), RULES, late).escalates


def test_a_segment_may_go_by_the_reference_rule() -> None:
    rules = Rules(segments=(Segment("old", plans=("pro",), preset="reference"),))
    old, ours = (assess(said("I want a refund", plan=plan), (), rules, MONDAY) for plan in ("Pro", "Free"))
    assert [signal.kind for signal in old.signals] == ["keyword"]
    assert (old.score, old.threshold, old.escalates) == (0.4, 0.4, True)
    assert ours == assess(said("I want a refund", plan="Free"), (), Rules(), MONDAY)


def test_evidence_follows_the_segments_too() -> None:
    for conversation in (said("There is a problem"), said("There is a problem", plan="Enterprise"), said("problem, invoice", "enterprise")):
        expected, evidence = assess(conversation, (), RULES, MONDAY), gather(conversation, (), RULES, MONDAY)
        assert (evidence.score(RULES), evidence.threshold(RULES)) == (expected.score, expected.threshold)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Where is the invoice you sent?", "en"),
        ("¿Dónde está la factura que me enviaron?", "es"),
        ("Où est la facture que vous avez envoyée ?", "fr"),
        ("Wo ist die Rechnung, die Sie geschickt haben?", "de"),
        ("Onde está a fatura que vocês enviaram para mim? Não recebi.", "pt"),
        ("12345", ""),
        ("", ""),
        ("请问发票在哪里", ""),
        ("the der", ""),
    ],
)
def test_the_language_is_that_of_the_small_words(text: str, code: str) -> None:
    assert language([text]) == code
