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
    ("churn", "Me voy a pasar a Vodafone.", "Me voy a pasar por la tienda."),
    ("churn", "O lo arreglan hoy o mañana firmo con otra compañía.", "O lo arreglan hoy o mañana paso a recogerlo."),
    ("churn", "Hasta aquí llegué con ustedes.", "Hasta aquí llegué en la guía."),
    ("churn", "Cierren mi cuenta ya.", "Cierren la ventana ya."),
    ("legal", "Los voy a llevar a juicio.", "Los voy a llevar a la boda."),
    ("legal", "Acudiré a la OCU.", "Acudiré a la cita."),
    ("legal", "Les denuncio.", "¿Dónde denuncio un perfil falso?"),
    ("manager", "Quisiera que me llamara un responsable.", "Quisiera que me llamara un técnico."),
    ("manager", "Póngame con el responsable de la tienda.", "Soy el responsable de la tienda."),
    ("waiting", "¿Cuándo piensan devolverme el dinero?", "¿Cuándo van a abrir la tienda?"),
    ("waiting", "Pedí el cambio en marzo y ya estamos en junio.", "Pedí el cambio en marzo y ya lo tengo."),
    ("waiting", "Nadie me contesta.", "Nadie más usa la cuenta."),
    ("repeat", "Se lo expliqué a tres agentes.", "Se lo expliqué a mi equipo."),
    ("repeat", "¿Cuántas veces tengo que repetirlo?", "¿Cuántas veces puedo repetir el examen?"),
    ("repeat", "Otra vez el mismo error.", "Otra vez el mismo pedido, por favor."),
    ("frustration", "¿Hasta cuándo?", "¿Hasta cuándo tengo para pagar?"),
    ("frustration", "No ha sido una buena experiencia.", "Ha sido una buena experiencia."),
    ("frustration", "Ya no aguanto más.", "Ya no necesito más."),
    ("anger", "Qué falta de respeto.", "¿Qué falta en el formulario?"),
    ("anger", "No son más que ladrones.", "No son ladrones."),
    ("complaint", "Me cobraron algo que nunca contraté.", "Me cobraron algo que contraté ayer."),
    ("churn", "Je change d'opérateur demain.", "J'ai changé de banque hier."),
    ("churn", "Je vais passer chez Orange.", "Je vais passer chez ma mère."),
    ("churn", "Nous allons tout résilier.", "Nous allons tout relire."),
    ("churn", "Fermez mon compte.", "Fermez la porte."),
    ("legal", "J'appelle mon avocat.", "J'appelle mon frère."),
    ("legal", "Je vous mets en demeure de payer, mes poursuites suivent.", "Je vous mets en copie."),
    ("manager", "Je veux qu'un responsable m'appelle.", "Je veux qu'un technicien m'appelle."),
    ("manager", "Y a-t-il un responsable à qui parler ?", "Y a-t-il un rôle de responsable ?"),
    ("manager", "Je veux parler à votre supérieur.", "Je veux parler du forfait supérieur."),
    ("waiting", "Voilà un mois que je réclame mon colis.", "Voilà un mois que je porte ce pull."),
    ("waiting", "J'ai assez attendu.", "J'ai assez dormi."),
    ("waiting", "Votre service ne répond jamais.", "Mon mari ne répond pas, appelez-moi."),
    ("repeat", "Je vous ai appelés cinq fois.", "Je vous ai recommandés cinq fois."),
    ("repeat", "Encore la même excuse ?", "Encore la même taille ?"),
    ("frustration", "Vous n'êtes même pas foutus de répondre.", "Vous êtes rapides à répondre."),
    ("frustration", "J'en ai assez de vos pannes.", "J'en ai assez pour ce mois-ci."),
    ("anger", "Je me suis fait avoir.", "Je me suis fait livrer."),
    ("anger", "Vos conseillers sont odieux.", "Vos conseillers sont adorables."),
    ("complaint", "Vous n'avez jamais tenu vos promesses, aucun engagement n'a été tenu.", "Vous avez tenu vos promesses."),
    ("churn", "Ich wechsle zu Vodafone.", "Ich wechsle zu einem größeren Tarif."),
    ("churn", "Ich verlasse eure Bank.", "Ich verlasse mich auf eure Bank."),
    ("churn", "Bitte kuendigen Sie meinen Anschluss.", "Bitte aktivieren Sie meinen Anschluss."),
    ("churn", "Mir reicht's, ich bin weg.", "Ich bin am Freitag weg."),
    ("legal", "Ich bringe Sie vor Gericht.", "Ich bringe das Gericht zum Buffet."),
    ("legal", "Ich zeige Sie an.", "Ich zeige Sie gern meinen Freunden."),
    ("legal", "Ich erstatte Anzeige.", "Die Anzeige bei Ebay ist online."),
    ("manager", "Ich möchte, dass mich die Leiterin anruft.", "Ich möchte, dass mich die Schneiderin anruft."),
    ("manager", "Der Geschäftsführer soll mich anrufen.", "Der Fahrer soll mich anrufen."),
    ("waiting", "Wann bekomme ich endlich meine Ware?", "Endlich eine gute App!"),
    ("waiting", "Seit Montag antwortet mir keiner.", "Keiner außer mir nutzt das Konto."),
    ("waiting", "Der versprochene Anruf kam nie.", "Der versprochene Anruf kam pünktlich."),
    ("repeat", "Ich habe fünfmal vergeblich reklamiert.", "Ich habe fünfmal erfolgreich bestellt."),
    ("repeat", "Das habe ich drei Mitarbeitern erklärt.", "Das habe ich meinem Team erklärt."),
    ("frustration", "Wie oft muss ich euch das noch sagen?", "Wie oft muss ich das Gerät reinigen?"),
    ("frustration", "Ich fühle mich nicht ernst genommen.", "Ich fühle mich gut beraten."),
    ("anger", "Noch nie einen so schlechten Service erlebt.", "Noch nie einen so guten Service erlebt."),
    ("anger", "Ihr habt doch keine Ahnung.", "Ich habe keine Ahnung, wie das geht."),
    ("anger", "Ein erbärmlicher Service.", "Ein erstklassiger Service."),
    ("churn", "Se não consertarem, troco de operadora.", "Se não couber, troco de tamanho."),
    ("churn", "Solicito o cancelamento do meu contrato.", "Solicito uma cópia do meu contrato."),
    ("churn", "Desisto de vocês.", "Desisto da compra."),
    ("legal", "Vou escrever no livro de reclamações.", "Vou escrever um livro."),
    ("legal", "Vou reclamar na Anatel.", "Vou jantar na praça."),
    ("legal", "Vou detonar vocês nas redes.", "Vou divulgar vocês nas redes."),
    ("manager", "Gostaria que um responsável me ligasse.", "Gostaria que um técnico me ligasse."),
    ("manager", "Tem algum responsável com quem falar?", "Tem o cargo de responsável no sistema?"),
    ("waiting", "Estão me enrolando há semanas.", "Estão me treinando há semanas."),
    ("waiting", "A espera é interminável.", "A espera foi curta."),
    ("waiting", "Quatro e-mails e nenhuma resposta.", "Quatro e-mails e uma resposta."),
    ("repeat", "Liguei cinco vezes esta semana.", "Indiquei vocês cinco vezes esta semana."),
    ("repeat", "De novo o mesmo erro.", "De novo o mesmo pedido."),
    ("frustration", "Estou há horas sem luz, já não aguento.", "Estou há horas na praia, já não chove."),
    ("frustration", "Isto não presta.", "Isto presta contas."),
    ("anger", "Vocês não têm vergonha?", "Vocês não têm outra cor?"),
    ("anger", "Me sinto lesado.", "Me sinto bem atendido."),
    ("complaint", "Nada do que prometeram foi cumprido.", "Tudo o que prometeram foi cumprido."),
    ("churn", "Si el lunes no funciona, me cambio de compañía.", "Si el lunes no estoy, me cambio de turno."),
    ("churn", "Si rien ne change, je pars ailleurs.", "Si je ne suis pas là, je change de créneau."),
    ("churn", "Wenn das nicht läuft, wechsle ich den Anbieter.", "Wenn ich nicht da bin, wechsle ich die Schicht."),
    ("churn", "Se não estiver pronto, troco de operadora.", "Se eu não estiver, troco de turno."),
    ("complaint", "Me siguen cobrando aunque me di de baja.", "Me cobran el día cinco aunque sea fiesta."),
    ("complaint", "Vous continuez à me prélever alors que j'ai résilié.", "Vous pouvez me prélever le cinq."),
    ("complaint", "Sie buchen weiter ab, obwohl ich gekündigt habe.", "Sie buchen am Fünften ab."),
    ("complaint", "Continuam cobrando mesmo depois do cancelamento.", "Podem cobrar no dia cinco."),
    ("repeat", "No es la primera vez que me pasa.", "No es la primera vez que compro."),
    ("waiting", "Sie haben keine einzige Mail beantwortet.", "Sie haben jede Mail beantwortet."),
    ("frustration", "Ich verliere langsam die Geduld.", "Ich lerne langsam dazu."),
    ("frustration", "Auf Ihre Firma ist kein Verlass.", "Ich verlasse mich auf Ihre Firma."),
    ("anger", "La dependienta me trató como a una delincuente.", "La dependienta me trató como a una reina."),
    ("anger", "Man hat mich wie einen Verbrecher behandelt.", "Man hat mich wie einen König behandelt."),
    ("manager", "Necesito a alguien que mande ahí.", "Necesito a alguien que mande el paquete."),
    ("legal", "La presse sera informée.", "Ma sœur sera informée."),
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
    ("anger", "No estoy furioso."),
    ("anger", "No es una estafa, ya lo entendí."),
    ("anger", "Recibí un intento de estafa por SMS."),
    ("anger", "Me da coraje conmigo mismo."),
    ("anger", "Guter Witz auf eurer Seite."),
    ("anger", "Je n'ai jamais été furieux."),
    ("anger", "A coleta de lixo é hoje?"),
    ("frustration", "Ma dernière commande est arrivée."),
    ("frustration", "Tut mir leid, ich brauche keinen mehr."),
    ("complaint", "Todo lo que prometieron se cumplió."),
    ("churn", "Mi madre está de baja."),
    ("churn", "No quiero cancelar el contrato."),
    ("legal", "No voy a denunciar a nadie."),
    ("manager", "Donnez-moi la direction du magasin."),
    ("repeat", "Llevo tres días en el hotel."),
    ("repeat", "Combien de fois peut-on repasser le test ?"),
]

OTHER_WORDS = [
    *("complient", "garage", "applying", "joker", "roubado", "portaria", "stunning", "shooting"),
    *("cumpleanos", "quedarme", "cableado", "plantes", "monteurs", "fruchtbar", "vermisst", "schreinerei", "engajado"),
]


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
