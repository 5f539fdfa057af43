"""Conversations of the demo world that call for the lead."""

from __future__ import annotations

from escalator_tui.sandbox.worlds.cases import Case, Line, customer, days, hours, teammate

JANE = ("Jane Roe", "jane.roe@acmecorp.example")

TENSE = (
    # One customer, three conversations in five days: only together they tell the story.
    Case(
        *JANE,
        "Invoice of last month",
        days(4.2),
        "Hello, our invoice of last month lists 40 seats, but we only have 25. Could you correct it?",
        "AcmeCorp",
        (
            teammate(days(4.1), "Hi Jane, thanks for telling us. I passed it on to billing, you will get a new one."),
            Line("close", days(4)),
        ),
    ),
    Case(
        *JANE,
        "Re: Invoice of last month",
        days(2.1),
        "Hi again, the corrected invoice never came, and our card was charged for 40 seats this morning. Please look into it.",
        "AcmeCorp",
        (
            Line("bot", days(2.1) - 1, "<p>Thanks for getting in touch. Somebody from the team will be with you shortly.</p>"),
            teammate(days(1.9), "Sorry about that, Jane. I will check with billing and come back to you today."),
        ),
    ),
    Case(
        *JANE,
        "Third time I am asking about this invoice",
        hours(9),
        "This is the third time I am reaching out about the same wrong invoice. It is unacceptable that nobody gets back to me.",
        "AcmeCorp",
        (
            teammate(hours(8.5), "I am sorry you are frustrated, Jane. I will ask my manager what we can do."),
            customer(
                hours(5.2),
                "I want to speak to a manager today. If the overcharge is not paid back this week we will cancel our subscription.",
            ),
        ),
    ),
    Case(
        "Ravi Nair",
        "ravi@globex.example",
        "Exports have been broken since Monday",
        days(2.4),
        "CSV exports stop at 500 rows since Monday. Our month-end report depends on them.",
        "Globex",
        (
            teammate(days(2.3), "Hi Ravi, we can see it on our side too. The team is on it."),
            customer(days(1.2), "Any news? We had to copy 11,000 rows by hand last night."),
            customer(hours(20), "Hello? Is anybody reading this?"),
            customer(hours(3), "This is ridiculous. Two days without a word, I am really angry now. Give me somebody who can fix this."),
        ),
    ),
    Case(
        "Bill Lumbergh",
        "bill@initech.example",
        "Cannot log in, whole team blocked",
        47,
        "Nobody here can log in since 20 minutes, we get error 502 after the sign-in page. 60 people cannot work!",
        "Initech",
        (
            Line("bot", 46, "<p>You can reset your password under Settings. Did that help?</p>"),
            customer(
                41,
                "No, it is NOT the password. The whole company is locked out, this is a disaster. I need a human on this immediately.",
            ),
        ),
    ),
    Case(
        "Gavin Belson",
        "gavin@hooli.example",
        "Where is our refund",
        days(6),
        "You agreed to pay back $3,200 for the month in which the API was down. It has not arrived.",
        "Hooli",
        (
            Line("assigned", days(5.8), "<p>Hi Gavin, I am checking this with finance.</p>"),
            Line("note", days(5.7), "<p>Finance says it was approved but not paid out. They mention no lawsuit so far.</p>"),
            customer(days(3), "Five business days are over. Still no refund. I am very disappointed in how this is handled."),
            teammate(days(2.8), "I understand, Gavin. Finance promised me an answer by Thursday."),
            customer(hours(6), "Thursday was yesterday. If the money is not here by Monday our lawyers will take it from there."),
        ),
        channel="email",
    ),
    Case(
        "Casey Lindqvist",
        "casey.lindqvist@mailbox.example",
        "refund??? still nothing",
        hours(30),
        "I cancelled on the 2nd and you charged me again on the 5th. I want my money back.",
        "",
        (
            customer(hours(22), "Hello?? Anyone?"),
            customer(hours(3.7), "refund??? still nothing. I have written to you three times, this is the worst support I have ever had."),
        ),
    ),
    Case(
        "Lucía Herrera",
        "lucia@soylent.example",
        "Sigo sin respuesta",
        days(3.5),
        "Buenos días, desde la última actualización los informes no se generan y no podemos cerrar el mes.",
        "Soylent Foods",
        (
            teammate(days(3.4), "Hola Lucía, gracias por avisarnos. Lo estamos revisando."),
            customer(days(1.5), "Han pasado dos días y sigo sin respuesta. Esto es inaceptable para una empresa como la nuestra."),
            customer(hours(4), "Quiero hablar con un responsable hoy mismo. Si no se soluciona, vamos a cancelar el contrato."),
        ),
    ),
)
