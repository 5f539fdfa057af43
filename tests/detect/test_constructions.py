"""Constructions that phrases hear in many wordings, each with an ordinary sentence built alike."""

from __future__ import annotations

import pytest

from escalator_tui.detect.lexicon import lexicon
from escalator_tui.detect.reading import Message, read
from escalator_tui.detect.wording import Wording

CONSTRUCTIONS = [
    ("frustration", "The onboarding? I'm not at all impressed.", "The onboarding? I'm all but done."),
    ("frustration", "Your colleague hasn't been any help.", "Your colleague has been a great help."),
    ("frustration", "This plan isn't worth a dime.", "This coin is worth a dime."),
    ("frustration", "Great, now the filter is broken.", "Great, now the filter is perfect."),
    ("frustration", "Bravo, you've deleted my notes.", "Bravo, you've kept my notes."),
    ("frustration", "Nice update, now I can't log in.", "Nice update, now I can filter the log."),
    ("frustration", "Guess I'll just use paper then.", "Guess I'll take the blue one."),
    ("anger", "You people lied to me about the date.", "You people laid out the date nicely."),
    ("anger", "The demo was a lie.", "The demo was a lot of fun."),
    ("complaint", "You promised it by Monday. It's Thursday.", "You said it opens on Monday. See you there."),
    ("complaint", "Your last update broke my invoices.", "Your last update shows my invoices."),
    ("manager", "Give me someone who can decide this.", "Give me a hint how to decide this."),
    ("manager", "Put me through to your team leader.", "My name is Kim, I lead a team of four."),
    ("manager", "This needs to be escalated.", "There's no need to escalate, I'm just asking."),
    ("manager", "I'm taking this over your head.", "The lamp hangs over my head."),
    ("churn", "That's the last you'll see of me.", "That's the last you need from me, right?"),
    ("churn", "We've already signed with Freshdesk.", "We've already signed the form."),
    ("churn", "We want out.", "We want to print out a page."),
    ("churn", "I'm pulling my savings out.", "I'm pulling my savings report."),
    ("legal", "I will take it to the ombudsman.", "How far is the ombudsman from the station?"),
    ("legal", "I'll report you to trading standards.", "Do you offer a course on trading standards?"),
    ("waiting", "You closed the ticket without a word.", "I closed the ticket, many thanks."),
    ("waiting", "Day 12 and still no router.", "Day 12 of the course is on Friday."),
    ("waiting", "Your fitter never showed up.", "The new tab showed up."),
    ("waiting", "I asked a month ago. Nothing.", "I joined a month ago. Nice place."),
    ("repeat", "That's three Fridays in a row.", "Put the three chairs in a row."),
    ("outage", "Nobody here can log in.", "Anybody here can log in."),
    ("churn", "Denme de baja ya.", "Denme la guía ya."),
    ("anger", "Se han reído de mí.", "Se han reído con el vídeo."),
    ("waiting", "Vous comptez me répondre un jour ?", "Vous comptez ouvrir un jour de plus ?"),
    ("churn", "Vous pouvez me rayer de vos clients.", "Vous pouvez rayer la ligne deux."),
    ("waiting", "Der Kollege hat einfach aufgelegt.", "Der Kollege hat einfach angerufen."),
    ("frustration", "Mir reißt der Geduldsfaden.", "Mir reißt der Faden der Naht."),
    ("waiting", "Quinto dia sem internet.", "Quinto dia com internet."),
    ("manager", "Chama o supervisor.", "Chama o táxi."),
]

ORDINARY = [
    ("manager", "Can I hand over to a human when the visitor asks for one?"),
    ("manager", "Is there somebody senior in our team who has a login?"),
    ("churn", "I quit smoking with your app."),
    ("churn", "Can I cancel any time?"),
    ("churn", "I'd hate to leave you."),
    ("legal", "Do you also sell a litigation calendar?"),
    ("legal", "My neighbour wants to sue me, does the policy cover that?"),
    ("complaint", "I don't wish to make a complaint, I only ask for the new address."),
    ("complaint", "Where would a guest lodge a complaint?"),
    ("frustration", "I'm annoyed with myself, I took the wrong size."),
    ("frustration", "My daughter is upset because she lost her card."),
    ("anger", "Our last provider was terrible."),
    ("waiting", "Nobody has touched the settings since May."),
    ("waiting", "No reply needed."),
    ("legal", "Proposez-vous une assurance juridique ?"),
    ("churn", "¿Cómo doy de baja a un usuario?"),
    ("anger", "Tenho vergonha de perguntar o preço."),
    ("anger", "Meine Frau war sauer auf mich."),
]

OTHER_WORDS = ["complient", "garage", "applying", "joker", "roubado", "portaria", "stunning", "shooting"]


def strong(text: str) -> set[str]:
    """The families with a strong phrase in a message, as the phrases alone hear it."""
    reading = read([Message("", text)], lexicon(), frozenset(), model=Wording({}, 1))
    return {family for family in reading.found if reading.has_strong(family)}


@pytest.mark.parametrize(("family", "alarming", "ordinary"), CONSTRUCTIONS)
def test_a_construction_is_heard_and_not_its_look_alike(family: str, alarming: str, ordinary: str) -> None:
    assert family in strong(alarming)
    assert family not in strong(ordinary)


@pytest.mark.parametrize(("family", "text"), ORDINARY)
def test_ordinary_talk_is_no_strong_sign(family: str, text: str) -> None:
    assert family not in strong(text)


@pytest.mark.parametrize("word", OTHER_WORDS)
def test_other_words_are_not_mended_into_alarming_ones(word: str) -> None:
    assert lexicon().correct([word]) == [word]


def test_a_court_that_is_only_named_is_a_plain_sign() -> None:
    reading = read([Message("", "Is the small claims court open on Monday?")], lexicon(), frozenset(), model=Wording({}, 1))

    assert [found.strong for found in reading.found["legal"]] == [False]
