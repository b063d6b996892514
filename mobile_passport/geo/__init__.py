"""Places and travel: villages, finding a written place, travel times between places, and road engines."""
