//! The two catalogues say the same things, each thing is said somewhere, and everything that
//! is asked for is there. How sentences read is for people to judge.

mod sources;

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::{ast, parser};
use i18n::{Lang, t};
use sources::{Kind, Token};

/// Keys that no source names in full, with the reason; the test fails for one that is named
/// after all, or no longer exists.
const NAMED_ELSEWHERE: [(&str, &str); 0] = [];

/// Where words are asked for.
const SOURCES: [&str; 4] = [
    "app/src",
    "app/i18n/src",
    "server/src",
    "server/backend/src",
];

/// The messages of a language: key, file, variables.
fn messages(lang: Lang) -> Vec<(String, String, BTreeSet<String>)> {
    let folder = format!("app/i18n/locales/{lang}");
    let mut messages = Vec::new();
    for (file, text) in sources::files(&[&folder], &[".ftl"]) {
        let resource = parser::parse(text.as_str()).unwrap_or_else(|(_, errors)| {
            panic!("{file} cannot be read: {errors:?}");
        });
        for entry in resource.body {
            if let ast::Entry::Message(message) = entry {
                let mut variables = BTreeSet::new();
                let value = message.value.as_ref();
                let value = value.unwrap_or_else(|| panic!("{}: no value", message.id.name));
                pattern(value, &mut variables);
                assert!(
                    message.attributes.is_empty(),
                    "{}: attributes are not used",
                    message.id.name
                );
                messages.push((message.id.name.to_owned(), file.clone(), variables));
            }
        }
    }
    messages
}

fn pattern(pattern: &ast::Pattern<&str>, variables: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let ast::PatternElement::Placeable { expression } = element {
            self::expression(expression, variables);
        }
    }
}

fn expression(expression: &ast::Expression<&str>, variables: &mut BTreeSet<String>) {
    match expression {
        ast::Expression::Inline(one) => inline(one, variables),
        ast::Expression::Select { selector, variants } => {
            inline(selector, variables);
            for variant in variants {
                pattern(&variant.value, variables);
            }
        }
    }
}

fn inline(one: &ast::InlineExpression<&str>, variables: &mut BTreeSet<String>) {
    match one {
        ast::InlineExpression::VariableReference { id } => {
            variables.insert(id.name.to_owned());
        }
        ast::InlineExpression::Placeable { expression: inner } => expression(inner, variables),
        ast::InlineExpression::StringLiteral { .. }
        | ast::InlineExpression::NumberLiteral { .. } => {}
        ast::InlineExpression::FunctionReference { .. }
        | ast::InlineExpression::MessageReference { .. }
        | ast::InlineExpression::TermReference { .. } => {
            panic!("functions, terms and references between messages are not used: {one:?}")
        }
    }
}

fn by_key(lang: Lang) -> BTreeMap<String, (String, BTreeSet<String>)> {
    messages(lang)
        .into_iter()
        .map(|(key, file, variables)| (key, (file, variables)))
        .collect()
}

#[test]
fn both_languages_have_the_same_keys() {
    let keys = |lang| by_key(lang).into_keys().collect::<BTreeSet<_>>();
    let (french, english) = (keys(Lang::Fr), keys(Lang::En));
    let only =
        |one: &BTreeSet<String>, other| -> Vec<_> { one.difference(other).cloned().collect() };
    assert!(french.len() > 50);
    assert_eq!(
        only(&french, &english),
        Vec::<String>::new(),
        "only in French"
    );
    assert_eq!(
        only(&english, &french),
        Vec::<String>::new(),
        "only in English"
    );
}

#[test]
fn a_key_stands_in_the_same_file_and_takes_the_same_variables_in_both_languages() {
    let english = by_key(Lang::En);
    let differing: Vec<_> = by_key(Lang::Fr)
        .into_iter()
        .filter_map(|(key, (file, variables))| {
            let (english_file, english_variables) = english.get(&key)?;
            let same_file = file.replace("/fr/", "/en/") == *english_file;
            (!same_file || variables != *english_variables).then_some(key)
        })
        .collect();
    assert_eq!(differing, Vec::<String>::new());
}

#[test]
fn no_key_is_defined_twice() {
    for lang in Lang::ALL {
        let mut seen = BTreeMap::new();
        for (key, file, _) in messages(lang) {
            if let Some(other) = seen.insert(key.clone(), file.clone()) {
                panic!("{key} stands in {file} and in {other}");
            }
        }
    }
}

/// Straight quotes, three dots, a sign without the space French puts before it.
fn typing_slips(lang: Lang, line: &str) -> bool {
    let chars: Vec<char> = line.chars().collect();
    let letter_at = |i: usize| chars.get(i).is_some_and(|c| c.is_alphabetic());
    let straight = |i: usize| chars[i] == '\'' && letter_at(i + 1) && i > 0 && letter_at(i - 1);
    let stuck = |i: usize| {
        let ends = chars.get(i + 1).is_none_or(|next| next.is_whitespace());
        lang == Lang::Fr && matches!(chars[i], ':' | ';' | '!' | '?') && ends && letter_at(i - 1)
    };
    line.contains("...") || (1..chars.len()).any(|i| straight(i) || stuck(i))
}

#[test]
fn catalogues_are_typed_with_care() {
    assert!(typing_slips(Lang::En, "the practice's door"));
    assert!(typing_slips(Lang::Fr, "Annuler?"));
    assert!(!typing_slips(
        Lang::Fr,
        "L’heure : 9 h ? https://rdv.example?a"
    ));
    for lang in Lang::ALL {
        let folder = format!("app/i18n/locales/{lang}");
        for (file, text) in sources::files(&[&folder], &[".ftl"]) {
            for (n, line) in text.lines().enumerate() {
                assert!(!typing_slips(lang, line), "{file}:{}: {line}", n + 1);
            }
        }
    }
}

#[test]
fn every_file_is_compiled_in() {
    // A key of each file can be asked for; `include_str!` names files one by one.
    for lang in Lang::ALL {
        let one_of_each: BTreeMap<_, _> = messages(lang)
            .into_iter()
            .filter(|(_, _, variables)| variables.is_empty())
            .map(|(key, file, _)| (file, key))
            .collect();
        for (file, key) in one_of_each {
            assert_ne!(i18n::text(lang, &key), "", "{file}");
        }
    }
}

/// A call that asks for words: key, names of its arguments.
#[derive(Debug, PartialEq)]
struct Asked {
    key: String,
    arguments: BTreeSet<String>,
    line: usize,
}

/// `t!(lang, "key", name = value)`; calls whose key is no literal are left out.
fn asked(tokens: &[Token]) -> Vec<Asked> {
    let literal_key = |call: &[Token]| {
        let arguments = sources::arguments(call);
        let [key] = arguments.get(1)? else {
            return None;
        };
        let named = |argument: &&[Token]| match &argument[..] {
            [name, equals, ..] if equals.is('=') => match &name.kind {
                Kind::Word(name) => Some(name.clone()),
                Kind::Text(_) | Kind::Sign(_) => None,
            },
            _ => None,
        };
        Some(Asked {
            key: key.text()?.to_owned(),
            arguments: arguments[2..].iter().filter_map(named).collect(),
            line: key.line,
        })
    };
    sources::macro_calls(tokens, "t")
        .into_iter()
        .filter_map(literal_key)
        .collect()
}

/// Calls that hand a key over to be said later, without arguments: path, and which argument.
const HANDED_OVER: [([&str; 2], usize); 3] = [
    (["FieldError", "key"], 0),
    (["FormErrors", "message"], 0),
    (["flash", "leave"], 1),
];

/// The keys that are handed over; what is no literal, or was left for another flash than
/// `Done`, is left out.
fn handed_over(tokens: &[Token]) -> Vec<Asked> {
    let mut found = Vec::new();
    for (path, position) in HANDED_OVER {
        for call in sources::path_calls(tokens, path) {
            let arguments = sources::arguments(call);
            let Some([key]) = arguments.get(position) else {
                continue;
            };
            found.extend(key.text().map(|text| Asked {
                key: text.to_owned(),
                arguments: BTreeSet::new(),
                line: key.line,
            }));
        }
    }
    found
}

#[test]
fn calls_are_read_as_they_are_written() {
    let source = r#"
        // t!(lang, "in-a-comment")
        t!(lang, "plain");
        i18n::t!(request::lang(), "two", name = f(a, b), count = "x=y",);
        t!(lang, key);
    "#;
    let found = asked(&sources::tokens(source));
    let asked = |key: &str, arguments: &[&str], line| Asked {
        key: key.to_owned(),
        arguments: arguments.iter().map(|name| (*name).to_owned()).collect(),
        line,
    };
    assert_eq!(
        found,
        [asked("plain", &[], 3), asked("two", &["count", "name"], 4)]
    );
    let source = r#"
        errors.add("field", FieldError::key("a"));
        forms::refuse(&page, forms::FormErrors::message("b").with_status(s));
        flash::leave(Flash::Done, "c");
        flash::leave(Flash::Feed, &token);
        FieldError::key(key);
    "#;
    assert_eq!(
        handed_over(&sources::tokens(source)),
        [asked("a", &[], 2), asked("b", &[], 3), asked("c", &[], 4)]
    );
}

fn asked_in(source: &str) -> Vec<Asked> {
    let tokens = sources::tokens(source);
    asked(&tokens)
        .into_iter()
        .chain(handed_over(&tokens))
        .collect()
}

#[test]
fn words_that_are_asked_for_exist_with_these_arguments() {
    let french = by_key(Lang::Fr);
    let mut wrong = Vec::new();
    for (file, text) in sources::files(&SOURCES, &[".rs"]) {
        for Asked {
            key,
            arguments,
            line,
        } in asked_in(&text)
        {
            match french.get(&key) {
                None => wrong.push(format!("{file}:{line}: no words for {key}")),
                Some((_, variables)) if *variables != arguments => wrong.push(format!(
                    "{file}:{line}: {key} takes {variables:?}, not {arguments:?}"
                )),
                Some(_) => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The keys that mail templates name: `{{ f.say("key") }}`.
fn said_in_templates() -> Vec<(String, String)> {
    let mut said = Vec::new();
    for (file, text) in sources::files(&["server/backend/src/mail/templates"], &[".txt", ".html"]) {
        for after in text.split("say(\"").skip(1) {
            let key = after.split('"').next().unwrap_or_default();
            said.push((key.to_owned(), file.clone()));
        }
    }
    said
}

#[test]
fn words_that_mails_say_exist() {
    let french = by_key(Lang::Fr);
    let missing: Vec<_> = said_in_templates()
        .into_iter()
        .filter(|(key, _)| !french.contains_key(key))
        .collect();
    assert_eq!(missing, Vec::<(String, String)>::new());
}

/// A key counts as used when it stands as a whole string literal in a source that ships, or in
/// a mail template: helpers may hand keys around.
#[test]
fn every_key_is_used() {
    let mut used: BTreeSet<String> = said_in_templates()
        .into_iter()
        .map(|(key, _)| key)
        .collect();
    for (_, text) in sources::files(&SOURCES, &[".rs"]) {
        let tokens = sources::tokens(&text);
        used.extend(tokens.iter().filter_map(Token::text).map(ToOwned::to_owned));
    }
    let excused: BTreeSet<_> = NAMED_ELSEWHERE
        .iter()
        .map(|(key, _)| (*key).to_owned())
        .collect();
    let keys: BTreeSet<_> = by_key(Lang::Fr).into_keys().collect();
    let unused: Vec<_> = keys
        .difference(&used)
        .filter(|key| !excused.contains(*key))
        .collect();
    assert!(unused.is_empty(), "words that nothing says: {unused:#?}");
    let stale: Vec<_> = excused
        .iter()
        .filter(|key| used.contains(*key) || !keys.contains(*key))
        .collect();
    assert!(stale.is_empty(), "no longer to be excused: {stale:?}");
}

#[test]
fn numbers_choose_the_plural_of_their_language() {
    let heading = |lang, count: i32| t!(lang, "form-errors-heading", count = count);
    assert_eq!(heading(Lang::Fr, 0), "Une information est à corriger");
    assert_eq!(heading(Lang::Fr, 1), "Une information est à corriger");
    assert_eq!(heading(Lang::Fr, 2), "2 informations sont à corriger");
    assert_eq!(heading(Lang::En, 0), "0 things need correcting");
    assert_eq!(heading(Lang::En, 1), "One thing needs correcting");
    assert_eq!(heading(Lang::En, 1200), "1200 things need correcting");
}

#[test]
fn what_people_typed_is_put_in_as_it_is() {
    let earliest = "{ $x } <b>« A : B »</b>\u{2068}";
    let words = t!(Lang::Fr, "refusal-too-soon", earliest = earliest);
    assert!(words.contains(earliest), "{words}");
    let words = t!(
        Lang::En,
        "refusal-too-soon",
        earliest = String::from(earliest)
    );
    assert!(words.contains(earliest), "{words}");
    assert_eq!(
        words.matches('\u{2068}').count(),
        1,
        "no isolation marks of Fluent's"
    );
}

#[test]
fn french_spaces_are_made_unbreakable() {
    assert_eq!(
        t!(Lang::Fr, "detail-busy-only"),
        "Seulement «\u{A0}Occupé\u{A0}»"
    );
    assert_eq!(
        t!(Lang::Fr, "holidays-none"),
        "Aucun\u{A0}: le cabinet reste ouvert"
    );
    assert_eq!(
        t!(Lang::En, "holidays-none"),
        "None: the practice stays open"
    );
}

#[test]
#[cfg_attr(
    debug_assertions,
    should_panic(expected = "no words for \"no-such-key\" in en")
)]
fn a_missing_key_is_seen_in_debug_builds_and_shown_in_release() {
    assert_eq!(i18n::text(Lang::En, "no-such-key"), "no-such-key");
}

#[test]
#[cfg_attr(
    debug_assertions,
    should_panic(expected = "\"refusal-too-soon\" in fr")
)]
fn a_missing_argument_is_seen_in_debug_builds() {
    assert!(i18n::text(Lang::Fr, "refusal-too-soon").contains("{$earliest}"));
}
