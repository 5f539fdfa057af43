"""Twenty open conversations, six of which clearly escalate: the same page for every measurement."""

from __future__ import annotations

from escalator_tui.sandbox.intercom.workspace import Workspace
from escalator_tui.sandbox.worlds.cases import Case, customer, hours, teammate, tell

TENSE = (
    (
        "AcmeCorp",
        "Jane Roe",
        "This is unacceptable. I have asked three times and want to speak to your manager today, or we will cancel our subscription.",
    ),
    (
        "Globex",
        "Ravi Nair",
        "I am really frustrated and angry. The export is still broken and support is terrible. Give me a supervisor, we want a refund.",
    ),
    (
        "Initech",
        "Bill Lumbergh",
        "Ridiculous. The worst service we ever paid for. Our legal team prepares a lawsuit unless a manager calls me back today.",
    ),
    (
        "Hooli",
        "Gavin Belson",
        "We are disappointed and will cancel our subscription. I demand a refund for the two months in which nothing worked.",
    ),
    (
        "Umbrella",
        "Alice Wesker",
        "This is unacceptable, I have been charged twice and nobody answers. I want a refund and I want to talk to a manager.",
    ),
    (
        "Wonka",
        "Charlie Bucket",
        "Terrible. I am angry and frustrated, this is the third time I write. Cancel our subscription and give me a supervisor.",
    ),
)
CALM = (
    ("Vandelay", "Priya Shah", "How do I add a second administrator to our workspace?"),
    ("Soylent", "Sanjay Patel", "Is there a way to export only the rows of last week?"),
    ("Vandelay", "Omar Haddad", "Could you tell us which regions your servers are in?"),
    ("AcmeCorp", "Eva Novak", "The new date picker is lovely, thank you for that."),
    ("Globex", "Mia Lund", "We would like to have dark mode in the reports one day."),
    ("Umbrella", "Grace Kim", "Where can I download the invoice of last month?"),
    ("Wonka", "Ben Carter", "Does the API let me rename a project?"),
    ("Initech", "Milton Waddams", "Our new colleague did not get her invitation mail yet."),
    ("Hooli", "Yuki Sato", "Which browsers do you support on Linux?"),
    ("Soylent", "Lucia Herrera", "Can I change the time zone of a single report?"),
    ("Stark Plumbing", "Bob Vance", "How many projects can we have on our plan?"),
    ("Stark Plumbing", "Ana Ruiz", "Is there an app for Android too?"),
    ("Bluth Homes", "Nora Bluth", "Could you send us your tax number, please?"),
    ("Bluth Homes", "Kofi Mensah", "Thanks for the quick help yesterday, all works now."),
)
COMPANIES = (
    ("AcmeCorp", "Enterprise", 2400),
    ("Globex", "Business", 1100),
    ("Initech", "Enterprise", 3900),
    ("Hooli", "Enterprise", 8000),
    ("Umbrella", "Pro", 99),
    ("Wonka", "Starter", 49),
    ("Vandelay", "Pro", 240),
    ("Soylent", "Business", 760),
    ("Stark Plumbing", "", 0),
    ("Bluth Homes", "Pro", 310),
)


def fill_reference(workspace: Workspace) -> None:
    """Each conversation has its own contact and a company; the tense ones stand among the others."""
    companies = {name: workspace.add_company(name, plan, spend) for name, plan, spend in COMPANIES}
    texts = [text for pair in zip(CALM, TENSE, strict=False) for text in pair] + list(CALM[len(TENSE) :])
    tell(workspace, (_case(number, *text) for number, text in enumerate(texts)), companies)


def _case(number: int, company: str, person: str, text: str) -> Case:
    address = f"{person.split()[0].lower()}@{company.split()[0].lower()}.example"
    began = hours(2) + 7 * number
    if (company, person, text) in TENSE:
        lines = (teammate(began - 20, "Thanks for writing, we are looking into it."), customer(began - 60, text))
        return Case(person, address, f"Request {number + 1}", began, text, company, lines)
    return Case(person, address, f"Request {number + 1}", began, text, company)
