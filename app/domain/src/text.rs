//! What any line of text typed by a person goes through before it becomes a name or a title.
//! Meaning (is this an address, a number?) is decided by the types of [`crate::people`].

use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Why a text was refused. The words are `i18n`'s: `text-error-…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum TextError {
    /// Nothing visible in it.
    #[error("is empty")]
    Empty,
    /// More characters than the field holds.
    #[error("is too long")]
    TooLong,
    /// A control character, a text-direction override, or a stack of accents.
    #[error("holds characters that cannot be shown")]
    Unprintable,
    /// Not of the form the field expects.
    #[error("is not of the expected form")]
    Malformed,
}

/// Combining marks in a row that real names need (Vietnamese takes two); more is a prank.
const MOST_COMBINING_MARKS: usize = 4;

/// Whether nothing of it can be seen: white space, and what comes along when a text is copied.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_whitespace() || is_copied_along(c))
}

/// One line: NFC, inner white space (tabs and no-break spaces too) folded to one space, trimmed,
/// 1 to `most` characters. What is invisible and comes along when a text is copied (soft
/// hyphens, zero-width spaces, byte order marks) is dropped; joiners stay.
///
/// # Errors
/// [`TextError::Empty`] when nothing visible is left, [`TextError::TooLong`] past `most`
/// characters (counted after cleaning), [`TextError::Unprintable`] for control characters, line
/// and paragraph separators, bidirectional marks, overrides and isolates, format characters of
/// hieroglyphs, shorthand and musical notation, the Mongolian vowel separator, what is reserved
/// for characters that nobody sees, private use, non-characters, U+FFFD (what broken encodings
/// leave), and for more than four combining marks in a row.
pub fn line(text: &str, most: usize) -> Result<String, TextError> {
    // A bound on the work, whatever was sent: no character shrinks by more than this under NFC.
    if text.len() > most.saturating_mul(4 * 8) {
        return Err(TextError::TooLong);
    }
    let copied = text
        .trim()
        .chars()
        .filter(|c| !is_copied_along(*c))
        .map(|c| if c == '\t' { ' ' } else { c });
    let normal: String = if text.is_ascii() {
        // Normal as it is, and most of what is read back from a database.
        copied.collect()
    } else {
        copied.nfc().collect()
    };
    if normal.chars().any(is_unprintable) || has_stacked_marks(&normal) {
        return Err(TextError::Unprintable);
    }
    let folded = normal.split_whitespace().collect::<Vec<_>>().join(" ");
    if !folded.chars().any(is_visible) {
        return Err(TextError::Empty);
    }
    if folded.chars().count() > most {
        return Err(TextError::TooLong);
    }
    Ok(folded)
}

/// Some lines (an instruction before a visit): `\n` stays, the rest as in [`line()`]; may be empty.
///
/// # Errors
/// As [`line()`], but an empty text is accepted.
pub fn paragraph(text: &str, most: usize) -> Result<String, TextError> {
    if text.len() > most.saturating_mul(4 * 8) {
        return Err(TextError::TooLong);
    }
    let mut lines = Vec::new();
    for raw in text.replace("\r\n", "\n").split('\n') {
        match line(raw, most) {
            Ok(clean) => lines.push(clean),
            Err(TextError::Empty) => lines.push(String::new()),
            Err(error @ (TextError::TooLong | TextError::Unprintable | TextError::Malformed)) => {
                return Err(error);
            }
        }
    }
    let joined = lines.join("\n").trim_matches('\n').to_owned();
    if joined.chars().count() > most {
        Err(TextError::TooLong)
    } else {
        Ok(joined)
    }
}

/// Soft hyphen, zero-width space, word joiner, byte order mark.
fn is_copied_along(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}')
}

fn is_unprintable(c: char) -> bool {
    // C0 and C1, line and paragraph separators, bidi marks, embeddings, overrides and isolates,
    // deprecated and interlinear format characters, those of hieroglyphs, shorthand and musical
    // notation, the Mongolian vowel separator, tags, what is reserved for characters that nobody
    // sees, private use, non-characters. The zero-width joiner and non-joiner stay: several scripts
    // and emoji need them.
    c.is_control()
        || u32::from(c) & 0xFFFE == 0xFFFE
        || matches!(c,
            '\u{2028}' | '\u{2029}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2061}'..='\u{206F}'
            | '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{180E}'
            | '\u{E000}'..='\u{F8FF}'
            | '\u{FDD0}'..='\u{FDEF}'
            | '\u{FFF0}'..='\u{FFFD}'
            | '\u{13430}'..='\u{1343F}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D159}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E00FF}'
            | '\u{E01F0}'..='\u{E0FFF}'
            | '\u{F0000}'..)
}

fn is_visible(c: char) -> bool {
    // Joiners, and the letters and signs that are blank: Hangul fillers, Braille without dots.
    !c.is_whitespace()
        && !is_combining_mark(c)
        && !matches!(
            c,
            '\u{200C}'
                | '\u{200D}'
                | '\u{115F}'
                | '\u{1160}'
                | '\u{3164}'
                | '\u{FFA0}'
                | '\u{2800}'
        )
}

/// A joiner between two marks does not start a new stack.
fn has_stacked_marks(text: &str) -> bool {
    let mut run = 0;
    text.chars().any(|c| {
        if is_combining_mark(c) {
            run += 1;
        } else if !matches!(c, '\u{200C}' | '\u{200D}') {
            run = 0;
        }
        run > MOST_COMBINING_MARKS
    })
}

/// A name for addresses: `Camille Lefèvre` becomes `camille-lefevre`.
/// Lower-case ASCII letters, digits and single hyphens, at most 60; may be empty.
#[must_use]
pub fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
    {
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            'œ' => slug.push_str("oe"),
            'æ' => slug.push_str("ae"),
            'ß' => slug.push_str("ss"),
            'đ' => slug.push('d'),
            'ł' => slug.push('l'),
            'ø' => slug.push('o'),
            '·' => {}
            _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
        if slug.len() >= 60 {
            break;
        }
    }
    slug.truncate(60);
    slug.trim_end_matches('-').to_owned()
}
