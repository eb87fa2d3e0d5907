//! Passwords: which are good enough, and how they are hashed and compared.
//! Who signs in with them is [`crate::accounts`]'s.

use std::{fmt, sync::Arc};

use argon2::{
    Argon2, PasswordHasher, PasswordVerifier,
    password_hash::{Error as HashError, phc::PasswordHash},
};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;
use zxcvbn::Score;

use crate::{Backend, Error, Result, clock::Random};

/// Least and most characters of a password, counted after NFC.
pub const LENGTH: (usize, usize) = (8, 128);

/// Most octets that are looked at, a bound on the work, whatever was sent: a character comes in four
/// parts at most (NFD), and each takes four octets at most.
const MOST_OCTETS: usize = LENGTH.1 * 4 * 4;

/// What French people choose and an English list does not know, a word a line. Written for this
/// program; not a list of passwords that leaked anywhere.
const FRENCH: &str = include_str!("passwords/french.txt");

/// How many tries guess what is good enough, as a power of ten: [`Score::Two`].
const HARD_ENOUGH: f64 = 6.0;

/// What a sign between letters adds to it.
const OF_A_SIGN: f64 = 0.4;

/// How many characters are judged: the time that takes grows fast, and what is hard to guess is so by
/// then.
const JUDGED: usize = 32;

/// A password good enough to be set: 8 to 128 characters of any kind, none of the common ones
/// and nothing as easily guessed. Never shown: `Debug` prints no character of it.
#[derive(Clone, Debug)]
pub struct Password(SecretString);

/// Why a password cannot be set. The words are `i18n`'s: `password-error-…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordError {
    /// Fewer than 8 characters.
    TooShort,
    /// More than 128 characters.
    TooLong,
    /// One of the common ones, or guessed in fewer than a million tries.
    Common,
}

impl Password {
    /// `about` are words that this person's password must not be made of: her name, her
    /// address, the name of the practice. Takes some milliseconds of a core, for the worst text
    /// more than a hundred: what strangers send is for [`Backend::judge_password`].
    ///
    /// # Errors
    /// [`PasswordError`] names what is wrong with it. There are no rules of composition
    /// (ASVS 6.2.5).
    pub fn parse(text: &str, about: &[&str]) -> Result<Self, PasswordError> {
        if text.len() > MOST_OCTETS {
            return Err(PasswordError::TooLong);
        }
        let normal = normal(text);
        let characters = normal.expose_secret().chars().count();
        if characters < LENGTH.0 {
            return Err(PasswordError::TooShort);
        }
        if characters > LENGTH.1 {
            return Err(PasswordError::TooLong);
        }
        let plain = letters(normal.expose_secret());
        let about: Vec<String> = about
            .iter()
            .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()).chain([*text]))
            .flat_map(|word| {
                [
                    word.to_lowercase(),
                    letters(word).expose_secret().to_owned(),
                ]
            })
            .filter(|word| word.chars().count() > 2)
            .collect();
        let words: Vec<&str> = about
            .iter()
            .map(String::as_str)
            // Of a word that is there twice the second place would count, as less likely.
            .chain(
                FRENCH
                    .lines()
                    .filter(|word| !about.iter().any(|one| one == word)),
            )
            .collect();
        let judge = |text: &SecretString| {
            let judged: String = text.expose_secret().chars().take(JUDGED).collect();
            zxcvbn::zxcvbn(SecretString::from(judged).expose_secret(), &words)
        };
        // The letters alone, in lower case, and something for each sign between them: not what a sign
        // anywhere could be, since most stand where everybody puts them.
        let signs = characters.saturating_sub(plain.expose_secret().chars().count());
        let signs = f64::from(u32::try_from(signs).unwrap_or(u32::MAX)) * OF_A_SIGN;
        let letters = plain.expose_secret().chars().count();
        let letters = f64::from(u32::try_from(letters.min(JUDGED)).unwrap_or(u32::MAX));
        let tries = judge(&plain).guesses_log10();
        // Letters of which it knows nothing take ten times as long each.
        let is_known = letters > 0.0 && tries + 0.5 < letters;
        if judge(&normal).score() < Score::Two || is_known && tries + signs < HARD_ENOUGH {
            return Err(PasswordError::Common);
        }
        Ok(Self(normal))
    }

    /// A new one to hand to a person: 20 characters in five groups, 100 random bits, without
    /// the letters and digits that are read one for another.
    #[must_use]
    pub fn generate(random: &dyn Random) -> Self {
        const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let mut bytes = [0; 20];
        random.fill(&mut bytes);
        let groups: Vec<String> = bytes
            .chunks(4)
            .map(|group| {
                let letter = |byte: &u8| char::from(LETTERS[usize::from(byte % 32)]);
                group.iter().map(letter).collect()
            })
            .collect();
        Self(SecretString::from(groups.join("-")))
    }

    /// A password whose strength nobody vouches for: a demonstration's.
    pub(crate) fn of_demo(text: &str) -> Self {
        Self(normal(text))
    }

    /// The characters, to be shown once to whoever asked for a generated one.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }
}

/// The form in which passwords are compared: the same keys give the same text on every system.
fn normal(text: &str) -> SecretString {
    SecretString::from(text.nfc().collect::<String>())
}

/// Letters and digits alone, without accents and in lower case: a dot between two common words, or a
/// capital at the beginning, makes them no better.
fn letters(text: &str) -> SecretString {
    let plain = text.nfd().filter(|c| c.is_alphanumeric());
    SecretString::from(plain.flat_map(char::to_lowercase).collect::<String>())
}

/// Judges, hashes and compares off the asynchronous threads, some at a time: each takes 19 MiB or
/// tens of milliseconds of a core.
#[derive(Clone)]
pub(crate) struct Hasher {
    at_once: Arc<Semaphore>,
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
    pub(crate) async fn matches(&self, typed: &str, stored: Option<String>) -> Result<bool> {
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

impl Backend {
    /// A password for somebody to set, as [`Password::parse`] judges it, off the asynchronous threads.
    ///
    /// # Errors
    /// When the program stops meanwhile; what is wrong with the password is in the inner result.
    pub async fn judge_password(
        &self,
        text: &str,
        about: &[&str],
    ) -> Result<Result<Password, PasswordError>> {
        let about = about.iter().map(|&word| word.to_owned()).collect();
        self.hasher().judge(text.to_owned(), about).await
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            atomic::{AtomicUsize, Ordering},
            mpsc,
        },
        time::Duration,
    };

    use tokio::{sync::oneshot, time::timeout};

    use super::*;
    use crate::clock::SystemRandom;

    fn error(text: &str) -> Option<PasswordError> {
        Password::parse(text, &["Camille Lefèvre", "camille@tour.example"]).err()
    }

    #[test]
    fn length_counts_characters_and_nothing_else_is_asked_of_them() {
        assert_eq!(error("x7 é"), Some(PasswordError::TooShort));
        assert_eq!(error("le héron traverse"), None);
        let longest = "le héron traverse, la loutre plonge ".repeat(4);
        let longest: String = longest.chars().take(127).chain(['7']).collect();
        assert_eq!(error(&longest), None);
        assert_eq!(error(&format!("{longest}é")), Some(PasswordError::TooLong));
        assert_eq!(error(&"é".repeat(10_000)), Some(PasswordError::TooLong));
    }

    #[test]
    fn common_ones_and_those_about_the_person_are_refused() {
        for good in [
            "a#7$K!p%",
            "w?8_)Rz&",
            "!7%&x#@(9^",
            "x9$Kq2!w",
            "!7%&x#@(9^*Q",
            "§£¤~#{[|`\\^@",
            "le-héron-traverse",
        ] {
            assert_eq!(error(good), None, "{good}");
        }
        for common in [
            "password",
            "12345678",
            "azerty123",
            "azertyuiop",
            "motdepasse1",
            "doctolib2026",
            "camillelefevre",
            "camille.lefevre",
            "Camille2026!",
            "Lefevre!Camille",
            "c-a-m-i-l-l-e",
            "b.i.e.n.v.e.n.u.e",
            "Mot-de-passe1",
            "Sage-Femme1",
            "Papa-Maman",
            "&é\"'(-è_çà",
            "tour.example",
            "lefèvre1",
            "bienvenue",
            "mot2passe",
            "Choupette",
            "ordinateur",
            "coccinelle",
            "infirmière",
            "mamanjetaime",
            "la-vie-est-belle",
            "pastis51",
            "sante2026",
            "azer1234",
            "aaaaaaaaaaaa",
        ] {
            assert_eq!(error(common), Some(PasswordError::Common), "{common}");
        }
    }

    #[test]
    fn a_generated_one_is_good_enough_and_never_printed_by_debug() {
        let password = Password::generate(&SystemRandom);
        assert_eq!(password.reveal().len(), 24);
        assert_eq!(error(password.reveal()), None);
        assert!(!format!("{password:?}").contains(password.reveal()));
    }

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
        assert!(hasher.matches(&in_parts, Some(of_long)).await.unwrap());
        // Counted as it is compared: a hundred and twenty-eight characters, and easily guessed.
        let longest = Password::parse(&"e\u{323}\u{302}".repeat(128), &[]);
        assert_eq!(longest.err(), Some(PasswordError::Common));
        let decomposed = "le he\u{301}ron traverse";
        assert!(
            hasher
                .matches(decomposed, Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(
            !hasher
                .matches("le heron traverse", Some(hash))
                .await
                .unwrap()
        );
        assert!(!hasher.matches("", None).await.unwrap());
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
            timeout(long, hasher.matches("le héron traverse", None)),
        );
        assert!(hashed.is_err(), "hashed out of turn");
        assert!(compared.is_err(), "compared out of turn");
        drop(taken);
        assert!(!hasher.matches("le héron traverse", None).await.unwrap());
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
