//! Lines, paragraphs and slugs: what people paste, what attackers send.
//! Names and addresses are in `people.rs`.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use domain::{
    practice::{Instructions, PostalAddress, Slug, Title, ZoneName},
    text::{self, TextError},
};
use proptest::prelude::*;
use rstest::rstest;

#[rstest]
#[case::plain("Zoé", "Zoé")]
#[case::spaces_around("  Zoé \t", "Zoé")]
#[case::line_end_after("Zoé\r\n", "Zoé")]
#[case::spaces_inside("Anne  Marie", "Anne Marie")]
#[case::no_break_space_inside("Anne\u{A0}\u{202F}Marie", "Anne Marie")]
#[case::a_tab_from_a_spreadsheet("Anne\tMarie", "Anne Marie")]
#[case::decomposed("Zoe\u{301}", "Zoé")]
#[case::vietnamese("Đặng Thị Ngọc", "Đặng Thị Ngọc")]
#[case::two_marks_on_one_letter("e\u{323}\u{302}", "ệ")]
#[case::signs(r#"O'Brien-Đặng; "Zoé", MD\"#, r#"O'Brien-Đặng; "Zoé", MD\"#)]
#[case::html("<script>alert(1)</script>", "<script>alert(1)</script>")]
#[case::formula("=HYPERLINK(1)", "=HYPERLINK(1)")]
#[case::template("{{7*7}}", "{{7*7}}")]
#[case::emoji_family("👨\u{200D}👩\u{200D}👧", "👨\u{200D}👩\u{200D}👧")]
#[case::persian_with_non_joiner("می\u{200C}خواهم", "می\u{200C}خواهم")]
#[case::arabic("محمد", "محمد")]
#[case::soft_hyphen_from_a_web_page("Bou\u{AD}langer", "Boulanger")]
#[case::zero_width_space_from_a_chat("\u{200B}Zoé\u{200B}", "Zoé")]
#[case::byte_order_mark("\u{FEFF}Zoé", "Zoé")]
#[case::word_joiner("Zoé\u{2060}", "Zoé")]
fn a_line_is_cleaned(#[case] typed: &str, #[case] kept: &str) {
    assert_eq!(text::line(typed, 60).as_deref(), Ok(kept));
}

#[rstest]
#[case::nothing("", TextError::Empty)]
#[case::spaces(" \u{A0}\t ", TextError::Empty)]
#[case::zero_width_space("\u{200B}", TextError::Empty)]
#[case::joiners_only("\u{200C}\u{200D}", TextError::Empty)]
#[case::soft_hyphen("\u{AD}", TextError::Empty)]
#[case::a_lone_accent("\u{301}", TextError::Empty)]
#[case::hangul_filler("\u{3164}", TextError::Empty)]
#[case::half_width_filler("\u{FFA0}\u{115F}\u{1160}", TextError::Empty)]
#[case::braille_blank("\u{2800}", TextError::Empty)]
#[case::variation_selector("\u{FE0F}", TextError::Empty)]
#[case::header_injection("Zoé\r\nBcc: x@evil.example", TextError::Unprintable)]
#[case::calendar_injection("a\r\nEND:VEVENT\r\nBEGIN:VEVENT", TextError::Unprintable)]
#[case::lone_cr("a\rb", TextError::Unprintable)]
#[case::lone_lf("a\nb", TextError::Unprintable)]
#[case::nul("a\0b", TextError::Unprintable)]
#[case::bell("a\u{7}b", TextError::Unprintable)]
#[case::escape("a\u{1B}[31mb", TextError::Unprintable)]
#[case::delete("a\u{7F}b", TextError::Unprintable)]
#[case::next_line("a\u{85}b", TextError::Unprintable)]
#[case::c1("a\u{9B}b", TextError::Unprintable)]
#[case::line_separator("a\u{2028}b", TextError::Unprintable)]
#[case::paragraph_separator("a\u{2029}b", TextError::Unprintable)]
#[case::right_to_left_override("a\u{202E}b", TextError::Unprintable)]
#[case::isolate("a\u{2066}b\u{2069}", TextError::Unprintable)]
#[case::right_to_left_mark("a\u{200F}b", TextError::Unprintable)]
#[case::deprecated_format("a\u{206A}b", TextError::Unprintable)]
#[case::mongolian_separator("\u{180E}", TextError::Unprintable)]
#[case::shorthand_format("a\u{1BCA0}b", TextError::Unprintable)]
#[case::null_notehead("\u{1D159}", TextError::Unprintable)]
#[case::musical_format("\u{1D173}", TextError::Unprintable)]
#[case::hieroglyph_format("a\u{13430}b", TextError::Unprintable)]
#[case::reserved_and_ignored("a\u{FFF0}b", TextError::Unprintable)]
#[case::reserved_and_ignored_far("a\u{E0080}b", TextError::Unprintable)]
#[case::the_last_that_is_ignored("a\u{E0FFF}b", TextError::Unprintable)]
#[case::private_use("a\u{E000}b", TextError::Unprintable)]
#[case::private_plane("a\u{F0000}b", TextError::Unprintable)]
#[case::non_character("a\u{FDD0}b", TextError::Unprintable)]
#[case::last_of_a_plane("a\u{1FFFF}b", TextError::Unprintable)]
#[case::tag_characters("a\u{E0041}b", TextError::Unprintable)]
#[case::replacement("Zo\u{FFFD}", TextError::Unprintable)]
#[case::stacked_accents("Z\u{300}\u{301}\u{302}\u{303}\u{304}", TextError::Unprintable)]
#[case::stacked_across_joiners(
    "Z\u{316}\u{200D}\u{317}\u{200D}\u{318}\u{200D}\u{319}\u{200D}\u{31C}",
    TextError::Unprintable
)]
fn a_line_that_cannot_be_shown_is_refused(#[case] typed: &str, #[case] error: TextError) {
    assert_eq!(text::line(typed, 60), Err(error));
}

#[test]
fn length_counts_characters_after_cleaning() {
    assert_eq!(text::line(&"é".repeat(60), 60), Ok("é".repeat(60)));
    assert_eq!(text::line(&"e\u{301}".repeat(60), 60), Ok("é".repeat(60)));
    assert_eq!(text::line(&"é".repeat(61), 60), Err(TextError::TooLong));
    assert_eq!(text::line(&"a".repeat(10_000), 60), Err(TextError::TooLong));
    // Even when most of it is white space, a text far beyond the field is not worked on.
    let padded = format!("{}a", " ".repeat(10_000));
    assert_eq!(text::line(&padded, 60), Err(TextError::TooLong));
}

#[rstest]
#[case::empty("", "")]
#[case::blank_lines("\n\n \n", "")]
#[case::windows_lines("un\r\ndeux", "un\ndeux")]
#[case::trimmed_lines("  un  \n deux\n\n", "un\ndeux")]
#[case::a_blank_line_inside("un\n\ndeux", "un\n\ndeux")]
#[case::a_list_with_tabs("-\tcarte\n-\tordonnance", "- carte\n- ordonnance")]
fn a_paragraph_keeps_its_lines(#[case] typed: &str, #[case] kept: &str) {
    assert_eq!(text::paragraph(typed, 100).as_deref(), Ok(kept));
}

#[rstest]
#[case::lone_cr("un\rdeux", TextError::Unprintable)]
#[case::line_separator("un\u{2028}deux", TextError::Unprintable)]
#[case::nul("un\ndeux\0", TextError::Unprintable)]
#[case::long_in_sum("aaaaaa\naaaaaa", TextError::TooLong)]
#[case::long_in_one_line("aaaaaaaaaaaaa", TextError::TooLong)]
fn a_paragraph_that_cannot_be_shown_is_refused(#[case] typed: &str, #[case] error: TextError) {
    assert_eq!(text::paragraph(typed, 12), Err(error));
}

#[rstest]
#[case("Camille Lefèvre", "camille-lefevre")]
#[case("  Dre  Zoé O'Brien-Đặng ", "dre-zoe-o-brien-dang")]
#[case("Cœur & Ægis GmbH Straße", "coeur-aegis-gmbh-strasse")]
#[case("Kinésithérapeute·s", "kinesitherapeutes")]
#[case("東京", "")]
#[case("---", "")]
#[case("Ｆｕｌｌ ﬁx", "full-fix")]
#[case("2e étage", "2e-etage")]
fn a_slug_is_made_of_ascii_letters_and_hyphens(#[case] name: &str, #[case] slug: &str) {
    assert_eq!(text::slug(name), slug);
}

#[test]
fn a_slug_never_outgrows_its_type() {
    let name = format!("{}œuvre", "a".repeat(59));
    assert_eq!(text::slug(&name).len(), 60);
    assert_eq!(text::slug(&"a ".repeat(100)).len(), 59);
}

#[rstest]
#[case::upper("Camille")]
#[case::empty("")]
#[case::hyphen_first("-a")]
#[case::hyphen_last("a-")]
#[case::two_hyphens("a--b")]
#[case::accent("é")]
#[case::slash("a/b")]
#[case::dots("..")]
#[case::space("a b")]
#[case::line_end("a\n")]
fn an_address_part_in_another_form_is_refused(#[case] slug: &str) {
    assert_eq!(Slug::parse(slug), Err(TextError::Malformed));
}

#[rstest]
#[case("Europe/Paris", true)]
#[case("America/Argentina/Buenos_Aires", true)]
#[case("Etc/GMT+3", true)]
#[case("", false)]
#[case("../../etc/passwd", false)]
#[case("Europe/Paris\n", false)]
#[case("Europe/ Paris", false)]
fn a_zone_name_has_the_form_of_the_database(#[case] name: &str, #[case] accepted: bool) {
    assert_eq!(ZoneName::parse(name).is_ok(), accepted);
}

#[test]
fn an_address_needs_a_line_and_instructions_need_none() {
    assert_eq!(PostalAddress::parse(" \n "), Err(TextError::Empty));
    assert_eq!(
        Instructions::parse(" \n ").map(String::from),
        Ok(String::new())
    );
    assert_eq!(Title::parse(&"a".repeat(101)), Err(TextError::TooLong));
}

/// Letters, marks, controls, joiners, white space: what cleaning is about.
fn any_text() -> impl Strategy<Value = String> {
    let any_char = prop_oneof![
        any::<char>(),
        prop::char::range('\u{0}', '\u{FF}'),
        prop::char::range('\u{300}', '\u{32F}'),
        prop::char::range('\u{2000}', '\u{206F}'),
    ];
    prop::collection::vec(any_char, 0..40).prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_line_that_was_accepted_is_one_visible_line_and_stays_as_it_is(typed in any_text()) {
        if let Ok(kept) = text::line(&typed, 60) {
            prop_assert!(!kept.chars().any(char::is_control));
            prop_assert!(!kept.trim().is_empty());
            prop_assert!(kept.chars().count() <= 60);
            prop_assert_eq!(text::line(&kept, 60), Ok(kept.clone()));
        }
    }

    #[test]
    fn a_paragraph_that_was_accepted_stays_as_it_is(typed in any_text()) {
        if let Ok(kept) = text::paragraph(&typed, 60) {
            prop_assert!(!kept.chars().any(|c| c.is_control() && c != '\n'));
            prop_assert_eq!(text::paragraph(&kept, 60), Ok(kept.clone()));
        }
    }

    #[test]
    fn a_slug_is_empty_or_what_its_type_accepts(name in any_text()) {
        let slug = text::slug(&name);
        prop_assert!(slug.is_empty() || Slug::parse(&slug).is_ok(), "{slug:?}");
    }
}
