"""Says what stands in the mails of a maildir, one mail a line, sorted: read by Python's e-mail package
and icalendar, which share no code with ours.

  mail_read.py MAILDIR
"""
import email.policy
import hashlib
import os
import sys

from icalendar import Calendar


def calendar_line(part):
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    event = calendar.walk("VEVENT")[0]
    return " ".join([str(calendar["METHOD"]), str(event["UID"]), str(event["SEQUENCE"]),
                     event["DTSTART"].dt.isoformat(), event["DTEND"].dt.isoformat(),
                     str(event["ATTENDEE"]), event["ATTENDEE"].params["CN"], str(event["SUMMARY"])])


def mail_line(path):
    with open(path, "rb") as file:
        mail = email.message_from_binary_file(file, policy=email.policy.default)
    words = [mail["Message-ID"], mail["To"].addresses[0].addr_spec, mail["Subject"],
             mail["Auto-Submitted"], mail.get_body(("plain",)).get_content().split("\n")[0]]
    for part in mail.walk():
        if part.get_content_type() in ("text/calendar", "application/ics"):
            words.append(part.get_content_type() + " " + calendar_line(part))
        elif part.is_attachment():
            data = part.get_payload(decode=True)
            words.append(f"{part.get_content_type()} {part.get_filename()} {len(data)} "
                         f"{hashlib.sha256(data).hexdigest()}")
    defects = [str(d) for part in mail.walk() for d in part.defects]
    return " | ".join(words + defects)


folder = os.path.join(sys.argv[1], "new")
for line in sorted(mail_line(os.path.join(folder, name)) for name in os.listdir(folder)):
    print(line)
