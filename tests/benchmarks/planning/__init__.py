"""Our optimizer against its peers on seeded instances; run with ``python -m tests.benchmarks.planning --help``."""
