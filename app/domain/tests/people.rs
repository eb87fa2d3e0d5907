//! What identifies and reaches a person, as people type it and as attackers do.
//! The cleaning of lines in general is in `text.rs`.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use chrono::NaiveDate;
use domain::{
    feed::Detail,
    people::{BirthDate, EmailAddress, FamilyName, GivenName, Patient, PhoneNumber},
    text::TextError,
};
use proptest::prelude::*;
use rstest::rstest;

#[rstest]
#[case::plain("zoe@example.org", "zoe@example.org")]
#[case::spaces_around(" zoe@example.org\n", "zoe@example.org")]
#[case::copied_with_a_zero_width_space("\u{200B}zoe@example.org", "zoe@example.org")]
#[case::upper_case("Zoe.DANG@Example.ORG", "zoe.dang@example.org")]
#[case::tag("zoe+rdv@example.org", "zoe+rdv@example.org")]
#[case::idn("zoe@hôpital.fr", "zoe@xn--hpital-ixa.fr")]
#[case::idn_upper_case("zoe@HÔPITAL.fr", "zoe@xn--hpital-ixa.fr")]
#[case::idn_in_ascii("zoe@xn--hpital-ixa.fr", "zoe@xn--hpital-ixa.fr")]
#[case::full_width_domain("zoe@ｅｘａｍｐｌｅ.org", "zoe@example.org")]
#[case::signs_that_are_allowed("o'brien_{x}#1@example.org", "o'brien_{x}#1@example.org")]
#[case::deep_domain("a@b.c.d.example.museum", "a@b.c.d.example.museum")]
#[case::digits_in_top_level("a@example.c1", "a@example.c1")]
fn one_address_has_one_form(#[case] typed: &str, #[case] kept: &str) {
    assert_eq!(
        EmailAddress::parse(typed).map(String::from),
        Ok(kept.to_owned())
    );
}

#[rstest]
#[case::empty("", TextError::Empty)]
#[case::no_at("zoe.example.org", TextError::Malformed)]
#[case::nobody("@example.org", TextError::Malformed)]
#[case::nowhere("zoe@", TextError::Malformed)]
#[case::two_dots("a@b..c", TextError::Malformed)]
#[case::two_dots_before("a..b@example.org", TextError::Malformed)]
#[case::dot_first(".a@example.org", TextError::Malformed)]
#[case::dot_last("a.@example.org", TextError::Malformed)]
#[case::root_dot("a@example.org.", TextError::Malformed)]
#[case::two_ats("a@b@example.org", TextError::Malformed)]
#[case::two_addresses("a@example.org, b@example.org", TextError::Malformed)]
#[case::two_without_space("a@example.org,b@example.org", TextError::Malformed)]
#[case::two_with_semicolon("a@example.org;b@example.org", TextError::Malformed)]
#[case::display_name("Zoé <zoe@example.org>", TextError::Malformed)]
#[case::angle_brackets("<zoe@example.org>", TextError::Malformed)]
#[case::mailto("mailto:zoe@example.org", TextError::Malformed)]
#[case::single_label("a@localhost", TextError::Malformed)]
#[case::ip_literal("a@[127.0.0.1]", TextError::Malformed)]
#[case::ip_v6_literal("a@[IPv6:::1]", TextError::Malformed)]
#[case::bare_ip("a@127.0.0.1", TextError::Malformed)]
#[case::space_inside("zo e@example.org", TextError::Malformed)]
#[case::quoted_local("\"zo e\"@example.org", TextError::Malformed)]
#[case::quoted_without_need("\"zoe\"@example.org", TextError::Malformed)]
#[case::backslash("zo\\e@example.org", TextError::Malformed)]
#[case::accent_before_the_at("zoé@example.org", TextError::Malformed)]
#[case::underscore_in_domain("a@ex_ample.org", TextError::Malformed)]
#[case::hyphen_first_in_domain("a@-example.org", TextError::Malformed)]
#[case::comment("a(b)@example.org", TextError::Malformed)]
#[case::percent_in_domain("a@exa%6dple.org", TextError::Malformed)]
#[case::rcpt_injection("a@example.org\r\nRCPT TO:<b@example.org>", TextError::Unprintable)]
#[case::nul("a@example.org\0", TextError::Unprintable)]
fn what_is_not_one_reachable_address_is_refused(#[case] typed: &str, #[case] error: TextError) {
    assert_eq!(EmailAddress::parse(typed), Err(error));
}

#[test]
fn an_address_is_bounded_in_each_part() {
    let local = |n: usize| EmailAddress::parse(&format!("{}@example.org", "a".repeat(n)));
    assert!(local(64).is_ok());
    assert_eq!(local(65), Err(TextError::Malformed));
    let domain = |n: usize| EmailAddress::parse(&format!("a@{}.org", "b".repeat(n)));
    assert!(domain(63).is_ok());
    assert_eq!(domain(64), Err(TextError::Malformed));
    let long = |n: usize| {
        let labels = format!(
            "{}.{}.{}.org",
            "b".repeat(63),
            "c".repeat(63),
            "d".repeat(n)
        );
        EmailAddress::parse(&format!("{}@{labels}", "a".repeat(57)))
    };
    // 57 + 1 + 63 + 1 + 63 + 1 + n + 4 octets.
    assert!(long(63).is_ok_and(|address| address.as_str().len() == 253));
    assert_eq!(
        EmailAddress::parse(&format!("{}@example.org", "a".repeat(255))),
        Err(TextError::TooLong)
    );
    // Short as typed, 194 octets of domain in ASCII.
    let swollen =
        |n: usize| EmailAddress::parse(&format!("{}@{}fr", "a".repeat(n), "é.".repeat(24)));
    assert!(swollen(59).is_ok_and(|address| address.as_str().len() == 254));
    assert_eq!(swollen(60), Err(TextError::Malformed));
}

#[rstest]
#[case::mobile("0612345678", "+33612345678")]
#[case::with_spaces("06 12 34 56 78", "+33612345678")]
#[case::with_dots("06.12.34.56.78", "+33612345678")]
#[case::with_no_break_spaces("06\u{A0}12\u{A0}34\u{202F}56 78", "+33612345678")]
#[case::with_long_hyphens("06\u{2011}12–34\u{2010}56-78", "+33612345678")]
#[case::landline("01 42 34 56 78", "+33142345678")]
#[case::international("+33 6 12 34 56 78", "+33612345678")]
#[case::international_in_parentheses("(+33) 6 12 34 56 78", "+33612345678")]
#[case::with_the_zero_kept("+33 (0)6 12 34 56 78", "+33612345678")]
#[case::two_zeroes("0033 6 12 34 56 78", "+33612345678")]
#[case::two_zeroes_and_the_zero_kept("0033 (0)6 12 34 56 78", "+33612345678")]
#[case::copied_from_contacts("\u{202A}+33 6 12 34 56 78\u{202C}", "+33612345678")]
#[case::copied_isolated("\u{2068}06 12 34 56 78\u{2069}", "+33612345678")]
#[case::reunion_mobile("0692 12 34 56", "+262692123456")]
#[case::reunion_landline("0262 12 34 56", "+262262123456")]
#[case::mayotte("0639 12 34 56", "+262639123456")]
#[case::guadeloupe("0690 12 34 56", "+590690123456")]
#[case::guyane("0694 12 34 56", "+594694123456")]
#[case::martinique("0696 12 34 56", "+596696123456")]
#[case::reunion_with_the_zero_kept("+262 (0)692 12 34 56", "+262692123456")]
#[case::belgium("+32 470 12 34 56", "+32470123456")]
#[case::united_kingdom("0044 7700 900123", "+447700900123")]
#[case::longest("+123456789012345", "+123456789012345")]
#[case::shortest("+29012345", "+29012345")]
fn a_telephone_number_is_kept_in_one_form(#[case] typed: &str, #[case] kept: &str) {
    assert_eq!(
        PhoneNumber::parse(typed).map(String::from),
        Ok(kept.to_owned())
    );
}

#[rstest]
#[case::empty("", TextError::Empty)]
#[case::letters("zéro six", TextError::Malformed)]
#[case::letters_after("0612345678 (bureau)", TextError::Malformed)]
#[case::short("06 12 34 56 7", TextError::Malformed)]
#[case::long("06 12 34 56 78 9", TextError::Malformed)]
#[case::emergency("15", TextError::Malformed)]
#[case::forty_digits("1234567890123456789012345678901234567890", TextError::Malformed)]
#[case::more_than_the_field("12345678901234567890123456789012345678901", TextError::TooLong)]
#[case::plus_inside("06+12345678", TextError::Malformed)]
#[case::two_pluses("++33612345678", TextError::Malformed)]
#[case::french_and_short("+33 6 12 34 56", TextError::Malformed)]
#[case::french_and_long("+33 6 12 34 56 78 90", TextError::Malformed)]
#[case::reunion_and_short("+262 692 12 34", TextError::Malformed)]
#[case::no_country("+0612345678", TextError::Malformed)]
#[case::sixteen_digits("+1234567890123456", TextError::Malformed)]
#[case::signs_only("+ - . ( )", TextError::Malformed)]
#[case::arabic_digits("٠٦١٢٣٤٥٦٧٨", TextError::Malformed)]
#[case::two_numbers("0612345678 0698765432", TextError::Malformed)]
#[case::injection("0612345678\r\nX: y", TextError::Unprintable)]
fn what_is_no_whole_number_is_refused(#[case] typed: &str, #[case] error: TextError) {
    assert_eq!(PhoneNumber::parse(typed), Err(error));
}

#[rstest]
#[case("0612345678", "06 12 34 56 78")]
#[case("+262 692 12 34 56", "06 92 12 34 56")]
#[case("+590 690 12 34 56", "06 90 12 34 56")]
#[case("+32 470 12 34 56", "+32470123456")]
fn a_number_is_shown_as_people_dial_it(#[case] typed: &str, #[case] shown: &str) {
    let number = PhoneNumber::parse(typed).unwrap();
    assert_eq!(number.in_words(), shown);
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

#[rstest]
#[case::from_a_date_field("1980-12-31", 1980, 12, 31)]
#[case::as_people_type("31/12/1980", 1980, 12, 31)]
#[case::with_dots("31.12.1980", 1980, 12, 31)]
#[case::with_hyphens("31-12-1980", 1980, 12, 31)]
#[case::with_spaces(" 31 12 1980 ", 1980, 12, 31)]
#[case::single_digits("1/2/1980", 1980, 2, 1)]
#[case::leap_day("29/02/2024", 2024, 2, 29)]
#[case::first_allowed("1900-01-01", 1900, 1, 1)]
#[case::born_today("2026-11-22", 2026, 11, 22)]
fn a_birth_date_is_read(#[case] typed: &str, #[case] y: i32, #[case] m: u32, #[case] d: u32) {
    let read = BirthDate::parse(typed, today()).map(BirthDate::day);
    assert_eq!(read, Ok(NaiveDate::from_ymd_opt(y, m, d).unwrap()));
}

#[rstest]
#[case::empty("", TextError::Empty)]
#[case::spaces("  ", TextError::Empty)]
#[case::no_such_day("2027-02-30", TextError::Malformed)]
#[case::no_leap_year("29/02/2025", TextError::Malformed)]
#[case::too_old("1800-01-01", TextError::Malformed)]
#[case::the_day_before_the_first("1899-12-31", TextError::Malformed)]
#[case::tomorrow("2026-11-23", TextError::Malformed)]
#[case::two_digit_year("31/12/80", TextError::Malformed)]
#[case::american("12/31/1980", TextError::Malformed)]
#[case::a_sentence("le 31 décembre 1980", TextError::Malformed)]
#[case::huge_year("99999-01-01", TextError::Malformed)]
#[case::signed_year("+1980-01-01", TextError::Malformed)]
#[case::more_after("1980-12-31T00:00", TextError::Malformed)]
#[case::line_end("1980-12-31\nx", TextError::Malformed)]
#[case::mixed_signs("31/12-1980", TextError::Malformed)]
fn what_is_no_birth_date_is_refused(#[case] typed: &str, #[case] error: TextError) {
    assert_eq!(BirthDate::parse(typed, today()), Err(error));
}

fn patient(given: &str, family: &str) -> Patient {
    Patient {
        given_name: GivenName::parse(given).unwrap(),
        family_name: FamilyName::parse(family).unwrap(),
        email: Some(EmailAddress::parse("zoe@example.org").unwrap()),
        phone: PhoneNumber::parse("0612345678").unwrap(),
        birth_date: None,
    }
}

#[rstest]
#[case("Zoé", "Đặng", "Z. Đ.")]
#[case("zoé", "o'Brien", "Z. O.")]
#[case("(Zoé)", "« Đặng »", "Z. Đ.")]
#[case("<script>", "2e", "S. E.")]
#[case("=1+1", "ß", "=. SS.")]
#[case("李", "小龙", "李. 小.")]
fn initials_are_the_first_letters(#[case] given: &str, #[case] family: &str, #[case] shown: &str) {
    assert_eq!(patient(given, family).initials(), shown);
}

#[test]
fn a_feed_says_no_more_than_its_level() {
    let patient = patient("Zoé", "Đặng");
    assert_eq!(Detail::default(), Detail::BusyOnly);
    assert_eq!(Detail::BusyOnly.shown(&patient), None);
    assert_eq!(Detail::Initials.shown(&patient).as_deref(), Some("Z. Đ."));
    assert_eq!(
        Detail::FullName.shown(&patient).as_deref(),
        Some("Zoé Đặng")
    );
    for detail in Detail::ALL {
        assert_eq!(Detail::from_code(detail.code()), Some(detail));
    }
    assert_eq!(Detail::from_code("everything"), None);
}

#[rstest]
#[case::given_name(GivenName::parse(&"é".repeat(60)).is_ok(), true)]
#[case::given_name_of_61(GivenName::parse(&"é".repeat(61)).is_ok(), false)]
#[case::family_name_of_61(FamilyName::parse(&"é".repeat(61)).is_ok(), false)]
fn names_hold_sixty_letters(#[case] accepted: bool, #[case] expected: bool) {
    assert_eq!(accepted, expected);
}

/// Texts that come near an address or a number.
fn near_misses() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9.@+_éß\u{200B}\u{FF0E}\u{3002} \\-\\[\\]\"\\\\\r\n,;<>]{0,40}"
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_accepted_address_is_ascii_and_stays_as_it_is(
        typed in prop_oneof![near_misses(), "[a-z.+]{1,8}@[a-zé.\u{3002}-]{1,12}\\.(fr|org)"]
    ) {
        if let Ok(address) = EmailAddress::parse(&typed) {
            let text = address.as_str();
            prop_assert!(text.bytes().all(|b| b.is_ascii_graphic()), "{text:?}");
            prop_assert_eq!(text.matches('@').count(), 1);
            prop_assert_eq!(EmailAddress::parse(text), Ok(address.clone()));
        }
    }

    #[test]
    fn an_accepted_number_is_e164_and_stays_as_it_is(typed in "[0-9+() ./\\-a]{0,24}") {
        if let Ok(number) = PhoneNumber::parse(&typed) {
            let digits = number.as_str().strip_prefix('+').unwrap();
            prop_assert!((8..=15).contains(&digits.len()) && !digits.starts_with('0'));
            prop_assert!(digits.bytes().all(|b| b.is_ascii_digit()));
            prop_assert_eq!(PhoneNumber::parse(number.as_str()), Ok(number.clone()));
            // What is shown can be typed again.
            prop_assert_eq!(PhoneNumber::parse(&number.in_words()), Ok(number.clone()));
        }
    }

    #[test]
    fn reading_a_birth_date_never_panics(typed in ".{0,20}") {
        let _ = BirthDate::parse(&typed, today());
    }
}
