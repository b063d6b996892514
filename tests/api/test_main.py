"""What `mobile-passport serve` starts."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.main import make_app


def test_the_app_is_made_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MP_DATABASE_URL", f"sqlite:///{tmp_path}/fresh.db")
    with TestClient(make_app()) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 503
