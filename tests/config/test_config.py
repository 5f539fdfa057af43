"""Settings: where they come from, and what is said when they cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import asdict

from escalator_tui.config import Settings, load_settings
from escalator_tui.config.rendering import docs_of, render_config
from escalator_tui.model.errors import ConfigError

REPO = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))


def write(text: str) -> Path:
    path = Path("config.toml")
    path.write_text(text, encoding="utf-8")
    return path


def refusal(text: str, **environ: str) -> str:
    path = write(text)
    with pytest.raises(ConfigError) as caught:
        load_settings(path, environ=environ)
    assert caught.value.cure
    return str(caught.value)


def test_the_committed_file_is_current() -> None:
    assert (REPO / "config.toml").read_text(encoding="utf-8") == render_config()


def test_the_rendered_file_changes_nothing() -> None:
    assert load_settings(write(render_config()), environ={}) == Settings()


def test_every_field_is_documented() -> None:
    undocumented = [
        f"{table}.{key}"
        for table, section in asdict(Settings()).items()
        for key in asdict(section)
        if not docs_of(type(section)).get(key, "").endswith((".", ")"))
    ]
    assert undocumented == []


def test_an_unknown_key_is_named_with_the_nearest_known_one() -> None:
    assert "unknown key slack.escalation (did you mean slack.escalations?)" in refusal('[slack]\nescalation = "#a"')
    assert "unknown key slak (did you mean slack?)" in refusal('[slak]\ntriage = "#a"')


def test_a_wrong_type_is_named_with_its_value() -> None:
    assert "polling.interval_minutes" in refusal('[polling]\ninterval_minutes = "often"')
    assert "'often'" in refusal('[polling]\ninterval_minutes = "often"')
    assert "slack" in refusal("slack = 3")


def test_a_weight_is_from_0_to_1_and_for_a_family_that_exists() -> None:
    assert "weights.churn" in refusal("[detection.weights]\nchurn = 2")
    assert "no family chrn (did you mean churn?)" in refusal("[detection.weights]\nchrn = 0.5")
    own = load_settings(write('[detection]\nweights = { outrage = 0.5 }\nwords = { outrage = ["grr"] }'), environ={})
    assert own.rules.weights == {"outrage": 0.5}


@pytest.mark.parametrize(
    "text", ['[detection.words]\nchrun = ["bye"]', '[[detection.segments]]\nname = "x"\nplans = ["a"]\nwords = { chrun = ["bye"] }']
)
def test_words_for_a_family_called_almost_like_another_need_a_weight_too(text: str) -> None:
    assert "no family chrun to add words to (did you mean churn?" in refusal(text)
    assert "chrun" in load_settings(write(f"{text}\n[detection.weights]\nchrun = 0.5"), environ={}).rules.weights


def test_words_make_a_new_family() -> None:
    assert load_settings(write('[detection.words]\nours = ["beep"]\nchurn = ["bye"]'), environ={}).rules.words.keys() == {"ours", "churn"}


@pytest.mark.parametrize(("said", "meant"), [("true", True), ("1", True), ("Yes", True), ("on", True), ("0", False), ("off", False)])
def test_yes_and_no_in_the_environment(said: str, meant: bool) -> None:
    assert load_settings(environ={"POLLING_MODE": said}).polling.enabled is meant


def test_a_bad_variable_is_named() -> None:
    assert "ESCALATION_MAX_REPLIES" in refusal("", ESCALATION_MAX_REPLIES="many")


@pytest.mark.parametrize("text", ['scalekit = "x"', "intercom = 3", "[profile]\neu = 3", '[profile.eu]\nslack = "x"', 'profile = "x"'])
def test_a_value_where_a_table_belongs_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        load_settings(write(text), "eu", environ={})


def test_malformed_toml_names_file_and_line() -> None:
    message = refusal("[slack\n")
    assert "config.toml" in message
    assert "line 1" in message


def test_a_file_that_is_not_text_is_refused() -> None:
    Path("config.toml").write_bytes(b"# one\r\n[slack]\ntriage = '#caf\xe9'\n")
    with pytest.raises(ConfigError, match=r"config\.toml cannot be read: line 3 is not text in UTF-8"):
        load_settings(environ={})


def test_a_dotenv_that_is_not_text_is_refused() -> None:
    Path(".env").write_bytes(b"LINEAR_USER=l\nSLACK_USER=\xe9\n")
    with pytest.raises(ConfigError, match=r"\.env cannot be read: line 2 is not text in UTF-8"):
        load_settings(environ={})


@pytest.mark.parametrize(
    ("text", "variable"),
    [
        ('[scalekit]\nclient_secret = "s3cret"', "SCALEKIT_CLIENT_SECRET"),
        ('[[scalekit]]\nclient_secret = "s3cret"', "SCALEKIT_CLIENT_SECRET"),
        ('[profile.eu.intercom]\nwebhook_secret = "s3cret"', "INTERCOM_WEBHOOK_SECRET"),
        ('[[profile.eu.intercom]]\nwebhook_secret = "s3cret"', "INTERCOM_WEBHOOK_SECRET"),
        ('[[profile]]\nscalekit = { client_secret = "s3cret" }', "SCALEKIT_CLIENT_SECRET"),
        ('[intercom]\nclient_secret = "s3cret"', "INTERCOM_WEBHOOK_SECRET"),
        ('SCALEKIT_CLIENT_SECRET = "s3cret"', "SCALEKIT_CLIENT_SECRET"),
        ('[scalekit]\nSCALEKIT_CLIENT_SECRET = "s3cret"', "SCALEKIT_CLIENT_SECRET"),
        ('[profile.eu]\nINTERCOM_WEBHOOK_SECRET = "s3cret"', "INTERCOM_WEBHOOK_SECRET"),
        ('client_secret = "s3cret"', "SCALEKIT_CLIENT_SECRET"),
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_repeated(text: str, variable: str) -> None:
    path = write(text)
    with pytest.raises(ConfigError, match="holds a secret: ") as caught:
        load_settings(path, environ={})
    assert f"then set {variable} in" in caught.value.cure
    assert "s3cret" not in f"{caught.value}{caught.value.cure}"


@pytest.mark.parametrize("text", ['[[scalekit]]\nsecret = "s3cret"', '[users]\nslack = ["s3cret"]', '[[profile]]\nsecret = "s3cret"'])
def test_what_a_table_or_a_list_holds_is_not_repeated(text: str) -> None:
    assert "s3cret" not in refusal(text)


def test_a_bad_secret_is_not_repeated() -> None:
    settings = load_settings(environ={"SCALEKIT_CLIENT_SECRET": "s3cret"})
    assert "s3cret" not in repr(settings)
    assert settings.scalekit.client_secret.get_secret_value() == "s3cret"


def test_a_missing_file_is_named() -> None:
    with pytest.raises(ConfigError, match=r"no configuration file nowhere\.toml"):
        load_settings(Path("nowhere.toml"), environ={})


def test_the_environment_overrides_dotenv_which_overrides_the_file() -> None:
    path = write('[slack]\ntriage = "#file"\nescalations = "#file"\n[linear]\nteam_id = "file"')
    Path(".env").write_text('SLACK_CHANNEL_TRIAGE="#dotenv"\nLINEAR_TEAM_ID=dotenv\n', encoding="utf-8")
    settings = load_settings(path, environ={"LINEAR_TEAM_ID": "environment"})
    assert (settings.slack.escalations, settings.slack.triage, settings.linear.team_id) == ("#file", "#dotenv", "environment")


def test_a_dotenv_of_the_reference_agent_works_unchanged() -> None:
    Path(".env").write_text(
        "SCALEKIT_ENV_URL=https://acme.scalekit.dev\nSCALEKIT_CLIENT_ID=skc_1\nSCALEKIT_CLIENT_SECRET=x\nINTERCOM_USER=i\nLINEAR_USER=l\n"
        "SLACK_USER=s\nINTERCOM_CONNECTOR=intercom-a\nLINEAR_CONNECTOR=linear-b\nSLACK_CONNECTOR=slack-c\nESCALATION_MRR_THRESHOLD=700\n"
        "ESCALATION_MAX_OPEN_HOURS=48\nESCALATION_MAX_REPLIES=5\nSLACK_CHANNEL_ESCALATIONS=#customer-support\n"
        "SLACK_CHANNEL_TRIAGE=#support-engineering\nPOLL_INTERVAL_MINUTES=3\nPOLLING_MODE=true\nLINEAR_TEAM_ID=t\n",
        encoding="utf-8",
    )
    settings = load_settings(environ={})
    settings.require_services()
    assert settings.connectors.slack == "slack-c"
    assert (settings.rules.mrr_threshold, settings.rules.max_open_hours, settings.rules.max_replies) == (700, 48, 5)
    assert (settings.slack.escalations, settings.slack.triage) == ("#customer-support", "#support-engineering")
    assert (settings.polling.enabled, settings.polling.interval_minutes, settings.linear.team_id) == (True, 3, "t")


def test_a_profile_is_laid_over_the_file() -> None:
    path = write('[slack]\ntriage = "#us"\nescalations = "#all"\n[profile.eu.slack]\ntriage = "#eu"')
    assert load_settings(path, "eu", environ={}).slack.triage == "#eu"
    assert load_settings(path, "eu", environ={}).slack.escalations == "#all"
    assert load_settings(path, environ={}).slack.triage == "#us"
    with pytest.raises(ConfigError, match="no profile au"):
        load_settings(path, "au", environ={})


def test_what_is_missing_is_named_all_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        Settings().require_services()
    assert caught.value.exit_code == 2
    for name in ("SCALEKIT_ENV_URL", "SCALEKIT_CLIENT_SECRET", "LINEAR_TEAM_ID", "SLACK_USER"):
        assert name in str(caught.value)


def test_the_region_decides_the_address_unless_one_is_given() -> None:
    assert load_settings(write('[intercom]\nregion = "eu"'), environ={}).intercom.url == "https://api.eu.intercom.io"
    assert load_settings(environ={"INTERCOM_BASE_URL": "http://127.0.0.1:9/"}).intercom.url == "http://127.0.0.1:9"


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """The names that a keyring with both secrets was asked for."""
    keyring = pytest.importorskip("keyring")
    from keyring.backend import KeyringBackend

    names: list[str] = []

    class Drawer(KeyringBackend):
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            names.append(username)
            return f"kept {username}" if service == "escalator" else None

        def set_password(self, service: str, username: str, password: str) -> None:
            raise AssertionError("nothing is ever written")

        def delete_password(self, service: str, username: str) -> None:
            raise AssertionError("nothing is ever deleted")

    before = keyring.get_keyring()
    keyring.set_keyring(Drawer())  # type: ignore[no-untyped-call]
    yield names
    keyring.set_keyring(before)


def test_a_secret_may_come_from_the_keyring_but_the_environment_wins(asked: list[str]) -> None:
    assert load_settings(environ={}).scalekit.client_secret.get_secret_value() == "kept SCALEKIT_CLIENT_SECRET"
    assert load_settings(environ={"SCALEKIT_CLIENT_SECRET": "given"}).scalekit.client_secret.get_secret_value() == "given"
    assert asked == ["SCALEKIT_CLIENT_SECRET"], "with the secret at hand, the keyring is not asked"


def test_the_keyring_is_asked_for_the_webhooks_secret_when_that_is_needed(asked: list[str]) -> None:
    given = {"SCALEKIT_CLIENT_SECRET": "given"}
    assert load_settings(environ={**given, "INTERCOM_WEBHOOK_SECRET": "set"}).require_webhook_secret() == "set"
    settings = load_settings(environ=given)
    assert asked == []
    assert settings.require_webhook_secret() == "kept INTERCOM_WEBHOOK_SECRET"
    assert asked == ["INTERCOM_WEBHOOK_SECRET"]


def test_a_webhook_secret_that_is_nowhere_is_named_with_every_place_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("escalator_tui.config.keyrings.kept", lambda _: "")
    with pytest.raises(ConfigError, match="Not configured: INTERCOM_WEBHOOK_SECRET") as caught:
        Settings().require_webhook_secret()
    assert "keyring" in caught.value.cure
