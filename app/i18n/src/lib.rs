//! French and English: the catalogues, and dates, hours and lengths in words.
//! Which words appear where is the business of pages and mails; no rule is decided here.
//!
//! [`Lang`] and [`dates`] are there for everybody, the browser included. The catalogues come
//! with the feature `catalogue` and stay on the server: an island receives its words as props,
//! so `t!` in a browser build is a compile error on purpose.
//!
//! To add words: put the key in the same file of `locales/fr` and of `locales/en`
//! (`main.ftl` words used everywhere, `public.ftl` the patient's pages, `office.ftl` the
//! practice's, `mail.ftl` the mails, `cli.ftl` the host's commands), and say `t!(lang, "the-key")` or
//! `t!(lang, "the-key", name = patient, count = 3)` where it is shown. Tests compare the two
//! languages, and look for keys that nothing uses and for words written outside the catalogues.
//! Write plain spaces before `: ; ! ?` and inside `« »`: [`typography`] makes them unbreakable.

#[cfg(feature = "catalogue")]
mod catalogue;
pub mod dates;
mod lang;
pub mod lengths;
#[cfg(feature = "catalogue")]
pub mod refusals;
pub mod typography;
#[cfg(feature = "catalogue")]
pub mod words;

#[cfg(feature = "catalogue")]
pub use catalogue::{Value, text, text_with};
pub use lang::{Lang, UnknownLang};

/// The words of a key in a language, as a `String`:
/// `t!(lang, "key")`, or `t!(lang, "key", name = "Zoé", count = 3)`.
///
/// Values are anything that is `Into<Value>`: `&str`, `String`, `&String`, numbers.
/// A key or an argument that is missing panics in debug builds; see [`text_with`].
#[cfg(feature = "catalogue")]
#[macro_export]
macro_rules! t {
    ($lang:expr, $key:expr $(,)?) => {
        $crate::text($lang, $key)
    };
    ($lang:expr, $key:expr, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::text_with(
            $lang,
            $key,
            &[$((stringify!($name), $crate::Value::from($value))),+],
        )
    };
}
