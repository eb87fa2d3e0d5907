//! The linter must see what readers forgive: each rule is broken once.

use super::*;

const FEED: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//FR\r\n\
    NAME:Dre Lefèvre\\, Tour\r\nX-WR-CALNAME:Dre Lefèvre\\, Tour\r\n\
    REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\nX-PUBLISHED-TTL:PT1H\r\n\
    BEGIN:VEVENT\r\nCLASS:PRIVATE\r\nDTEND:20261123T082000Z\r\nDTSTAMP:20261122T080000Z\r\n\
    DTSTART:20261123T080000Z\r\nLAST-MODIFIED:20261122T080000Z\r\nSEQUENCE:0\r\n\
    STATUS:CONFIRMED\r\nSUMMARY:Zoé Đặng\r\nTRANSP:OPAQUE\r\nUID:one\r\nEND:VEVENT\r\n\
    END:VCALENDAR\r\n";

const INVITATION: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//FR\r\n\
    METHOD:REQUEST\r\nBEGIN:VEVENT\r\nATTENDEE;CN=\"Đặng, Zoé\";PARTSTAT=ACCEPTED:mailto:z@ex\r\n \
    ample.org\r\nDTEND:20261123T082000Z\r\nDTSTAMP:20261122T080000Z\r\n\
    DTSTART:20261123T080000Z\r\nLAST-MODIFIED:20261122T080000Z\r\n\
    ORGANIZER:mailto:cabinet@example.org\r\nSEQUENCE:0\r\n\
    STATUS:CONFIRMED\r\nSUMMARY:Zoé\r\nUID:one\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn faults(text: &str) -> String {
    feed(text.as_bytes())
        .expect_err("a broken file passed")
        .join("; ")
}

#[test]
fn a_sound_feed_and_a_sound_invitation_pass() {
    let calendar = feed(FEED.as_bytes()).unwrap();
    assert_eq!(calendar.text("NAME").unwrap(), "Dre Lefèvre, Tour");
    assert_eq!(calendar.events[0].text("SUMMARY").unwrap(), "Zoé Đặng");
    assert_eq!(
        (calendar.events[0].end - calendar.events[0].start).num_minutes(),
        20
    );
    let calendar = invitation(INVITATION.as_bytes()).unwrap();
    let attendee = calendar.events[0].line("ATTENDEE").unwrap();
    assert_eq!(attendee.value, "mailto:z@example.org");
    assert_eq!(attendee.parameter("CN"), Some("Đặng, Zoé"));
}

#[rstest::rstest]
#[case::lf_only(FEED.replace("\r\n", "\n"), "an LF without its CR")]
#[case::one_lf(FEED.replacen("\r\nCLASS", "\nCLASS", 1), "an LF without its CR")]
#[case::a_lone_cr(FEED.replace("Zoé Đặng", "Zoé\rĐặng"), "a CR without its LF")]
#[case::no_last_line_break(FEED.trim_end().to_owned(), "does not end with CR LF")]
#[case::a_byte_order_mark(format!("\u{FEFF}{FEED}"), "byte order mark")]
#[case::an_empty_line(FEED.replacen("\r\n", "\r\n\r\n", 1), "line 2: empty")]
#[case::a_line_of_76(FEED.replace("Zoé Đặng", &"x".repeat(68)), "76 octets")]
#[case::nul(FEED.replace("Zoé Đặng", "Zoé\0"), "holds '\\0'")]
#[case::bell(FEED.replace("Zoé Đặng", "Zoé\u{7}"), "holds '\\u{7}'")]
#[case::tab(FEED.replace("Zoé Đặng", "Zoé\t"), "holds '\\t'")]
#[case::next_line(FEED.replace("Zoé Đặng", "Zoé\u{85}"), "holds '\\u{85}'")]
#[case::line_separator(FEED.replace("Zoé Đặng", "Zoé\u{2028}"), "holds '\\u{2028}'")]
#[case::override_mark(FEED.replace("Zoé Đặng", "Zoé\u{202E}"), "holds '\\u{202e}'")]
#[case::a_comma(FEED.replace("Zoé Đặng", "Đặng, Zoé"), "SUMMARY is not escaped")]
#[case::a_semicolon(FEED.replace("Zoé Đặng", "a;b"), "SUMMARY is not escaped")]
#[case::a_comma_in_the_name(FEED.replacen("NAME:Dre Lefèvre\\,", "NAME:Dre Lefèvre,", 1), "NAME is not escaped")]
#[case::a_stray_backslash(FEED.replace("Zoé Đặng", "a\\b"), "SUMMARY is not escaped")]
#[case::a_last_backslash(FEED.replace("Zoé Đặng", "a\\"), "SUMMARY is not escaped")]
#[case::an_empty_summary(FEED.replace("Zoé Đặng", ""), "SUMMARY is empty")]
#[case::no_version(FEED.replace("VERSION:2.0\r\n", ""), "no VERSION")]
#[case::two_prodids(FEED.replace("VERSION:2.0", "VERSION:2.0\r\nPRODID:y"), "PRODID more than once")]
#[case::a_method(FEED.replace("VERSION:2.0", "VERSION:2.0\r\nMETHOD:PUBLISH"), "METHOD in this calendar")]
#[case::no_uid(FEED.replace("UID:one\r\n", ""), "no UID")]
#[case::two_uids(FEED.replace("UID:one", "UID:one\r\nUID:two"), "UID more than once")]
#[case::no_stamp(FEED.replace("DTSTAMP:20261122T080000Z\r\n", ""), "no DTSTAMP")]
#[case::no_end(FEED.replace("DTEND:20261123T082000Z\r\n", ""), "no DTEND")]
#[case::a_duration(FEED.replace("UID:one", "UID:one\r\nDURATION:PT20M"), "DURATION in an event")]
#[case::end_at_start(FEED.replace("DTEND:20261123T082000Z", "DTEND:20261123T080000Z"), "not after DTSTART")]
#[case::floating(FEED.replace("DTSTART:20261123T080000Z", "DTSTART:20261123T080000"), "no instant")]
#[case::a_zone(FEED.replace("DTSTART:", "DTSTART;TZID=Europe/Paris:"), "no instant")]
#[case::month_13(FEED.replace("DTSTART:20261123", "DTSTART:20271329"), "no instant")]
#[case::hour_25(FEED.replace("DTSTART:20261123T08", "DTSTART:20261123T25"), "no instant")]
#[case::an_attendee(FEED.replace("UID:one", "UID:one\r\nATTENDEE:mailto:a@b.fr"), "ATTENDEE in an event")]
#[case::an_alarm(FEED.replace("END:VEVENT", "BEGIN:VALARM\r\nEND:VALARM\r\nEND:VEVENT"), "BEGIN:VALARM")]
#[case::a_time_zone(FEED.replacen("BEGIN:VEVENT", "BEGIN:VTIMEZONE\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT", 1), "BEGIN:VTIMEZONE")]
#[case::public(FEED.replace("CLASS:PRIVATE", "CLASS:PUBLIC"), "CLASS:PUBLIC")]
#[case::cancelled_but_opaque(FEED.replace("CONFIRMED", "CANCELLED"), "TRANSP:OPAQUE")]
#[case::a_negative_sequence(FEED.replace("SEQUENCE:0", "SEQUENCE:-1"), "SEQUENCE:-1")]
#[case::refresh_without_value(FEED.replace(";VALUE=DURATION", ""), "without VALUE=DURATION")]
#[case::cut_off(FEED.replace("END:VCALENDAR\r\n", ""), "does not end")]
#[case::cut_in_an_event(FEED.split("UID").next().unwrap().to_owned(), "does not end")]
#[case::something_after(format!("{FEED}X-A:b\r\n"), "after the end")]
#[case::no_name(FEED.replace("UID:one", "UID:one\r\n=:x"), "no name")]
#[case::no_colon(FEED.replace("UID:one", "UID:one\r\nX-A"), "neither a parameter nor a value")]
#[case::an_open_quote(FEED.replace("UID:one", "UID:one\r\nX-A;B=\"c:d"), "quotes")]
#[test]
fn a_broken_feed_is_refused(#[case] text: String, #[case] fault: &str) {
    assert_ne!(text, FEED, "the case broke nothing");
    let faults = faults(&text);
    assert!(faults.contains(fault), "{faults}");
}

#[test]
fn a_character_cut_by_a_fold_is_refused() {
    let cut = FEED.replace("Zoé", "ZoX").into_bytes();
    let at = cut.iter().position(|b| *b == b'X').unwrap();
    let mut bytes = cut[..at].to_vec();
    bytes.extend_from_slice(b"\xC3\r\n \xA9");
    bytes.extend_from_slice(&cut[at + 1..]);
    let faults = feed(&bytes).unwrap_err().join("; ");
    assert!(faults.contains("cut by a fold"), "{faults}");
}

#[test]
fn the_same_uid_in_two_events_is_refused() {
    let event = &FEED[FEED.find("BEGIN:VEVENT").unwrap()..FEED.find("END:VCALENDAR").unwrap()];
    let twice = FEED.replace("END:VCALENDAR", &format!("{event}END:VCALENDAR"));
    assert!(faults(&twice).contains("UID one twice"));
}

#[rstest::rstest]
#[case::no_method(INVITATION.replace("METHOD:REQUEST\r\n", ""), "no METHOD")]
#[case::lower_case(INVITATION.replace("REQUEST", "request"), "METHOD:request")]
#[case::cancel_of_a_standing_one(INVITATION.replace("REQUEST", "CANCEL"), "do not agree")]
#[case::an_address_in_brackets(INVITATION.replace("mailto:cabinet@example.org", "mailto:<cabinet@example.org>"), "ORGANIZER is not a bare mailto")]
#[case::no_scheme(INVITATION.replace("mailto:cabinet", "cabinet"), "ORGANIZER is not a bare mailto")]
#[case::two_attendees(INVITATION.replace("UID:one", "UID:one\r\nATTENDEE:mailto:a@b.fr"), "ATTENDEE more than once")]
#[case::no_organizer(INVITATION.replace("ORGANIZER:mailto:cabinet@example.org\r\n", ""), "no ORGANIZER")]
#[case::a_quote_in_a_parameter(INVITATION.replace("CN=\"Đặng, Zoé\"", "CN=\"Đặng \"Zoé\""), "neither a parameter nor a value")]
#[case::an_unquoted_comma(INVITATION.replace("CN=\"Đặng, Zoé\"", "CN=Đặng, Zoé"), "quotes")]
#[case::a_parameter_twice(INVITATION.replace("PARTSTAT=ACCEPTED", "CN=x"), "twice")]
#[test]
fn a_broken_invitation_is_refused(#[case] text: String, #[case] fault: &str) {
    assert_ne!(text, INVITATION, "the case broke nothing");
    let faults = invitation(text.as_bytes())
        .expect_err("it passed")
        .join("; ");
    assert!(faults.contains(fault), "{faults}");
}
