//! Checks the bytes of calendar files against the rules that calendar programs impose, which
//! none of the readers tried checks.
//! It shares no code with what writes them, and reads nothing that we do not write (recurrence,
//! time zones, alarms): what it does not know is a fault.

mod lines;

use std::collections::HashSet;

use chrono::{DateTime, NaiveDateTime, Utc};

pub use lines::Line;

/// An event of a file that passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its content lines in order, without BEGIN and END.
    pub lines: Vec<Line>,
    /// DTSTART.
    pub start: DateTime<Utc>,
    /// DTEND.
    pub end: DateTime<Utc>,
}

impl Event {
    /// The value of a property as a person reads it, unescaped.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.line(name).map(|line| unescape(&line.value))
    }

    /// The first line of a property.
    #[must_use]
    pub fn line(&self, name: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.name == name)
    }
}

/// A file that passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The lines of the calendar itself.
    pub lines: Vec<Line>,
    /// Its events, in order.
    pub events: Vec<Event>,
}

impl Calendar {
    /// The value of a property as a person reads it, unescaped.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        let line = self.lines.iter().find(|line| line.name == name)?;
        Some(unescape(&line.value))
    }
}

/// What kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Feed,
    Invitation,
}

/// Checks a feed.
///
/// # Errors
/// Everything that is wrong with it.
pub fn feed(bytes: &[u8]) -> Result<Calendar, Vec<String>> {
    check(bytes, Kind::Feed)
}

/// Checks an invitation or a cancellation, as mails carry them: one event, with a METHOD.
///
/// # Errors
/// Everything that is wrong with it.
pub fn invitation(bytes: &[u8]) -> Result<Calendar, Vec<String>> {
    check(bytes, Kind::Invitation)
}

fn check(bytes: &[u8], kind: Kind) -> Result<Calendar, Vec<String>> {
    let mut faults = Vec::new();
    let lines = lines::read(bytes, &mut faults);
    let (head, blocks) = blocks(lines, &mut faults);
    check_values(&head, &mut faults);
    check_head(&head, kind, &mut faults);
    let mut events = Vec::new();
    let mut uids = HashSet::new();
    for block in blocks {
        check_values(&block, &mut faults);
        let before = faults.len();
        let found = check_event(&block, kind, &mut faults);
        if let Some(uid) = block.iter().find(|line| line.name == "UID")
            && !uids.insert(uid.value.clone())
        {
            faults.push(format!("UID {} twice", uid.value));
        }
        match found {
            Some((start, end)) => events.push(Event {
                lines: block,
                start,
                end,
            }),
            None => debug_assert!(faults.len() > before, "a fault was named"),
        }
    }
    if kind == Kind::Invitation {
        check_method(&head, &events, &mut faults);
    }
    if faults.is_empty() {
        Ok(Calendar {
            lines: head,
            events,
        })
    } else {
        Err(faults)
    }
}

/// The calendar's own lines, and those of each event.
fn blocks(lines: Vec<Line>, faults: &mut Vec<String>) -> (Vec<Line>, Vec<Vec<Line>>) {
    let (mut head, mut events) = (Vec::new(), Vec::new());
    let mut open: Vec<String> = Vec::new();
    let mut closed = false;
    for line in lines {
        let inside = open.last().map(String::as_str);
        if closed {
            faults.push(format!("{} after the end of the calendar", line.name));
        }
        match (line.name.as_str(), inside) {
            ("BEGIN", None) if line.value == "VCALENDAR" => open.push(line.value),
            ("BEGIN", Some("VCALENDAR")) if line.value == "VEVENT" => {
                open.push(line.value);
                events.push(Vec::new());
            }
            ("BEGIN", _) => faults.push(format!("BEGIN:{} in {inside:?}", line.value)),
            ("END", Some(name)) if line.value == name => {
                open.pop();
                closed = open.is_empty();
            }
            ("END", _) => faults.push(format!("END:{} in {inside:?}", line.value)),
            (_, Some("VCALENDAR")) => {
                if !events.is_empty() {
                    faults.push(format!("{} after an event", line.name));
                }
                head.push(line);
            }
            (_, Some(_)) => {
                if let Some(event) = events.last_mut() {
                    event.push(line);
                }
            }
            (_, None) => faults.push(format!("{} outside of a calendar", line.name)),
        }
    }
    if !closed {
        faults.push("the calendar does not end".to_owned());
    }
    (head, events)
}

/// The one line of a property, if there is one; two or more are a fault.
fn at_most_one<'a>(lines: &'a [Line], name: &str, faults: &mut Vec<String>) -> Option<&'a Line> {
    let mut found = lines.iter().filter(|line| line.name == name);
    let first = found.next();
    if found.next().is_some() {
        faults.push(format!("{name} more than once"));
    }
    first
}

fn exactly_one<'a>(lines: &'a [Line], name: &str, faults: &mut Vec<String>) -> Option<&'a Line> {
    let found = at_most_one(lines, name, faults);
    if found.is_none() {
        faults.push(format!("no {name}"));
    }
    found
}

fn expect(lines: &[Line], name: &str, values: &[&str], faults: &mut Vec<String>) {
    if let Some(line) = exactly_one(lines, name, faults)
        && !values.contains(&line.value.as_str())
    {
        faults.push(format!("{name}:{}", line.value));
    }
}

fn check_head(head: &[Line], kind: Kind, faults: &mut Vec<String>) {
    expect(head, "VERSION", &["2.0"], faults);
    exactly_one(head, "PRODID", faults);
    if let Some(line) = at_most_one(head, "CALSCALE", faults)
        && line.value != "GREGORIAN"
    {
        faults.push(format!("CALSCALE:{}", line.value));
    }
    let allowed: &[&str] = match kind {
        Kind::Feed => {
            expect(head, "REFRESH-INTERVAL", &["PT1H"], faults);
            expect(head, "X-PUBLISHED-TTL", &["PT1H"], faults);
            exactly_one(head, "NAME", faults);
            exactly_one(head, "X-WR-CALNAME", faults);
            let refresh = head.iter().find(|line| line.name == "REFRESH-INTERVAL");
            if refresh.is_some_and(|line| line.parameter("VALUE") != Some("DURATION")) {
                faults.push("REFRESH-INTERVAL without VALUE=DURATION".to_owned());
            }
            &[
                "REFRESH-INTERVAL",
                "X-PUBLISHED-TTL",
                "NAME",
                "X-WR-CALNAME",
            ]
        }
        Kind::Invitation => {
            expect(head, "METHOD", &["REQUEST", "CANCEL"], faults);
            &["METHOD"]
        }
    };
    for line in head {
        let name = line.name.as_str();
        if !["VERSION", "PRODID", "CALSCALE"].contains(&name) && !allowed.contains(&name) {
            faults.push(format!("{name} in this calendar"));
        }
    }
}

/// Properties of an event, each at most once.
const EVENT: [&str; 12] = [
    "UID",
    "DTSTAMP",
    "DTSTART",
    "DTEND",
    "SEQUENCE",
    "LAST-MODIFIED",
    "STATUS",
    "SUMMARY",
    "CLASS",
    "TRANSP",
    "LOCATION",
    "CREATED",
];
/// More of them in an invitation.
const INVITATION: [&str; 4] = ["ORGANIZER", "ATTENDEE", "DESCRIPTION", "URL"];

fn check_event(
    lines: &[Line],
    kind: Kind,
    faults: &mut Vec<String>,
) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    for line in lines {
        let name = line.name.as_str();
        let known =
            EVENT.contains(&name) || (kind == Kind::Invitation && INVITATION.contains(&name));
        if !known {
            faults.push(format!("{name} in an event"));
        }
    }
    for name in ["UID", "SUMMARY"] {
        if exactly_one(lines, name, faults).is_some_and(|line| line.value.trim().is_empty()) {
            faults.push(format!("{name} is empty"));
        }
    }
    for name in ["LOCATION", "CREATED", "DESCRIPTION", "URL"] {
        at_most_one(lines, name, faults);
    }
    for name in ["DTSTAMP", "LAST-MODIFIED"] {
        if let Some(line) = exactly_one(lines, name, faults) {
            utc(line, faults);
        }
    }
    if let Some(line) = exactly_one(lines, "SEQUENCE", faults)
        && !(line.value.bytes().all(|b| b.is_ascii_digit()) && line.value.parse::<i32>().is_ok())
    {
        faults.push(format!("SEQUENCE:{}", line.value));
    }
    expect(lines, "STATUS", &["CONFIRMED", "CANCELLED"], faults);
    let cancelled = lines
        .iter()
        .any(|line| line.name == "STATUS" && line.value == "CANCELLED");
    if kind == Kind::Feed || lines.iter().any(|line| line.name == "TRANSP") {
        let transparency = if cancelled { "TRANSPARENT" } else { "OPAQUE" };
        expect(lines, "TRANSP", &[transparency], faults);
    }
    if kind == Kind::Feed || lines.iter().any(|line| line.name == "CLASS") {
        expect(lines, "CLASS", &["PRIVATE"], faults);
    }
    if kind == Kind::Invitation {
        for name in ["ORGANIZER", "ATTENDEE"] {
            if let Some(line) = exactly_one(lines, name, faults)
                && !is_bare_mailto(&line.value)
            {
                faults.push(format!("{name} is not a bare mailto"));
            }
        }
    }
    let start = exactly_one(lines, "DTSTART", faults).and_then(|line| utc(line, faults));
    let end = exactly_one(lines, "DTEND", faults).and_then(|line| utc(line, faults));
    let (start, end) = (start?, end?);
    if end <= start {
        faults.push("DTEND is not after DTSTART".to_owned());
    }
    Some((start, end))
}

fn check_method(head: &[Line], events: &[Event], faults: &mut Vec<String>) {
    let [event] = events else {
        faults.push(format!("{} events in an invitation", events.len()));
        return;
    };
    let cancels = head
        .iter()
        .any(|line| line.name == "METHOD" && line.value == "CANCEL");
    let cancelled = event
        .line("STATUS")
        .is_some_and(|line| line.value == "CANCELLED");
    if cancels != cancelled {
        faults.push("METHOD and STATUS do not agree".to_owned());
    }
}

/// `20261123T080000Z`, a real instant, with no parameter that could shift it.
fn utc(line: &Line, faults: &mut Vec<String>) -> Option<DateTime<Utc>> {
    let digits = line.value.len() == 16
        && line.value.bytes().enumerate().all(|(at, b)| match at {
            8 => b == b'T',
            15 => b == b'Z',
            _ => b.is_ascii_digit(),
        });
    let instant = NaiveDateTime::parse_from_str(&line.value, "%Y%m%dT%H%M%SZ").ok();
    match instant {
        Some(instant) if digits && line.parameters.is_empty() => Some(instant.and_utc()),
        _ => {
            faults.push(format!("{}:{} is no instant in UTC", line.name, line.value));
            None
        }
    }
}

fn is_bare_mailto(value: &str) -> bool {
    value.strip_prefix("mailto:").is_some_and(|address| {
        let plain = |part: &str| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|c| c.is_ascii_graphic() && !"<>\"(),:;@[\\]".contains(c))
        };
        address
            .split_once('@')
            .is_some_and(|(local, domain)| plain(local) && plain(domain) && domain.contains('.'))
    })
}

/// Of TEXT values: every `\` begins an escape, every `,` and `;` is in one.
fn check_values(lines: &[Line], faults: &mut Vec<String>) {
    const TEXT: [&str; 9] = [
        "SUMMARY",
        "LOCATION",
        "DESCRIPTION",
        "NAME",
        "X-WR-CALNAME",
        "UID",
        "PRODID",
        "COMMENT",
        "CONTACT",
    ];
    for line in lines
        .iter()
        .filter(|line| TEXT.contains(&line.name.as_str()))
    {
        let mut escaped = false;
        let mut right = true;
        for c in line.value.chars() {
            right &= match (escaped, c) {
                (true, '\\' | ',' | ';' | 'n' | 'N') => true,
                (true, _) => false,
                (false, c) => !matches!(c, ',' | ';'),
            };
            escaped = !escaped && c == '\\';
        }
        if escaped || !right {
            faults.push(format!("{} is not escaped: {:?}", line.name, line.value));
        }
    }
}

fn unescape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => text.push('\n'),
                Some(other) => text.push(other),
                None => text.push('\\'),
            },
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests;
