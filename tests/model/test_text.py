"""What strangers type, made safe."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from escalator_tui.model.text import ends_of, is_shortened, one_line, own_words, plain_from_html, sanitise

UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u061c\ud800-\udfff]")
ANYTHING = st.text(st.one_of(st.characters(exclude_categories=()), st.sampled_from("a<>&#; \n\r\t\x1b\x9b[]\u200d\u0301\u0323👩💻\ufe0f>")))
MILLION = 1_000_000


@given(ANYTHING, st.integers(0, 60))
@example("\u0958" + "\u0323" * 9, 60)
@example("👩\u200b\u200d💻", 60)
def test_sanitised_text_is_safe_short_normal_and_stays_as_it_is(text: str, limit: int) -> None:
    safe = sanitise(text, limit)
    assert not UNSAFE.search(safe)
    assert len(safe) <= limit
    assert unicodedata.is_normalized("NFC", safe)
    assert sanitise(safe, limit) == safe


@given(ANYTHING, st.integers(0, 60))
def test_one_line_is_one_safe_line_and_stays_as_it_is(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert "\n" not in line
    assert "\t" not in line
    assert "  " not in line
    assert not UNSAFE.search(line)
    assert len(line) <= limit
    assert one_line(line, limit) == line


@given(ANYTHING)
def test_no_html_is_unsafe_once_read(body: str) -> None:
    for text in (plain_from_html(body), plain_from_html(f"<p>{body}</p>")):
        assert not UNSAFE.search(text)
        assert sanitise(text) == text


@given(ANYTHING)
def test_own_words_are_lines_of_the_text(text: str) -> None:
    plain = sanitise(text)
    assert set(own_words(plain).split()) <= set(plain.split())


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain", "plain"),
        ("a\x1b[31mred\x1b[0m b", "ared b"),
        ("\x1b]8;;https://evil.example\x07click\x1b]8;;\x07", "click"),
        ("\x1b]0;title with no end", "0;title with no end"),
        ("\x9b31mred", "red"),
        ("a\x00b\x07c\x85d", "abc\nd"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("abc\u202egpj.exe", "abcgpj.exe"),
        ("can\u200bcel", "cancel"),
        ("\ud83d half", " half"),
        ("e\u0301", "é"),
        ("👩\u200d💻 a\u200db", "👩\u200d💻 ab"),
        ("Z" + "\u0351" * 50, "Z" + "\u0351" * 4),
    ],
)
def test_sanitise(text: str, safe: str) -> None:
    assert sanitise(text) == safe


def test_one_line_folds_and_cuts() -> None:
    assert one_line("  a\n\n b\t\u00a0c ") == "a b c"
    assert one_line("one two three", 8) == "one two…"


@pytest.mark.parametrize(
    ("body", "plain"),
    [
        ("just text", "just text"),
        ("a < b && c > d, <3 and <me@example.com>", "a < b && c > d, <3 and <me@example.com>"),
        ("Tom &amp; Ana&nbsp;said &#39;hi&#39;", "Tom & Ana\xa0said 'hi'"),
        ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"),
        ('<p class="no-margin">One</p><p class="no-margin">Two</p>', "One\nTwo"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ('<p>See <a href="https://x.example">the page</a>.</p>', "See the page."),
        ("<p>x</p><script>alert(1)</script><style>p{}</style><!-- hidden -->", "x"),
        ("<p>My words</p><blockquote><p>Their words</p><p>more</p></blockquote><p>Mine</p>", "My words\n\n> Their words\n\n> more\n\nMine"),
        ('<div>Hi</div><div class="gmail_quote"><div>On Mon</div><div>old</div></div>', "Hi\n> On Mon\n> old"),
        ("<p>1 &lt; 2 &amp;&amp; &lt;b&gt;</p>", "1 < 2 && <b>"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("<p>unclosed <b>bold", "unclosed bold"),
        ("<p>&#99999999999999999999;x</p>", "\ufffdx"),
        ("", ""),
    ],
)
def test_plain_from_html(body: str, plain: str) -> None:
    assert plain_from_html(body) == plain


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "a",
            "<",
            "<p>",
            "<a ",
            "<!--",
            "<![CDATA[",
            "<?",
            "&#",
            "&#x",
            "</div>",
            "<div>",
            "<script>",
            '<a href="',
            "\x1b[",
            "\x1b]",
            "> ",
        ),
        *("\u0301\u0323", "\u0f73", "\u200d", "\n", "On 1 ", "On 1 wrote:\n", "From: a\n", "-- \n", "Best,\n", " ", "\x00", "\ud800", "😡"),
    ],
)
def test_a_million_characters_complete(piece: str) -> None:
    text = "<p>" + piece * (MILLION // len(piece))
    assert len(sanitise(text)) <= 20_000
    assert len(one_line(text)) <= 200
    assert len(plain_from_html(text)) <= 20_000
    assert len(own_words(text)) <= len(text)


FILL = "Nothing of note happened here. " * 3_000


@pytest.mark.parametrize("shape", ["{}", "<p>{}</p>"])
def test_of_a_long_message_head_and_tail_are_kept(shape: str) -> None:
    kept = plain_from_html(shape.format(f"First words. {FILL}Last words."))
    assert kept.startswith("First words.")
    assert kept.endswith("Last words.")
    assert is_shortened(kept)
    assert len(kept) <= 20_000
    assert ends_of(kept) == kept


def test_of_a_long_message_what_others_wrote_goes_first() -> None:
    kept = plain_from_html(f"First words.\n\n> {FILL}\n\nLast words.")
    assert kept.splitlines() == ["First words.", "", "", "Last words."]
    assert not is_shortened(kept)


@pytest.mark.parametrize("length", [0, 19_999, 20_000])
def test_a_message_that_fits_is_kept_whole(length: int) -> None:
    assert ends_of("x" * length) == "x" * length
    assert not is_shortened(ends_of("x" * length))


def test_a_message_without_blanks_is_cut_all_the_same() -> None:
    assert len(ends_of("x" * MILLION)) <= 20_000
    assert is_shortened(ends_of("x" * MILLION))
