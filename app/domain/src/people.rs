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

fn phone(text: &str) -> Result<String, TextError> {
    let text = text::line(text, 40)?;
    let mut digits = String::new();
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if digits.is_empty() => digits.push(c),
            ' ' | '.' | '-' | '(' | ')' | '/' => {}
            _ => return Err(TextError::Malformed),
        }
    }
    // `+33 (0)6 …` is how many French signatures are written.
    let digits = digits.replacen("+330", "+33", 1);
    let international = if let Some(rest) = digits.strip_prefix("00") {
        format!("+{rest}")
    } else if digits.starts_with('+') {
        digits
    } else if digits.len() == 10 && digits.starts_with('0') {
        format!("+{}{}", french_prefix(&digits), &digits[1..])
    } else {
        return Err(TextError::Malformed);
    };
    let subscriber = international.trim_start_matches('+');
    let plausible = (8..=15).contains(&subscriber.len()) && !subscriber.starts_with('0');
    let french_is_whole = !subscriber.starts_with("33") || subscriber.len() == 11;
    if plausible && french_is_whole {
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

impl PhoneNumber {
    /// For a person to read and dial: French numbers in their national form, two by two
    /// (`06 12 34 56 78`), others in E.164.
    #[must_use]
    pub fn in_words(&self) -> String {
        let national = ["+33", "+262", "+590", "+594", "+596"]
            .iter()
            .find_map(|prefix| self.0.strip_prefix(prefix))
            .filter(|national| national.len() == 9);
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
    /// Accepts `YYYY-MM-DD` (what a date field sends) and `DD/MM/YYYY` (what people type).
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
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .or_else(|_| NaiveDate::parse_from_str(text, "%d/%m/%Y"))
            .map_err(|_| TextError::Malformed)?;
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
    /// Where the code, the confirmation and the cancellation go.
    pub email: EmailAddress,
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

    /// `Z. Đ.`: the first letters, upper case.
    #[must_use]
    pub fn initials(&self) -> String {
        let initial = |name: &str| name.chars().next().map(|c| c.to_uppercase().to_string());
        match (
            initial(self.given_name.as_str()),
            initial(self.family_name.as_str()),
        ) {
            (Some(given), Some(family)) => format!("{given}. {family}."),
            (Some(one), None) | (None, Some(one)) => format!("{one}."),
            (None, None) => String::new(),
        }
    }
}
