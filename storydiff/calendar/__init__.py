"""Dates as told: found in a text, resolved to days, and compared.

A pure core: strings in, values with spans out. `find_dates` finds dates,
weekdays and periods and resolves them against a day of publication;
`compatible_dates` says whether two can be one date.
"""

from storydiff.calendar.agreement import compatible_dates
from storydiff.calendar.grammar import find_dates

__all__ = ["compatible_dates", "find_dates"]
