//! The unbreakable spaces of French, so that catalogues can be typed on any keyboard.
//! Dates, hours and lengths carry their own: see [`crate::dates`] and [`crate::lengths`].
//!
//! Source: *Lexique des règles typographiques en usage à l'Imprimerie nationale*: a no-break
//! space before the colon and inside guillemets, a thin one before `;`, `!` and `?`.

use std::borrow::Cow;

/// No-break space.
pub const NBSP: char = '\u{00A0}';
/// Narrow no-break space.
pub const NARROW_NBSP: char = '\u{202F}';

/// The text with the plain spaces that French does not break turned into unbreakable ones:
/// before `:` and `»` and after `«` a no-break space, before `;`, `!`, `?` a narrow one.
/// No space is added where there was none (addresses, hours written `9:20`).
#[must_use]
pub fn french(text: &str) -> Cow<'_, str> {
    let needs_care = |c| matches!(c, ':' | ';' | '!' | '?' | '«' | '»');
    if !text.contains(needs_care) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 4);
    let mut chars = text.chars().peekable();
    let mut previous = None;
    while let Some(c) = chars.next() {
        let space = match chars.peek() {
            Some(':' | '»') => NBSP,
            Some(';' | '!' | '?') => NARROW_NBSP,
            _ if previous == Some('«') => NBSP,
            _ => c,
        };
        out.push(if c == ' ' { space } else { c });
        previous = Some(c);
    }
    Cow::Owned(out)
}
