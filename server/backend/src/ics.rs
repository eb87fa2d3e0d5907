//! What feeds and invitations share: cleaning of every string that goes into a calendar file,
//! the UID of a visit, the name of the program. Which properties a file has is decided by
//! [`crate::calendar_feed`] and by the mails.
//!
//! The icalendar crate folds, and escapes `\ , ;` and newlines in TEXT; it lets everything else
//! through: a lone CR in any value, CR LF in names and parameters, `"` in parameters, NUL. So
//! no string reaches it that has not been through [`clean`], [`clean_lines`] or
//! [`clean_parameter`]. It also does not know `NAME` as TEXT and writes it unescaped: see
//! [`text_property`].

use std::borrow::Cow;

use chrono::{DateTime, Datelike, Timelike, Utc};
use domain::ids::AppointmentId;
use icalendar::Property;

/// Who wrote the file (RFC 5545 §3.7.3); without a version, so that an upgrade changes no feed.
pub const PRODID: &str = "-//rdv//rdv//FR";

/// The UID of a visit: the same in feeds and mails, for life.
///
/// The bare identifier, as RFC 7986 §5.3 asks: with the host in it, an instance that moves to
/// another address would make every visit a new event, and cancel none of the old ones.
#[must_use]
pub fn uid(appointment: AppointmentId) -> String {
    appointment.to_string()
}

/// An instant as calendars write it, in UTC: `20261123T080000Z` (RFC 5545 §3.3.5, form 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp([u8; 16]);

impl Stamp {
    /// Of an instant; years before 0 and after 9999 do not exist there.
    #[must_use]
    pub fn of(instant: DateTime<Utc>) -> Self {
        // By hand: an event has four of them, and chrono's `format` takes longer than all the rest.
        let (day, time) = (instant.date_naive(), instant.time());
        let year = u32::try_from(day.year()).unwrap_or(0).min(9999);
        let mut text = *b"00000000T000000Z";
        for (at, number) in [
            (0, year / 100),
            (2, year % 100),
            (4, day.month()),
            (6, day.day()),
            (9, time.hour()),
            (11, time.minute()),
            (13, time.second()),
        ] {
            for (digit, value) in text.iter_mut().skip(at).zip([number / 10, number % 10]) {
                *digit = b'0' + value.to_le_bytes()[0];
            }
        }
        Self(text)
    }

    /// Its signs.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // ASCII by construction.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The same as a text of its own.
#[must_use]
pub fn utc(instant: DateTime<Utc>) -> String {
    Stamp::of(instant).as_str().to_owned()
}

/// One line of text: controls (C0, C1) and line and paragraph separators become spaces, marks
/// that change the direction of text and byte order marks go, ends are trimmed.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| is_dropped(c) || is_separator(c)) {
        return Cow::Borrowed(text.trim());
    }
    let cleaned: String = text
        .chars()
        .filter(|c| !is_dropped(*c))
        .map(|c| if is_separator(c) { ' ' } else { c })
        .collect();
    Cow::Owned(cleaned.trim().to_owned())
}

/// The same for a text of several lines, whose `\n` stay (CR LF counts as one); for
/// descriptions only.
#[must_use]
pub fn clean_lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let lines: Vec<_> = text.split('\n').map(clean).collect();
    lines.join("\n").trim().to_owned()
}

/// The value of a parameter (`CN`): as [`clean`], and without the signs that end it or that
/// readers take for an escape. `"` becomes `'`, `\` becomes `/`, and `^` (RFC 6868) a space.
#[must_use]
pub fn clean_parameter(text: &str) -> String {
    let without_escapes: String = text
        .chars()
        .map(|c| match c {
            '"' => '\'',
            '\\' => '/',
            '^' => ' ',
            other => other,
        })
        .collect();
    clean(&without_escapes).into_owned()
}

/// A property whose value is TEXT, whatever the crate thinks of its name: `NAME` and
/// `X-WR-CALNAME` with a comma in them come out escaped alike.
#[must_use]
pub fn text_property(name: &str, text: &str) -> Property {
    let text = clean(text);
    let probe = Property::new(name, "");
    match probe.value_type() {
        Some(icalendar::ValueType::Text) => Property::new(name, text),
        _ => Property::new(name, escape(&text)),
    }
}

/// The same as a content line: escaped, folded, with its CR LF.
///
/// # Errors
/// Those of writing into a string: none.
pub fn text_line(name: &str, text: &str) -> Result<String, std::fmt::Error> {
    let text = clean(text);
    // Most names need neither, and a feed has thousands: the crate copies each several times to
    // find that out.
    let fits = name.len() + ":".len() + text.len() <= LONGEST_LINE;
    if fits && !text.contains(ESCAPED) {
        return Ok([name, ":", &text, "\r\n"].concat());
    }
    let line: String = text_property(name, &text).try_into()?;
    Ok(folded(&line))
}

/// The same content lines, none of them longer than 75 octets (RFC 5545 §3.1).
///
/// The crate folds too, but forgets that the space which begins a continuation counts: its last
/// one may have 76.
#[must_use]
pub fn folded(lines: &str) -> String {
    let mut out = String::with_capacity(lines.len() + lines.len() / 16);
    for mut rest in lines.replace("\r\n ", "").split_terminator("\r\n") {
        let mut room = LONGEST_LINE;
        while rest.len() > room {
            let end = fold_before(rest, room);
            let (line, after) = rest.split_at(end);
            out.push_str(line);
            out.push_str("\r\n ");
            rest = after;
            room = LONGEST_LINE - " ".len();
        }
        out.push_str(rest);
        out.push_str("\r\n");
    }
    out
}

/// Where a line is cut that has more bytes than there is room for: between two characters, and
/// not before white space, which some readers take off the next line.
fn fold_before(line: &str, room: usize) -> usize {
    let fits = line.char_indices().take_while(|(at, _)| *at <= room);
    let ends = fits.filter(|(at, c)| *at > 0 && !c.is_whitespace());
    ends.last()
        .map_or_else(|| line.floor_char_boundary(room), |(at, _)| at)
}

/// Bytes of a content line that is not folded, without its end (RFC 5545 §3.1).
const LONGEST_LINE: usize = 75;
/// What is written with a `\` before it in a text of one line (RFC 5545 §3.3.11).
const ESCAPED: [char; 3] = ['\\', ',', ';'];

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if ESCAPED.contains(&c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

fn is_separator(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Direction marks, embeddings, overrides and isolates; byte order marks; annotation signs.
fn is_dropped(c: char) -> bool {
    matches!(
        c,
        '\u{061C}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2066}'..='\u{2069}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_break_of_any_kind_becomes_a_space() {
        for separator in [
            "\r", "\n", "\u{85}", "\u{2028}", "\u{2029}", "\u{0}", "\u{7}", "\t",
        ] {
            assert_eq!(clean(&format!("a{separator}b")), "a b", "{separator:?}");
        }
        assert_eq!(
            clean("a\r\nEND:VEVENT\r\nBEGIN:VEVENT"),
            "a  END:VEVENT  BEGIN:VEVENT"
        );
    }

    #[test]
    fn text_cannot_turn_the_direction_of_what_follows() {
        assert_eq!(clean("\u{FEFF}a\u{202E}b\u{2067}c\u{200F}"), "abc");
    }

    #[test]
    fn joiners_accents_and_emoji_stay() {
        let text = "Zoé Đặng 👨\u{200D}👩\u{200D}👧 नि\u{200C}";
        assert_eq!(clean(text), text);
    }

    #[test]
    fn lines_stay_only_where_they_are_wanted() {
        assert_eq!(
            clean_lines("one\r\ntwo\n\nthree\rfour\n"),
            "one\ntwo\n\nthree four"
        );
    }

    #[test]
    fn a_parameter_holds_nothing_that_ends_or_escapes_it() {
        assert_eq!(
            clean_parameter("O'Brien-Đặng; \"Zoé\", MD\\\r\nBcc: ^n"),
            "O'Brien-Đặng; 'Zoé', MD/  Bcc:  n"
        );
    }

    #[test]
    fn a_name_is_escaped_under_both_of_its_properties() {
        for name in ["NAME", "X-WR-CALNAME", "SUMMARY"] {
            let line: String = text_property(name, "a, b; c\\d\ne").try_into().unwrap();
            assert_eq!(line, format!("{name}:a\\, b\\; c\\\\d e\r\n"));
        }
    }

    #[test]
    fn a_line_that_needs_nothing_is_the_one_that_the_crate_writes() {
        let long = "é".repeat(33);
        for text in [
            "",
            " ",
            "Zoé Đặng",
            " two  spaces ",
            "a:b=c",
            "a, b; c\\d",
            "a\r\nEND:VEVENT",
            "\u{FEFF}a\u{202E}b",
            &long,
            &format!("{long}a"),
            &format!("{long}aa"),
            &"a ".repeat(60),
        ] {
            for name in ["NAME", "SUMMARY", "LOCATION"] {
                let line: String = text_property(name, text).try_into().unwrap();
                assert_eq!(
                    text_line(name, text).unwrap(),
                    folded(&line),
                    "{name} {text:?}"
                );
            }
        }
    }

    #[test]
    fn no_line_is_longer_than_75_octets_however_it_is_folded() {
        for sign in [
            "a",
            "é",
            "漢",
            "नि",
            "👨\u{200D}👩\u{200D}👧",
            "a  b",
            "   ",
        ] {
            for before in 0..4 {
                for count in 0..260 / sign.len() {
                    let text = ["x".repeat(before), sign.repeat(count), "y".to_owned()].concat();
                    let line = text_line("SUMMARY", &text).unwrap();
                    let longest = line.split("\r\n").map(str::len).max();
                    assert!(longest <= Some(75), "{line}");
                    let whole = format!("SUMMARY:{}\r\n", text.trim());
                    assert_eq!(line.replace("\r\n ", ""), whole);
                }
            }
        }
    }

    #[test]
    fn a_file_keeps_its_lines() {
        let file = format!(
            "BEGIN:VCALENDAR\r\nX:{}\r\nEND:VCALENDAR\r\n",
            "a".repeat(149)
        );
        let folded = folded(&file);
        assert_eq!(folded.split("\r\n").map(str::len).max(), Some(75));
        assert_eq!(folded.replace("\r\n ", ""), file);
    }

    #[test]
    fn instants_are_written_in_utc() {
        let instant = "2026-11-23T09:00:00+01:00".parse().unwrap();
        assert_eq!(utc(instant), "20261123T080000Z");
        let instant = "2031-01-02T03:04:05Z".parse().unwrap();
        assert_eq!(utc(instant), "20310102T030405Z");
        assert_eq!(utc(DateTime::<Utc>::MAX_UTC).get(..4), Some("9999"));
        assert_eq!(utc(DateTime::<Utc>::MIN_UTC).get(..4), Some("0000"));
    }
}
