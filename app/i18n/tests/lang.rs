//! Which language a browser gets, and what French typography does to a text.

use i18n::{Lang, UnknownLang, typography};
use rstest::rstest;

#[rstest]
#[case::french_browser("fr-FR,fr;q=0.9,en-US;q=0.8,en;q=0.7", Lang::Fr)]
#[case::english_browser("en-GB,en;q=0.9", Lang::En)]
#[case::english_first("en,fr;q=0.9", Lang::En)]
#[case::order_decides_between_equals("en,fr", Lang::En)]
#[case::weight_beats_order("en;q=0.5,fr;q=0.6", Lang::Fr)]
#[case::thousandths_count("fr;q=0.998,en;q=0.999", Lang::En)]
#[case::german_then_english("de-DE,de;q=0.9,en;q=0.3", Lang::En)]
#[case::german_only("de", Lang::Fr)]
#[case::refused("en;q=0,fr;q=0.1", Lang::Fr)]
#[case::refused_and_nothing_else("en;q=0", Lang::Fr)]
#[case::anything("*", Lang::Fr)]
#[case::anything_after_english("en;q=0.9, *;q=0.1", Lang::En)]
#[case::anything_before_english("*;q=0.9, en;q=0.1", Lang::Fr)]
#[case::upper_case("EN-us", Lang::En)]
#[case::spaces(" en ; q=0.8 , de", Lang::En)]
#[case::empty("", Lang::Fr)]
#[case::no_tags(",,;;=,", Lang::Fr)]
#[case::weight_is_no_number("en;q=high", Lang::Fr)]
#[case::weight_above_one("en;q=2", Lang::Fr)]
#[case::weight_above_one_by_a_thousandth("en;q=1.001", Lang::Fr)]
#[case::weight_of_one_in_full("fr;q=0.9,en;q=1.000", Lang::En)]
#[case::negative_weight("en;q=-1", Lang::Fr)]
#[case::another_parameter("en;x=1", Lang::Fr)]
#[case::longer_word("english", Lang::Fr)]
#[case::under_score("en_US", Lang::Fr)]
fn the_language_a_browser_likes_best_is_chosen(#[case] header: &str, #[case] lang: Lang) {
    assert_eq!(Lang::negotiate(header), lang);
}

#[test]
fn a_header_of_any_length_is_read_to_a_bound() {
    let far = format!("{}en", "de,".repeat(1000));
    assert_eq!(Lang::negotiate(&far), Lang::Fr);
    assert_eq!(Lang::negotiate(&"q=;".repeat(100_000)), Lang::Fr);
}

#[test]
fn a_language_has_one_code() {
    for lang in Lang::ALL {
        assert_eq!(Lang::from_code(lang.code()), Some(lang));
        assert_eq!(lang.code().parse(), Ok(lang));
        assert_eq!(lang.to_string(), lang.code());
    }
    assert_eq!(Lang::from_code("FR"), None);
    assert_eq!("de".parse::<Lang>(), Err(UnknownLang));
    assert_eq!(Lang::default(), Lang::Fr);
}

#[rstest]
#[case::colon("Le lieu : Paris", "Le lieu\u{A0}: Paris")]
#[case::question("Annuler ?", "Annuler\u{202F}?")]
#[case::exclamation("Merci !", "Merci\u{202F}!")]
#[case::semicolon("un ; deux", "un\u{202F}; deux")]
#[case::guillemets("« oui »", "«\u{A0}oui\u{A0}»")]
#[case::between_two_placeables(" » : ", "\u{A0}»\u{A0}: ")]
#[case::no_space_is_added("9:20 https://a?b", "9:20 https://a?b")]
#[case::other_spaces_stay("a b  c\nd", "a b  c\nd")]
#[case::already_unbreakable("a\u{A0}: b", "a\u{A0}: b")]
fn french_spaces_do_not_break(#[case] typed: &str, #[case] set: &str) {
    assert_eq!(typography::french(typed), set);
}
