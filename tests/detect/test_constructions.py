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
    ("anger", "Your booking page is shoddy.", "Your booking page is green, can I change it?"),
    ("anger", "The agent talked down to me.", "The agent talked me through it."),
    ("anger", "Your tariff is a con.", "Is there a con to your tariff?"),
    ("anger", "Do you think I was born yesterday?", "My niece was born yesterday, can I add her?"),
    ("anger", "You hoodwinked my mother.", "My mother wants the hooded jacket."),
    ("anger", "Your receptionist insulted my wife.", "Your receptionist insulated the window."),
    ("anger", "Your reporting has become a lottery.", "Is the lottery report in the plan?"),
    ("anger", "You can stick your voucher.", "Where do I stick the label?"),
    ("frustration", "The quality has gone down the drain.", "The water goes down the drain again, thanks."),
    ("frustration", "Since the merger it's gone downhill.", "The path leads downhill, is it marked?"),
    ("frustration", "Thursday was another no-show.", "How do I mark a guest as a no show?"),
    ("frustration", "Sorry doesn't cut it.", "The knife doesn't cut the bread."),
    ("frustration", "It leaves a lot to be desired.", "It leaves at nine, right?"),
    ("frustration", "I'm dismayed by this.", "I'm at Dismas street, is there a branch?"),
    ("frustration", "I don't feel valued as a customer.", "I don't feel the vibration, is it off?"),
    ("frustration", "How often do I have to say it?", "How often do I have to water it?"),
    ("frustration", "So the solution is that I pay twice?", "So the solution is to clear the cache?"),
    ("frustration", "Thanks for keeping me waiting.", "Thanks for keeping me posted."),
    ("frustration", "I could have walked there by now.", "I could have the other one as well, right?"),
    ("frustration", "Whose bright idea was it to reset all passwords?", "Whose turn is it to water the plants?"),
    ("frustration", "Must be nice to get paid for nothing.", "It must be nice to live by the sea."),
    ("frustration", "You had one job.", "I had one question."),
    ("frustration", "Glad to see my feedback went into the bin.", "Glad to see my feedback helped."),
    ("frustration", "I suppose paying customers come last.", "I suppose the paying part comes last."),
    ("frustration", "Is this some kind of joke?", "Is this some kind of rounding?"),
    ("frustration", "I spent Saturday fixing what your update did.", "I spent Saturday reading what your update does."),
    ("complaint", "I want every cent back.", "I got every cent back, thanks."),
    ("complaint", "I'm not paying for this.", "I'm not paying by card, is an invoice possible?"),
    ("complaint", "You're holding my luggage hostage.", "The film is about a hostage."),
    ("complaint", "Nothing you promised on the phone is in the contract.", "Nothing changes in the contract, right?"),
    ("complaint", "Was anyone going to mention the fee?", "Is anyone going to the fair?"),
    ("complaint", "You said you'd call. You never did.", "You said you'd call on Monday, that works."),
    ("manager", "I'm emailing your CEO.", "I'm emailing the form."),
    ("manager", "Bring me your duty manager.", "Is the duty manager plan printed weekly?"),
    ("manager", "This has to be taken to the very top.", "The piano has to be taken to the top floor."),
    ("manager", "Give me the name of whoever is responsible for safety.", "What is the name of the lady at your stand?"),
    ("churn", "That's it, I'm off to Vodafone.", "That's it, I'm off to bed."),
    ("churn", "I'm counting the days until my contract ends.", "I'm counting the days until the holiday."),
    ("churn", "We're letting the contract lapse.", "Do points lapse at some time?"),
    ("churn", "Good riddance.", "Good morning."),
    ("churn", "We will close our business account if the limit isn't raised.", "We will close our shop if it snows."),
    ("churn", "I'll find another dentist.", "I'll find another date."),
    ("churn", "My boss wants to replace you.", "My boss wants to replace the lamp."),
    ("churn", "Your rivals at least answer.", "Which rivals are in our league?"),
    ("churn", "One more outage and we're severing ties.", "One more tie in navy, please."),
    ("legal", "I'm suing if the transfer isn't reversed.", "What does the issuing bank see?"),
    ("legal", "I've instructed a solicitor.", "The solicitor's office has a new number."),
    ("legal", "I've asked my bank to reverse the payment.", "I've asked my bank to raise my limit."),
    ("legal", "You'll read about it on Trustpilot.", "I read about you on a blog."),
    ("legal", "I'm naming and shaming you.", "I'm naming the file after you."),
    ("waiting", "I've been in the queue for ninety minutes.", "Put me in the queue for the course."),
    ("waiting", "The ticket has been open since Easter.", "The shop has been open since Easter."),
    ("waiting", "It's been a month and still nothing.", "It's been a month since we started."),
    ("waiting", "My refund is two months overdue.", "My library book is a novel."),
    ("waiting", "Is it ever going to arrive?", "Is it going to Leeds?"),
    ("repeat", "I've sent you my passport scan seven times now.", "The bell rings seven times a day."),
    ("repeat", "I was transferred between four departments.", "I was at four of your shops."),
    ("repeat", "The replacement is broken too.", "The replacement fits, thanks."),
    ("repeat", "Escalated twice, ignored twice.", "Knock twice, please."),
    ("outage", "None of our tills work.", "None of our tills needs paper."),
    ("outage", "Entire call centre down.", "Is the call centre down the road?"),
    ("outage", "We can't admit patients.", "We can't wait for the new screen."),
    ("outage", "The report shows another company's invoices.", "Can I show the other company in the report?"),
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
