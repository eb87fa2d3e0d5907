//! Secrets of links and codes: all derived from one key of the instance, so that a worker can
//! write a link into a mail without the link being stored anywhere.
//!
//! A database that leaks holds hashes of links; the key beside them is what a backup must keep
//! so that links in old mails go on working.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::ids::AppointmentId;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretBox};
use sha2::{Digest, Sha256};

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
