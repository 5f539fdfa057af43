"""Any number of open conversations, cheap to make."""

from __future__ import annotations

import random

from escalator_tui.sandbox.intercom.workspace import Workspace
from escalator_tui.sandbox.worlds.reference import COMPANIES

PEOPLE = ("Jane Roe", "Ravi Nair", "Mia Lund", "Tom Weber", "Ana Ruiz", "Kofi Mensah", "Yuki Sato", "Eva Novak")
CALM = (
    "How do I add a second administrator to our workspace?",
    "Is there a way to export only the rows of last week?",
    "Could you tell us which regions your servers are in?",
    "The new date picker is lovely, thank you for that.",
    "We would like to have dark mode in the reports one day.",
    "Where can I download last month's invoice?",
    "Does the API let me rename a project?",
    "Our new colleague did not get her invitation mail yet.",
)
TENSE = (
    "This is the third time I ask and nobody has answered. This is unacceptable, I want to speak to a manager.",
    "Exports have been broken since Monday and we are seriously thinking about cancelling our subscription.",
    "I am really frustrated: we were charged twice again and still have no refund.",
)
EVERY_TENSE = 12


def fill_many(workspace: Workspace, count: int, seed: int) -> None:
    """`count` open conversations, one in twelve of them tense, from minutes to days old."""
    rng = random.Random(seed)  # noqa: S311 - texts, not secrets
    now = workspace.clock.seconds
    companies = [workspace.add_company(*each) for each in COMPANIES]
    for number in range(count):
        person = rng.choice(PEOPLE)
        company = rng.choice(companies)
        address = f"{person.split()[0].lower()}{number // 3}@{company.company_id}.example"
        contact = workspace.add_contact(person, address, company)
        texts = TENSE if number % EVERY_TENSE == 0 else CALM
        began = now - rng.randrange(600, 5 * 86_400)
        thread = workspace.open_thread(contact, f"<p>{rng.choice(texts)}</p>", subject=f"Request {number + 1}", at=began)
        if number % 2:
            workspace.answer(thread, "<p>Thanks for writing, we are looking into it.</p>", at=began + 300)
