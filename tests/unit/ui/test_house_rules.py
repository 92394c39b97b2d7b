"""Rules that hold for the whole house, checked on its files and on its running pages."""

import inspect
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.urls import URLPattern, URLResolver, get_resolver

from tests.unit.ui.failing_urls import CANARY

ROOT = Path(__file__).resolve().parents[3]
UUID = "6f2d1c1e-2f4b-4c56-9a52-0d4b1f6f7a11"
FILLED = {
    "launch_id": UUID,
    "slug": "general",
    "code": "x" * 43,
    "family": "people",
    "entry": "Patient",
    "type": "Patient",
    "type_name": "Patient",
    "id": "1",
}


def routes(patterns=None, prefix="") -> list[str]:
    """Every address of ours, with made-up parts filled in; Django's admin by its front page."""
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + str(pattern.pattern)
        if path == "admin/":
            found.append(path)
        elif isinstance(pattern, URLResolver):
            found += routes(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            found.append(re.sub(r"<(?:\w+:)?(\w+)>", lambda m: FILLED.get(m[1], "x"), path))
    return found


def view_modules(patterns=None) -> set[str]:
    """The modules of ours that answer an address."""
    found: set[str] = set()
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            found |= view_modules(pattern.url_patterns)
        elif pattern.callback.__module__.startswith("smartapp."):
            found.add(pattern.callback.__module__)
    return found


def test_there_are_views_and_routes_to_check() -> None:
    assert {"smartapp.ui.views", "smartapp.accounts.views"} < view_modules()
    assert len(routes()) >= 20


@pytest.mark.parametrize("module", sorted(view_modules()))
def test_no_view_asks_the_database_by_itself(module) -> None:
    assert ".objects" not in inspect.getsource(import_module(module))


@pytest.mark.parametrize("path", sorted(ROOT.glob("templates/**/*.html")), ids=lambda p: p.name)
def test_no_template_has_inline_script_or_style(path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|hx-on|javascript:", text)
    assert all("src=" in tag or "json" in tag for tag in re.findall(r"<script[^>]*>", text))


def assert_headers(response) -> None:
    headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["X-Request-Id"]
    assert "Server" not in headers
    assert {"Cookie", "HX-Request"} <= set(headers["Vary"].split(", "))


@pytest.mark.django_db
@pytest.mark.parametrize("fragment", [False, True])
@pytest.mark.parametrize("route", routes())
def test_every_answer_has_the_headers(client, route, fragment) -> None:
    response = client.get(f"/{route}", headers={"HX-Request": "true"} if fragment else {})
    assert response.status_code < 500
    assert_headers(response)
    cached = response.headers["Cache-Control"]
    assert "no-store" in cached or route == ".well-known/jwks.json"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/none", "/none/", "/static/none.css", "/launches/none/"])
def test_a_missing_page_has_the_headers(client, path) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert_headers(response)
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
@pytest.mark.urls("tests.unit.ui.failing_urls")
@pytest.mark.parametrize(("path", "status"), [("/fault/", 500), ("/unreachable/", 504)])
@pytest.mark.parametrize("fragment", [False, True])
def test_a_failing_page_has_the_headers_and_no_words_of_the_failure(
    client, path, status, fragment, sweep
) -> None:
    client.raise_request_exception = False
    response = client.get(path, headers={"HX-Request": "true"} if fragment else {})
    assert response.status_code == status
    assert_headers(response)
    assert CANARY not in response.content.decode()
    assert response["X-Request-Id"] in sweep.text()
    sweep.assert_clean(CANARY)


LOST = "tests.unit.ui.failing_urls.LostDatabase"


@pytest.mark.django_db(transaction=True)
@pytest.mark.urls("tests.unit.ui.failing_urls")
@pytest.mark.parametrize(
    ("path", "lost", "status"),
    [("/fault/", False, 500), ("/unreachable/", False, 504), ("/livez", True, 503)],
)
async def test_the_event_loop_answers_failures_alike(
    async_client, path, lost, status, sweep, settings
) -> None:
    if lost:
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, LOST]
    async_client.raise_request_exception = False
    response = await async_client.get(path)
    assert response.status_code == status
    assert_headers(response)
    assert CANARY not in response.content.decode()
    sweep.assert_clean(CANARY)


@pytest.mark.django_db
def test_only_the_admin_runs_scripts_without_a_nonce(client) -> None:
    admin = client.get("/admin/login/", follow=True).headers["Content-Security-Policy"]
    front = client.get("/admin/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in front + ";"
    assert "'strict-dynamic'" in admin
    assert "script-src 'self'" not in admin


@pytest.mark.django_db
def test_static_files_have_the_headers(client) -> None:
    response = client.get("/static/css/app.css")
    assert response.status_code == 200
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Set-Cookie" not in response.headers


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["/login/", "/accounts/login/", f"/setup/{'x' * 43}/", "/launch?iss=x&launch=y", "/none"],
)
def test_every_cookie_is_safe_as_it_goes_over_the_wire(client, path) -> None:
    response = client.get(path)
    for cookie in response.cookies.values():
        raw = cookie.OutputString()
        assert cookie.key.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/"} <= set(raw.split("; "))
        assert ("SameSite=None" in raw) == ("Partitioned" in raw)
        assert "SameSite=" in raw


def test_the_production_profile_passes_djangos_own_check(tmp_path) -> None:
    made = {
        "SMARTAPP_PROFILE": "production",
        "SMARTAPP_VAR": str(tmp_path),
        "SECRET_KEY": Fernet.generate_key().decode() * 2,
        "FIELD_KEYS": Fernet.generate_key().decode(),
        "SMARTAPP_PUBLIC_URL": "https://smartapp.example.org",
        "ALLOWED_HOSTS": "smartapp.example.org",
        "TRUSTED_PROXY": "x-forwarded",
        "DATABASE_URL": "postgresql://user@db.example.org:5432/smartapp",
        "BROKER_URL": "rediss://user@redis.example.org:6379/0",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=os.environ | made,
        text=True,
        capture_output=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no issues" in done.stdout
