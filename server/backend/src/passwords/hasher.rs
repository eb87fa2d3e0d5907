//! Judging, hashing and comparing passwords, which take their time: off the asynchronous threads.

use std::{fmt, sync::Arc, time::Duration};

use argon2::{
    Argon2, PasswordHasher, PasswordVerifier,
    password_hash::{Error as HashError, phc::PasswordHash},
};
use secrecy::ExposeSecret;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

use super::{MOST_OCTETS, Password, PasswordError, normal};
use crate::{Error, Result, clock::Random};

/// Judges, hashes and compares, some at a time: each takes 19 MiB or tens of milliseconds of a core.
#[derive(Clone)]
pub(crate) struct Hasher {
    at_once: Arc<Semaphore>,
    strangers: Arc<Semaphore>,
}

/// How many whom nobody knows wait for their passwords to be compared, or have them compared, at once:
/// some hundreds of milliseconds of work. Who is known waits behind so many, and not behind all
/// that strangers send.
const STRANGERS: usize = 16;
/// How long one more of them waits to be one of these.
const STRANGERS_WAIT: Duration = Duration::from_secs(5);

/// Whose password is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Asks {
    /// Somebody who is signed in, or whose browser was before.
    Known,
    /// Anybody.
    #[default]
    Stranger,
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hasher(argon2id)")
    }
}

/// What is compared when nobody has the address that was typed: a hash of nothing, with the
/// parameters of [`argon2`], so that the answer takes as long.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlz$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// argon2id with 19 MiB, two passes, one lane: OWASP's first choice and the crate's default.
fn argon2() -> Argon2<'static> {
    Argon2::default()
}

impl Hasher {
    /// At most half of the cores hash at once, and at least one.
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            at_once: Arc::new(Semaphore::new((cores / 2).max(1))),
            strangers: Arc::new(Semaphore::new(STRANGERS)),
        }
    }

    /// [`Password::parse`].
    pub(crate) async fn judge(
        &self,
        text: String,
        about: Vec<String>,
    ) -> Result<Result<Password, PasswordError>> {
        self.run(move || {
            let about: Vec<&str> = about.iter().map(String::as_str).collect();
            Password::parse(&text, &about)
        })
        .await
    }

    /// The hash to store, as a PHC string with its own parameters and salt.
    pub(crate) async fn hash(&self, password: Password, random: &dyn Random) -> Result<String> {
        let mut salt = [0; 16];
        random.fill(&mut salt);
        self.run(move || {
            let hash: PasswordHash = argon2()
                .hash_password_with_salt(password.reveal().as_bytes(), &salt)
                .map_err(|error| Error::Io(format!("hashing a password: {error}")))?;
            Ok(hash.to_string())
        })
        .await?
    }

    /// Whether the stored hash is the one of what was typed. Without a stored one it takes as
    /// long, and is false.
    ///
    /// # Errors
    /// [`Error::Crowded`] where too many strangers wait, and go on doing so.
    pub(crate) async fn matches(
        &self,
        typed: &str,
        stored: Option<String>,
        asks: Asks,
    ) -> Result<bool> {
        let _turn = match asks {
            Asks::Known => None,
            Asks::Stranger => Some(self.stranger().await?),
        };
        // What cannot be a password is compared all the same, cut.
        let short = typed.chars().take(MOST_OCTETS + 1).collect::<String>();
        let typed = normal(&short);
        self.run(move || {
            let known = stored.is_some();
            let hash = PasswordHash::new(stored.as_deref().unwrap_or(NOBODY))
                .map_err(|error| Error::Io(format!("reading a password's hash: {error}")))?;
            match argon2().verify_password(typed.expose_secret().as_bytes(), &hash) {
                Ok(()) => Ok(known),
                Err(HashError::PasswordInvalid) => Ok(false),
                Err(error) => Err(Error::Io(format!("comparing a password: {error}"))),
            }
        })
        .await?
    }

    /// Waits in the line of strangers.
    async fn stranger(&self) -> Result<SemaphorePermit<'_>> {
        let waits = timeout(STRANGERS_WAIT, self.strangers.acquire());
        let permit = waits.await.map_err(|_| Error::Crowded)?;
        permit.map_err(|error| Error::Io(error.to_string()))
    }

    /// The permit goes with the work: a caller that goes away does not let one more in.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let permit = Arc::clone(&self.at_once).acquire_owned().await;
        let permit = permit.map_err(|error| Error::Io(error.to_string()))?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        });
        Ok(done.await?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    };

    use tokio::sync::oneshot;

    use super::*;
    use crate::clock::SystemRandom;

    #[tokio::test]
    async fn the_same_characters_match_however_they_were_composed() {
        let hasher = Hasher::new();
        let password = Password::parse("le héron traverse", &[]).unwrap();
        let hash = hasher.hash(password, &SystemRandom).await.unwrap();
        // Sixty-four letters of three signs each, as some systems send them.
        let long = "\u{1EC7}".repeat(64);
        let password = Password::of_demo(&long);
        let of_long = hasher.hash(password, &SystemRandom).await.unwrap();
        let in_parts = "e\u{323}\u{302}".repeat(64);
        assert!(
            hasher
                .matches(&in_parts, Some(of_long), Asks::Stranger)
                .await
                .unwrap()
        );
        // Counted as it is compared: a hundred and twenty-eight characters, and easily guessed.
        let longest = Password::parse(&"e\u{323}\u{302}".repeat(128), &[]);
        assert_eq!(longest.err(), Some(PasswordError::Common));
        let decomposed = "le he\u{301}ron traverse";
        assert!(
            hasher
                .matches(decomposed, Some(hash.clone()), Asks::Stranger)
                .await
                .unwrap()
        );
        assert!(
            !hasher
                .matches("le heron traverse", Some(hash), Asks::Stranger)
                .await
                .unwrap()
        );
        assert!(!hasher.matches("", None, Asks::Stranger).await.unwrap());
    }

    #[tokio::test]
    async fn nobodys_hash_costs_what_a_real_one_costs() {
        let real = Hasher::new()
            .hash(Password::generate(&SystemRandom), &SystemRandom)
            .await
            .unwrap();
        let (real, nobody) = (
            PasswordHash::new(&real).unwrap(),
            PasswordHash::new(NOBODY).unwrap(),
        );
        assert_eq!(real.algorithm, nobody.algorithm);
        assert_eq!(real.version, nobody.version);
        assert_eq!(real.params, nobody.params);
        let length = |hash: &PasswordHash| hash.hash.as_ref().map(|hash| hash.as_bytes().len());
        assert_eq!(length(&real), length(&nobody));
    }

    #[tokio::test]
    async fn at_most_half_of_the_cores_hash_at_once() {
        let hasher = Hasher::new();
        let most = hasher.at_once.available_permits();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        assert_eq!(most, (cores / 2).max(1));
        let (inside, peak) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let all: Vec<_> = (0..most + 4)
            .map(|_| {
                let hasher = hasher.clone();
                let (inside, peak) = (Arc::clone(&inside), Arc::clone(&peak));
                let work = move || {
                    let now = inside.fetch_add(1, Ordering::SeqCst) + 1;
                    peak.fetch_max(now, Ordering::SeqCst);
                    std::thread::sleep(Duration::from_millis(50));
                    inside.fetch_sub(1, Ordering::SeqCst);
                };
                tokio::spawn(async move { hasher.run(work).await })
            })
            .collect();
        for one in all {
            one.await.unwrap().unwrap();
        }
        let peak = peak.load(Ordering::SeqCst);
        assert!(peak <= most, "{peak} at once, of {most}");
    }

    #[tokio::test]
    async fn hashing_and_comparing_wait_for_their_turn() {
        let hasher = Hasher::new();
        let all = u32::try_from(hasher.at_once.available_permits()).unwrap();
        let taken = hasher.at_once.acquire_many(all).await.unwrap();
        let password = Password::parse("le héron traverse", &[]).unwrap();
        // Many times as long as one takes.
        let long = Duration::from_secs(1);
        let (hashed, compared) = tokio::join!(
            timeout(long, hasher.hash(password, &SystemRandom)),
            timeout(
                long,
                hasher.matches("le héron traverse", None, Asks::Stranger)
            ),
        );
        assert!(hashed.is_err(), "hashed out of turn");
        assert!(compared.is_err(), "compared out of turn");
        drop(taken);
        assert!(
            !hasher
                .matches("le héron traverse", None, Asks::Stranger)
                .await
                .unwrap()
        );
    }

    #[tokio::test]
    async fn whoever_is_known_waits_behind_some_strangers_and_not_behind_all() {
        let hasher = Hasher::new();
        let all = u32::try_from(hasher.at_once.available_permits()).unwrap();
        let taken = hasher.at_once.acquire_many(all).await.unwrap();
        let strangers: Vec<_> = (0..200)
            .map(|_| {
                let hasher = hasher.clone();
                tokio::spawn(async move { hasher.matches("guess", None, Asks::Stranger).await })
            })
            .collect();
        tokio::time::sleep(STRANGERS_WAIT + Duration::from_secs(1)).await;
        let refused = strangers.iter().filter(|stranger| stranger.is_finished());
        assert_eq!(refused.count(), 200 - STRANGERS, "the others wait");
        let known = {
            let hasher = hasher.clone();
            tokio::spawn(async move { hasher.matches("hers", None, Asks::Known).await })
        };
        drop(taken);
        assert!(!known.await.unwrap().unwrap());
        let mut compared = 0;
        for stranger in strangers {
            match stranger.await.unwrap() {
                Ok(right) => compared += usize::from(!right),
                Err(error) => assert!(matches!(error, Error::Crowded), "{error}"),
            }
        }
        assert_eq!(compared, STRANGERS);
    }

    #[tokio::test]
    async fn a_caller_that_goes_away_lets_nobody_in_before_its_work_is_done() {
        let hasher = Hasher::new();
        let most = hasher.at_once.available_permits();
        let (begun, begins) = oneshot::channel();
        let (end, ends) = mpsc::channel::<()>();
        let caller = tokio::spawn({
            let hasher = hasher.clone();
            async move {
                let work = move || {
                    begun.send(()).unwrap();
                    ends.recv().unwrap();
                };
                hasher.run(work).await
            }
        });
        begins.await.unwrap();
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        assert_eq!(hasher.at_once.available_permits(), most - 1);
        end.send(()).unwrap();
        let all = u32::try_from(most).unwrap();
        drop(hasher.at_once.acquire_many(all).await.unwrap());
    }
}
