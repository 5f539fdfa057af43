"""The Intercom client against answers good, bad and missing."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from escalator_tui.services.errors import (
    ConnectorInactiveError,
    GoneError,
    MisconfiguredError,
    PermanentError,
    RateLimitedError,
    RetryableError,
    ServiceError,
    UnknownOutcomeError,
    UnreachableError,
)
from escalator_tui.services.intercom import Intercom
from escalator_tui.services.intercom_errors import TIMEOUT
from escalator_tui.services.intercom_transport import WRITE_DEADLINE
from tests.services.fakes import ME, Clock, Tokens, intercom, refusal, sent

DETAIL = {"type": "conversation", "id": "7", "updated_at": 5, "source": {"body": "hi", "author": {"type": "user", "id": "u"}}}
PAGE = {
    "type": "conversation.list",
    "total_count": 3,
    "pages": {"next": {"page": 2, "starting_after": "abc="}},
    "conversations": [DETAIL, {"type": "conversation"}],
}


def note(number: str, body: str, kind: str = "note", admin: str = "991") -> dict[str, Any]:
    return {"id": number, "part_type": kind, "body": body, "created_at": 1, "author": {"type": "admin", "id": admin}}


def thread(*parts: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json={**DETAIL, "conversation_parts": {"conversation_parts": list(parts), "total_count": len(parts)}})


def test_search_asks_ascending_and_reads_the_page() -> None:
    client, requests = intercom(httpx.Response(200, json=PAGE))
    page = client.search(updated_after=100, open_only=True, cursor="xyz", per_page=50)
    assert ([each.id for each in page.items], page.next_cursor, page.total, page.unreadable) == (["7"], "abc=", 3, 1)
    body = sent(requests[0])
    assert body["sort"] == {"field": "updated_at", "order": "ascending"}
    assert body["pagination"] == {"per_page": 50, "starting_after": "xyz"}
    assert {"field": "open", "operator": "=", "value": True} in body["query"]["value"]


@pytest.mark.parametrize("pages", [None, {}, {"next": None}, {"next": {}}])
def test_the_last_page_has_no_cursor(pages: Any) -> None:
    client, _ = intercom(httpx.Response(200, json={"conversations": [], "pages": pages}))
    assert client.search(updated_after=None, open_only=False, cursor=None, per_page=10).next_cursor is None


def test_headers() -> None:
    client, requests = intercom(thread())
    client.conversation("7")
    assert requests[0].headers["Intercom-Version"] == "2.15"
    assert requests[0].headers["Accept"] == "application/json"
    assert requests[0].headers["Authorization"] == "Bearer token-1"
    assert requests[0].url.query == b"display_as=plaintext"


def test_a_deleted_conversation_is_none_and_an_odd_id_stays_in_its_place() -> None:
    client, requests = intercom(refusal(404, "not_found"))
    assert client.conversation("../me?x") is None
    assert requests[0].url.raw_path.startswith(b"/conversations/..%2Fme%3Fx?")


def test_another_servers_404_deletes_nothing() -> None:
    client, _ = intercom(httpx.Response(404, html="<h1>nginx</h1>"))
    with pytest.raises(MisconfiguredError) as caught:
        client.conversation("7")
    assert "INTERCOM_BASE_URL" in caught.value.cure


@pytest.mark.parametrize(
    "trouble",
    [
        httpx.Response(503, html="<h1>busy</h1>"),
        httpx.Response(200, text=""),
        httpx.Response(200, html="<h1>hm</h1>"),
        refusal(408, "request_timeout"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("cut"),
        httpx.ConnectError("refused"),
    ],
)
def test_reads_are_repeated(trouble: httpx.Response | Exception) -> None:
    clock = Clock()
    client, requests = intercom(trouble, trouble, trouble, thread(), clock=clock)
    assert client.conversation("7") is not None
    assert (len(requests), len(clock.slept)) == (4, 3)


def test_reads_are_repeated_three_times_at_most() -> None:
    client, requests = intercom(httpx.Response(500, html="x"))
    with pytest.raises(RetryableError):
        client.conversation("7")
    assert len(requests) == 4


def test_a_refused_connection_was_never_left() -> None:
    client, _ = intercom(httpx.ConnectError("refused"))
    with pytest.raises(UnreachableError) as caught:
        client.conversation("7")
    assert caught.value.exit_code == 4


def test_while_it_is_down_other_reads_do_not_try_as_long() -> None:
    clock = Clock()
    client, requests = intercom(httpx.ConnectError("refused"), clock=clock)
    for _ in range(50):
        with pytest.raises(UnreachableError):
            client.conversation("7")
    assert len(requests) == 4
    clock.now += 3
    with pytest.raises(UnreachableError):
        client.conversation("7")
    assert len(requests) == 8


def test_a_search_out_of_time_is_told_at_once() -> None:
    client, requests = intercom(httpx.ReadTimeout("slow"))
    with pytest.raises(RetryableError) as caught:
        client.search(updated_after=1, open_only=False, cursor=None, per_page=150)
    assert (caught.value.code, len(requests)) == (TIMEOUT, 1)


@pytest.mark.parametrize("status", [400, 403, 406, 422])
def test_refusals_are_permanent_and_say_intercoms_words(status: int) -> None:
    client, requests = intercom(refusal(status, "parameter_invalid", "Odd \x1b[31mcursor"))
    with pytest.raises(PermanentError, match="Odd cursor"):
        client.accounts_of("c")
    assert len(requests) == 1


def test_a_401_renews_the_token_once() -> None:
    tokens = Tokens()
    client, requests = intercom(refusal(401, "unauthorized"), thread(), token=tokens)
    assert client.conversation("7") is not None
    assert tokens.refused == ["token-1"]
    assert requests[1].headers["Authorization"] == "Bearer token-2"


def test_a_401_twice_wants_an_authorization() -> None:
    client, requests = intercom(refusal(401, "unauthorized"))
    with pytest.raises(ConnectorInactiveError) as caught:
        client.conversation("7")
    assert (len(requests), caught.value.cure) == (2, "Run `escalator authorize intercom`.")


def test_where_no_reason_was_given_the_sentence_ends() -> None:
    client, _ = intercom(httpx.Response(401, text="<h1>No</h1>"))
    with pytest.raises(ConnectorInactiveError) as caught:
        client.conversation("7")
    assert caught.value.message == "Intercom does not accept the token"


def test_a_429_waits_for_the_window_to_reset() -> None:
    clock = Clock()
    reset = str(int(clock.now) + 7)
    limited = refusal(429, "rate_limit_exceeded", "Exceeded", X_RateLimit_Limit="83", X_RateLimit_Remaining="0", X_RateLimit_Reset=reset)
    client, _ = intercom(limited, thread(), clock=clock)
    assert client.conversation("7") is not None
    assert 7 <= sum(clock.slept) <= 9


def test_a_used_up_window_holds_reads_back_and_refuses_writes() -> None:
    clock = Clock()
    last = thread()
    last.headers.update({"X-RateLimit-Limit": "83", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(clock.now) + 5)})
    client, requests = intercom(last, thread(note("1", "x")), clock=clock)
    client.me()
    client.conversation("7")
    with pytest.raises(RetryableError) as caught:
        client.add_note("7", "x")
    assert caught.value.retry_after is not None
    assert 5 <= caught.value.retry_after <= 6
    assert len(requests) == 1
    client.conversation("7")
    assert clock.slept
    assert clock.slept[0] >= 5


def test_a_far_reset_is_a_difference_of_clocks() -> None:
    clock = Clock()
    client, _ = intercom(
        refusal(429, "rate_limit_exceeded", X_RateLimit_Remaining="0", X_RateLimit_Reset=str(int(clock.now) + 9999)), clock=clock
    )
    client.me()
    with pytest.raises(RetryableError) as caught:
        client.add_note("7", "x")
    assert caught.value.retry_after == 60.0


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (httpx.Response(504, html="<h1>Gateway Timeout</h1>"), UnknownOutcomeError),
        (httpx.Response(500, json={}), UnknownOutcomeError),
        (httpx.Response(200, html="<h1>ok?</h1>"), UnknownOutcomeError),
        (httpx.Response(200, json=[]), UnknownOutcomeError),
        (httpx.Response(200, json={"id": "7"}), UnknownOutcomeError),
        (httpx.RemoteProtocolError("cut"), UnknownOutcomeError),
        (httpx.ReadTimeout("slow"), UnknownOutcomeError),
        (httpx.WriteError("cut"), UnknownOutcomeError),
        (httpx.ConnectError("refused"), UnreachableError),
        (httpx.ConnectTimeout("slow"), UnreachableError),
        (refusal(400, "parameter_invalid"), PermanentError),
        (refusal(429, "rate_limit_exceeded"), RateLimitedError),
    ],
)
def test_a_note_is_sent_once_and_classed(trouble: httpx.Response | Exception, kind: type[ServiceError]) -> None:
    client, requests = intercom(trouble)
    with pytest.raises(ServiceError) as caught:
        client.add_note("7", "<p>x</p>")
    assert type(caught.value) is kind
    assert len(requests) == 1


def test_a_note_to_a_deleted_conversation_can_never_be_left() -> None:
    client, requests = intercom(refusal(404, "not_found"))
    with pytest.raises(GoneError, match="was deleted in Intercom; no note was left"):
        client.add_note("7", "<p>x</p>")
    assert [(each.method, each.url.path) for each in requests] == [("POST", "/conversations/7/reply"), ("GET", "/conversations/7")]


def test_a_deleted_conversation_is_not_tagged() -> None:
    client, _ = intercom(httpx.Response(200, json={"type": "tag", "id": "77"}), refusal(404, "not_found"))
    with pytest.raises(GoneError, match="was deleted in Intercom; it was not tagged"):
        client.tag("7", "escalated")


@pytest.mark.parametrize("look", [thread(), refusal(403, "forbidden"), httpx.Response(404, html="<h1>nginx</h1>")])
def test_a_404_for_another_reason_stays_a_refusal(look: httpx.Response) -> None:
    client, _ = intercom(refusal(404, "admin_not_found"), look)
    with pytest.raises(PermanentError) as caught:
        client.add_note("7", "<p>x</p>")
    assert type(caught.value) is PermanentError
    assert "authorize intercom" in caught.value.cure


def test_whether_it_was_deleted_is_asked_again_when_nobody_answers() -> None:
    client, _ = intercom(refusal(404, "not_found"), httpx.ConnectError("refused"))
    with pytest.raises(UnreachableError):
        client.add_note("7", "<p>x</p>")


def test_a_note_returns_its_id_whatever_the_order() -> None:
    parts = (note("12", "new"), note("9", "old"), note("13", "another's", admin="5"), note("14", "mail", "comment"))
    client, requests = intercom(thread(*parts))
    assert client.add_note("7", "<p>x</p>") == "12"
    assert sent(requests[0]) == {"message_type": "note", "type": "admin", "admin_id": "991", "body": "<p>x</p>"}


def test_a_lost_lease_stops_the_note() -> None:
    def lost() -> None:
        raise RuntimeError("lost")

    client, requests = intercom(thread(note("1", "x")))
    with pytest.raises(RuntimeError, match="lost"):
        client.add_note("7", "x", before_write=lost)
    assert requests == []


def test_a_note_is_found_by_its_marker_and_nothing_else_is() -> None:
    client, _ = intercom(thread(note("3", "<p>… ref k1-abc</p>"), note("4", "ref k2", "comment")))
    assert client.find_note("7", "k1-abc") == "3"
    assert client.find_note("7", "k2") is None


@pytest.mark.parametrize(("total", "since", "is_sure"), [(1, 0.0, True), (501, 2.0, True), (501, 0.5, False)])
def test_a_note_that_may_be_among_the_parts_left_out_is_not_called_absent(total: int, since: float, is_sure: bool) -> None:
    shown = {"conversation_parts": [note("3", "ref k1")], "total_count": total}
    client, _ = intercom(httpx.Response(200, json={**DETAIL, "conversation_parts": shown}))
    assert client.find_note("7", "k1", since=since) == "3"
    if is_sure:
        assert client.find_note("7", "k2", since=since) is None
        return
    with pytest.raises(PermanentError, match="no longer shows") as caught:
        client.find_note("7", "k2", since=since)
    assert caught.value.code == "thread_cut"


def test_a_merged_contact_is_followed() -> None:
    gone = refusal(410, "contact_merged", Link='</contacts/new1>; rel="canonical"')
    client, requests = intercom(
        gone, httpx.Response(200, json={"type": "list", "data": [{"id": "c1", "name": "Acme", "plan": {}, "monthly_spend": 0}]})
    )
    assert [each.name for each in client.accounts_of("old")] == ["Acme"]
    assert requests[1].url.path == "/contacts/new1/companies"


def test_a_merged_contact_cannot_lead_elsewhere() -> None:
    client, requests = intercom(refusal(410, "contact_merged", Link='<https://evil.example/contacts/x/../../steal>; rel="canonical"'))
    with pytest.raises(PermanentError):
        client.accounts_of("old")
    assert {request.url.host for request in requests} == {"api.intercom.test"}


def test_a_tag_is_created_once() -> None:
    client, requests = intercom(httpx.Response(200, json={"type": "tag", "id": "77", "name": "escalated"}))
    client.tag("1", "escalated")
    client.tag("2", "escalated")
    assert [request.url.path for request in requests] == ["/tags", "/conversations/1/tags", "/conversations/2/tags"]
    assert sent(requests[2]) == {"id": "77", "admin_id": "991"}


def test_the_deep_link() -> None:
    client, _ = intercom(thread())
    assert client.conversation_url("15") == "https://app.intercom.com/a/inbox/xyz789/inbox/conversation/15"
    lost = Intercom("https://x.test", Tokens(), transport=httpx.MockTransport(lambda _: httpx.Response(500)), sleep=Clock().sleep)
    assert lost.conversation_url("15") == "https://app.intercom.com/a/inbox/_/inbox/conversation/15"
    australian = {"id": "1", "app": {"id_code": "w", "region": "AU"}}
    there = Intercom("https://x.test", Tokens(), transport=httpx.MockTransport(lambda _: httpx.Response(200, json=australian)))
    assert there.conversation_url("15").startswith("https://app.au.intercom.com/a/inbox/w/")


@pytest.mark.parametrize("url", ["nonsense", "ftp://x.test", "https://x:notaport"])
def test_a_wrong_address_names_its_setting(url: str) -> None:
    with pytest.raises(MisconfiguredError) as caught:
        Intercom(url, Tokens()).me()
    assert "INTERCOM_BASE_URL" in caught.value.cure


def test_after_close_nothing_leaves() -> None:
    client, requests = intercom(thread())
    client.close()
    with pytest.raises(UnreachableError):
        client.add_note("7", "x")
    assert requests == []


def test_all_waits_of_a_write_together_have_a_bound() -> None:
    """Whoever takes a delivery over counts on it: a write that was let go has an effect by then, or none for ever."""
    client, requests = intercom(thread(note("5", "x")))
    client.add_note("7", "x")
    waits = requests[-1].extensions["timeout"]
    assert waits["pool"] <= 1
    assert waits["connect"] <= 5
    assert waits["pool"] + 2 * waits["connect"] + waits["write"] + waits["read"] == WRITE_DEADLINE


class _Together(BaseHTTPRequestHandler):
    """Answers once 24 readers and 16 writers are there, each on a connection of its own."""

    crowd = threading.Barrier(40, timeout=30)

    def do_GET(self) -> None:
        if self.path != "/me":
            self.crowd.wait()
        body = json.dumps(ME if self.path == "/me" else {**DETAIL, "conversation_parts": {"conversation_parts": [note("5", "x")]}})
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Nothing: the tests' output is not the place."""


def test_no_write_waits_for_a_connection_whoever_reads() -> None:
    server = type("Server", (ThreadingHTTPServer,), {"request_queue_size": 64})(("127.0.0.1", 0), _Together)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    client = Intercom(f"http://127.0.0.1:{server.server_port}", Tokens())
    try:
        client.me()
        with ThreadPoolExecutor(40) as pool:
            reads = [pool.submit(client.conversation, str(number)) for number in range(24)]
            writes = [pool.submit(client.add_note, str(number), "x") for number in range(16)]
            assert all(each.result() for each in reads)
            assert all(each.result() for each in writes)
    finally:
        client.close()
        server.shutdown()
        server.server_close()


def test_24_reads_run_side_by_side() -> None:
    together = threading.Barrier(24, timeout=10)

    def handle(_: httpx.Request) -> httpx.Response:
        together.wait()
        return httpx.Response(200, json=DETAIL)

    client, _ = intercom(handle)
    with ThreadPoolExecutor(24) as pool:
        assert all(pool.map(client.conversation, map(str, range(24))))
