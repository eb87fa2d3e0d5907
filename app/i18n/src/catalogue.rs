//! The Fluent bundles, built once from the files compiled in, and the two questions put to
//! them. What needs more than a key (refusals, statuses) is in [`crate::refusals`] and
//! [`crate::words`].

use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use crate::{Lang, typography};

/// What an argument of a message can be: made from `&str`, `String` and numbers.
pub type Value<'a> = FluentValue<'a>;

type Bundle = FluentBundle<FluentResource>;

/// The files of a language; the order means nothing, no key stands in two of them.
macro_rules! files {
    ($lang:literal) => {
        [
            include_str!(concat!("../locales/", $lang, "/main.ftl")),
            include_str!(concat!("../locales/", $lang, "/public.ftl")),
            include_str!(concat!("../locales/", $lang, "/office.ftl")),
            include_str!(concat!("../locales/", $lang, "/mail.ftl")),
            include_str!(concat!("../locales/", $lang, "/cli.ftl")),
        ]
    };
}

static FRENCH: LazyLock<Bundle> = LazyLock::new(|| {
    let mut bundle = bundle(Lang::Fr, &files!("fr"));
    bundle.set_transform(Some(typography::french));
    bundle
});

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Lang::En, &files!("en")));

fn bundle(lang: Lang, files: &[&str]) -> Bundle {
    // Both codes are well formed; a test sees that plural rules follow them.
    let locale: LanguageIdentifier = lang.code().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![locale]);
    // Isolation marks (U+2068, U+2069) around arguments serve right-to-left text only, and
    // would end up in mails, feeds and copied text.
    bundle.set_use_isolating(false);
    for file in files {
        let resource = match FluentResource::try_new((*file).to_owned()) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                debug_assert!(false, "a catalogue cannot be read: {errors:?}");
                resource
            }
        };
        if let Err(errors) = bundle.add_resource(resource) {
            debug_assert!(false, "a key stands in two catalogues: {errors:?}");
        }
    }
    bundle
}

/// The words of a key that takes no argument.
///
/// A missing key panics in debug builds and is shown as it is in release builds: a page with
/// one odd word is better than none, and tests look for it.
#[must_use]
pub fn text(lang: Lang, key: &str) -> String {
    text_with(lang, key, &[])
}

/// The words of a key with its arguments. Numbers choose plural forms and are written without
/// grouping.
///
/// A missing key or argument panics in debug builds; in release builds the key is shown, or
/// the argument's name in braces.
#[must_use]
pub fn text_with(lang: Lang, key: &str, arguments: &[(&str, Value<'_>)]) -> String {
    let bundle = match lang {
        Lang::Fr => &*FRENCH,
        Lang::En => &*ENGLISH,
    };
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
        debug_assert!(false, "no words for {key:?} in {lang}");
        return key.to_owned();
    };
    let mut values = FluentArgs::with_capacity(arguments.len());
    for (name, value) in arguments {
        values.set(*name, value.clone());
    }
    let mut errors = Vec::new();
    let words = bundle.format_pattern(pattern, Some(&values), &mut errors);
    debug_assert!(errors.is_empty(), "{key:?} in {lang}: {errors:?}");
    words.into_owned()
}
