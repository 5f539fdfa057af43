"""The settings: one typed schema. The docstring under a field is its documentation, in config.toml, in the reference and in errors."""

# Without `from __future__ import annotations`: msgspec would have to compile every type of every field at each start.
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta, field

from escalator_tui.config.detection import DetectionSettings
from escalator_tui.config.section import Secret, Section, env
from escalator_tui.model.errors import ConfigError

if TYPE_CHECKING:
    from escalator_tui.model.rules import Rules

REGION_URLS = {
    "us": "https://api.intercom.io",
    "eu": "https://api.eu.intercom.io",
    "au": "https://api.au.intercom.io",
}


class ScalekitSettings(Section, frozen=True):
    """The Scalekit environment that holds the three connections. Its client secret never stands here (see the README)."""

    env_url: Annotated[str, env("SCALEKIT_ENV_URL")] = ""
    """Address of the Scalekit environment, such as https://acme.scalekit.dev."""
    client_id: Annotated[str, env("SCALEKIT_CLIENT_ID")] = ""
    """Client id from the Scalekit dashboard, API credentials."""
    client_secret: Annotated[Secret, env("SCALEKIT_CLIENT_SECRET")] = Secret("")
    """Client secret. A secret: environment, .env or keyring only."""
    call_timeout_seconds: Annotated[float, Meta(gt=0, le=60)] = 8.0
    """Deadline of a call for a token or a connector's status, in seconds."""
    tool_timeout_seconds: Annotated[float, Meta(gt=0, le=60)] = 20.0
    """Deadline of a Linear or Slack call made through Scalekit, in seconds."""


class ConnectorSettings(Section, frozen=True):
    """Names of the connections in the Scalekit dashboard. They may carry a suffix, such as slack-sKfekCVz."""

    intercom: Annotated[str, env("INTERCOM_CONNECTOR")] = "intercom"
    """Connection that reads conversations and writes notes."""
    linear: Annotated[str, env("LINEAR_CONNECTOR")] = "linear"
    """Connection that creates issues."""
    slack: Annotated[str, env("SLACK_CONNECTOR")] = "slack"
    """Connection that posts alerts."""


class UserSettings(Section, frozen=True):
    """The identifier under which each connection was, or will be, authorized."""

    intercom: Annotated[str, env("INTERCOM_USER")] = ""
    """Identifier of the Intercom account."""
    linear: Annotated[str, env("LINEAR_USER")] = ""
    """Identifier of the Linear account."""
    slack: Annotated[str, env("SLACK_USER")] = ""
    """Identifier of the Slack account."""


class IntercomSettings(Section, frozen=True):
    """Where and how Intercom is read."""

    region: Literal["us", "eu", "au"] = "us"
    """Data region of the workspace: us, eu or au."""
    base_url: Annotated[str, env("INTERCOM_BASE_URL")] = ""
    """Address of the API, when it is not the region's own."""
    mrr_attribute: str = ""
    """Custom attribute of a company that holds its monthly revenue. Empty: Intercom's monthly_spend is used, and 0 there means unknown."""
    tag: str = "escalated"
    """Tag put on an escalated conversation. Empty: none."""
    webhook_secret: Annotated[Secret, env("INTERCOM_WEBHOOK_SECRET")] = Secret("")
    """The app's client secret, which signs webhooks. A secret: environment, .env or keyring only."""

    @property
    def url(self) -> str:
        """The address calls go to, without a final slash."""
        return (self.base_url or REGION_URLS[self.region]).rstrip("/")


class LinearSettings(Section, frozen=True):
    """Where issues are created."""

    team_id: Annotated[str, env("LINEAR_TEAM_ID")] = ""
    """Id (UUID) of the team. `escalator doctor` lists the teams."""
    labels: tuple[str, ...] = ()
    """Ids (UUIDs) of labels that each issue gets. `escalator doctor` tells the ids of names."""


class SlackSettings(Section, frozen=True):
    """Where alerts are posted: a name (#support) of a public channel, or an id."""

    escalations: Annotated[str, env("SLACK_CHANNEL_ESCALATIONS")] = "#escalations"
    """Channel for P0."""
    triage: Annotated[str, env("SLACK_CHANNEL_TRIAGE")] = "#support-triage"
    """Channel for everything else, and the fallback when the other one refuses."""


class PrioritySettings(Section, frozen=True):
    """When an escalation is P0. Everything else is P1 until a lead overrides it."""

    high_value_plans: tuple[str, ...] = ("enterprise", "business")
    """Plans that make an escalation P0, in any case of letters."""
    mrr_threshold: Annotated[float, env("ESCALATION_MRR_THRESHOLD", ge=0)] = 500.0
    """Monthly revenue above which an escalation is P0."""


class PollingSettings(Section, frozen=True):
    """How often Intercom is asked for what changed."""

    enabled: Annotated[bool, env("POLLING_MODE")] = False
    """Whether `escalator --auto` repeats by itself; --poll and --once overrule it."""
    interval_minutes: Annotated[float, env("POLL_INTERVAL_MINUTES", gt=0, le=1440)] = 2.0
    """Minutes between two looks, for the agent and the terminal app."""
    full_sweep_minutes: Annotated[float, Meta(gt=0)] = 30.0
    """Minutes between two listings of every open conversation, which find what the search index was late with."""


class DeliverySettings(Section, frozen=True):
    """How escalations go out."""

    hold_seconds: Annotated[float, Meta(ge=0, le=300)] = 5.0
    """Seconds the terminal app holds a confirmed escalation back, so that it can be undone. --auto holds nothing back."""
    settle_seconds: Annotated[float, Meta(ge=0, le=300)] = 20.0
    """Seconds after a lost answer before a service is asked whether the write took effect."""
    lease_seconds: Annotated[float, Meta(gt=0, le=600)] = 90.0
    """Seconds a process may keep a delivery to itself: more than settle time and longest call (22 s or the tool deadline) together."""
    slack_waits_seconds: Annotated[float, Meta(ge=0)] = 60.0
    """Seconds the Slack alert waits for a Linear issue that failed, before it goes out without the link and is edited later."""


class LedgerSettings(Section, frozen=True):
    """Where decisions and deliveries are remembered."""

    url: Annotated[str, env("ESCALATOR_LEDGER_URL")] = ""
    """Empty: an SQLite file in the user's state folder. A path or sqlite:///… names another file, postgresql://… a database for a team."""
    keep_days: Annotated[int, Meta(ge=1)] = 90
    """Days that conversations are kept after they ended. What is open at Intercom, owed or in trouble is never dropped."""


class AppSettings(Section, frozen=True):
    """How the terminal app looks and is driven."""

    theme: str = ""
    """Name of the colour theme, such as textual-dark, textual-light or ansi-dark. Empty: the one chosen last (ctrl+p, Theme)."""
    views: dict[str, str] = field(default_factory=dict)
    """Saved filters by name, which v goes through and V lists, such as { big = "mrr:>1000 state:needs" }."""
    keys: dict[str, str] = field(default_factory=dict)
    """Other keys for actions by their name (see ?), such as { escalate = "x", quit = "ctrl+x,f10" }; "" for none.
    Refused are y, which answers questions and sends, and what moves about, opens or closes everywhere, such as enter and esc."""


class Settings(Section, frozen=True):
    """All settings."""

    scalekit: ScalekitSettings = ScalekitSettings()
    connectors: ConnectorSettings = ConnectorSettings()
    users: UserSettings = UserSettings()
    intercom: IntercomSettings = IntercomSettings()
    linear: LinearSettings = LinearSettings()
    slack: SlackSettings = SlackSettings()
    detection: DetectionSettings = DetectionSettings()
    priority: PrioritySettings = PrioritySettings()
    polling: PollingSettings = PollingSettings()
    delivery: DeliverySettings = DeliverySettings()
    ledger: LedgerSettings = LedgerSettings()
    app: AppSettings = AppSettings()

    @property
    def rules(self) -> "Rules":
        """What detection and triage go by."""
        from escalator_tui.model.rules import Rules  # nothing goes by them before the first picture

        found, value = self.detection, self.priority
        return Rules(
            preset=found.preset,
            threshold=found.threshold,
            weights=found.weights,
            words=found.words,
            words_removed=frozenset(found.words_removed),
            max_open_hours=found.max_open_hours,
            max_replies=found.max_replies,
            high_value_plans=frozenset(plan.casefold() for plan in value.high_value_plans),
            mrr_threshold=value.mrr_threshold,
            segments=tuple(each.segment for each in found.segments),
        )

    def require_services(self, *, linear_team: bool = True) -> None:
        """Raise ConfigError that names every value without which no service can be called."""
        needed = {
            "SCALEKIT_ENV_URL": self.scalekit.env_url,
            "SCALEKIT_CLIENT_ID": self.scalekit.client_id,
            "SCALEKIT_CLIENT_SECRET": self.scalekit.client_secret.get_secret_value(),
            "INTERCOM_USER": self.users.intercom,
            "LINEAR_USER": self.users.linear,
            "SLACK_USER": self.users.slack,
        }
        if linear_team:
            needed["LINEAR_TEAM_ID"] = self.linear.team_id
        missing = [name for name, value in needed.items() if not value]
        if missing:
            raise ConfigError(
                f"Not configured: {', '.join(missing)}",
                cure="Set them in the environment or in .env (all but the secret may stand in config.toml, the secret in the keyring; "
                "`escalator init` writes one). `escalator demo` needs none of them.",
            )

    def require_webhook_secret(self) -> str:
        """The secret that signs webhooks, from the keyring if it is set nowhere else. Raises ConfigError when there is none."""
        from escalator_tui.config.keyrings import kept  # only who hears webhooks needs it

        secret = self.intercom.webhook_secret.get_secret_value() or kept("INTERCOM_WEBHOOK_SECRET")
        if not secret:
            raise ConfigError(
                "Not configured: INTERCOM_WEBHOOK_SECRET",
                cure="Set it in the environment, in .env or in the system keyring (service escalator): it is the client secret of your app "
                "in Intercom's Developer Hub.",
            )
        return secret
