"""Each family: what it is, and the ordinary sentence beside it that it is not."""

from __future__ import annotations

import pytest

from escalator_tui.detect import assess
from escalator_tui.detect.mentions import mask
from escalator_tui.model.assessment import Category, Sentiment
from escalator_tui.model.rules import Rules
from tests.detect.builders import MONDAY, talk

PAIRS = [
    ("anger", "Your billing team is utterly incompetent.", "Your billing team is utterly competent."),
    ("anger", "Esto es una vergüenza.", "Esto es una maravilla."),
    ("anger", "C'est vraiment scandaleux !", "C'est vraiment charmant !"),
    ("anger", "Eine Unverschämtheit ist das!", "Eine Freude ist das!"),
    ("anger", "Que palhaçada é essa?", "Que surpresa boa é essa?"),
    ("anger", "This import is ridiculous.", "This import is ridiculously quick."),
    ("anger", "The answers I get are useless.", "The useless column can go, right?"),
    ("frustration", "I am fed up with these invites.", "I set up these invites."),
    ("frustration", "We're not happy with the new editor.", "We're happy with the new editor."),
    ("frustration", "I'm disappointed by the export.", "I'm not disappointed by the export at all."),
    ("frustration", "Estoy harta de los avisos.", "Estoy contenta con los avisos."),
    ("frustration", "Je suis très déçue.", "Je ne suis pas déçue."),
    ("frustration", "Ich bin enttäuscht.", "Ich bin nicht enttäuscht."),
    ("frustration", "Estou muito frustrada.", "Estou muito curiosa."),
    ("complaint", "I want to file a complaint.", "I want to change the complaint form."),
    ("complaint", "We demand a refund.", "Refunds on demand, is that a setting?"),
    ("complaint", "Quiero presentar una queja.", "Quiero presentar una idea."),
    ("manager", "Let me speak to your supervisor.", "My supervisor asked me to add a seat."),
    ("manager", "Connect me with a real person.", "I'm the project manager, a real fan of yours."),
    ("manager", "Quiero hablar con el gerente.", "Soy el gerente de producto."),
    ("manager", "Passez-moi votre responsable.", "Je suis responsable de la facturation."),
    ("manager", "Ich möchte mit einem Vorgesetzten sprechen.", "Mein Vorgesetzter möchte einen Zugang."),
    ("manager", "Quero falar com um supervisor.", "Sou supervisor e quero um relatório."),
    ("churn", "We will cancel our subscription.", "We will cancel our order."),
    ("churn", "Please cancel my contract.", "Please cancel my appointment."),
    ("churn", "We are moving to a competitor.", "We came over from a competitor."),
    ("churn", "We need to cancel.", "We don't need to cancel."),
    ("churn", "Vamos a cancelar el contrato.", "No vamos a cancelar el contrato."),
    ("churn", "Je vais résilier mon contrat.", "Je ne vais pas résilier mon contrat."),
    ("churn", "Wir kündigen den Vertrag.", "Wir kündigen den Vertrag nicht."),
    ("churn", "Vou cancelar a assinatura.", "Não vou cancelar a assinatura."),
    ("legal", "You will hear from my lawyer.", "Which legal name goes on the form?"),
    ("legal", "We will take legal action.", "Our legal team reviewed the terms."),
    ("legal", "I'll post this on Trustpilot to warn others.", "I posted a nice note on Trustpilot."),
    ("legal", "Voy a denunciarlos.", "Voy a anunciarlos."),
    ("legal", "Je vais porter plainte.", "Je vais porter le projet."),
    ("legal", "Ich gehe damit zum Anwalt vor Gericht.", "Ich gehe damit in den Urlaub."),
    ("legal", "Vou acionar o Procon.", "Vou acionar o botão."),
    ("repeat", "This is the fourth time I'm writing.", "This is the fourth field I'm filling."),
    ("repeat", "How many times must I ask?", "How many times may I export?"),
    ("waiting", "Nobody answers my mails.", "My mails are answered."),
    ("waiting", "Stop ignoring me.", "Which header is ignored?"),
    ("outage", "Production is down for everyone.", "Is the production plan cheaper?"),
]


def found(text: str) -> set[str]:
    return {signal.kind for signal in assess(talk(text), (), Rules(), MONDAY + 100, text_only=True).signals}


@pytest.mark.parametrize(("family", "raised", "ordinary"), PAIRS)
def test_a_family_is_heard_and_its_ordinary_neighbour_is_not(family: str, raised: str, ordinary: str) -> None:
    loud, calm = (assess(talk(text), (), Rules(), MONDAY + 100, text_only=True) for text in (raised, ordinary))
    assert family in {signal.kind for signal in loud.signals}
    assert loud.escalates
    assert not calm.escalates, calm.signals


@pytest.mark.parametrize(
    "text",
    [
        "There is a problem, an error and a bug, it is broken and late!!!",
        "PLEASE READ THIS LONG MESSAGE IN CAPITALS ABOUT A PROBLEM!!! 😢😢😢",
        "Warum geht das leider nicht, immer ein Fehler, nichts klappt, kaputt!!",
        "problema, error, fallo, no puedo, falta, nada, mal!!",
    ],
)
def test_weak_families_never_escalate_alone(text: str) -> None:
    assert not assess(talk(text), (), Rules(), MONDAY + 100, text_only=True).escalates


@pytest.mark.parametrize("typed", ["unaceptable", "rediculous", "incompetant", "unprofesional", "horrendos", "pathetc", "terrrrrible"])
def test_slips_of_the_pen_are_understood(typed: str) -> None:
    assert "anger" in found(f"this is {typed} of you")


@pytest.mark.parametrize(
    ("family", "typed"),
    [
        ("anger", "ur compny is a skam"),
        ("anger", "wat a wast of tiem"),
        ("manager", "let me speack to sombody in charge"),
        ("waiting", "sinse monday noone has replyed"),
        ("anger", "u ppl r theives"),
        ("anger", "this is fruad"),
        ("waiting", "nobdy replys to my emials"),
        ("manager", "get me yuor superviser"),
        ("manager", "plz escelate this"),
        ("complaint", "i want to complane about the drivver"),
        ("frustration", "i dont trsut you anymore"),
        ("churn", "canel my acount im done with u"),
    ],
)
def test_common_misspellings_are_read_as_what_was_meant(family: str, typed: str) -> None:
    assert family in found(typed)


@pytest.mark.parametrize(
    "typed", ["can u add anoter seat plz", "thx for the qick anser", "the waist of the dress", "how do i exprot my contcts"]
)
def test_ordinary_misspellings_are_no_alarm(typed: str) -> None:
    assert not assess(talk(typed), (), Rules(), MONDAY + 100, text_only=True).escalates


@pytest.mark.parametrize(
    "text", ["See https://example.com/cancel/my/account", "mail manager@example.com", "the `unacceptable` flag", 'what does "worst" mean?']
)
def test_addresses_code_and_quoted_terms_are_mentions(text: str) -> None:
    assert not found(text) - {"thanks", "problem"}


@pytest.mark.parametrize(
    "text",
    [
        'A customer wrote "I want my money back and I will sue you if I don\'t get it", which template do I use?',
        "A buyer wrote 'I'm furious, this is unacceptable' in his review, how do I reply?",
        "The line “You ruined my wedding and I will never forgive you for it” is cut short in the subtitle.",
    ],
)
def test_a_long_quotation_is_not_the_customer_s_own(text: str) -> None:
    assert not found(text) & {"anger", "legal", "frustration", "complaint"}


def test_a_message_that_is_one_quotation_is_the_customer_s_own() -> None:
    assert "anger" in found('"This is unacceptable, I have never been treated like that."')


@pytest.mark.parametrize(
    ("text", "is_heard"),
    [
        ('"This is unacceptable, the ""express"" parcel took a month."', True),
        ('"You call this ""express""? Unacceptable."', True),
        ('"Where do I set the ""unacceptable"" label?"', False),
        ('"""unacceptable"" is a label we use, where is it set?"', False),
        ('Is "unacceptable" or "terrible" the label?', False),
        ('"" unacceptable', True),
    ],
)
def test_a_table_export_wraps_a_message_in_quotation_marks(text: str, *, is_heard: bool) -> None:
    """And doubles those within, which are quotation marks of the customer still."""
    assert ("anger" in found(text)) is is_heard
    assert len(mask(text)) == len(text)


def test_thanks_at_the_end_lower_what_was_said_before() -> None:
    angry = talk("This is terrible.", ("teammate", "Done."))
    solved = talk("This is terrible.", ("teammate", "Done."), "Thank you, it works now.")
    before, after = (assess(each, (), Rules(), MONDAY + 500, text_only=True) for each in (angry, solved))
    assert before.escalates
    assert not after.escalates


@pytest.mark.parametrize(
    "last",
    [
        "Checked. All bookings are there, you can close this.",
        "Funciona todo, pueden cerrar el caso.",
        "C'est réglé, vous pouvez fermer le ticket.",
        "Hat sich erledigt, läuft alles.",
        "Está tudo funcionando, podem fechar o chamado.",
    ],
)
def test_a_customer_who_says_that_it_is_solved_is_heard(last: str) -> None:
    tense, asked = "The calendar is terrible, it keeps losing our bookings, I am really annoyed.", ("teammate", "Could you look again?")
    both = (talk(tense, asked, each) for each in (last, "It is as it was."))
    solved, unsolved = (assess(each, (), Rules(), MONDAY + 500, text_only=True) for each in both)
    assert unsolved.escalates
    assert not solved.escalates, solved.signals


@pytest.mark.parametrize(
    "said",
    [
        (
            "Three weeks of waiting, this is unacceptable. Useless.",
            "Are you kidding me? I want my money back.",
            "All good now, thanks for sorting it.",
        ),
        ("Llevo dos semanas esperando, es una vergüenza.", "¿Se ríen de mí? Estoy harto.", "Ya está solucionado, muchas gracias."),
        ("Votre service est nul, j'attends depuis deux semaines.", "C'est inadmissible ! Remboursez-moi !", "C'est réglé, merci beaucoup."),
        ("Ihr Support ist eine Katastrophe, seit Wochen keine Antwort!", "Ich bin stinksauer.", "Danke, jetzt funktioniert alles."),
        ("O vosso serviço é péssimo, espero há duas semanas.", "Isto é inaceitável, estou farto!", "Já está resolvido, muito obrigado."),
    ],
)
def test_an_angry_thread_that_closes_with_thanks_is_over(said: tuple[str, str, str]) -> None:
    angry, solved = (assess(talk(*each), (), Rules(), MONDAY + 500, text_only=True) for each in (said[:2], said))
    assert angry.escalates
    assert not solved.escalates, solved.signals


def test_thanks_at_the_end_take_back_no_demand() -> None:
    for demand in ("Please cancel our contract.", "I want to speak to your manager.", "You will hear from my lawyer."):
        parted = talk(demand, ("teammate", "I am sorry to hear that."), "Thank you.")
        assert assess(parted, (), Rules(), MONDAY + 500, text_only=True).escalates, demand


def test_courtesy_takes_back_no_demand() -> None:
    assert assess(talk("Please cancel our contract, thank you very much."), (), Rules(), MONDAY + 100, text_only=True).escalates


@pytest.mark.parametrize(
    "others",
    [
        [("teammate", "Sorry for the terrible wait, my manager will refund you, this is unacceptable.")],
        [("bot", "Type cancel my subscription or speak to a manager.")],
        [("unknown", "I will sue you.")],
    ],
)
def test_only_the_customer_is_heard(others: list[tuple[str, str]]) -> None:
    assert not assess(talk("How do I add a seat?", *others), (), Rules(), MONDAY + 500, text_only=True).signals


def test_notes_are_not_heard_whoever_wrote_them() -> None:
    noted = talk("How do I add a seat?", "Escalated: cancel my contract, this is terrible", kinds=("source", "note"))
    assert not assess(noted, (), Rules(), MONDAY + 500, text_only=True).signals


def test_quotes_and_signatures_are_not_heard() -> None:
    text = "How do I add a seat?\n\nOn Mon, 5 Jan 2026, Ana wrote:\n> This is terrible, cancel our contract\n"
    assert not assess(talk(text), (), Rules(), MONDAY + 100, text_only=True).escalates


def test_the_subject_of_the_customer_is_heard() -> None:
    assert assess(talk("See above.", subject="Unacceptable service"), (), Rules(), MONDAY + 100, text_only=True).escalates
    ours = talk(("teammate", "News"), "Fine.", subject="Our terrible, horrible sale")
    assert not assess(ours, (), Rules(), MONDAY + 100, text_only=True).signals


def test_a_signal_quotes_the_customer_and_names_the_part() -> None:
    talked = talk("Hello", ("teammate", "Hi"), "x " * 200 + "I am FURIOUS about the export " + "y " * 200)
    signal = assess(talked, (), Rules(), MONDAY + 500, text_only=True).signals[0]
    assert (signal.kind, signal.detail, signal.part_id) == ("anger", "furious", "p2")
    assert "I am FURIOUS about" in signal.quote
    assert len(signal.quote) <= 160


def test_signals_are_strongest_first_one_for_each_family_and_add_up_to_the_score() -> None:
    text = "Terrible, awful and pathetic. I want to speak to your manager. Still no answer!"
    assessment = assess(talk(text), (), Rules(), MONDAY + 100, text_only=True)
    weights = [signal.weight for signal in assessment.signals]
    assert weights == sorted(weights, reverse=True)
    assert len({signal.kind for signal in assessment.signals}) == len(assessment.signals)
    assert sum(weights) == pytest.approx(assessment.score)
    assert 0 < assessment.score < 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How do I add a seat?", Sentiment.NEUTRAL),
        ("It fails with an error.", Sentiment.NEUTRAL),
        ("Nobody got back to me yet.", Sentiment.NEGATIVE),
        ("I am so frustrated.", Sentiment.FRUSTRATED),
    ],
)
def test_sentiment(text: str, expected: Sentiment) -> None:
    assert assess(talk(text), (), Rules(), MONDAY + 100, text_only=True).sentiment is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The refund page shows a bug", Category.BUG),
        ("El pago de la factura", Category.BILLING),
        ("Die Rechnung bitte", Category.BILLING),
        ("La facture est fausse", Category.BILLING),
        ("O pagamento foi duplicado", Category.BILLING),
        ("It would be nice to sort", Category.FEATURE_REQUEST),
        ("I cannot log in", Category.ACCOUNT_ISSUE),
        ("The debugger of terrorism", Category.ACCOUNT_ISSUE),
    ],
)
def test_category(text: str, expected: Category) -> None:
    assert assess(talk(text), (), Rules(), MONDAY + 100, text_only=True).category is expected


def score(text: str) -> float:
    return assess(talk(text), (), Rules(), MONDAY + 100, text_only=True).score


def test_praise_makes_little_of_what_sounds_like_waiting() -> None:
    praise = score("Just wanted to say that the new date picker saves me half an hour every day. Great work!")
    assert praise < 0.2
    assert score("The new date picker costs me half an hour every day.") > praise


def test_praise_does_not_sound_negative() -> None:
    found = assess(talk("The new date picker saves me half an hour every day. Great work!"), (), Rules(), MONDAY + 100, text_only=True)
    assert found.sentiment is Sentiment.NEUTRAL


def test_praise_takes_back_no_request_for_somebody_in_charge() -> None:
    asked = "Could somebody from your management call me"
    assert score(f"Great work on the app. {asked}") > 0.75 * score(asked)


@pytest.mark.parametrize(
    ("said", "listed"), [("It. Does. Not. Work.", "Red. Blue. Green."), ("Stop. Sending. Me. Spam.", "Yes. No. Maybe.")]
)
def test_words_that_are_each_a_sentence_are_a_reproach(said: str, listed: str) -> None:
    assert "frustration" in found(said)
    assert "frustration" not in found(listed)
