import json
from io import StringIO

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from smartapp.sealed.envelope import Unsealable
from smartapp.sealed.models import check_keys
from tests.factories import make_user

pytestmark = pytest.mark.django_db

SEED = "JBSWY3DPEHPK3PXP"


def dump() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        return json.dumps(cursor.fetchall())


def test_nobody_signs_up(client) -> None:
    response = client.get(reverse("account_signup"))
    assert "closed" in response.content.decode().lower()
    assert 'name="password1"' not in response.content.decode()


def test_a_seed_is_sealed_in_the_table_and_reads_back() -> None:
    TOTP.activate(make_user(), SEED)
    assert SEED not in dump()
    assert get_adapter().decrypt(Authenticator.objects.get().data["secret"]) == SEED


def test_recovery_codes_are_sealed_and_still_work() -> None:
    codes = RecoveryCodes.activate(make_user())
    code = codes.get_unused_codes()[0]
    assert code not in dump()
    assert codes.validate_code(code)


def test_a_seed_does_not_open_under_another_key(settings) -> None:
    TOTP.activate(make_user(), SEED)
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(Unsealable):
        get_adapter().decrypt(Authenticator.objects.get().data["secret"])


def rotated() -> str:
    out = StringIO()
    call_command("rotate_field_keys", stdout=out)
    return out.getvalue()


def test_rotation_seals_columns_and_second_factors_again(settings) -> None:
    check_keys()
    TOTP.activate(make_user(), SEED)
    RecoveryCodes.activate(make_user())
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    said = rotated()
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    check_keys()
    assert "sealed_keycheck.sentinel: 1 sealed again, 0 under another key" in said
    assert "mfa_authenticator.data: 2 sealed again, 0 under another key" in said
    totp = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert get_adapter().decrypt(totp.data["secret"]) == SEED


def test_rotation_says_what_is_left_and_fails(settings) -> None:
    check_keys()
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(
        CommandError, match=r"1 values remain under another key \(1 open under none\)"
    ):
        rotated()


def test_rotation_of_nothing_says_so() -> None:
    assert "Nothing is left under another key" in rotated()
