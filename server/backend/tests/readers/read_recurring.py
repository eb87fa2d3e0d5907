"""What recurring-ical-events shows of a calendar file over two years, as JSON.

This is what Home Assistant and others ask: which events happen between two instants.
"""
import json
import sys
from datetime import datetime, timezone

import recurring_ical_events
from icalendar import Calendar

FROM = datetime(2026, 1, 1, tzinfo=timezone.utc)
TO = datetime(2028, 1, 1, tzinfo=timezone.utc)


def utc(moment):
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


with open(sys.argv[1], "rb") as file:
    calendar = Calendar.from_ical(file.read())

events = [
    {
        "uid": str(event["UID"]),
        "start": utc(event["DTSTART"].dt),
        "end": utc(event["DTEND"].dt),
        "summary": str(event["SUMMARY"]),
    }
    for event in recurring_ical_events.of(calendar).between(FROM, TO)
]
json.dump(events, sys.stdout)
