//! Passwords: which are good enough. How they are hashed and compared is [`hasher`]'s, who signs in
//! with them [`crate::accounts`]'s.

use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization;
use zxcvbn::Score;

use crate::{Backend, Result, clock::Random};

mod hasher;

pub use hasher::Asks;
pub(crate) use hasher::Hasher;

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

/// What stands before names.
const ARTICLES: [&str; 5] = ["le", "la", "les", "du", "des"];

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
            .flat_map(|word| {
                // "Maison des Tilleuls": the article makes her own name no better.
                let with = ARTICLES.map(|article| format!("{article}{word}"));
                [word].into_iter().chain(with)
            })
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
            "LesLefevre1",
            "accueil2026",
            "Accueil2026!",
            "Doliprane1000",
            "Calendrier1",
            "Mamanpapa1",
            "Paris75000",
            "OM13000!",
            "aqzsedrf",
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
}
