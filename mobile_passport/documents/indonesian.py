"""Dates, times and numbers as people in Indonesia write and say them: the functions that documents call."""

from mobile_passport.documents.formats import INDONESIAN

long_date = INDONESIAN.long_date
day_and_month = INDONESIAN.day_and_month
short_month = INDONESIAN.short_month
weekday = INDONESIAN.weekday
date_span = INDONESIAN.date_span
clock = INDONESIAN.clock
clock_span = INDONESIAN.clock_span
moment_of_day = INDONESIAN.moment_of_day
whole_number = INDONESIAN.whole_number
percent = INDONESIAN.percent
kilometres = INDONESIAN.kilometres
hours = INDONESIAN.hours
rupiah = INDONESIAN.rupiah
phone = INDONESIAN.phone
