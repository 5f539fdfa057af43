"""What is said alike in five languages is heard in all of them, and so is the ordinary sentence beside it."""

from __future__ import annotations

import pytest

from tests.detect.test_constructions import strong

ALIKE = {
    "an end of waiting is asked for": (
        "waiting",
        [
            ("How much longer will this take?", "How long does this take as a rule?"),
            ("¿Cuánto tiempo más tengo que esperar?", "¿Cuánto tiempo tarda un envío?"),
            ("Combien de temps faudra-t-il encore patienter ?", "Combien de temps dure un envoi ?"),
            ("Wie lange sollen wir denn noch warten?", "Wie lange dauert ein Versand?"),
            ("Até quando vou ter que aguardar?", "Até quando vale a oferta?"),
        ],
    ),
    "a promised day went by": (
        "waiting",
        [
            ("Dijeron el lunes y ya es jueves.", "Dijeron el lunes, perfecto."),
            ("Vous aviez dit lundi, on est jeudi.", "Vous aviez dit lundi, parfait."),
            ("Montag hieß es, heute ist Donnerstag.", "Montag hieß es, das passt."),
            ("Disseram segunda e hoje já é quinta.", "Disseram segunda, ótimo."),
        ],
    ),
    "nobody seems to read": (
        "waiting",
        [
            ("Has anyone over there even looked at it?", "Has anyone asked for it yet?"),
            ("¿Alguien ha leído siquiera el correo?", "¿Alguien ha pedido ya la guía?"),
            ("Quelqu'un a-t-il seulement lu mon courrier ?", "Quelqu'un a-t-il trouvé mon écharpe ?"),
            ("Hat das überhaupt jemand geöffnet?", "Hat das schon jemand bestellt?"),
            ("Alguém ao menos leu o chamado?", "Alguém leu o livro do mês?"),
        ],
    ),
    "it is said to be solved": (
        "complaint",
        [
            ("Supposedly fixed, and it drips.", "Fixed, it drips no more."),
            ("Supuestamente solucionado, y gotea.", "Solucionado, gracias."),
            ("Soi-disant résolu, et ça goutte.", "Résolu, merci."),
            ("Angeblich behoben, und es tropft.", "Behoben, danke."),
            ("Supostamente resolvido, e pinga.", "Resolvido, obrigada."),
        ],
    ),
    "no word of excuse": (
        "complaint",
        [
            ("Not once did anybody apologise.", "Not once did I regret it."),
            ("Ni una disculpa.", "Ni un rasguño."),
            ("Même pas un mot d'excuse.", "Même pas un défaut."),
            ("Nicht einmal eine Entschuldigung.", "Nicht einmal eine Schramme."),
            ("Nem um pedido de desculpas.", "Nem um defeito."),
        ],
    ),
    "praise for what went wrong": (
        "frustration",
        [
            ("Well done, you took our whole morning.", "Well done, you took a minute."),
            ("Enhorabuena, la caja sigue sin abrir.", "Enhorabuena, la caja abre rápido."),
            ("Bravo, la mise à jour efface tout.", "Bravo, la mise à jour est superbe."),
            ("Glückwunsch, jetzt geht nichts mehr.", "Glückwunsch, jetzt geht es schnell."),
            ("Parabéns, conseguiram estragar o app.", "Parabéns, conseguiram melhorar o app."),
        ],
    ),
    "what a coincidence": (
        "frustration",
        [
            ("Conveniently, the form is broken.", "The form is conveniently placed."),
            ("Qué casualidad que nunca haya nadie.", "Qué casualidad, somos vecinos."),
            ("Introuvable, comme par hasard.", "Par hasard, l'auriez-vous ?"),
            ("Seltsamerweise geht der Knopf nie.", "Der Knopf ist seltsam rund."),
            ("Que coincidência, justo hoje não funciona.", "Que coincidência, somos vizinhos."),
        ],
    ),
    "not what was agreed": (
        "frustration",
        [
            ("That's not what I signed up for.", "Where do I sign up for that?"),
            ("No es lo que contraté.", "¿Es lo que contraté?"),
            ("Ce n'est pas ce que j'ai commandé.", "C'est ce que j'ai commandé."),
            ("Não foi isso que eu contratei.", "Foi isso que eu contratei."),
        ],
    ),
    "somebody who may decide": (
        "manager",
        [
            ("I need someone who is allowed to decide.", "Who decides on the colour?"),
            ("Páseme a alguien con capacidad de decidir.", "¿Quién decide el color?"),
            ("Je veux quelqu'un qui peut trancher.", "Qui tranche le pain ?"),
            ("Geben Sie mir jemanden, der etwas zu sagen hat.", "Was hat das Feld zu sagen?"),
            ("Quero alguém com autonomia para resolver.", "Qual é a autonomia da bateria?"),
        ],
    ),
    "the number goes elsewhere": (
        "churn",
        [
            ("Mañana pido la portabilidad.", "Hago la portabilidad a ustedes, ¿qué necesito?"),
            ("Je demande mon code RIO.", "Où trouver le mode radio ?"),
            ("Ich nehme meine Nummer mit und gehe.", "Nehmt ihr meine Nummer mit, wenn ich komme?"),
            ("Amanhã faço a portabilidade.", "Amanhã faço a portabilidade para vocês."),
        ],
    ),
    "in a lawyer's hands": (
        "legal",
        [
            ("My lawyer is preparing a claim.", "My lawyer needs a seat, how do I add her?"),
            ("El asunto queda en manos de mi abogada.", "El asunto del correo queda vacío."),
            ("L'affaire passe dans les mains de mon avocat.", "L'affaire est dans le sac, merci."),
            ("Die Sache liegt jetzt beim Anwalt.", "Die Sache liegt im Regal."),
            ("O caso agora fica com o meu advogado.", "O caso fica na estante."),
        ],
    ),
    "said before": (
        "repeat",
        [
            ("Why do I have to explain this to each of you?", "Why do I have to repeat the password?"),
            ("Ya se lo expliqué a dos personas.", "Ya se lo regalé a mi tía."),
            ("Je vous l'ai déjà envoyé.", "Je l'ai déjà, merci."),
            ("Das habe ich euch schon zweimal geschickt.", "Das habe ich schon, danke."),
            ("Já expliquei isso três vezes.", "Já entendi, obrigado."),
        ],
    ),
}
ROWS = [(family, *pair) for family, listed in ALIKE.values() for pair in listed]


@pytest.mark.parametrize(("family", "alarming", "ordinary"), ROWS)
def test_a_construction_is_heard_in_each_language(family: str, alarming: str, ordinary: str) -> None:
    assert family in strong(alarming)
    assert family not in strong(ordinary)


@pytest.mark.parametrize(
    ("family", "text"),
    [
        ("anger", "I was furious on Monday, but Lena put everything right."),
        ("complaint", "Consider my complaint withdrawn."),
        ("frustration", "I've never had better help from a shop."),
        ("manager", "Je n'ai plus besoin d'un conseiller humain."),
        ("legal", "A guest wrote a one-star review of our hotel. Can I answer it?"),
        ("repeat", "Voltei seis vezes e adoro."),
    ],
)
def test_what_is_over_or_meant_for_others_is_no_strong_sign(family: str, text: str) -> None:
    assert family not in strong(text)
