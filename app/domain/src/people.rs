//! What identifies and reaches a person, parsed once: names, e-mail, telephone, birth date.
//! Who may do what is [`crate::policy`]'s.

use std::{fmt, str::FromStr};

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::text::{self, TextError};

/// Longest given or family name, in characters.
pub const NAME_MOST: usize = 60;

/// A text type with a private field: parse, read back, store, serialise.
macro_rules! parsed_text {
    ($($(#[$doc:meta])* $name:ident => $parse:path;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// # Errors
            /// [`TextError`] names what is wrong with the text.
            pub fn parse(text: &str) -> Result<Self, TextError> {
                $parse(text).map(Self)
            }

            /// The text, normalised.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = TextError;

            fn from_str(text: &str) -> Result<Self, TextError> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = TextError;

            fn try_from(text: String) -> Result<Self, TextError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    )+};
}
pub(crate) use parsed_text;

parsed_text! {
    /// A given name: one line of 1 to 60 characters.
    GivenName => name;
    /// A family name: one line of 1 to 60 characters.
    FamilyName => name;
    /// One e-mail address, as it is compared and written to: the domain in lower case and
    /// in ASCII (IDNA), the local part in lower case, `+tag` kept (it is another mailbox to
    /// some providers). At most 254 octets (RFC 5321 §4.5.3.1.3); no IP literal, no
    /// single-label domain, no quoted local part.
    EmailAddress => email;
    /// A telephone number in E.164 (`+33612345678`). A number without a prefix is French:
    /// overseas numbers get the prefix of their territory (plan de numérotation, Arcep).
    PhoneNumber => phone;
}

fn name(text: &str) -> Result<String, TextError> {
    text::line(text, NAME_MOST)
}

fn email(text: &str) -> Result<String, TextError> {
    let text = text::line(text, 254)?;
    let (local, domain) = text.rsplit_once('@').ok_or(TextError::Malformed)?;
    let domain = idna::domain_to_ascii_strict(domain).map_err(|_| TextError::Malformed)?;
    let address = format!("{}@{domain}", local.to_ascii_lowercase());
    let options = email_address::Options::default()
        .with_required_tld()
        .without_domain_literal()
        .without_display_text();
    let local_is_plain = local
        .bytes()
        .all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\');
    let top_is_alphabetic = domain
        .rsplit('.')
        .next()
        .is_some_and(|top| top.bytes().any(|b| b.is_ascii_alphabetic()));
    if address.len() <= 254
        && local_is_plain
        && top_is_alphabetic
        && email_address::EmailAddress::parse_with_options(&address, options).is_ok()
    {
        Ok(address)
    } else {
        Err(TextError::Malformed)
    }
}

/// Country prefixes whose national numbers are French: nine digits after the prefix, written
/// with a 0 before them at home.
const FRENCH_PREFIXES: [&str; 5] = ["+33", "+262", "+590", "+594", "+596"];

fn phone(text: &str) -> Result<String, TextError> {
    // Contact lists put direction marks around the numbers they let one copy.
    let is_direction_mark = |c| matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let text = text::line(&text.replace(is_direction_mark, ""), 40)?;
    let mut digits = String::new();
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if digits.is_empty() => digits.push(c),
            ' ' | '.' | '-' | '\u{2010}'..='\u{2013}' | '(' | ')' | '/' => {}
            _ => return Err(TextError::Malformed),
        }
    }
    let international = if let Some(rest) = digits.strip_prefix("00") {
        format!("+{rest}")
    } else if digits.starts_with('+') {
        digits
    } else if digits.len() == 10 && digits.starts_with('0') {
        format!("+{}{}", french_prefix(&digits), &digits[1..])
    } else {
        return Err(TextError::Malformed);
    };
    let french = FRENCH_PREFIXES
        .into_iter()
        .find_map(|prefix| Some((prefix, international.strip_prefix(prefix)?)));
    if let Some((prefix, national)) = french {
        // `+33 (0)6 …` is how many French signatures are written.
        let national = national.strip_prefix('0').unwrap_or(national);
        return if national.len() == 9 && !national.starts_with('0') {
            Ok(format!("{prefix}{national}"))
        } else {
            Err(TextError::Malformed)
        };
    }
    let subscriber = international.trim_start_matches('+');
    if (8..=15).contains(&subscriber.len()) && !subscriber.starts_with('0') {
        Ok(international)
    } else {
        Err(TextError::Malformed)
    }
}

/// Country prefix of a national French number of ten digits.
fn french_prefix(national: &str) -> &'static str {
    match &national[..4] {
        "0262" | "0263" | "0692" | "0693" | "0269" | "0639" => "262",
        "0590" | "0690" | "0691" => "590",
        "0594" | "0694" => "594",
        "0596" | "0696" | "0697" => "596",
        _ => "33",
    }
}

impl EmailAddress {
    /// The mailbox that most providers deliver to, as its local part and domain: what follows
    /// the first `+` is a tag that its owner makes up. For counting only: it may be written to
    /// somebody else, and two people are never taken for one because of it.
    #[must_use]
    pub fn mailbox(&self) -> (&str, &str) {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        let tag = local.find('+').filter(|at| *at > 0);
        (&local[..tag.unwrap_or(local.len())], domain)
    }
}

impl PhoneNumber {
    /// For a person to read and dial: French numbers in their national form, two by two
    /// (`06 12 34 56 78`), others in E.164.
    #[must_use]
    pub fn in_words(&self) -> String {
        let national = FRENCH_PREFIXES
            .into_iter()
            .find_map(|prefix| self.0.strip_prefix(prefix));
        match national {
            Some(national) => {
                let mut words = String::from("0");
                for (i, digit) in national.chars().enumerate() {
                    if i % 2 == 1 {
                        words.push(' ');
                    }
                    words.push(digit);
                }
                words
            }
            None => self.0.clone(),
        }
    }
}

/// A day of birth, from 1900-01-01 to today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BirthDate(NaiveDate);

impl BirthDate {
    /// Accepts `YYYY-MM-DD` (what a date field sends) and day, month, year in that order with
    /// `/`, `.`, `-` or a space between them (what people type). The year has four digits.
    /// `today` is the local day of the place.
    ///
    /// # Errors
    /// [`TextError::Empty`], or [`TextError::Malformed`] for anything that is not a day from
    /// 1900 to today.
    pub fn parse(text: &str, today: NaiveDate) -> Result<Self, TextError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        let day = read_day(text).ok_or(TextError::Malformed)?;
        if day.year() >= 1900 && day <= today {
            Ok(Self(day))
        } else {
            Err(TextError::Malformed)
        }
    }

    /// The day.
    #[must_use]
    pub const fn day(self) -> NaiveDate {
        self.0
    }
}

/// Stricter than `NaiveDate::parse_from_str`, which reads signs and years of any length.
fn read_day(text: &str) -> Option<NaiveDate> {
    let separator = text.chars().find(|c| !c.is_ascii_digit())?;
    if !matches!(separator, '-' | '/' | '.' | ' ') {
        return None;
    }
    let parts: Vec<_> = text.split(separator).collect();
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let [first, month, last] = parts[..] else {
        return None;
    };
    let (year, day) = match (first.len(), month.len(), last.len()) {
        (4, 1..=2, 1..=2) if separator == '-' => (first, last),
        (1..=2, 1..=2, 4) => (last, first),
        _ => return None,
    };
    if !(digits(year) && digits(month) && digits(day)) {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

impl From<NaiveDate> for BirthDate {
    /// Trusts a day that was stored.
    fn from(day: NaiveDate) -> Self {
        Self(day)
    }
}

/// The person seen, as she is asked for when booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patient {
    /// Given name.
    pub given_name: GivenName,
    /// Family name.
    pub family_name: FamilyName,
    /// Where the code, the confirmation and the cancellation go. A visit booked online always
    /// has one; one booked by telephone may not, and is told of by telephone only.
    pub email: Option<EmailAddress>,
    /// How the practice reaches her the same day.
    pub phone: PhoneNumber,
    /// Asked only when the reason needs it.
    pub birth_date: Option<BirthDate>,
}

impl Patient {
    /// `Zoé Đặng`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name)
    }

    /// `Z. Đ.`: the first letters, upper case; of a name without letters, its first sign.
    #[must_use]
    pub fn initials(&self) -> String {
        initials(self.given_name.as_str(), self.family_name.as_str())
    }
}

/// The initials of two names: see [`Patient::initials`].
#[must_use]
pub(crate) fn initials(given_name: &str, family_name: &str) -> String {
    let initial = |name: &str| {
        name.chars()
            .find(|c| c.is_alphabetic())
            .or_else(|| name.chars().next())
            .map(|c| c.to_uppercase().to_string())
    };
    match (initial(given_name), initial(family_name)) {
        (Some(given), Some(family)) => format!("{given}. {family}."),
        (Some(one), None) | (None, Some(one)) => format!("{one}."),
        (None, None) => String::new(),
    }
}
