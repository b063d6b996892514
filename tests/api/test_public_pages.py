"""What anyone may read besides the plan: the service standard and the order of service."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from mobile_passport.services.world import World
from tests.databases import Databases
from tests.mobile_passport.services.seasons import SURVEYED, office_on


@pytest.fixture(scope="module")
def world(databases: Databases) -> Iterator[World]:
    """An office of this module alone: what it shows must not depend on what other tests left."""
    with office_on(databases.copy_of(SURVEYED)) as opened:
        yield opened


def test_the_service_page_names_documents_fees_and_where_to_complain(client: TestClient, world: World) -> None:
    page = client.get("/layanan").text
    for text in (*world.rulebook.eligibility.base_documents.everyone, world.rulebook.standard.complaints.text):
        assert text in page
    assert "Rp650.000" in page
    assert world.rulebook.office.contact_phone in page


def test_the_order_page_tells_the_rule_with_its_figures_and_its_seed(client: TestClient, world: World) -> None:
    page = client.get("/urutan").text
    assert "Jemaah haji" in page
    assert "nilai di atas dikali 6" in page
    assert world.rulebook.rank.draw.seed in page
    assert "Tidak ada permohonan yang menunggu." in page


def test_both_pages_speak_english_when_asked(client: TestClient) -> None:
    english = {"Cookie": "bahasa=en"}
    assert "Order of service" in client.get("/urutan", headers=english).text
    assert "What to bring" in client.get("/layanan", headers=english).text
