"""Requests for people: for somebody in charge or a human they are alarms, for a colleague of sales or about a bot they are not."""

from __future__ import annotations

import pytest

from escalator_tui.detect.lexicon import lexicon
from escalator_tui.detect.reading import Message, read
from escalator_tui.detect.wording import Wording
from tests.detect.builders import escalates

DEMANDS = [
    "I want to speak to a manager",
    "let me talk to a human",
    "quiero hablar con un responsable",
    "Can I talk to a human?",
    "I need to speak to someone about this charge",
    "I want to talk to someone about my refund",
    "Can I speak to someone?",
    "Could I speak to a manager about the renewal?",
    "I want to talk to a real person about pricing, not this bot",
    "Can your bot please transfer me to a human agent?",
    "How do I reach a human agent?",
    "How can I talk to a real person?",
    "My customers cannot reach a human agent, get me your manager",
    "Forward my complaint to your manager",
    "Please escalate this to the top",
    "Escalate this to your manager",
    "Gostaria de falar com alguém sobre a cobrança indevida",
    "Quero falar com alguém responsável",
    "Gostaria de falar com um gerente",
    "Preciso falar com um atendente humano",
    "Je voudrais parler à quelqu'un de compétent",
    "Je veux parler à un responsable",
    "Je voudrais parler à un humain",
    "Je voudrais parler à quelqu'un au sujet de ma réclamation",
    "Me gustaría hablar con alguien sobre el cobro que me hicieron",
    "Páseme con su supervisor",
    "Quiero hablar con una persona",
    "Ich möchte mit einem Menschen sprechen",
    "Ich will Ihren Vorgesetzten sprechen",
    "Ich möchte mit jemandem über diese Abbuchung sprechen",
    "Leiten Sie meine Beschwerde an Ihren Chef weiter",
    "Quiero hablar con su gerente sobre el plan",
    "Je veux parler à votre directeur du devis",
    "Wie erreiche ich einen echten Menschen?",
    "¿Cómo hablo con un humano?",
    "Comment parler à un humain ?",
    "Como falo com um humano?",
    "Stop with the bot. Connect me to a human agent.",
    "Your bot won't hand over to a human agent",
    "The bot keeps refusing to transfer me to a human agent",
]

POLITE = [
    "Gostaria de falar com alguém sobre a renovação do plano",
    "Posso falar com alguém do comercial sobre um orçamento?",
    "Queria falar com uma pessoa da equipe de vendas",
    "Preciso falar com um consultor sobre os planos anuais",
    "Je voudrais parler à quelqu'un du service commercial pour un devis",
    "J'aimerais parler à un conseiller au sujet de l'offre annuelle",
    "Pourrais-je parler à quelqu'un à propos d'une démo ?",
    "Je souhaite échanger avec une personne de votre équipe sur les tarifs",
    "Me gustaría hablar con alguien sobre el plan anual",
    "¿Puedo hablar con alguien de ventas para un presupuesto?",
    "Quisiera hablar con un asesor sobre los precios",
    "Me gustaría hablar con una persona de su equipo comercial",
    "Ich würde gern mit jemandem über die Preise sprechen",
    "Könnte ich mit jemandem aus dem Vertrieb sprechen?",
    "Ich möchte mit einem Mitarbeiter über ein Angebot sprechen",
    "Wir würden gerne mit einem Berater über den Jahresplan reden",
    "I'd prefer to talk to a person about pricing",
    "Can I speak to someone in sales about a quote?",
    "I'd like to speak with someone about upgrading our plan",
    "Could I talk to a human about your enterprise plan?",
    "Could we talk to somebody about a partnership?",
    "Is there someone I can talk to about onboarding?",
    "Happy to speak with someone from your sales team",
    "Please forward my thanks to your manager",
    "Pass my compliments on to your boss!",
    "Please tell your manager you did a great job",
    "I'd like to send a thank you note to your manager",
    "Transmettez mes remerciements à votre responsable",
    "Transmita mi agradecimiento a su jefe",
    "Richten Sie Ihrem Chef meinen Dank aus",
    "Bitte geben Sie mein Lob an Ihren Vorgesetzten weiter",
    "Passe meus agradecimentos ao seu gerente",
    "Can the bot hand over to a human agent automatically?",
    "Does Fin transfer to a human agent when it is unsure?",
    "How can my customers reach a human agent with the widget?",
    "How do visitors ask for a human agent in the messenger?",
    "Can our users talk to a real person from the app?",
    "When does the bot pass the chat to a human agent?",
    "How do I set up the handover to a human agent?",
    "Kann der Bot automatisch an einen echten Mitarbeiter übergeben?",
    "Wie können meine Kunden im Widget mit einem Mitarbeiter sprechen?",
    "¿Puede el bot transferir a un agente humano automáticamente?",
    "¿Cómo pueden mis clientes hablar con un agente humano desde el widget?",
    "Le bot peut-il transférer à un conseiller humain automatiquement ?",
    "Comment mes clients peuvent-ils parler à un conseiller humain avec le widget ?",
    "O bot pode transferir para um atendente humano automaticamente?",
    "Como os meus clientes podem falar com um atendente humano pelo widget?",
    "I'll escalate this to the top of my list",
    "Let me escalate this to my team and get back to you",
    "I'll take this to my manager for approval and reply tomorrow",
]


def strong(text: str) -> set[str]:
    """The families with a strong phrase in a message, as the phrases alone hear it."""
    reading = read([Message("", text)], lexicon(), frozenset(), model=Wording({}, 1))
    return {family for family in reading.found if reading.has_strong(family)}


@pytest.mark.parametrize("text", DEMANDS)
def test_who_asks_for_a_human_or_for_somebody_in_charge_is_heard(text: str) -> None:
    assert escalates(text)


@pytest.mark.parametrize("text", POLITE)
def test_a_polite_request_for_a_colleague_is_no_alarm(text: str) -> None:
    assert "manager" not in strong(text)
    assert not escalates(text)
