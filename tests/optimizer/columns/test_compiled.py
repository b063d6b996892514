"""Kernels compile where nothing can be cached, and random numbers are the same everywhere."""

from optimizer.columns.chance import below, new_generator, unit
from optimizer.columns.compiled import kernel


def test_a_function_without_a_file_to_cache_beside_is_compiled_in_memory() -> None:
    scope: dict[str, object] = {}
    exec("def double(value): return 2 * value", scope)  # the way numba meets a read-only place: no locator
    double = kernel(scope["double"])  # type: ignore[arg-type]
    assert double(21) == 42


def test_equal_seeds_give_equal_numbers_and_others_do_not() -> None:
    one, same, other = new_generator(1), new_generator(1), new_generator(2)
    drawn = [unit(one) for _ in range(5)]
    assert drawn == [unit(same) for _ in range(5)]
    assert drawn != [unit(other) for _ in range(5)]
    assert {below(one, 3) for _ in range(100)} == {0, 1, 2}
