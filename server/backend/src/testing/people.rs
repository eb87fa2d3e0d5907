//! Signing in, for tests that do not care from where; and a telephone that shows codes.

use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Member, Role},
    device::Device,
    people::EmailAddress,
};

use super::{TestBackend, TestPractice};
use crate::{
    Failure, factors,
    sessions::{NewSession, SignIn, SignInFrom, SignInRefusal},
    setup::{NewPractice, Opened, SetupRefusal},
    store::all,
};

impl TestBackend {
    /// An owner of a practice, for what asks for her rights only: she has no account.
    #[must_use]
    pub fn owner_without_account(&self, practice: &TestPractice) -> Actor {
        Actor::Member(Member {
            account: self.new_id(),
            practice: practice.practice.id,
            role: Role::Owner,
            agendas: Vec::new(),
        })
    }

    /// Signs somebody in, who needs no code, from a browser that was never here.
    ///
    /// # Errors
    /// As [`crate::Backend::sign_in`].
    ///
    /// # Panics
    /// When a code is asked.
    pub async fn sign_in(
        &self,
        email: &EmailAddress,
        password: &str,
    ) -> Result<NewSession, Failure<SignInRefusal>> {
        let from = SignInFrom::default();
        match self.backend.sign_in(email, password, from).await? {
            SignIn::Done(session) => Ok(session),
            SignIn::SecondStep { .. } => panic!("a code is asked"),
        }
    }

    /// Opens the first practice from a browser that was never here.
    ///
    /// # Errors
    /// As [`crate::Backend::open_practice`].
    pub async fn open_practice(
        &self,
        token: &str,
        new: NewPractice,
    ) -> Result<(Opened, NewSession), Failure<SetupRefusal>> {
        self.backend
            .open_practice(token, new, Device::default())
            .await
    }

    /// The telephone that read what the session of that token was shown.
    ///
    /// # Panics
    /// When none was started.
    pub async fn telephone(&self, token: &str) -> Telephone {
        match self.factors(token).await.unwrap().telephone {
            factors::Telephone::Started(shown) => Telephone(shown.secret.replace(' ', "")),
            other @ (factors::Telephone::Off | factors::Telephone::On { .. }) => {
                panic!("not started: {other:?}")
            }
        }
    }
}

impl TestBackend {
    /// What is stored of shared secrets and recovery codes.
    pub async fn stored_secrets(&self) -> Vec<Vec<u8>> {
        let mut db = self.store().read().await.unwrap();
        let rows: Result<Vec<(Vec<u8>,)>, _> = all!(
            &mut db,
            (Vec<u8>,),
            "select secret from totp_factors union all select code_hash from recovery_codes"
        );
        rows.unwrap().into_iter().map(|(bytes,)| bytes).collect()
    }
}

/// The secret that a telephone read, in bytes.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn bytes_of(telephone: &Telephone) -> Vec<u8> {
    let secret = totp_rs::Secret::try_from_base32(&telephone.0).unwrap();
    secret.as_bytes().to_vec()
}

/// Somebody's telephone with the secret that it read.
#[derive(Clone, Debug)]
pub struct Telephone(pub String);

impl Telephone {
    /// The six digits at an instant.
    ///
    /// # Panics
    /// When the secret is none.
    #[must_use]
    pub fn code(&self, at: DateTime<Utc>) -> String {
        let secret = totp_rs::Secret::try_from_base32(&self.0).unwrap();
        let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
        totp.generate(u64::try_from(at.timestamp()).unwrap())
            .to_string()
    }
}
