//! Cookies: how each is named and written. What a session is, how long it lives and how it ends is
//! `backend`'s; what is said once in one, [`crate::flash`]'s.

use axum_extra::extract::cookie::{Cookie, SameSite};
use backend::known_browser::{KNOWN, KnownBrowser};
use http::{HeaderMap, HeaderValue, header::COOKIE};
use i18n::Lang;

/// Over https. The prefix makes browsers insist on `Secure`, `Path=/` and no `Domain`
/// (RFC 6265bis §4.1.3.2), so that a sibling host cannot plant one.
const NAME_HTTPS: &str = "__Host-rdv";
/// On plain http, which is loopback: browsers without a prefix, scripts without `Secure`.
const NAME_HTTP: &str = "rdv";
/// Between the password and the code.
const PENDING_HTTPS: &str = "__Host-rdv-code";
/// The same on plain http.
const PENDING_HTTP: &str = "rdv-code";
/// A sign-in by passkey that waits for the device.
const PASSKEY_HTTPS: &str = "__Host-rdv-passkey";
/// The same on plain http.
const PASSKEY_HTTP: &str = "rdv-passkey";
/// Says that this browser signed in before.
const KNOWN_HTTPS: &str = "__Host-rdv-known";
/// The same on plain http.
const KNOWN_HTTP: &str = "rdv-known";
/// The language that was chosen.
const LANG_HTTPS: &str = "__Host-rdv-lang";
/// The same on plain http.
const LANG_HTTP: &str = "rdv-lang";
/// For how long it is remembered, in seconds: a year.
const LANG_SECONDS: i64 = 31_536_000;
/// What a token looks like: 256 bits in URL-safe characters.
const TOKEN_LENGTH: usize = 43;

/// How cookies are written, decided by the scheme of the public address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cookies {
    /// Whether the public address is https.
    pub secure: bool,
}

impl Cookies {
    /// The session's token, if the request has one that could be ours.
    #[must_use]
    pub fn session_token(self, headers: &HeaderMap) -> Option<String> {
        token(headers, self.session_name())
    }

    /// The token of a sign-in that waits for its code, if the request has one.
    #[must_use]
    pub fn pending_token(self, headers: &HeaderMap) -> Option<String> {
        token(headers, self.pending_name())
    }

    /// The header that lets a sign-in wait for its code in the browser, for so many seconds.
    #[must_use]
    pub fn start_pending(self, token: &str, seconds: i64) -> Option<HeaderValue> {
        self.strict(self.pending_name(), token, seconds)
    }

    /// The header that ends the wait.
    #[must_use]
    pub fn end_pending(self) -> Option<HeaderValue> {
        self.strict(self.pending_name(), "", 0)
    }

    /// The token of a sign-in by passkey that waits for the device, if the request has one.
    #[must_use]
    pub fn passkey_token(self, headers: &HeaderMap) -> Option<String> {
        token(headers, self.passkey_name())
    }

    /// The header that lets it wait in the browser, for so many seconds.
    #[must_use]
    pub fn start_passkey(self, token: &str, seconds: i64) -> Option<HeaderValue> {
        self.strict(self.passkey_name(), token, seconds)
    }

    /// The header that ends that wait.
    #[must_use]
    pub fn end_passkey(self) -> Option<HeaderValue> {
        self.strict(self.passkey_name(), "", 0)
    }

    /// What the browser shows to have signed in before, if it could be ours.
    #[must_use]
    pub fn known_browser(self, headers: &HeaderMap) -> Option<KnownBrowser> {
        let shown = value(headers, self.known_name())?;
        let mut parts = shown.split('.');
        let (browser, since, proof) = (parts.next()?, parts.next()?, parts.next()?);
        let whole = is_token(browser) && is_token(proof) && parts.next().is_none();
        Some(KnownBrowser {
            browser: whole.then(|| browser.to_owned())?,
            since: since.parse().ok()?,
            proof: proof.to_owned(),
        })
    }

    /// The header that lets the browser show it next time.
    #[must_use]
    pub fn remember_browser(self, known: &KnownBrowser) -> Option<HeaderValue> {
        let KnownBrowser {
            browser,
            since,
            proof,
        } = known;
        let shown = format!("{browser}.{since}.{proof}");
        self.strict(self.known_name(), &shown, KNOWN.num_seconds())
    }

    const fn known_name(self) -> &'static str {
        if self.secure { KNOWN_HTTPS } else { KNOWN_HTTP }
    }

    /// The language that was chosen in this browser.
    #[must_use]
    pub fn lang(self, headers: &HeaderMap) -> Option<Lang> {
        Lang::from_code(value(headers, self.lang_name())?)
    }

    /// The header that remembers a language. It says nothing about the person but that.
    #[must_use]
    pub fn remember_lang(self, lang: Lang) -> Option<HeaderValue> {
        let cookie = self.build(self.lang_name(), lang.code().to_owned());
        HeaderValue::from_str(&format!("{cookie}; Max-Age={LANG_SECONDS}")).ok()
    }

    const fn lang_name(self) -> &'static str {
        if self.secure { LANG_HTTPS } else { LANG_HTTP }
    }

    /// Never sent by a link from elsewhere, for so many seconds: for what nothing outside leads to, as
    /// the second step.
    pub(crate) fn strict(self, name: &str, value: &str, seconds: i64) -> Option<HeaderValue> {
        let mut cookie = self.build(name, value.to_owned());
        cookie.set_same_site(SameSite::Strict);
        HeaderValue::from_str(&format!("{cookie}; Max-Age={seconds}")).ok()
    }

    const fn passkey_name(self) -> &'static str {
        if self.secure {
            PASSKEY_HTTPS
        } else {
            PASSKEY_HTTP
        }
    }

    const fn pending_name(self) -> &'static str {
        if self.secure {
            PENDING_HTTPS
        } else {
            PENDING_HTTP
        }
    }

    /// The header that starts a session in the browser, until it is closed: how long the session
    /// lives is decided by the server.
    #[must_use]
    pub fn start_session(self, token: &str) -> Option<HeaderValue> {
        let cookie = self.build(self.session_name(), token.to_owned());
        HeaderValue::from_str(&cookie.to_string()).ok()
    }

    /// Whether a header is one that starts a session.
    #[must_use]
    pub fn starts_a_session(self, set_cookie: &HeaderValue) -> bool {
        let cookie = set_cookie.to_str().ok();
        let cookie = cookie.and_then(|cookie| Cookie::parse(cookie).ok());
        cookie
            .is_some_and(|cookie| cookie.name() == self.session_name() && is_token(cookie.value()))
    }

    /// The header that forgets it.
    #[must_use]
    pub fn end_session(self) -> Option<HeaderValue> {
        let mut cookie = self.build(self.session_name(), String::new());
        cookie.make_removal();
        HeaderValue::from_str(&cookie.to_string()).ok()
    }

    const fn session_name(self) -> &'static str {
        if self.secure { NAME_HTTPS } else { NAME_HTTP }
    }

    /// A cookie for the whole site, hidden from scripts, sent with links that lead to it but not with
    /// foreign forms.
    fn build(self, name: &str, value: String) -> Cookie<'static> {
        Cookie::build((name.to_owned(), value))
            .path("/")
            .secure(self.secure)
            .http_only(true)
            .same_site(SameSite::Lax)
            .build()
    }
}

/// The value of a cookie, if it could be a token of ours.
fn token(headers: &HeaderMap, name: &str) -> Option<String> {
    let token = value(headers, name)?;
    is_token(token).then(|| token.to_owned())
}

/// The value of the first cookie of exactly that name, byte for byte. A library that decodes names, or
/// trims more than the space that browsers write, takes `%5F_Host-rdv` for `__Host-rdv`: a sibling host
/// may plant the one, and only we the other. And a cookie that is not ASCII, which any page of a sibling
/// may leave, hides none of ours.
pub(crate) fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).iter();
    let mut cookies = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    cookies.find_map(|cookie| {
        let cookie = cookie.strip_prefix(b" ").unwrap_or(cookie);
        let value = cookie.strip_prefix(name.as_bytes())?.strip_prefix(b"=")?;
        std::str::from_utf8(value).ok()
    })
}

fn is_token(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    text.len() == TOKEN_LENGTH && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&[u8]]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, HeaderValue::from_bytes(line).unwrap());
        }
        value(&headers, "__Host-rdv").map(ToOwned::to_owned)
    }

    #[test]
    fn a_cookie_is_found_where_browsers_write_it() {
        for lines in [
            &[b"__Host-rdv=x".as_slice()][..],
            &[b"a=b; __Host-rdv=x; c=d"],
            &[b"a=b;__Host-rdv=x"],
            &[b"a=b", b"__Host-rdv=x"],
            // Left by a page of a sibling: not ASCII, not a pair, another of nearly that name.
            &["ville=Orléans; __Host-rdv=x".as_bytes()],
            &[b"\xFF; =; ; __Host-rdv; __Host-rdvx=y; __Host-rdv=x"],
            &[b"__Host-rdv=x; __Host-rdv=planted"],
            // Those of longer paths and the older ones come first.
            &[
                "%5F_Host-rdv=planted; \u{a0}__Host-rdv=planted; __Host-rdv =planted; __Host-rdv=x"
                    .as_bytes(),
            ],
        ] {
            assert_eq!(read(lines).as_deref(), Some("x"), "{lines:?}");
        }
    }

    #[test]
    fn no_name_that_a_sibling_may_give_is_the_one_that_only_we_may() {
        for planted in [
            "%5F_Host-rdv=x",
            "%5f%5fHost%2drdv=x",
            "__host-rdv=x",
            "__Host-rdv =x",
            "__Host-rdv%20=x",
            "  __Host-rdv=x",
            "\t__Host-rdv=x",
            "\u{a0}__Host-rdv=x",
            "\u{2003}__Host-rdv=x",
            "\"__Host-rdv\"=x",
            "a=\"b; __Host-rdv\"",
            "$Version=1, __Host-rdv=x",
            "=__Host-rdv=x",
        ] {
            assert_eq!(read(&[planted.as_bytes()]), None, "{planted}");
        }
        assert_eq!(read(&[b"__Host-rdv=\xFF"]), None);
    }
}
