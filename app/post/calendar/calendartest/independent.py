# Reads calendar objects with python3-icalendar (Debian's), and answers them, so that Carnet's own are checked by what others wrote.
# One JSON document a line, in and out. Moments are placed with the VTIMEZONE of the object alone, never with this machine's zone data.
import base64
import datetime as dt
import email
import email.policy
import json
import sys

import icalendar
import pytz
from dateutil import rrule


def zones(cal):
    return {str(z["TZID"]): z.to_tz() for z in cal.walk("VTIMEZONE")}


def placed(own, prop):
    """A moment in UTC, or a day as it is."""
    value, zone = prop.dt, prop.params.get("TZID")
    if not isinstance(value, dt.datetime):
        return value.isoformat()
    if zone is None:
        assert value.tzinfo is not None, "a floating time"
        return value.astimezone(pytz.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    at = own[zone].localize(value.replace(tzinfo=None), is_dst=True)
    return at.astimezone(pytz.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def coming(own, event, limit):
    """The first starts of a series by its rule, in UTC."""
    rule, prop = event.get("RRULE"), event["DTSTART"]
    if rule is None or not limit:
        return []
    zone = prop.params.get("TZID")
    text = rule.to_ical().decode()
    start = prop.dt
    if isinstance(start, dt.datetime):
        start = start.replace(tzinfo=None)
    if "UNTIL" in rule and zone:
        until = rule["UNTIL"][0].astimezone(own[zone]).replace(tzinfo=None)
        text = ";".join(p for p in text.split(";") if not p.startswith("UNTIL")) + ";UNTIL=" + until.strftime("%Y%m%dT%H%M%S")
    found = []
    for one in rrule.rrulestr(text, dtstart=start):
        if len(found) == limit:
            break
        if not isinstance(prop.dt, dt.datetime):
            found.append(one.date().isoformat())
        elif zone:
            found.append(own[zone].localize(one, is_dst=True).astimezone(pytz.utc).strftime("%Y-%m-%dT%H:%M:%SZ"))
        else:
            found.append(one.strftime("%Y-%m-%dT%H:%M:%SZ"))
    return found


def several(own, event, name):
    props = event.get(name, [])
    props = props if isinstance(props, list) else [props]
    found = []
    for prop in props:
        for one in prop.dts:
            zone = prop.params.get("TZID")
            value = one.dt
            if isinstance(value, dt.datetime) and zone:
                value = own[zone].localize(value.replace(tzinfo=None), is_dst=True).astimezone(pytz.utc)
            found.append(value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, dt.datetime) else value.isoformat())
    return found


def read(ask):
    cal = icalendar.Calendar.from_ical(ask["ics"])
    own = zones(cal)
    out = {"method": str(cal.get("METHOD", "")), "zones": sorted(own), "events": []}
    for event in cal.walk("VEVENT"):
        assert not event.errors, event.errors
        people = event.get("ATTENDEE", [])
        people = people if isinstance(people, list) else [people]
        out["events"].append({
            "uid": str(event["UID"]), "sequence": int(event["SEQUENCE"]), "summary": str(event["SUMMARY"]),
            "status": str(event.get("STATUS", "")), "start": placed(own, event["DTSTART"]), "end": placed(own, event["DTEND"]),
            "occurs": placed(own, event["RECURRENCE-ID"]) if "RECURRENCE-ID" in event else "",
            "organizer": str(event.get("ORGANIZER", "")), "attendees": [str(p) for p in people],
            "names": [str(p.params.get("CN", "")) for p in people], "about": str(event.get("DESCRIPTION", "")),
            "coming": coming(own, event, ask.get("limit", 0)), "without": several(own, event, "EXDATE"), "besides": several(own, event, "RDATE"),
        })
    return out


def mail(ask):
    """A mail as it came, taken apart by Python's own parser; its calendar part by the library."""
    letter = email.message_from_bytes(base64.b64decode(ask["mail"]), policy=email.policy.default)
    parts = {p.get_content_type(): p for p in letter.walk() if not p.is_multipart()}
    assert not letter.defects, letter.defects
    invitation = parts["text/calendar"]
    text = invitation.get_content()
    out = read({"ics": text})
    out.update({"to": letter["to"].addresses[0].addr_spec, "from": letter["from"].addresses[0].addr_spec, "subject": str(letter["subject"]),
                "language": str(letter["content-language"]), "part": invitation["content-type"].params["method"], "ics": text,
                "types": list(parts), "text": parts["text/plain"].get_content()})
    return out


def reply(ask):
    cal = icalendar.Calendar.from_ical(ask["ics"])
    answer = icalendar.Calendar()
    answer.add("PRODID", "-//independent//EN")
    answer.add("VERSION", "2.0")
    answer.add("METHOD", "REPLY")
    event = cal.walk("VEVENT")[0]
    said = icalendar.Event()
    said.add("UID", event["UID"])
    said.add("SEQUENCE", event["SEQUENCE"])
    said.add("DTSTAMP", dt.datetime.strptime(ask["stamp"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=pytz.utc))
    said.add("DTSTART", event["DTSTART"].dt)
    if "RECURRENCE-ID" in event:
        said["RECURRENCE-ID"] = event["RECURRENCE-ID"]
    said["ORGANIZER"] = event["ORGANIZER"]
    who = icalendar.vCalAddress(str(event["ATTENDEE"]))
    who.params["PARTSTAT"] = icalendar.vText(ask["answer"].upper())
    who.params["CN"] = event["ATTENDEE"].params["CN"]
    said.add("ATTENDEE", who, encode=0)
    answer.add_component(said)
    return {"ics": answer.to_ical().decode()}


for line in sys.stdin:
    asked = json.loads(line)
    kind = reply if asked.get("answer") else mail if asked.get("mail") else read
    print(json.dumps(kind(asked)), flush=True)
