//! Secrets of links and codes: all derived from one key of the instance, so that a worker can
//! write a link into a mail without the link being stored anywhere.
//!
//! A database that leaks holds hashes of links; the key beside them is what a backup must keep
//! so that links in old mails go on working.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use domain::ids::{AccountId, AppointmentId};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretBox};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::clock::Random;

/// Bytes of a nonce: enough that random ones never meet.
const NONCE: usize = 24;

/// The key of an instance: 256 bits, made at the first start.
#[derive(Debug)]
pub struct Keys {
    secret: SecretBox<[u8; 32]>,
}

impl Keys {
    /// Keys from the stored form (43 URL-safe characters); `None` if it is not one.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        let bytes: [u8; 32] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        Some(Self {
            secret: SecretBox::new(Box::new(bytes)),
        })
    }

    /// The secret part of a visit's address; another one at each move.
    #[must_use]
    pub fn visit_token(&self, visit: AppointmentId, version: i32) -> String {
        self.token(&[b"visit", visit.uuid().as_bytes(), &version.to_be_bytes()])
    }

    /// The secret part of the address at which a held slot waits for its code.
    #[must_use]
    pub fn hold_token(&self, visit: AppointmentId) -> String {
        self.token(&[b"hold", visit.uuid().as_bytes()])
    }

    /// The six digits that prove an e-mail address.
    #[must_use]
    pub fn email_code(&self, visit: AppointmentId) -> String {
        let digest = self.derive(&[b"code", visit.uuid().as_bytes()]);
        let number = digest
            .iter()
            .take(8)
            .fold(0_u64, |n, byte| n << 8 | u64::from(*byte));
        format!("{:06}", number % 1_000_000)
    }

    /// What is stored of a recovery code: it carries 80 random bits, so a keyed hash is enough.
    #[must_use]
    pub fn recovery_hash(&self, account: AccountId, code: &str) -> Vec<u8> {
        self.derive(&[b"recovery", account.uuid().as_bytes(), code.as_bytes()])
            .to_vec()
    }

    /// What a browser shows to have signed in to an account at some time (seconds since 1970),
    /// with the password that has this stored hash; `browser` is random.
    #[must_use]
    pub fn known_browser(
        &self,
        account: AccountId,
        password_hash: &str,
        browser: &str,
        since: i64,
    ) -> String {
        self.token(&[
            b"known since",
            account.uuid().as_bytes(),
            password_hash.as_bytes(),
            browser.as_bytes(),
            &since.to_be_bytes(),
        ])
    }

    /// A secret that has to be read again, encrypted for one thing (its nonce first). Whoever
    /// has the whole database has the key too: this keeps it out of a table that leaks alone,
    /// and no row can be put in the place of another's. `None` never happens in practice.
    #[must_use]
    pub fn seal(&self, of: Uuid, secret: &[u8], random: &dyn Random) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE];
        random.fill(&mut nonce);
        let payload = Payload {
            msg: secret,
            aad: of.as_bytes(),
        };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload).ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    /// What [`Self::seal`] hid; `None` for another thing, another key, or a changed byte.
    #[must_use]
    pub fn unseal(&self, of: Uuid, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, msg) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload {
            msg,
            aad: of.as_bytes(),
        };
        self.cipher().decrypt(&XNonce::from(*nonce), payload).ok()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.derive(&[b"seal"]).into())
    }

    /// What only an instance with this key answers to a challenge.
    #[must_use]
    pub fn proof(&self, challenge: &str) -> String {
        self.token(&[b"proof", challenge.as_bytes()])
    }

    /// What only somebody with this key sends along with a challenge.
    #[must_use]
    pub fn asker(&self, challenge: &str) -> String {
        self.token(&[b"asker", challenge.as_bytes()])
    }

    /// What shows that we left a text of some kind, about something, in a browser for one account.
    #[must_use]
    pub fn left(&self, account: AccountId, kind: &str, about: &str, text: &str) -> String {
        let account = account.uuid();
        self.token(&[
            b"left",
            account.as_bytes(),
            kind.as_bytes(),
            about.as_bytes(),
            text.as_bytes(),
        ])
    }

    /// What challenges of booking forms are signed with.
    pub(crate) fn challenge_secret(&self) -> String {
        self.token(&[b"challenge"])
    }

    /// 256 bits as 43 URL-safe characters.
    fn token(&self, parts: &[&[u8]]) -> String {
        URL_SAFE_NO_PAD.encode(self.derive(parts))
    }

    fn derive(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.expose_secret())
            .expect("HMAC takes keys of any length");
        for part in parts {
            // Lengths keep ("ab", "c") and ("a", "bc") apart.
            mac.update(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

/// What is stored of a token: tokens carry 256 random bits, so a plain hash is enough.
#[must_use]
pub fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// What a page names a session by: another hash of what is stored of its token.
#[must_use]
pub fn handle(token_hash: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(token_hash)[..16])
}

/// Compares without telling by its time how much was right.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    // Equal hashes are equal texts; the time depends on the hashes, which the caller cannot aim.
    hash(one) == hash(other)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::clock::{SystemRandom, new_token};

    #[test]
    fn what_is_sealed_opens_only_with_its_key_for_its_thing_and_unchanged() {
        let keys = |_| Keys::from_stored(&new_token(&SystemRandom)).unwrap();
        let (ours, theirs) = (keys(0), keys(1));
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = ours.seal(one, b"a secret", &SystemRandom).unwrap();
        assert_eq!(ours.unseal(one, &sealed).as_deref(), Some(&b"a secret"[..]));
        assert!(!sealed.windows(8).any(|part| part == b"a secret"));
        assert_ne!(sealed, ours.seal(one, b"a secret", &SystemRandom).unwrap());
        assert_eq!(ours.unseal(other, &sealed), None);
        assert_eq!(theirs.unseal(one, &sealed), None);
        for n in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[n] ^= 1;
            assert_eq!(ours.unseal(one, &changed), None, "byte {n}");
            assert_eq!(ours.unseal(one, &sealed[..n]), None, "cut at {n}");
        }
    }
}
