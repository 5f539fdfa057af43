"""`escalator score`: conversations from a file or stdin, one line each."""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from escalator_tui.model.assessment import Assessment
from escalator_tui.model.errors import ConfigError
from escalator_tui.model.rules import Rules
from escalator_tui.reports.input import BadLine, open_lines, read_values
from escalator_tui.reports.score import Scored, run_score, score_file

NOW = 1_790_000_000


def conversation(number: int, body: str, **more: Any) -> dict[str, Any]:
    author = {"type": "user", "id": "c1", "name": "Ana", "email": "ana@example.com"}
    source = {"type": "conversation", "id": "1", "delivered_as": "customer_initiated", "subject": "", "body": body, "author": author}
    return {"type": "conversation", "id": str(number), "created_at": NOW - 60, "open": True, "state": "open", "source": source, **more}


def run(text: str, **options: Any) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    given = {"rules": Rules(), "now": NOW, "text_only": True, "as_json": True, **options}
    code = run_score("-", **given, out=out, err=err, stdin=io.StringIO(text))
    return code, out.getvalue(), err.getvalue()


def lines(*payloads: object) -> str:
    return "".join(json.dumps(payload) + "\n" for payload in payloads)


def test_json_lines_give_one_line_each_in_order() -> None:
    code, out, err = run(lines(conversation(2, "<p>This is <b>unacceptable</b></p>"), conversation(1, "How do I add a seat?")))
    first, second = map(json.loads, out.splitlines())
    assert (code, err) == (0, "")
    assert set(first) == {"id", "score", "escalate", "signals", "sentiment", "category"}
    assert (first["id"], first["escalate"], first["sentiment"]) == ("2", True, "frustrated")
    assert first["category"] == "account_issue"
    assert set(first["signals"][0]) == {"kind", "weight", "detail", "quote", "part_id"}
    assert (first["signals"][0]["kind"], first["signals"][0]["quote"]) == ("anger", "This is unacceptable")
    assert first["score"] == round(first["score"], 4)
    assert (second["id"], second["escalate"], second["score"], second["signals"]) == ("1", False, 0.0, [])


@pytest.mark.parametrize("indent", [None, 2])
def test_one_array_is_read_too(indent: int | None) -> None:
    text = json.dumps([conversation(1, "Hello"), conversation(2, "This is terrible")], indent=indent)
    code, out, _ = run("\ufeff\n" + text + "\n")
    assert (code, [json.loads(line)["id"] for line in out.splitlines()]) == (0, ["1", "2"])


@pytest.mark.parametrize("indent", [None, 2])
def test_a_page_of_intercoms_list_is_read_too(indent: int | None) -> None:
    page = {"type": "conversation.list", "conversations": [conversation(1, "Hello"), conversation(2, "This is terrible"), 3]}
    code, out, err = run(json.dumps(page, indent=indent))
    assert (code, [json.loads(line)["id"] for line in out.splitlines()]) == (1, ["1", "2"])
    assert err.splitlines() == ["-, line 1: This is not a conversation: it is not a JSON object"]


def test_one_conversation_over_several_lines_is_read_too() -> None:
    code, out, _ = run(json.dumps(conversation(5, "Hello"), indent=2))
    assert (code, json.loads(out)["id"]) == (0, "5")


@pytest.mark.parametrize("content", [b"\x1f\x8b\x08\x00" * 500, "[]".encode("utf-16"), b"\x89PNG\r\n\x1a\n\x00\x00\n\n\n"])
def test_what_is_no_text_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "export.gz"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"export\.gz is not UTF-8 text"), ExitStack() as stack:
        list(read_values(open_lines(str(path), io.StringIO(), stack)))


def test_a_zero_byte_spoils_its_line_only(tmp_path: Path) -> None:
    path, out, err = tmp_path / "one.jsonl", io.StringIO(), io.StringIO()
    path.write_bytes(lines(conversation(1, "Hello")).encode() + b'{"id": "\x00"}\n' + lines(conversation(2, "Hello")).encode())
    assert run_score(str(path), rules=Rules(), now=NOW, text_only=True, as_json=True, out=out, err=err, stdin=io.StringIO()) == 1
    assert len(out.getvalue().splitlines()) == 2
    assert "line 2" in err.getvalue()


def test_bad_lines_are_named_and_the_rest_is_scored() -> None:
    text = lines(conversation(1, "Hello")) + "{nonsense\n\n" + lines(1, {"no": "id"}, conversation(2, "Hello"))
    code, out, err = run(text)
    assert code == 1
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["1", "2"]
    assert [line.split(":")[0] for line in err.splitlines()] == ["-, line 2", "-, line 4", "-, line 5"]


@pytest.mark.parametrize(
    ("text", "scored", "bad"),
    [
        ("", 0, []),
        ("\n \n", 0, []),
        ("[]", 0, []),
        ("[", 0, [1]),
        ("[1,\n null]", 0, [1, 2]),
        ('[{"id": "1"},\n{"id": ', 1, [2]),
        ('[{"id": "1"}]\ntrailing', 1, [2]),
        ("[" * 100_000, 0, [1]),
        ('{"a":' * 100_000, 0, [1]),
        ("NaN", 0, [1]),
        ('{"id": "1", "source": 7, "conversation_parts": "x", "created_at": null}', 1, []),
        ('{"id": "1", "created_at": "soon"}', 0, [1]),
        ("9" * 10_000, 0, [1]),
        ("\x00", 0, [1]),
    ],
)
def test_rubbish_costs_no_more_than_itself(text: str, scored: int, bad: list[int]) -> None:
    results = list(score_file(io.StringIO(text), Rules(), NOW, text_only=True))
    assert sum(isinstance(each, Scored) for each in results) == scored
    assert [each.line for each in results if isinstance(each, BadLine)] == bad


def test_what_is_not_json_says_where() -> None:
    _, _, err = run('{"id": "1", "x": "a\x00b"}\n{"id": "2", "so\n')
    assert err.splitlines() == [
        "-, line 1: This is not JSON at column 20: invalid control character",
        "-, line 2: This is not JSON at column 13: unterminated string",
    ]


def test_what_is_not_json_within_an_array_is_told_with_the_line_it_is_in() -> None:
    _, _, err = run('[\n{"id": "1"},\n{"id": "2",\n  "a": 2\n  "b": 3}\n]')
    assert err.splitlines()[-1] == "-, line 5: This is not JSON at column 3: expecting ',' delimiter"


def test_a_fault_in_one_conversation_over_several_lines_is_told_once() -> None:
    assert run('{\n "id": "1",\n "x": [}\n}\n') == (1, "", "-, line 3: This is not JSON at column 8: expecting value\n")


@pytest.mark.parametrize("text", ["", "\n \n", "[]", '{"conversations": []}'])
def test_a_file_without_a_conversation_says_so(text: str) -> None:
    assert run(text) == (0, "", "- holds no conversation\n")


@pytest.mark.parametrize("shape", [lambda each: "\n".join(map(json.dumps, each)), json.dumps])
@pytest.mark.parametrize("is_stdin", [False, True])
def test_what_is_not_utf_8_is_refused_with_its_line(shape: Callable[[list[Any]], str], tmp_path: Path, *, is_stdin: bool) -> None:
    written = shape([conversation(1, "caf%"), conversation(2, "Hello")]).encode().replace(b"%", b"\xe9")
    path = tmp_path / "latin-1.jsonl"
    path.write_bytes(written)
    out, err = io.StringIO(), io.StringIO()
    stdin = io.TextIOWrapper(io.BytesIO(written), encoding="ascii")
    name = "-" if is_stdin else str(path)
    code = run_score(name, rules=Rules(), now=NOW, text_only=True, as_json=True, out=out, err=err, stdin=stdin)
    assert (code, [json.loads(line)["id"] for line in out.getvalue().splitlines()]) == (1, ["2"])
    assert err.getvalue().endswith(", line 1: This is not UTF-8 text: words would be lost, so convert the file to UTF-8\n")


@pytest.mark.parametrize(
    ("days", "options", "is_told"),
    [
        (400, {}, True),
        (400, {"now": NOW}, False),
        (400, {"text_only": True}, False),
        (6, {}, False),
    ],
)
def test_an_old_file_is_scored_as_of_now_and_says_how_to_score_it_as_of_then(days: int, options: dict[str, Any], is_told: bool) -> None:
    then = int(time.time()) - days * 86_400
    given = [conversation(at, "Hello", created_at=then - 10 * at) for at in range(3)]
    code, out, err = run(lines(*given), **{"now": None, "text_only": False, **options})
    assert (code, len(out.splitlines())) == (0, 3)
    assert err == (f"- ends {days} days ago and is scored as of now; --now {then} scores it as of then\n" if is_told else "")


def test_a_file_without_times_says_nothing_of_its_age() -> None:
    assert run(lines({"id": "1"}), now=None, text_only=False)[2] == ""


def test_lines_are_scored_as_they_come() -> None:
    def endless() -> Any:
        yield from (lines(conversation(1, "Hello")), lines(conversation(2, "Hello")))
        raise AssertionError("read on before the first lines were scored")

    results = score_file(endless(), Rules(), NOW, text_only=True)
    assert [next(results), next(results)] != []


def test_time_counts_without_text_only() -> None:
    waiting = lines(conversation(1, "Hello"))
    late = {"now": NOW + 7 * 86_400, "text_only": False}
    assert json.loads(run(waiting, **late)[1])["escalate"] is True
    assert json.loads(run(waiting, now=late["now"])[1])["escalate"] is False


def test_without_a_clock_it_is_now() -> None:
    assert json.loads(run(lines(conversation(1, "Hello", created_at=1)), now=None, text_only=False)[1])["escalate"] is True


def test_the_explanation_is_readable() -> None:
    _, out, _ = run(lines(conversation(7, "This is unacceptable"), conversation(8, "It is broken")), as_json=False, text_only=False)
    assert re.search(r"^7  ESCALATE  0\.\d\d of 0\.40  frustrated, account_issue$", out, re.MULTILINE)
    assert "anger: unacceptable  “This is unacceptable”" in out
    assert "8  ordinary" in out
    assert "short of 0.40" in out
    assert "reaches the threshold at 2026-" in out


def test_what_falls_short_by_a_hair_never_reads_as_reached() -> None:
    assert Assessment("1", 0.3996, 0.4).standing == "0.39 of 0.40"
    assert Assessment("1", 0.4, 0.4).standing == "0.40 of 0.40"
    assert Assessment("1", 0.3949, 0.4).standing == "0.39 of 0.40"


def test_no_control_character_leaves_in_the_explanation() -> None:
    hostile = conversation(1, "terrible \x1b[31m \u202e \x07 mess") | {"id": "1\x1b[2J"}
    _, out, err = run(lines(hostile) + "\x1b[31m\n", as_json=False)
    assert all(character.isprintable() or character == "\n" for character in out + err)


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "talks.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + lines(conversation(1, "Hello")).encode() + b"\xff\xfe\n")
    out, err = io.StringIO(), io.StringIO()
    code = run_score(str(path), rules=Rules(), now=NOW, text_only=True, as_json=True, out=out, err=err, stdin=io.StringIO())
    assert code == 1
    assert json.loads(out.getvalue())["id"] == "1"
    assert "line 2" in err.getvalue()


@pytest.mark.parametrize("path", ["missing.jsonl", "", "nul\x00l", "."])
def test_a_file_that_cannot_be_read_is_a_usage_error(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError) as caught:
        run_score(path, rules=Rules(), now=NOW, text_only=True, as_json=True, out=io.StringIO(), err=io.StringIO(), stdin=io.StringIO())
    assert caught.value.exit_code == 2
    assert caught.value.cure
