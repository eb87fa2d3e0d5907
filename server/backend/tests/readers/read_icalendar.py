"""What PyPI icalendar reads in a calendar file, as JSON: one list of events.

Strict: an event or a property that it had to give up on ends the program.
"""
import json
import sys
from datetime import timezone

from icalendar import Calendar


def utc(moment):
    assert moment.tzinfo is not None, "floating time"
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


with open(sys.argv[1], "rb") as file:
    calendar = Calendar.from_ical(file.read())

assert not calendar.errors, calendar.errors
assert calendar["VERSION"] == "2.0" and calendar["PRODID"]
events = []
for event in calendar.walk("VEVENT"):
    assert not event.errors, event.errors
    events.append(
        {
            "uid": str(event["UID"]),
            "start": utc(event.decoded("DTSTART")),
            "end": utc(event.decoded("DTEND")),
            "status": str(event["STATUS"]),
            "sequence": int(event["SEQUENCE"]),
            "summary": str(event["SUMMARY"]),
        }
    )
json.dump(events, sys.stdout)
