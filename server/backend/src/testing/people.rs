//! Signing in, for tests that do not care from where.

use domain::{device::Device, people::EmailAddress};

use super::TestBackend;
use crate::{
    Failure,
    sessions::{NewSession, SignInFrom, SignInRefusal},
    setup::{NewPractice, Opened, SetupRefusal},
};

impl TestBackend {
    /// Signs somebody in from a browser that was never here.
    ///
    /// # Errors
    /// As [`crate::Backend::sign_in`].
    pub async fn sign_in(
        &self,
        email: &EmailAddress,
        password: &str,
    ) -> Result<NewSession, Failure<SignInRefusal>> {
        self.backend
            .sign_in(email, password, SignInFrom::default())
            .await
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
}
