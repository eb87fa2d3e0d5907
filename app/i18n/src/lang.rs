//! The two languages, and which of them a browser asks for.
//! Remembering a person's choice is the business of cookies and rows elsewhere.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A language of the interface. French is the reference and the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// French.
    #[default]
    Fr,
    /// English, in its European form: see [`crate::dates`].
    En,
}

/// How many entries of an `Accept-Language` header are read; browsers send fewer than ten.
const MOST_ENTRIES: usize = 32;

impl Lang {
    /// All languages, the reference first.
    pub const ALL: [Self; 2] = [Self::Fr, Self::En];

    /// The primary subtag (RFC 5646): for `lang` attributes, cookies, rows.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    /// The language of that code; exact, lower case.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.code() == code)
    }

    /// What the language calls itself: for the link that switches to it.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::Fr => "Français",
            Self::En => "English",
        }
    }

    /// The language of ours that an `Accept-Language` header likes best (RFC 9110 §12.5.4):
    /// highest weight first, then the order of the header. `*` and anything that cannot be
    /// read ask for French; a weight of 0 refuses a language.
    #[must_use]
    pub fn negotiate(accept_language: &str) -> Self {
        let mut best: Option<(u16, Self)> = None;
        for entry in accept_language.split(',').take(MOST_ENTRIES) {
            let mut parts = entry.split(';');
            let tag = parts.next().unwrap_or_default().trim();
            let Some(weight) = weight(parts.next()) else {
                continue;
            };
            let primary = tag.split('-').next().unwrap_or_default();
            let lang = if primary == "*" {
                Some(Self::default())
            } else {
                Self::ALL
                    .into_iter()
                    .find(|lang| lang.code().eq_ignore_ascii_case(primary))
            };
            if let Some(lang) = lang
                && weight > 0
                && best.is_none_or(|(highest, _)| weight > highest)
            {
                best = Some((weight, lang));
            }
        }
        best.map_or_else(Self::default, |(_, lang)| lang)
    }
}

/// Thousandths: 1000 without a weight, `None` when it is no weight.
fn weight(parameter: Option<&str>) -> Option<u16> {
    let Some(parameter) = parameter else {
        return Some(1000);
    };
    let (name, value) = parameter.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let (whole, decimals) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
    let readable = matches!(whole, "0" | "1")
        && decimals.len() <= 3
        && decimals.bytes().all(|digit| digit.is_ascii_digit());
    if !readable {
        return None;
    }
    let thousandths: u16 = format!("{whole}{decimals:0<3}").parse().ok()?;
    (thousandths <= 1000).then_some(thousandths)
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A code that is no language of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownLang;

impl FromStr for Lang {
    type Err = UnknownLang;

    fn from_str(code: &str) -> Result<Self, UnknownLang> {
        Self::from_code(code).ok_or(UnknownLang)
    }
}
