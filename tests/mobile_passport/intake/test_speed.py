from tests.mobile_passport.intake.lists import run_python


def test_the_largest_list_allowed_is_read_in_a_quarter_of_the_time_promised_for_20_000_rows() -> None:
    """5,000 of 20,000 rows: 1.25 s of 5 s; measured 0.4 s as CSV and 0.55 s as XLSX.

    In a fresh process, away from the tracing of test coverage.
    """
    program = (
        "from tests.benchmarks.intake.parse_speed import measure\nprint(max(measure(5_000, repeats=1).values()))\n"
    )
    assert float(run_python(program)) < 1.25
