//! Answers that opened another session, kept for a while for whoever asks the same again.
//!
//! A change of rights ends the session that asked for it. Where its answer is lost, or a second
//! click takes its place, the browser holds the old session and nothing else: whoever asked would
//! be signed out without a word, and never see the recovery codes that stand in the answer. So the
//! very same form (every octet of it, the password and the code included) of the very same session
//! is answered the same once more. In the memory of this process, and nowhere else.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use app::{api::office::account::SignIn, cookies::Cookies};
use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, StatusCode,
    header::{CONTENT_TYPE, LOCATION, SET_COOKIE},
    request::Parts,
};
use leptos::server_fn::ServerFn;
use sha2::{Digest, Sha256};
use tokio::sync::OwnedMutexGuard;

/// How long one is kept: as long as somebody tries again who was just there.
const KEPT: Duration = Duration::from_mins(5);
/// Most that are kept: a site has some a day.
const MOST: usize = 1000;
/// So many other forms of a session that is over, and its answer is forgotten: somebody who holds an
/// old session may guess at the code in the form.
const OTHERS: u32 = 3;

/// The answers of the last minutes, and who is about to get one. Cheap to clone.
#[derive(Clone, Default)]
pub struct Answers(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// By the session that ended with it.
    kept: HashMap<Hash, Kept>,
    turns: HashMap<Asked, Arc<Turn>>,
}

/// Held while a form is worked on.
type Turn = tokio::sync::Mutex<()>;

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answers(…)")
    }
}

type Hash = [u8; 32];

/// A form, by hashes of the session that sent it and of all that it says.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Asked {
    session: Hash,
    form: Hash,
}

struct Kept {
    form: Hash,
    /// How often something else came from the session that is over.
    others: u32,
    since: Instant,
    status: StatusCode,
    headers: HeaderMap,
}

impl Asked {
    /// The form, if it comes from a browser with a session. Not that of a password, which can be sent
    /// again by whoever sent it; and strangers, whose sessions are made up, would have passwords
    /// compared for them when they have long gone away.
    #[must_use]
    pub fn of(cookies: Cookies, parts: &Parts, body: &[u8]) -> Option<Self> {
        if parts.uri.path() == SignIn::PATH {
            return None;
        }
        let token = cookies.session_token(&parts.headers)?;
        let page = crate::api::wants_page(&parts.headers);
        let mut form = Sha256::new();
        for part in [parts.uri.path().as_bytes(), body] {
            form.update((part.len() as u64).to_be_bytes());
            form.update(part);
        }
        form.update([u8::from(page)]);
        Some(Self {
            session: Sha256::digest(&token).into(),
            form: form.finalize().into(),
        })
    }
}

impl Answers {
    /// Keeps the answer to a form, if it opens a session.
    pub fn keep(&self, cookies: Cookies, asked: Asked, answer: &Response) {
        let opens = |value| cookies.starts_a_session(value);
        if !answer.headers().get_all(SET_COOKIE).iter().any(opens) {
            return;
        }
        let mut headers = HeaderMap::new();
        for name in [LOCATION, SET_COOKIE, CONTENT_TYPE] {
            for value in answer.headers().get_all(&name) {
                headers.append(name.clone(), value.clone());
            }
        }
        let kept = Kept {
            form: asked.form,
            others: 0,
            since: Instant::now(),
            status: answer.status(),
            headers,
        };
        let answers = &mut self.locked().kept;
        answers.retain(|_, kept| kept.since.elapsed() < KEPT);
        if answers.len() < MOST {
            answers.insert(asked.session, kept);
        }
    }

    /// Waits until nobody else works on the very same form: the second of two clicks finds what
    /// became of the first.
    pub async fn turn(&self, asked: Asked) -> OwnedMutexGuard<()> {
        let turn = {
            let turns = &mut self.locked().turns;
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            Arc::clone(turns.entry(asked).or_default())
        };
        turn.lock_owned().await
    }

    /// The answer that this form had, if it was kept.
    #[must_use]
    pub fn again(&self, asked: Asked) -> Option<Response> {
        let answers = &mut self.locked().kept;
        answers.retain(|_, kept| kept.since.elapsed() < KEPT && kept.others < OTHERS);
        let kept = answers.get_mut(&asked.session)?;
        if kept.form != asked.form {
            kept.others += 1;
            return None;
        }
        let mut answer = (kept.status, Body::empty()).into_response();
        *answer.headers_mut() = kept.headers.clone();
        Some(answer)
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use http::{Request, header::COOKIE};

    use super::*;

    #[test]
    fn a_sign_in_with_a_made_up_session_is_not_worked_on_for_somebody_who_went_away() {
        let cookies = Cookies { secure: false };
        let asked = |path: &str| {
            let cookie = format!("rdv={}", "A".repeat(43));
            let request = Request::post(path).header(COOKIE, cookie).body(()).unwrap();
            Asked::of(cookies, &request.into_parts().0, b"email=zoe")
        };
        for path in ["/api/change_password", "/api/sign_in_code"] {
            assert!(asked(path).is_some(), "{path}");
        }
        assert!(asked(SignIn::PATH).is_none());
    }
}
