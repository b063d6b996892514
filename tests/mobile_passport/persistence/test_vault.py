import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobile_passport.persistence.vault import CannotOpen, Vault

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
