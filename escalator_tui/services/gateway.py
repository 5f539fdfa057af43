"""All services of one run, made together."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from escalator_tui.config import Settings
from escalator_tui.services.intercom import Intercom
from escalator_tui.services.linear import Linear
from escalator_tui.services.scalekit import Scalekit
from escalator_tui.services.slack import Slack


@dataclass(frozen=True, slots=True)
class Services:
    """The outside world."""

    scalekit: Scalekit
    intercom: Intercom
    linear: Linear
    slack: Slack

    def close(self) -> None:
        """Close every connection; calls in flight end."""
        self.intercom.close()
        self.scalekit.close()


def open_services(settings: Settings, clock: Callable[[], float] = time.time) -> Services:
    """The services of these settings. Nothing is called and no SDK imported before the first use."""
    scalekit = Scalekit(settings, clock)
    intercom = Intercom(
        settings.intercom.url, partial(scalekit.token, "intercom"), mrr_attribute=settings.intercom.mrr_attribute, clock=clock
    )
    return Services(scalekit, intercom, Linear(scalekit), Slack(scalekit))
