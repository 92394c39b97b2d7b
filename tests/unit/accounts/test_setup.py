from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from smartapp.accounts import setup
from smartapp.accounts.models import SetupCode, User
from smartapp.accounts.roles import Role, has_role
from smartapp.audit.actions import Action
from smartapp.audit.models import AuditEvent
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "correct-horse-battery"
FORM = {"username": "ada", "password1": PASSWORD, "password2": PASSWORD}


def printed() -> str:
    out = StringIO()
    call_command("setup_link", stdout=out)
    return out.getvalue().strip()


@pytest.fixture
def url() -> str:
    return reverse("setup", args=[setup.new_code()])


def test_the_command_prints_one_link_under_the_public_address(settings) -> None:
    settings.PUBLIC_URL = "https://app.hospital.example"
    link = printed()
    assert link.startswith("https://app.hospital.example/setup/")
    assert "\n" not in link


def test_the_code_itself_is_not_stored() -> None:
    code = printed().rstrip("/").rpartition("/")[2]
    assert not SetupCode.objects.filter(digest__contains=code).exists()
    assert len(code) >= 43


def test_a_new_link_ends_the_one_before(client) -> None:
    first = reverse("setup", args=[setup.new_code()])
    setup.new_code()
    assert client.get(first).status_code == 410


def test_no_link_is_printed_once_somebody_is_on_the_staff() -> None:
    make_user(is_staff=True)
    assert printed() == "An administrator exists already, so there is no set-up link."
    assert SetupCode.objects.count() == 0


def test_a_clinician_is_nobody_on_the_staff() -> None:
    make_user()
    assert "/setup/" in printed()


def test_the_page_asks_for_name_and_password(client, url) -> None:
    response = client.get(url)
    assert response.status_code == 200
    assert 'name="username"' in response.content.decode()


def test_looking_at_the_page_does_not_spend_the_link(client, url) -> None:
    client.get(url)
    assert client.get(url).status_code == 200


def test_the_form_makes_an_administrator_with_the_role_and_an_audit_event(client, url) -> None:
    response = client.post(url, FORM)
    user = User.objects.get()
    assert response.status_code == 302
    assert response["Location"] == reverse("account_login")
    assert user.is_superuser
    assert user.is_staff
    assert user.check_password(PASSWORD)
    assert has_role(user, Role.ADMIN)
    assert not has_role(user, Role.AUDITOR)
    assert AuditEvent.objects.get(action=Action.ADMIN_CHANGE).user_id == user.pk


def test_the_new_administrator_can_sign_in(client, url) -> None:
    client.post(url, FORM)
    response = client.post(reverse("account_login"), {"login": "ada", "password": PASSWORD})
    assert response["Location"] == "/admin/"


def test_a_second_use_is_refused_with_a_sentence(client, url) -> None:
    client.post(url, FORM)
    response = client.post(url, FORM | {"username": "eve"})
    assert response.status_code == 410
    assert "used already" in response.content.decode()
    assert User.objects.count() == 1


def test_of_two_who_saw_the_page_the_second_is_refused() -> None:
    code = setup.new_code()
    assert setup.make_first_administrator(code, User(username="ada"))
    assert not setup.make_first_administrator(code, User(username="eve"))
    assert User.objects.count() == 1


@pytest.mark.parametrize("code", ["x", "a" * 43, "ä", "a" * 3000])
def test_a_made_up_code_is_refused(client, code) -> None:
    assert client.get(reverse("setup", args=[code])).status_code == 410


def test_a_link_older_than_a_day_is_refused(client, url, time_machine) -> None:
    time_machine.move_to(timezone.now() + timedelta(hours=24, seconds=1))
    assert client.get(url).status_code == 410


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password1": "short", "password2": "short"}, "at least 15 characters"),
        ({"password2": "something-else-entirely"}, "match"),
        ({"username": ""}, "required"),
    ],
)
def test_a_form_with_a_mistake_comes_back_and_spends_nothing(client, url, change, words) -> None:
    response = client.post(url, FORM | change)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert client.get(url).status_code == 200
    assert not User.objects.exists()


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client, url, method) -> None:
    assert getattr(client, method)(url).status_code == 405


def test_neither_code_nor_password_is_logged(client, sweep) -> None:
    code = setup.new_code()
    client.post(reverse("setup", args=[code]), FORM)
    sweep.assert_clean(code, PASSWORD)
