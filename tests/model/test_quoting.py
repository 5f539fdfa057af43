"""Quotes, forwards and signatures of five languages' mail programs."""

from __future__ import annotations

import pytest

from escalator_tui.model.text import own_words

OWN = "This is mine."


@pytest.mark.parametrize(
    "tail",
    [
        "> quoted",
        "> quoted\n>> deeper\n> again",
        "On Mon, Jan 5, 2026 at 9:00 AM Ana <ana@example.com> wrote:\n> old\n> words",
        "On Mon, Jan 5, 2026 at 9:00 AM Ana <ana@example.com>\nwrote:\n\nold words without marks",
        "El lun, 5 ene 2026 a las 9:00, Ana (<ana@example.com>) escribió:\nviejo",
        "Le lun. 5 janv. 2026 à 09:00, Ana <ana@example.com> a écrit :\nvieux",
        "Am Mo., 5. Jan. 2026 um 09:00 Uhr schrieb Ana <ana@example.com>:\nalt",
        "Em seg., 5 de jan. de 2026 às 09:00, Ana <ana@example.com> escreveu:\nvelho",
        "-----Original Message-----\nFrom: Ana\nold",
        "---------- Forwarded message ---------\nold",
        "-----Ursprüngliche Nachricht-----\nalt",
        "Begin forwarded message:\n\nold",
        "From: Ana <ana@example.com>\nSent: Monday\nTo: You\nold",
        "Von: Ana\nGesendet: Montag\nAn: Sie\nalt",
        "De : Ana\nEnvoyé : lundi\nÀ : vous\nvieux",
        "-- \nAna Silva\nManager",
        "Sent from my iPhone",
        "Enviado desde mi iPhone",
        "Envoyé de mon iPhone",
        "Von meinem iPhone gesendet",
        "Best regards,\nDana Cole\nLegal Counsel & Office Manager",
        "Saludos,\nAna",
        "Cordialement,\nAna Dupont\nResponsable",
        "Mit freundlichen Grüßen\nAna Schmidt\nGeschäftsführerin",
        "Atenciosamente,\nAna",
        "Thank you",
    ],
)
def test_what_is_not_the_authors_goes(tail: str) -> None:
    assert own_words(f"{OWN}\n\n{tail}") == OWN


@pytest.mark.parametrize(
    "text",
    [
        "One line > two",
        "On Monday I wrote to you.\nNobody answered.",
        "Best,\nI would like a refund. Now.",
        "Thanks,\nbut this is still broken",
        "From: here on it fails\nThe end is near",
        "a -- b\nc",
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert own_words(text) == text


def test_the_author_goes_on_below_a_quote() -> None:
    assert own_words("On 5 Jan 2026, Ana wrote:\n> Does it work?\nNo.\n> And now?\nYes.") == "No.\nYes."
