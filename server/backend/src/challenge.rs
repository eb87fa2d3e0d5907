//! What a booking form carries so that robots pay for it: a challenge signed by the instance,
//! which says when the form was shown, and the proof of work that the browser adds to it.
//! Solving it is the island `app::islands::proof_of_work`'s; counting is `domain::holding`'s.
//!
//! The protocol is ALTCHA's (version 2, PBKDF2): the browser looks for a counter whose key
//! begins with a prefix. Clock and randomness are ours, so the crate signs and verifies only.

use std::collections::BTreeMap;

use altcha::{
    Challenge as Signed, ChallengeParameters, HmacAlgorithm, Solution, VerifySolutionOptions,
    sign_challenge, verify_solution,
};
use chrono::{DateTime, TimeDelta, Utc};

use crate::{Backend, Result, keys, store::holding};

/// How long a challenge proves anything. A form that was open for longer still works, as one
/// without a proof.
pub const LIFETIME: TimeDelta = TimeDelta::hours(4);
/// How many rounds of PBKDF2 each try costs, for the browser and for the server's one.
pub const ROUNDS: u32 = 1_000;
/// What a key must begin with: one of 256 does, so that is how many tries it takes on average.
pub const PREFIX: &str = "00";

const ALGORITHM: &str = "PBKDF2/SHA-256";
/// Where the challenge says when its form was shown, in seconds since 1970.
const SHOWN: &str = "shown";

/// A challenge as the form carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// What the form sends back, as it is.
    pub text: String,
    /// Hexadecimal; the browser puts its counter behind these bytes.
    pub nonce: String,
    /// Hexadecimal.
    pub salt: String,
    /// Hexadecimal: the key must begin with it.
    pub prefix: String,
    /// Rounds of PBKDF2 for each try.
    pub rounds: u32,
    /// When the form was shown.
    pub shown_at: DateTime<Utc>,
}

/// A challenge that was solved and not used up yet, to be used up by the hold it is sent with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    pub(crate) id: Vec<u8>,
    pub(crate) expires_at: DateTime<Utc>,
}

impl Backend {
    /// A challenge for a form that is shown now.
    #[must_use]
    pub fn new_challenge(&self) -> Challenge {
        self.challenge_of(ROUNDS, PREFIX)
    }

    /// One of another difficulty, for tests: an empty prefix is solved by the first try.
    #[must_use]
    pub fn challenge_of(&self, rounds: u32, prefix: &str) -> Challenge {
        let mut random = [0; 32];
        self.random().fill(&mut random);
        let (nonce, salt) = random.split_at(16);
        let mut parameters = ChallengeParameters {
            algorithm: ALGORITHM.to_owned(),
            cost: rounds,
            data: Some(BTreeMap::from([(
                SHOWN.to_owned(),
                self.now().timestamp().into(),
            )])),
            // Its own check would read the machine's clock.
            expires_at: None,
            key_length: 32,
            key_prefix: prefix.to_owned(),
            key_signature: None,
            memory_cost: None,
            nonce: hex(nonce),
            parallelism: None,
            salt: hex(salt),
        };
        let signed = sign_challenge(
            &HmacAlgorithm::Sha256,
            &mut parameters,
            None,
            &self.keys().challenge_secret(),
            None,
        )
        .expect("HMAC takes keys of any length, and the parameters are JSON");
        let text = serde_json::to_string(&signed).expect("the parameters are JSON");
        in_form(text, parameters).expect("it was just made")
    }

    /// The challenge of a form that was sent, if this instance made it; however old.
    #[must_use]
    pub fn read_challenge(&self, text: &str) -> Option<Challenge> {
        let signed: Signed = serde_json::from_str(text).ok()?;
        let ours = sign_challenge(
            &HmacAlgorithm::Sha256,
            &mut signed.parameters.clone(),
            None,
            &self.keys().challenge_secret(),
            None,
        )
        .ok()?;
        keys::same(&signed.signature?, &ours.signature?)
            .then(|| in_form(text.to_owned(), signed.parameters))?
    }

    /// The challenge for a form that is shown again: the one it had while it can still prove
    /// something, so that work done is not lost, else a new one.
    ///
    /// # Errors
    /// As the database.
    pub async fn challenge_again(&self, text: &str) -> Result<Challenge> {
        let had = self.read_challenge(text);
        let had = had.filter(|had| self.now() < had.shown_at + LIFETIME);
        match had {
            Some(had) if !self.is_spent(&had).await? => Ok(had),
            Some(_) | None => Ok(self.new_challenge()),
        }
    }

    /// The proof of work that came with a challenge (`{counter}.{key in hexadecimal}`): one try
    /// of PBKDF2, and one statement if it is right. `None` if it is wrong, too old or used up.
    ///
    /// # Errors
    /// As the database.
    pub async fn proof(&self, challenge: &Challenge, solution: &str) -> Result<Option<Proof>> {
        let expires_at = challenge.shown_at + LIFETIME;
        if expires_at <= self.now() || !self.solves(challenge, solution) {
            return Ok(None);
        }
        let id = challenge_id(challenge);
        Ok((!self.is_spent(challenge).await?).then_some(Proof { id, expires_at }))
    }

    fn solves(&self, challenge: &Challenge, solution: &str) -> bool {
        let Some((counter, key)) = solution.split_once('.') else {
            return false;
        };
        let (Ok(counter), Ok(signed)) = (
            counter.parse(),
            serde_json::from_str::<Signed>(&challenge.text),
        ) else {
            return false;
        };
        let solution = Solution {
            counter,
            derived_key: key.to_owned(),
            time: None,
        };
        let options =
            VerifySolutionOptions::new(&signed, &solution, self.keys().challenge_secret());
        verify_solution(options).is_ok_and(|result| result.verified)
    }

    async fn is_spent(&self, challenge: &Challenge) -> Result<bool> {
        let mut db = self.store().read().await?;
        Ok(holding::is_spent(&mut db, &challenge_id(challenge)).await?)
    }
}

/// What is stored of a challenge that is used up.
fn challenge_id(challenge: &Challenge) -> Vec<u8> {
    keys::hash(&challenge.nonce)
}

fn in_form(text: String, parameters: ChallengeParameters) -> Option<Challenge> {
    let shown = parameters.data?.get(SHOWN)?.as_i64()?;
    Some(Challenge {
        text,
        nonce: parameters.nonce,
        salt: parameters.salt,
        prefix: parameters.key_prefix,
        rounds: parameters.cost,
        shown_at: DateTime::from_timestamp(shown, 0)?,
    })
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
