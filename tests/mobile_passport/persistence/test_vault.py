from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.persistence.privacy.vault import ERASED, CannotOpen, SubjectSeal, Vault, new_data_key

VAULT = Vault("a secret of the tests, long enough")


@settings(derandomize=True, deadline=None, max_examples=50)
@given(st.text())
def test_what_was_sealed_opens_again(value: str) -> None:
    assert VAULT.open(VAULT.seal(value, "applicant.name"), "applicant.name") == value


def test_a_sealed_value_does_not_open_in_another_column_or_with_another_key() -> None:
    sealed = VAULT.seal("3505010101500001", "applicant.nik")
    with pytest.raises(CannotOpen):
        VAULT.open(sealed, "applicant.name")
    with pytest.raises(CannotOpen):
        Vault("another secret of the tests, longer").open(sealed, "applicant.nik")


def test_every_altered_bit_is_noticed() -> None:
    sealed = VAULT.seal("08123", "applicant.phone")
    for position in range(1, len(sealed)):
        altered = bytearray(sealed)
        altered[position] ^= 1
        with pytest.raises(CannotOpen):
            VAULT.open(bytes(altered), "applicant.phone")


def test_equal_values_are_sealed_differently_but_found_by_their_index() -> None:
    nik = "3505010101500001"
    assert VAULT.seal(nik, "applicant.nik") != VAULT.seal(nik, "applicant.nik")
    assert VAULT.blind_index(nik, "nik") == VAULT.blind_index(nik, "nik")
    assert VAULT.blind_index(nik, "nik") != VAULT.blind_index(nik, "phone")
    assert VAULT.blind_index(nik, "nik") != Vault("another secret of the tests, longer").blind_index(nik, "nik")


def test_an_old_secret_still_opens_and_finds_but_never_seals() -> None:
    old, new = Vault("an old secret of the tests, long enough"), "a new secret of the tests, long enough"
    both = Vault(new, ["an old secret of the tests, long enough"])
    assert both.open(old.seal("Siti", "applicant.name"), "applicant.name") == "Siti"
    assert old.blind_index("1", "nik") in both.blind_indexes("1", "nik")
    assert both.blind_index("1", "nik") == Vault(new).blind_index("1", "nik")
    with pytest.raises(CannotOpen):
        old.open(both.seal("Siti", "applicant.name"), "applicant.name")


def test_a_persons_key_opens_that_persons_values_alone() -> None:
    one, other = uuid4(), uuid4()
    keys = {subject: VAULT.wrap(new_data_key(), subject) for subject in (one, other)}
    seal = SubjectSeal(VAULT, {one: keys[one]})
    sealed = seal.seal("Siti", "applicant.name")
    assert seal.open(sealed, "applicant.name") == "Siti"
    for wrong, column in ((SubjectSeal(VAULT, {other: keys[other]}), "applicant.name"), (seal, "applicant.nik")):
        with pytest.raises(CannotOpen):
            wrong.open(sealed, column)
    with pytest.raises(CannotOpen):
        SubjectSeal(VAULT, {other: keys[one]})  # a key does not pass for another person's


def test_what_is_about_several_persons_needs_the_keys_of_all() -> None:
    keys = {subject: VAULT.wrap(new_data_key(), subject) for subject in (uuid4(), uuid4())}
    sealed = SubjectSeal(VAULT, keys).seal("Yth Siti dan Budi", "sms_intent.body")
    assert SubjectSeal(VAULT, dict(reversed(keys.items()))).open(sealed, "sms_intent.body") == "Yth Siti dan Budi"
    for subject in keys:
        with pytest.raises(CannotOpen):
            SubjectSeal(VAULT, keys | {subject: None}).open(sealed, "sms_intent.body")


def test_nothing_new_is_sealed_for_somebody_who_was_erased_and_what_was_erased_is_empty() -> None:
    seal = SubjectSeal(VAULT, {uuid4(): None})
    assert seal.open(ERASED, "applicant.name") == ""
    with pytest.raises(CannotOpen):
        seal.seal("Siti", "applicant.name")
    with pytest.raises(CannotOpen):
        seal.digest("Siti")
