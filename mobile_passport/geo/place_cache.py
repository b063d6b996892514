"""What an online geocoder answered before: in memory, or in files that outlive the process."""

import json
import logging
from hashlib import sha256
from pathlib import Path

from mobile_passport.geo.online import FoundPoint, Service
from mobile_passport.geo.whole_file import replace_file
from optimizer.problem import LatLon

logger = logging.getLogger(__name__)


class MemoryPlaceCache:
    """A cache as long as the process."""

    def __init__(self) -> None:
        self._answers: dict[tuple[Service, str], tuple[FoundPoint, ...]] = {}

    def get(self, service: Service, text: str) -> tuple[FoundPoint, ...] | None:
        """See `PlaceCache.get`."""
        return self._answers.get((service, text))

    def put(self, service: Service, text: str, points: tuple[FoundPoint, ...]) -> None:
        """See `PlaceCache.put`."""
        self._answers[service, text] = points


class FilePlaceCache:
    """A cache of one small file an answer, named by a digest: what people wrote does not stand in it.

    Several processes may use it; a file that cannot be read or written costs another question, never an answer.
    Delete the folder to ask everything again.

    Parameters
    ----------
    directory
        Where the folder ``places`` goes; made when there is something to write.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory / "places"

    def get(self, service: Service, text: str) -> tuple[FoundPoint, ...] | None:
        """See `PlaceCache.get`."""
        file = self._file(service, text)
        try:
            stored = json.loads(file.read_text(encoding="utf-8"))
            return tuple(
                FoundPoint(label=str(label), position=LatLon(lat=float(lat), lon=float(lon)))
                for label, lat, lon in stored
            )
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            logger.warning("kept place unreadable", extra={"file": str(file), "why": type(error).__name__})
            return None

    def put(self, service: Service, text: str, points: tuple[FoundPoint, ...]) -> None:
        """See `PlaceCache.put`."""
        file = self._file(service, text)
        stored = json.dumps([(point.label, point.position.lat, point.position.lon) for point in points])
        try:
            replace_file(file, lambda new: new.write(stored.encode()))
        except OSError as error:
            logger.warning("place not kept", extra={"file": str(file), "why": type(error).__name__})

    def _file(self, service: Service, text: str) -> Path:
        return self._directory / f"{sha256(f'{service.value}:{text}'.encode()).hexdigest()}.json"
