"""What PyPI vobject reads in a calendar file, after its own validation, as JSON."""
import json
import sys
from datetime import timezone

import vobject


def utc(moment):
    assert moment.tzinfo is not None, "floating time"
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


with open(sys.argv[1], encoding="utf-8", newline="") as file:
    calendars = list(vobject.readComponents(file.read()))

assert len(calendars) == 1, f"{len(calendars)} calendars"
(calendar,) = calendars
calendar.validate(raiseException=True)
events = [
    {
        "uid": event.uid.value,
        "start": utc(event.dtstart.value),
        "end": utc(event.dtend.value),
        "status": event.status.value,
        "sequence": int(event.sequence.value),
        "summary": event.summary.value,
    }
    for event in calendar.contents.get("vevent", [])
]
json.dump(events, sys.stdout)
