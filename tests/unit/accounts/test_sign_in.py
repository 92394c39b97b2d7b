import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from smartapp.accounts.models import User
from smartapp.accounts.roles import Role, grant, has_role
from smartapp.audit.actions import Action, Outcome
from smartapp.audit.models import AuditEvent
from smartapp.audit.trail import record
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "correct-horse-battery"


@pytest.fixture
def admin_client(client):
    """A client signed in as superuser, without any role."""
    user = make_user(is_staff=True, is_superuser=True, password=PASSWORD)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.user = user
    return client


def events() -> list[tuple[str, str]]:
    return list(AuditEvent.objects.order_by("sequence").values_list("action", "outcome"))


def test_signing_in_and_out_is_audited(client) -> None:
    user = make_user(username="ada", password=PASSWORD)
    client.post(reverse("account_login"), {"login": "ada", "password": PASSWORD})
    client.post(reverse("account_logout"))
    assert events() == [(Action.SIGN_IN, Outcome.SUCCESS), (Action.SIGN_OUT, Outcome.SUCCESS)]
    assert set(AuditEvent.objects.values_list("user_id", flat=True)) == {user.pk}


def test_a_refused_sign_in_is_audited_without_what_was_typed(client) -> None:
    client.post(reverse("account_login"), {"login": "canary-typed", "password": "x"})
    event = AuditEvent.objects.get()
    assert (event.action, event.outcome, event.user_id) == (Action.SIGN_IN, Outcome.REFUSED, None)
    assert "canary" not in str(event.detail)


def test_neither_name_nor_password_of_a_sign_in_is_logged(client, sweep) -> None:
    client.post(reverse("account_login"), {"login": "canary-typed", "password": "canary-pass"})
    sweep.assert_clean("canary-typed", "canary-pass")


def test_an_unknown_name_and_a_wrong_password_are_answered_alike(client) -> None:
    make_user(username="ada", password=PASSWORD)
    known = client.post(reverse("account_login"), {"login": "ada", "password": "wrong"})
    unknown = client.post(reverse("account_login"), {"login": "eva", "password": "wrong"})
    assert known.status_code == unknown.status_code
    assert "not correct" in known.content.decode()
    assert "not correct" in unknown.content.decode()


def test_the_admin_asks_to_sign_in_at_the_same_page(client) -> None:
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    "name", ["account_login", "account_logout", "account_reauthenticate", "mfa_index"]
)
def test_account_pages_are_of_one_piece_with_the_app(admin_client, client, name) -> None:
    if name == "account_login":
        client.logout()
    response = client.get(reverse(name), follow=True)
    assert response.status_code == 200
    assert 'id="main"' in response.content.decode()
    assert "css/app" in response.content.decode()


def test_the_roles_exist_from_the_start() -> None:
    assert set(Group.objects.values_list("name", flat=True)) >= {role.value for role in Role}


def test_roles_are_granted_one_by_one() -> None:
    user = make_user()
    grant(user, Role.AUDITOR)
    assert has_role(user, Role.AUDITOR)
    assert not has_role(user, Role.ADMIN)


def test_a_disabled_user_has_no_role() -> None:
    user = make_user(is_active=False)
    grant(user, Role.ADMIN)
    assert not has_role(user, Role.ADMIN)


def test_an_administrator_may_manage_users_by_role(client) -> None:
    user = make_user(is_staff=True)
    grant(user, Role.ADMIN)
    assert user.has_perms(["accounts.view_user", "accounts.add_user", "accounts.change_user"])
    assert not user.has_perm("accounts.delete_user")


def test_an_administrator_does_not_read_the_audit_trail(admin_client) -> None:
    record(Action.READ, patient="12724066")
    response = admin_client.get(reverse("admin:audit_auditevent_changelist"))
    assert response.status_code == 403
    assert "12724066" not in response.content.decode()


def test_an_auditor_reads_it_and_that_is_audited(admin_client) -> None:
    record(Action.READ, patient="12724066")
    grant(admin_client.user, Role.AUDITOR)
    response = admin_client.get(reverse("admin:audit_auditevent_changelist"), {"action": "read"})
    assert "12724066" in response.content.decode()
    event = AuditEvent.objects.order_by("sequence").last()
    assert event is not None
    assert (event.action, event.user_id) == (Action.AUDIT_READ, admin_client.user.pk)


def test_an_auditor_changes_nothing(admin_client) -> None:
    event = record(Action.READ)
    grant(admin_client.user, Role.AUDITOR)
    url = reverse("admin:audit_auditevent_change", args=[event.pk])
    assert admin_client.get(url).status_code == 200
    assert admin_client.post(url, {"patient": "x"}).status_code == 403
    assert admin_client.get(reverse("admin:audit_auditevent_add")).status_code == 403


def test_a_change_in_the_admin_is_audited_by_field_without_values(admin_client) -> None:
    user = make_user(username="ada")
    url = reverse("admin:accounts_user_change", args=[user.pk])
    response = admin_client.post(url, {"username": "canary-name", "is_active": "on"})
    assert response.status_code == 302
    event = AuditEvent.objects.get(action=Action.ADMIN_CHANGE)
    assert event.detail["row"] == str(user.pk)
    assert "Username" in str(event.detail["fields"])
    assert "canary-name" not in str(event.detail)


def test_a_deletion_in_the_admin_is_audited(admin_client) -> None:
    user = make_user()
    admin_client.post(reverse("admin:accounts_user_delete", args=[user.pk]), {"post": "yes"})
    assert not User.objects.filter(pk=user.pk).exists()
    assert AuditEvent.objects.get(action=Action.ADMIN_CHANGE).detail["what"] == "deleted"
