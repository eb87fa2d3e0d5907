//! What the next page says once: that a thing was done, or a secret that is shown a single time.
//! It travels in a cookie that the page removes, never in an address, and is never logged. Nobody
//! else who signs in with the same browser is shown it, nor is it shown about something else: it
//! carries a proof of the account that it was left for, and what it is about.

use http::{header::SET_COOKIE, request::Parts};
use leptos::prelude::with_context;

use crate::{cookies, request};

/// Everything that can be said to be done: keys of the catalogues that take no argument.
const DONE: [&str; 26] = [
    "absence-announced",
    "absence-taken-back",
    "account-password-changed",
    "account-password-changed-passkeys",
    "account-session-ended",
    "account-sessions-ended",
    "feed-detail-changed",
    "feed-revoked",
    "hours-published",
    "hours-withdrawn",
    "passkey-added-done",
    "passkey-removed-done",
    "place-saved",
    "practice-saved",
    "reason-archived",
    "reason-saved",
    "second-step-off-done",
    "second-step-renewed",
    "second-step-telephone-added",
    "second-step-telephone-removed",
    "to-phone-done",
    "visit-booked",
    "visit-cancelled",
    "visit-marked-arrived",
    "visit-marked-attended",
    "visit-marked-missed",
];

/// What is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flash {
    /// What was done: one of [`DONE`].
    Done,
    /// The secret part of a feed's address.
    Feed,
    /// The recovery codes of a second step, with a full stop between two.
    RecoveryCodes,
}

/// How long it waits for its page, in seconds.
const WAITS: i64 = 60;

/// Stands between what is said and its proof.
const AND: char = '~';

impl Flash {
    /// All of them.
    const ALL: [Self; 3] = [Self::Done, Self::Feed, Self::RecoveryCodes];

    /// Over https with the prefix that keeps a sibling host from planting one, as the session's.
    const fn cookie(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Done, true) => "__Host-rdv-done",
            (Self::Done, false) => "rdv-done",
            (Self::Feed, true) => "__Host-rdv-feed",
            (Self::Feed, false) => "rdv-feed",
            (Self::RecoveryCodes, true) => "__Host-rdv-codes",
            (Self::RecoveryCodes, false) => "rdv-codes",
        }
    }

    /// Whether it can have been left by us: a cookie is anybody's to write.
    fn allows(self, value: &str) -> bool {
        match self {
            Self::Done => DONE.contains(&value),
            Self::Feed => {
                let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
                (16..=64).contains(&value.len()) && value.bytes().all(plain)
            }
            Self::RecoveryCodes => {
                let plain = |b: u8| {
                    b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.')
                };
                (16..=300).contains(&value.len()) && value.bytes().all(plain)
            }
        }
    }
}

/// Leaves something for the next page of the office that whoever is signed in opens.
pub fn leave(flash: Flash, value: &str) {
    leave_about(flash, "", value);
}

/// The same, for a page about one thing, by its name in addresses.
pub fn leave_about(flash: Flash, about: &str, value: &str) {
    debug_assert!(flash.allows(value), "not in the list of what is said");
    if let Some(proof) = proof(flash, about, value) {
        write(flash, &format!("{value}{AND}{proof}"), WAITS);
    }
}

/// Takes what was left for whoever is signed in, if it was; the browser forgets it with this answer.
#[must_use]
pub fn take(flash: Flash) -> Option<String> {
    take_about(flash, "")
}

/// The same, on a page about one thing.
#[must_use]
pub fn take_about(flash: Flash, about: &str) -> Option<String> {
    let name = flash.cookie(request::site()?.cookies.secure);
    let left = with_context::<Parts, _>(|parts| {
        cookies::value(&parts.headers, name).map(ToOwned::to_owned)
    })??;
    let (value, shown) = left.split_once(AND)?;
    let is_ours = flash.allows(value) && backend::keys::same(shown, &proof(flash, about, value)?);
    is_ours.then(|| {
        write(flash, "", 0);
        value.to_owned()
    })
}

/// Takes everything that was left out of the browser, unread.
pub fn forget() {
    for flash in Flash::ALL {
        write(flash, "", 0);
    }
}

/// That we left it for whoever is signed in.
fn proof(flash: Flash, about: &str, value: &str) -> Option<String> {
    let account = request::session().known()?.member.account;
    let kind = flash.cookie(true);
    Some(
        request::backend()
            .ok()?
            .keys()
            .left(account, kind, about, value),
    )
}

fn write(flash: Flash, value: &str, seconds: i64) {
    let Some(site) = request::site() else { return };
    let name = flash.cookie(site.cookies.secure);
    if let Some(value) = site.cookies.strict(name, value, seconds) {
        request::answer_header(SET_COOKIE, value);
    }
}
