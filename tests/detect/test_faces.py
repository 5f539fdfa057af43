"""Faces beside words, each with a message in which the same face says nothing of the kind."""

from __future__ import annotations

import pytest

from escalator_tui.detect.faces import face
from tests.detect.builders import escalates

FACES = [
    ("Order still on its way 😡😡", "Which one stands for cross, 😡 or 😠?"),
    ("🤬 your parking machine", "🤬 reaction missing in your list"),
    ("🤡 company", "Can I get the 🤡 costume in size M?"),
    ("Bravo, you've missed my slot again 👏👏👏", "Bravo, you've come a day early again 👏👏👏"),
    ("10/10 for making refunds impossible 🙃", "10/10 for making refunds easy 🙌"),
    ("Nice update, now nothing loads 🙄", "Nice update, now everything loads 🎉"),
    ("Third week, no heating 🙃", "The course starts on Friday 🙃"),
    ("The app is down again 🙄", "I forgot my password again 🙄"),
]


@pytest.mark.parametrize(("raised", "ordinary"), FACES)
def test_a_face_counts_where_it_is_the_writer_s_own(raised: str, ordinary: str) -> None:
    assert [escalates(raised), escalates(ordinary)] == [True, False]


@pytest.mark.parametrize("said", ["😡", "🤬🤬🤬", "😡 !!!"])
def test_a_face_and_no_word_is_no_alarm(said: str) -> None:
    assert not escalates(said)


@pytest.mark.parametrize("said", ['"😡" is shown as a box', "faces: 😡 😐 😍", "the 😡 emoji", "a mug with 😡 on it", "Hello!"])
def test_a_face_that_is_talked_about_is_none(said: str) -> None:
    assert face(said) is None
