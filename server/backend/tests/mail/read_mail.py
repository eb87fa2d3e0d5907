"""Reads mails with parsers that we did not write, and says in JSON what a mail program would see.

Called with the names of .eml files; MIME by Python's own `email`, calendars by `icalendar` and
`vobject`. Not for: judging; the tests in Rust do.
"""

import email
import email.policy
import json
import sys
from email.header import decode_header, make_header
from email.utils import getaddresses

import icalendar
import vobject


def structure(part):
    seen = {"type": part.get_content_type()}
    for name in ("method", "charset", "name"):
        value = part.get_param(name)
        if value:
            seen[name] = value
    if part.get_content_disposition():
        seen["disposition"] = part.get_content_disposition()
        seen["filename"] = part.get_filename()
    if part.is_multipart():
        seen["parts"] = [structure(child) for child in part.iter_parts()]
    return seen


def address_list(values):
    # Not `header.addresses`: up to Python 3.12 it keeps the space between the encoded words of
    # one long name, which RFC 2047 §6.2 says to drop.
    return [
        [str(make_header(decode_header(name))), address]
        for name, address in getaddresses(values)
    ]


def person(value):
    return {"address": str(value), **{k.lower(): str(v) for k, v in value.params.items()}}


def people(value):
    values = value if isinstance(value, list) else [value] if value else []
    return [person(one) for one in values]


def calendar(part):
    raw = part.get_payload(decode=True)
    parsed = icalendar.Calendar.from_ical(raw)
    events = [
        {
            "uid": str(event["UID"]),
            "sequence": int(event["SEQUENCE"]),
            "start": event["DTSTART"].dt.isoformat(),
            "end": event["DTEND"].dt.isoformat(),
            "status": str(event["STATUS"]),
            "summary": str(event["SUMMARY"]),
            "location": str(event["LOCATION"]),
            "organizer": people(event.get("ORGANIZER")),
            "attendees": people(event.get("ATTENDEE")),
            "errors": [str(error) for error in event.errors],
        }
        for event in parsed.walk("VEVENT")
    ]
    other = vobject.readOne(raw.decode())
    other.validate(raiseException=True)
    return {
        "raw": raw.decode(),
        "method": str(parsed["METHOD"]),
        "events": events,
        "vobject_summaries": [event.summary.value for event in other.vevent_list],
    }


def read(path):
    with open(path, "rb") as file:
        octets = file.read()
    mail = email.message_from_bytes(octets, policy=email.policy.default)
    plain = email.message_from_bytes(octets, policy=email.policy.compat32)
    parts = list(mail.walk())
    calendars = [p for p in parts if p.get_content_type() in ("text/calendar", "application/ics")]
    return {
        "headers": [[name, str(value)] for name, value in mail.items()],
        "subject": str(mail["Subject"]),
        "from": address_list(plain.get_all("From", [])),
        "to": address_list(plain.get_all("To", [])),
        "reply_to": address_list(plain.get_all("Reply-To", [])),
        "date": mail["Date"].datetime.isoformat(),
        "structure": structure(mail),
        "text": mail.get_body(("plain",)).get_content(),
        "html": mail.get_body(("html",)).get_content(),
        "calendars": [calendar(part) for part in calendars],
        "defects": [repr(defect) for part in parts for defect in part.defects]
        + [repr(defect) for value in mail.values() for defect in value.defects],
    }


json.dump([read(path) for path in sys.argv[1:]], sys.stdout)
