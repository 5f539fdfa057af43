"""The command line: parses, calls, exits. Everything else is imported when it is needed, so that --help is quick."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from escalator_tui import __version__, options
from escalator_tui.launch import Globals, Launch, receive_webhooks

if TYPE_CHECKING:
    from escalator_tui.config import Settings

SERVICE_NAMES = ("intercom", "linear", "slack")

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Catch Intercom conversations that are about to escalate, decide, and send each to Linear, Slack and back to Intercom, once.\n\n"
    "Without a command: the triage terminal app.",
    epilog="--config, --profile, --json and --verbose may stand before or after the command.",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"escalator {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    *,
    auto: options.Auto = False,
    once: options.Once = False,
    poll: options.Poll = False,
    dry_run: options.DryRun = False,
    drain: options.Drain = None,
    read_only: options.ReadOnly = False,
    plain: options.Plain = False,
    config: Annotated[Path | None, typer.Option(metavar="PATH", help="Configuration file.")] = None,
    profile: Annotated[str | None, typer.Option(metavar="NAME", help="Table [profile.NAME] of the configuration file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines on stdout.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Say more on stderr.")] = False,
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")] = False,
) -> None:
    """The terminal app, or with --auto the headless agent."""
    del version
    context.obj = Globals(config, profile, as_json, verbose)
    if context.invoked_subcommand is None:
        run = Launch(auto=auto, once=once, poll=poll, dry_run=dry_run, drain=drain, read_only=read_only, plain=plain)
        raise typer.Exit(run.start(context.obj))
    if auto or once or poll or dry_run or drain is not None or read_only or plain:
        command = context.invoked_subcommand
        raise typer.BadParameter(f"options of the agent and the app stand behind the command (escalator {command} …) or without one")


@app.command()
def authorize(
    context: typer.Context,
    connectors: Annotated[list[str] | None, typer.Argument(metavar="[intercom|linear|slack]...", help="Default: all three.")] = None,
    *,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Print the links and exit.")] = False,
) -> None:
    """Print and open the magic link of every connector that is not ACTIVE, and wait until it is."""
    from escalator_tui.authorize import authorize_connectors
    from escalator_tui.services.gateway import open_services

    unknown = [each for each in connectors or () if each not in SERVICE_NAMES]
    if unknown:
        raise typer.BadParameter(f"{', '.join(unknown)}: choose from {', '.join(SERVICE_NAMES)}")
    settings = _settings(context)
    settings.require_services(linear_team=False)
    services = open_services(settings)
    try:
        raise typer.Exit(authorize_connectors(services.scalekit, connectors or SERVICE_NAMES, wait=not no_wait, out=sys.stdout))
    finally:
        services.close()


@app.command()
def demo(
    context: typer.Context,
    *,
    auto: options.Auto = False,
    once: options.Once = False,
    poll: options.Poll = False,
    dry_run: options.DryRun = False,
    drain: options.Drain = None,
    read_only: options.ReadOnly = False,
    plain: options.Plain = False,
) -> None:
    """Everything against a sandbox on this machine: no account, no configuration, no network."""
    from escalator_tui.demo import in_sandbox

    headless = auto or (not plain and (not sys.stdout.isatty() or not sys.stdin.isatty()))
    run = Launch(auto=headless, once=once, poll=poll, dry_run=dry_run, drain=drain, read_only=read_only, plain=plain)
    with in_sandbox(drawn=not (headless or plain)) as sandbox:
        code = run.start(replace(context.obj, is_demo=True))
        if headless and not context.obj.as_json:
            print(sandbox.describe_effects())
    raise typer.Exit(code)


@app.command()
def score(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="JSON lines or one JSON array of Intercom conversations; - reads stdin.")],
    *,
    now: options.Now = None,
    text_only: options.TextOnly = False,
) -> None:
    """Score conversations offline."""
    from escalator_tui.reports.score import run_score

    code = run_score(
        file,
        rules=_settings(context).rules,
        now=now,
        text_only=text_only,
        as_json=context.obj.as_json,
        out=sys.stdout,
        err=sys.stderr,
        stdin=sys.stdin,
    )
    raise typer.Exit(code)


@app.command()
def explain(
    context: typer.Context,
    target: Annotated[str, typer.Argument(metavar="FILE|ID", help="Conversations as for score, or the id of one in the ledger.")],
    *,
    now: options.Now = None,
    text_only: options.TextOnly = False,
) -> None:
    """Tell why a conversation has its score, and what was ignored."""
    from escalator_tui.reports.explain import run_explain

    settings, as_json = _settings(context), context.obj.as_json
    code = run_explain(target, settings, now=now, text_only=text_only, as_json=as_json, out=sys.stdout, err=sys.stderr, stdin=sys.stdin)
    raise typer.Exit(code)


@app.command()
def backtest(
    context: typer.Context,
    file: Annotated[str | None, typer.Argument(metavar="[FILE]", help="Conversations as for score. Default: the ledger's own.")] = None,
    *,
    sets: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Such as detection.weights.churn=0.6.")] = None,
    add: Annotated[list[str] | None, typer.Option("--add", metavar="FAMILY=PHRASE", help="A phrase for a family.")] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", metavar="PHRASE", help="A phrase to count no longer.")] = None,
    preset: Annotated[str | None, typer.Option("--preset", metavar="NAME", help="default, strict or reference.")] = None,
    days: Annotated[float | None, typer.Option("--days", min=0, metavar="N", help="Only what was updated within N days.")] = None,
) -> None:
    """What other settings would have decided on recorded conversations."""
    from escalator_tui.config.trying import Trial, changed
    from escalator_tui.reports.backtest import backtest_file, backtest_ledger

    settings = _settings(context)
    proposed = changed(settings, Trial(sets or (), add or (), remove or (), preset)).rules
    as_json = context.obj.as_json
    if file is None:
        raise typer.Exit(backtest_ledger(settings, proposed, days=days, as_json=as_json, out=sys.stdout))
    if days is not None:
        raise typer.BadParameter("--days belongs to the ledger's history, not to a file")
    code = backtest_file(file, settings.rules, proposed, as_json=as_json, out=sys.stdout, err=sys.stderr, stdin=sys.stdin)
    raise typer.Exit(code)


@app.command()
def tune(
    context: typer.Context,
    *,
    apply: Annotated[int | None, typer.Option("--apply", metavar="N", help="Write proposal N into config.toml, once accepted.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="With --apply: accept it.")] = False,
) -> None:
    """Propose settings by what people escalated and dismissed."""
    from escalator_tui.reports.tune import Wish, run_tune

    asks = sys.stdin.isatty() and sys.stdout.isatty()
    wish = Wish(apply, yes, _answer if asks else None)
    run_tune(_settings(context), context.obj.config_file(), wish, as_json=context.obj.as_json, out=sys.stdout)


@app.command()
def doctor(context: typer.Context) -> None:
    """Check configuration, credentials, connectors, team, channels and ledger. Writes nowhere."""
    from escalator_tui.config.loading import find_config
    from escalator_tui.doctor import run_doctor
    from escalator_tui.services.gateway import open_services

    settings, file = _settings(context), find_config(context.obj.config)
    services = open_services(settings)
    try:
        raise typer.Exit(run_doctor(settings, services, file=file, as_json=context.obj.as_json, out=sys.stdout))
    finally:
        services.close()


@app.command()
def webhook(
    context: typer.Context,
    *,
    host: Annotated[str, typer.Option("--host", help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="Port to listen at; 0 takes a free one.")] = 8700,
) -> None:
    """Receive Intercom's webhooks, and read at once what they say has changed."""
    raise typer.Exit(receive_webhooks(context.obj, host, port))


@app.command()
def reopen(context: typer.Context, conversation: Annotated[str, typer.Argument(metavar="ID", help="Intercom's conversation id.")]) -> None:
    """Let a conversation escalate again, as a new episode."""
    from escalator_tui.reopen import reopen_conversation

    reopen_conversation(_settings(context), conversation, as_json=context.obj.as_json, out=sys.stdout)


@app.command()
def init(
    context: typer.Context,
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Write a commented config.toml."""
    from escalator_tui.config.rendering import write_config

    path = context.obj.config or Path("config.toml")
    write_config(path, replace=force)
    print(f"Wrote {path}.")


def _answer(question: str) -> str:
    try:
        return input(question)
    except EOFError:
        print()
        return ""


def _settings(context: typer.Context) -> Settings:
    given: Globals = context.obj
    return given.settings()
