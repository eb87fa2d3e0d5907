//! Whose session a request is of. Its cookie is [`crate::cookies`]'; which requests carry one is
//! `server::session`'s.

use std::sync::Arc;

use tokio::sync::OnceCell;

use crate::{fault::Fault, request};

/// Who is signed in, with what a page says of her.
pub type SignedIn = backend::store::sessions::Session;

/// The session of a request, in its extensions: looked up at most once, and only when asked.
#[derive(Clone, Debug, Default)]
pub struct Session {
    token: Option<Arc<str>>,
    found: Arc<OnceCell<Option<Arc<SignedIn>>>>,
}

impl Session {
    /// The session with that token.
    #[must_use]
    pub fn new(token: Option<String>) -> Self {
        Self {
            token: token.map(Arc::from),
            found: Arc::default(),
        }
    }

    /// Its token, for ending it.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Who is signed in, if somebody asked that before.
    #[must_use]
    pub fn known(&self) -> Option<Arc<SignedIn>> {
        self.found.get().cloned().flatten()
    }

    /// Who is signed in. A request without a cookie asks the database nothing.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when the database cannot tell.
    pub async fn signed_in(&self) -> Result<Option<Arc<SignedIn>>, Fault> {
        let Some(token) = self.token() else {
            return Ok(None);
        };
        let backend = request::backend()?;
        let found = self.found.get_or_try_init(|| async {
            let session = backend.session(token).await?;
            Ok::<_, Fault>(session.map(Arc::new))
        });
        found.await.cloned()
    }
}
