"""What the doctor tells from the settings alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from escalator_tui.config.checking import checked
from escalator_tui.doctor import Check, settings_checks

FILE = Path("/etc/escalator/config.toml")
COMPLETE: dict[str, dict[str, Any]] = {
    "scalekit": {"env_url": "https://acme.scalekit.dev", "client_id": "c", "client_secret": "s"},
    "users": {"intercom": "i", "linear": "l", "slack": "s"},
    "linear": {"team_id": "t"},
}


def looked(**changed: dict[str, Any]) -> tuple[Check, Check]:
    """The two findings about complete settings with these changes."""
    values = {name: {**COMPLETE.get(name, {}), **changed.get(name, {})} for name in (*COMPLETE, *changed)}
    configuration, app = settings_checks(checked(values), FILE)
    return configuration, app


def test_complete_settings_are_told_with_their_file() -> None:
    configuration, app = looked()
    assert (configuration.code, app.code) == (0, 0)
    assert configuration.said.startswith(f"complete in {FILE}; ")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"scalekit": {"env_url": "notaurl"}}, "SCALEKIT_ENV_URL is 'notaurl'"),
        ({"scalekit": {"env_url": "https://acme:port"}}, "SCALEKIT_ENV_URL is 'https://acme:port', which is no address"),
        ({"scalekit": {"env_url": ""}}, "Not configured: SCALEKIT_ENV_URL"),
        ({"linear": {"team_id": ""}}, "Not configured: LINEAR_TEAM_ID"),
        ({"intercom": {"base_url": "api.intercom.io"}}, "INTERCOM_BASE_URL is 'api.intercom.io'"),
    ],
)
def test_incomplete_settings_are_not_called_complete(changed: dict[str, dict[str, Any]], told: str) -> None:
    configuration, _ = looked(**changed)
    assert configuration.code == 2
    assert told in configuration.said
    assert configuration.cure


def test_every_fault_of_the_terminal_app_is_told_with_the_real_file() -> None:
    _, app = looked(app={"keys": {"escalat": "x"}, "theme": "textual-drak", "views": {"big": "mrrr:>5"}})
    assert app.code == 2
    for told in ("no action escalat (did you mean escalate?)", "no theme textual-drak (did you mean textual-dark?)", "The view big"):
        assert told in app.said
    assert f"Mend [app.views] in {FILE}" in app.cure


@pytest.mark.parametrize(
    "faulty", [{"keys": {"escalate": "d"}}, {"keys": {"escalate": "y"}}, {"keys": {"escalat": "x"}}, {"theme": "dark"}]
)
def test_the_file_is_named_whatever_is_wrong(faulty: dict[str, Any]) -> None:
    _, app = looked(app=faulty)
    assert (app.code, str(FILE) in app.cure) == (2, True)


def test_settings_of_the_terminal_app_that_work_are_told_so() -> None:
    _, app = looked(app={"keys": {"escalate": "f9"}, "theme": "textual-dark", "views": {"big": "mrr:>1000"}})
    assert app == Check("terminal app", "keys, theme and views can be used")


def test_the_doctor_loads_no_textual_for_settings_nobody_made() -> None:
    code = "import escalator_tui.doctor as d, sys; from escalator_tui.config import Settings; list(d.settings_checks(Settings(), None))"
    done = subprocess.run([sys.executable, "-c", f"{code}; print('textual' in sys.modules)"], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]


def test_a_phrase_taken_out_that_nothing_has_is_remarked() -> None:
    settings = checked({"detection": {"words_removed": ["unaceptable"]}})
    (check,) = (check for check in settings_checks(settings, None) if check.name == "words removed")
    assert (check.code, check.cure) == (0, "Take it out of words_removed, or mend it.")
    assert "did you mean unacceptable?" in check.said
