"""An invented but believable season: requests of the hajj of 2027 for Kanim Blitar, and the files they came in."""
