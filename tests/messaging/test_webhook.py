"""The webhook over HTTP: signature first, 200 only when kept, and the right status for everything else."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.main import build
from app.messaging.webhook import MOST_BYTES
from app.store.tables import EventRow
from tests.fakes import START, Desk

SIGNED = {"x-signature": "good"}


@pytest.fixture
def web(desk: Desk) -> TestClient:
    """Open the app without its worker, so that what is kept can be seen waiting."""
    return TestClient(build(desk.clinic), follow_redirects=False, raise_server_exceptions=False)


def _body(*texts: str) -> bytes:
    events = [
        {"channel": "post", "event_id": f"e-{text}", "conversation": "U1", "kind": "text", "at": START.isoformat(), "text": text}
        for text in texts
    ]
    return json.dumps(events).encode()


@pytest.mark.parametrize("path", ["/webhooks/post", "/webhooks/post/"])
def test_events_are_on_disk_when_the_channel_hears_200(web: TestClient, desk: Desk, path: str) -> None:
    said = web.post(path, content=_body("หนึ่ง", "สอง"), headers=SIGNED)

    assert said.status_code == 200
    assert [(row.text, row.status) for row in desk.rows(EventRow)] == [("หนึ่ง", "waiting"), ("สอง", "waiting")]


def test_an_empty_list_of_events_is_fine(web: TestClient) -> None:
    assert web.post("/webhooks/post", content=b"[]", headers=SIGNED).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"x-signature": "forged"}])
def test_an_unsigned_or_forged_request_is_refused_and_not_kept(web: TestClient, desk: Desk, headers: dict[str, str]) -> None:
    assert web.post("/webhooks/post", content=_body("ถาม"), headers=headers).status_code == 401
    assert desk.rows(EventRow) == []


def test_a_signed_body_that_cannot_be_read_is_400(web: TestClient) -> None:
    assert web.post("/webhooks/post", content=b"{", headers=SIGNED).status_code == 400


def test_a_body_over_two_megabytes_is_refused_even_when_it_hides_its_length(web: TestClient) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(64):
            yield b" " * 65_536

    assert web.post("/webhooks/post", content=b" " * (MOST_BYTES + 1), headers=SIGNED).status_code == 413
    assert web.post("/webhooks/post", content=pieces(), headers=SIGNED).status_code == 413


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
def test_only_post_is_a_webhook(web: TestClient, method: str) -> None:
    assert web.request(method, "/webhooks/post").status_code == 405


@pytest.mark.parametrize("path", ["/webhooks/nobody", "/webhooks/", "/webhooks"])
def test_an_unknown_channel_is_404_and_never_a_redirect(web: TestClient, path: str) -> None:
    assert web.post(path, content=b"[]", headers=SIGNED).status_code == 404


def test_health_and_readiness(web: TestClient, desk: Desk) -> None:
    assert web.get("/healthz").status_code == 200
    assert web.get("/readyz").status_code == 200
    assert web.head("/healthz").status_code == web.head("/readyz").status_code == 200

    desk.oracle.ready = lambda: "no release is active"  # type: ignore[method-assign]
    said = web.get("/readyz")
    assert (said.status_code, said.text) == (503, "no release is active")


def test_the_metrics_tell_what_came_in_what_went_out_and_how_fast(web: TestClient, desk: Desk) -> None:
    desk.hear("ถาม")
    desk.work()
    desk.hear("รอ", who="สมหญิง")
    desk.clock.pass_(seconds=40)

    lines = web.get("/metrics").text.splitlines()
    again = web.get("/metrics").text.splitlines()

    assert 'clinic_events_received{channel="post",kind="text"} 2.0' in lines
    assert 'clinic_turns{outcome="answered"} 1.0' in lines
    assert 'clinic_deliveries{channel="post",status="sent"} 1.0' in lines
    assert any(line.startswith("clinic_inbox_age_seconds 40.0") for line in lines)
    assert 'clinic_step_milliseconds_bucket{le="25.0",step="total"} 1.0' in lines
    assert 'clinic_step_milliseconds_bucket{le="10.0",step="total"} 0.0' in lines
    assert 'clinic_step_milliseconds_count{step="total"} 1.0' in again
    assert "สมชาย" not in "".join(lines)
