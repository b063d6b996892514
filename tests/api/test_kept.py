"""A value is made once a minute, however many ask."""

from api.kept import LIFETIME_S, Kept


def test_a_value_is_made_once_until_it_is_a_minute_old() -> None:
    made: list[float] = []
    now = [0.0]

    def make() -> int:
        made.append(now[0])
        return len(made)

    kept = Kept(make, clock_s=lambda: now[0])
    assert [kept.get(), kept.get()] == [1, 1]
    now[0] = LIFETIME_S
    assert kept.get() == 2
    assert made == [0.0, LIFETIME_S]
