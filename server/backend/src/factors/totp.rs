//! Six digits that change every thirty seconds (RFC 6238), through `totp-rs`: the secret, the
//! address that a telephone reads it from, and which step a code belongs to.

use chrono::{DateTime, Utc};
use domain::{ids::AccountId, people::EmailAddress, practice::Title};
use qrcodegen::{QrCode, QrCodeEcc};
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::{Error, Result, clock::Random, keys::Keys};

/// 160 bits, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;
/// A code of the step before or after counts too: clocks differ.
const SKEW: u16 = 1;
/// Longest name of the practice that a telephone is told, in characters.
const ISSUER_MOST: usize = 40;

/// What a person sees once, to bring her telephone and this account together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// For typing: base 32 in groups of four.
    pub secret: String,
    /// For following on the telephone itself: `otpauth://…`.
    pub url: String,
    /// For a camera: rows of a square, `true` is dark. Without its quiet zone of four.
    pub modules: Vec<Vec<bool>>,
}

/// A new secret, sealed for its account.
pub(super) fn new_secret(keys: &Keys, account: AccountId, random: &dyn Random) -> Result<Vec<u8>> {
    let mut bytes = [0; SECRET_BYTES];
    random.fill(&mut bytes);
    keys.seal(account.uuid(), &bytes, random)
        .ok_or_else(|| Error::Io("a secret could not be sealed".to_owned()))
}

/// The step that the code belongs to, if it is one of now, or of half a minute around.
pub(super) fn step_of(
    keys: &Keys,
    account: AccountId,
    sealed: &[u8],
    code: &str,
    now: DateTime<Utc>,
) -> Result<Option<i64>> {
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    let step = open(keys, account, sealed)?
        .build()
        .map_err(broken)?
        .check(code, seconds);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// What to show while it waits for its first code.
pub(super) fn enrolment(
    keys: &Keys,
    account: AccountId,
    sealed: &[u8],
    email: &EmailAddress,
    practice: &Title,
) -> Result<Enrolment> {
    // No colon: it separates the two names.
    let issuer: String = practice.as_str().replace(':', " ");
    let issuer: String = issuer.chars().take(ISSUER_MOST).collect();
    let totp: Totp = open(keys, account, sealed)?
        .with_account_name(email.as_str().replace(':', " "))
        .with_issuer(Some(issuer.trim()))
        .build()
        .map_err(broken)?;
    let url = totp.to_url().map_err(broken)?;
    let code = QrCode::encode_text(&url, QrCodeEcc::Medium)
        .map_err(|error| Error::Io(format!("a code to scan: {error:?}")))?;
    let side = 0..code.size();
    let row = |y| side.clone().map(|x| code.get_module(x, y)).collect();
    let letters = totp.secret().to_base32();
    let groups = letters.as_bytes().chunks(4).map(String::from_utf8_lossy);
    Ok(Enrolment {
        secret: groups.collect::<Vec<_>>().join(" "),
        url,
        modules: side.clone().map(row).collect(),
    })
}

fn open(keys: &Keys, account: AccountId, sealed: &[u8]) -> Result<Builder> {
    let secret = keys
        .unseal(account.uuid(), sealed)
        .ok_or_else(|| Error::Io("a secret cannot be opened with the instance's key".to_owned()))?;
    Ok(Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(SKEW)
        .with_secret(Secret::new(secret.into())))
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::Io(format!("codes of six digits: {error}"))
}
