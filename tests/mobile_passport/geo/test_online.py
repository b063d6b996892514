"""The online geocoders against a server on loopback that answers as Nominatim and Photon do."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from mobile_passport.geo.area import WorkingArea
from mobile_passport.geo.gazetteer import Gazetteer
from mobile_passport.geo.geocoder import (
    Geocoder,
    GeocoderUnavailable,
    PlaceQuery,
    Precision,
    UnfitForGeocoding,
    Verdict,
)
from mobile_passport.geo.wiring import build_geocoder

pytestmark = pytest.mark.enable_socket

KARANGSONO = ("Karangsono, Kanigoro, Kabupaten Blitar, Jawa Timur", -8.111, 112.19)
KARANGSONO_NEXT_DOOR = ("Balai Desa, Karangsono, Kanigoro, Kabupaten Blitar", -8.112, 112.19)
GARUM = ("Garum, Kabupaten Blitar, Jawa Timur", -8.075, 112.222)
LONDON = ("London", 51.5, -0.12)


class Stub(ThreadingHTTPServer):
    """Answers every request with `results`, `status` and, when `hang` is set, not before `release`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.results: list[tuple[str, float, float]] = []
        self.status = 200
        self.hang = False
        self.release = Event()
        self.requests: list[dict[str, list[str]]] = []
        self.agents: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Stub

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.server.requests.append(parse_qs(parts.query))
        self.server.agents.append(self.headers["User-Agent"])
        if self.server.hang:
            self.server.release.wait()
        body = json.dumps(_photon(self.server.results) if parts.path == "/api" else _nominatim(self.server.results))
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def _nominatim(results: list[tuple[str, float, float]]) -> list[dict[str, str]]:
    return [{"display_name": name, "lat": str(lat), "lon": str(lon)} for name, lat, lon in results]


def _photon(results: list[tuple[str, float, float]]) -> dict[str, Any]:
    return {
        "features": [
            {"geometry": {"coordinates": [lon, lat]}, "properties": {"name": name}} for name, lat, lon in results
        ]
    }


@pytest.fixture
def stub() -> Iterator[Stub]:
    server = Stub()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.release.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(params=["nominatim", "photon"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def online(kind: str, url: str, area: WorkingArea, gazetteer: Gazetteer, **options: Any) -> Geocoder:
    given = {"min_delay_s": 0.0, "timeout_s": 5.0, "fall_back_offline": False, **options}
    return build_geocoder(kind, area=area, gazetteer=gazetteer, url=url, user_agent="tests/1 (contact)", **given)


def test_one_spot_in_the_written_village_is_found(
    kind: str, stub: Stub, area: WorkingArea, gazetteer: Gazetteer
) -> None:
    stub.results = [KARANGSONO, KARANGSONO_NEXT_DOOR]
    located = online(kind, stub.url, area, gazetteer).locate(PlaceQuery(text="Ds. Karangsono, Kec. Kanigoro"))
    assert located.verdict is Verdict.FOUND
    best = located.candidates[0]
    assert (best.position.lat, best.position.lon) == (-8.111, 112.19)
    assert best.precision is Precision.ADDRESS
    assert best.village is not None
    assert best.village.label == "Desa Karangsono, Kec. Kanigoro, Kab. Blitar"


def test_service_is_asked_for_the_place_only_within_the_working_area(
    kind: str, stub: Stub, area: WorkingArea, gazetteer: Gazetteer
) -> None:
    online(kind, stub.url, area, gazetteer).locate(PlaceQuery(text="RT 1/RW 2 Ds. Karangsono, Kec. Kanigoro"))
    (asked,) = stub.requests
    assert asked["q"] == ["karangsono, kanigoro"]
    box = asked["viewbox" if kind == "nominatim" else "bbox"][0]
    assert [float(x) for x in box.split(",")] == [
        area.window.west,
        area.window.south,
        area.window.east,
        area.window.north,
    ]
    assert stub.agents == ["tests/1 (contact)"]


def test_spots_far_apart_go_to_review(kind: str, stub: Stub, area: WorkingArea, gazetteer: Gazetteer) -> None:
    stub.results = [KARANGSONO, GARUM]
    located = online(kind, stub.url, area, gazetteer).locate(PlaceQuery(text="Karangsono"))
    assert located.verdict is Verdict.AMBIGUOUS
    assert [c.confidence for c in located.candidates] == [0.45, 0.45]


def test_spot_in_a_village_that_was_not_written_goes_to_review(
    kind: str, stub: Stub, area: WorkingArea, gazetteer: Gazetteer
) -> None:
    stub.results = [GARUM]
    located = online(kind, stub.url, area, gazetteer).locate(PlaceQuery(text="Masjid Agung"))
    assert located.verdict is Verdict.AMBIGUOUS
    assert "desa lain" in located.reason


@pytest.mark.parametrize("results", [[], [LONDON]], ids=["nothing", "outside the window"])
def test_nothing_in_the_working_area_is_not_found(
    kind: str, stub: Stub, area: WorkingArea, gazetteer: Gazetteer, results: list[tuple[str, float, float]]
) -> None:
    stub.results = results
    assert online(kind, stub.url, area, gazetteer).locate(PlaceQuery(text="Zzz")).verdict is Verdict.NOT_FOUND


def test_empty_query_is_not_sent(kind: str, stub: Stub, area: WorkingArea, gazetteer: Gazetteer) -> None:
    assert online(kind, stub.url, area, gazetteer).locate(PlaceQuery(text="RT 1")).verdict is Verdict.NOT_FOUND
    assert stub.requests == []


@pytest.mark.parametrize("number", ["3505111001660001", "0812-3456-7890", "+62 812 3456 7890", "0812.3456.789"])
def test_personal_numbers_never_leave_the_house(
    kind: str, stub: Stub, area: WorkingArea, gazetteer: Gazetteer, number: str
) -> None:
    with pytest.raises(UnfitForGeocoding):
        online(kind, stub.url, area, gazetteer).locate(PlaceQuery(text=f"Karangsono {number}"))
    assert stub.requests == []


def test_postal_code_and_house_number_are_no_personal_numbers(
    kind: str, stub: Stub, area: WorkingArea, gazetteer: Gazetteer
) -> None:
    online(kind, stub.url, area, gazetteer).locate(PlaceQuery(text="Jl. Mawar 12, Karangsono 66171"))
    assert len(stub.requests) == 1


def test_same_place_is_asked_once(kind: str, stub: Stub, area: WorkingArea, gazetteer: Gazetteer) -> None:
    stub.results = [KARANGSONO]
    geocoder = online(kind, stub.url, area, gazetteer)
    first = geocoder.locate(PlaceQuery(text="Desa Karangsono"))
    again = geocoder.locate(PlaceQuery(text="KARANGSONO"))
    assert len(stub.requests) == 1
    assert again.candidates == first.candidates


def test_requests_keep_their_distance(stub: Stub, area: WorkingArea, gazetteer: Gazetteer) -> None:
    geocoder = online("photon", stub.url, area, gazetteer, min_delay_s=0.15)
    started = monotonic()
    for text in ("Garum", "Talun", "Doko"):
        geocoder.locate(PlaceQuery(text=text))
    assert monotonic() - started >= 0.3


@pytest.mark.parametrize("status", [429, 500])
def test_refusal_is_reported_and_not_cached(
    kind: str, stub: Stub, area: WorkingArea, gazetteer: Gazetteer, status: int
) -> None:
    geocoder = online(kind, stub.url, area, gazetteer)
    stub.status = status
    with pytest.raises(GeocoderUnavailable, match=kind):
        geocoder.locate(PlaceQuery(text="Karangsono"))
    stub.status, stub.results = 200, [KARANGSONO]
    assert geocoder.locate(PlaceQuery(text="Karangsono")).verdict is Verdict.FOUND


def test_silent_server_is_given_up_after_the_timeout(
    kind: str, stub: Stub, area: WorkingArea, gazetteer: Gazetteer
) -> None:
    stub.hang = True
    geocoder = online(kind, stub.url, area, gazetteer, timeout_s=0.2)
    started = monotonic()
    with pytest.raises(GeocoderUnavailable):
        geocoder.locate(PlaceQuery(text="Karangsono"))
    assert monotonic() - started < 3


def test_offline_geocoder_stands_in_for_a_dead_server_and_for_unfit_text(
    kind: str, area: WorkingArea, gazetteer: Gazetteer
) -> None:
    geocoder = online(kind, "http://127.0.0.1:9", area, gazetteer, fall_back_offline=True)
    for text in ("Karangsono, Kec. Kanigoro", "Karangsono, Kec. Kanigoro, 3505111001660001"):
        located = geocoder.locate(PlaceQuery(text=text))
        assert located.verdict is Verdict.FOUND
        assert located.candidates[0].precision is Precision.VILLAGE


def test_unknown_kind_of_geocoder_is_refused(area: WorkingArea, gazetteer: Gazetteer) -> None:
    with pytest.raises(ValueError, match="google"):
        build_geocoder("google", area=area, gazetteer=gazetteer)
