"""Whose words a quotation holds: those of the customer's side count, those of a button, a mail or a buyer are named as ignored."""

from __future__ import annotations

import pytest

from escalator_tui.detect.explaining import explain
from escalator_tui.detect.mentions import mask
from escalator_tui.model.rules import Rules
from tests.detect.builders import MONDAY, talk

SAID = [
    'My boss says "this is unacceptable, we are cancelling"',
    "Our CEO said: 'get me out of this contract, it is a scam'",
    'I told your agent "I want to speak to a manager"',
    'I emailed you "cancel my account" last week',
    '"This is unacceptable", says my boss.',
    "“We are cancelling the contract,” my director said.",
    '"I want to cancel my subscription", that\'s what our CEO told me this morning.',
    'My customers keep telling me "this app is garbage".',
    'According to my boss: "this is a disgrace"',
    'Mi jefe dice: "esto es inaceptable, cancelamos el contrato"',
    'Le he dicho "quiero hablar con un responsable"',
    "Nuestros clientes nos dicen «esto es una vergüenza».",
    "Mon patron dit : « c'est inadmissible, on résilie le contrat »",
    "« C'est inadmissible », me disent mes clients.",
    "J'ai dit « je veux parler à un responsable ».",
    "Mein Chef sagt: „Das ist inakzeptabel, wir kündigen den Vertrag“",
    "Ich habe Ihnen schon gesagt: „Ich will einen Vorgesetzten sprechen“",
    "„Das ist eine Frechheit“, sagt mein Chef.",
    'Meu chefe disse: "isso é inaceitável, vamos cancelar o contrato"',
    'Eu já falei "quero falar com um gerente"',
    '"Isso é uma vergonha", dizem os meus clientes.',
    'My boss says:\n"This is unacceptable, we want to cancel our contract"',
    'My boss told you that\n\n"This is unacceptable, we want to cancel our contract"\nWhat now?',
    'Mi jefe dice que "esto es inaceptable, queremos cancelar el contrato"',
    'Mi jefe siempre se lo dice: "esto es inaceptable, queremos cancelar el contrato"',
    'Depois do almoço, meu chefe disse "isso é uma vergonha, quero cancelar"',
    '"Isso é uma vergonha, quero cancelar", disse o meu chefe',
]

MENTIONED = [
    'The button says "Cancel subscription". My boss says it is green.',
    "Der Knopf heißt „Vertrag kündigen“. Mein Chef sagt, er ist grün.",
    'The button says "Cancel subscription", is that right?',
    'He says "this is unacceptable", which template?',
    'One of our customers says "this is unacceptable", how do I tag it?',
    'When our customers say "I want to cancel my subscription", can the bot answer?',
    'Your email said "your account is cancelled", is this right?',
    'The template for our customers: "This is unacceptable"',
    'Can I say "this is garbage" in a review?',
    'I wrote a macro that says "I want to speak to a manager"',
    'I told my customer "we cancel your contract" and need the form',
    'Our page says "worst support ever" in the title, how do I change it?',
    'El botón dice "Cancelar suscripción", ¿es correcto?',
    'Un cliente escribió "esto es inaceptable", ¿qué plantilla uso?',
    "Le bouton dit « Résilier mon abonnement », c'est normal ?",
    "Un client a écrit « c'est inadmissible », quel modèle utiliser ?",
    "Der Knopf heißt „Vertrag kündigen“, richtig?",
    "Wenn meine Kunden „Ich will kündigen“ sagen, was macht der Bot?",
    'O botão diz "Cancelar assinatura", está certo?',
    'Um cliente escreveu "isso é uma vergonha", que modelo uso?',
    '"This is unacceptable" says the template my boss wrote, where do I edit it?',
    '"This is unacceptable", if my customers say that, what does the bot do?',
    'My boss says the "speak to a manager" button is missing',
    'I told you your "this is unacceptable" macro is missing',
    'Mi jefe le dice su "esto es inaceptable" a todos',
    'Do our customers say "this is unacceptable" in the survey?',
    'Se meu chefe diz "isso é uma vergonha", que modelo uso?',
]


@pytest.mark.parametrize("text", SAID)
def test_what_the_customer_s_side_says_is_heard(text: str) -> None:
    told = explain(talk(text), (), Rules(), MONDAY, text_only=True)

    assert told.assessment.escalates
    assert "quoted" not in {each.reason for each in told.ignored}


@pytest.mark.parametrize("text", MENTIONED)
def test_what_somebody_else_says_is_named_as_ignored(text: str) -> None:
    told = explain(talk(text), (), Rules(), MONDAY, text_only=True)

    assert not told.assessment.escalates
    assert "quoted" in {each.reason for each in told.ignored}
    assert len(mask(text)) == len(text)


def test_each_quotation_of_a_message_is_judged_for_itself() -> None:
    told = explain(talk('The button says "Cancel subscription". My boss says "this is unacceptable".'), (), Rules(), MONDAY, text_only=True)

    assert {signal.kind for signal in told.assessment.signals} >= {"anger"}
    assert "churn" not in {signal.kind for signal in told.assessment.signals}
    assert [each.words for each in told.ignored if each.reason == "quoted"] == ["Cancel subscription"]


def test_a_quotation_without_a_word_is_not_named() -> None:
    told = explain(talk('It is 12 " by 3 " wide, "!!!", and that is all'), (), Rules(), MONDAY, text_only=True)

    assert "quoted" in {each.reason for each in told.ignored}
    assert all(any(map(str.isalnum, each.words)) for each in told.ignored)


def test_addresses_and_code_are_named_as_ignored() -> None:
    told = explain(talk("See https://example.com/cancel and `cancel_account`"), (), Rules(), MONDAY, text_only=True)

    ignored = [(each.reason, each.words) for each in told.ignored]
    assert ignored == [("an address or code", "https://example.com/cancel"), ("an address or code", "`cancel_account`")]
