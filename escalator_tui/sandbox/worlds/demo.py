"""The demo world: a small software company's support inbox on an ordinary day."""

from __future__ import annotations

from escalator_tui.sandbox.intercom.objects import Company
from escalator_tui.sandbox.intercom.workspace import Workspace
from escalator_tui.sandbox.worlds.cases import tell
from escalator_tui.sandbox.worlds.demo_calm import CALM
from escalator_tui.sandbox.worlds.demo_tense import TENSE


def fill_demo(workspace: Workspace) -> None:
    """Twenty-six conversations, six of which any support lead would take up."""
    tell(workspace, (*TENSE, *CALM), demo_companies(workspace))


def demo_companies(workspace: Workspace) -> dict[str, Company]:
    """The customers, by name. Two have no plan; one of these keeps its revenue in a custom attribute."""
    companies = [
        workspace.add_company("AcmeCorp", "Enterprise", 2400),
        workspace.add_company("Globex", "Business", 1100),
        workspace.add_company("Initech", "Enterprise", 3900),
        workspace.add_company("Hooli", "Enterprise", 8000),
        workspace.add_company("Umbrella", "Pro", 99),
        workspace.add_company("Wonka", "Starter", 49),
        workspace.add_company("Vandelay", "Pro", 240),
        workspace.add_company("Stark Plumbing"),
        workspace.add_company("Bluth Homes", mrr=310, paid_subscriber=True),
        workspace.add_company("Soylent Foods", "Business", 760),
    ]
    return {each.name: each for each in companies}
