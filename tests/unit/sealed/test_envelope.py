import pytest
from cryptography.fernet import Fernet

from smartapp.sealed import envelope
from smartapp.sealed.envelope import Unsealable

SECRET = "canary-secret-7f3a"


@pytest.mark.parametrize("text", ["", "plain", "Grüße \x00 \x1f 𝄞", "a" * 10_000])
def test_what_was_sealed_opens_in_its_place(text: str) -> None:
    assert envelope.unseal("t.c:1", envelope.seal("t.c:1", text)) == text


def test_the_same_text_never_looks_the_same_twice() -> None:
    assert envelope.seal("t.c:1", SECRET) != envelope.seal("t.c:1", SECRET)


@pytest.mark.parametrize("place", ["t.c:2", "t.d:1", "u.c:1", "", "t.c:1\x1fcanary"])
def test_a_value_moved_elsewhere_does_not_open(place: str) -> None:
    with pytest.raises(Unsealable):
        envelope.unseal(place, envelope.seal("t.c:1", SECRET))


def test_a_context_cannot_run_over_into_the_text() -> None:
    with pytest.raises(Unsealable):
        envelope.unseal("t.c:1\x1fa", envelope.seal("t.c:1", "a\x1fb"))


@pytest.mark.parametrize(
    "damage",
    [
        lambda token: token[:-1],
        lambda token: token[: len(token) // 2],
        lambda token: token[:-5] + "AAAAA",
        lambda token: "",
        lambda token: "text in clear",
        lambda token: "deadbeef.é",
    ],
)
def test_a_damaged_value_does_not_open(damage) -> None:
    with pytest.raises(Unsealable):
        envelope.unseal("t.c:1", damage(envelope.seal("t.c:1", SECRET)))


def test_a_value_of_an_unknown_key_does_not_open(settings) -> None:
    token = envelope.seal("t.c:1", SECRET)
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(Unsealable):
        envelope.unseal("t.c:1", token)


def test_an_older_key_still_opens_while_the_first_one_seals(settings) -> None:
    old = envelope.seal("t.c:1", SECRET)
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    new = envelope.seal("t.c:1", SECRET)
    assert envelope.unseal("t.c:1", old) == SECRET
    assert new.partition(".")[0] != old.partition(".")[0]


def test_the_error_names_the_place_and_not_the_value() -> None:
    with pytest.raises(Unsealable) as caught:
        envelope.unseal("t.c:2", envelope.seal("t.c:1", SECRET))
    assert "t.c:2" in str(caught.value)
    assert SECRET not in repr(caught.value)
    assert caught.value.__cause__ is None
