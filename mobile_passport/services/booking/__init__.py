"""Places on service days: held, booked, waited for."""
