//! What this server and a device say to each other about a passkey (WebAuthn), through
//! `webauthn-rs`: the challenge, and whether an answer to it is right.
//! Who may ask, and what follows from a right answer, is the neighbours'.

use domain::ids::AccountId;
use serde::{Serialize, de::DeserializeOwned};
use url::Url;
use webauthn_rs::{
    Webauthn, WebauthnBuilder,
    prelude::{
        AuthenticationResult, DiscoverableAuthentication, Passkey, PasskeyAuthentication,
        PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, WebauthnError,
    },
};

use crate::{
    Error, Result,
    store::{passkeys::PasskeyRow, people::Account},
};

/// Longest answer of a device that is looked at, in bytes.
const ANSWER_MOST: usize = 32 * 1024;

/// A challenge, in the two halves of it.
#[derive(Clone, Debug)]
pub(super) struct Challenge {
    /// For the browser.
    pub(super) shown: String,
    /// For us, to compare its answer with.
    pub(super) state: String,
}

/// A passkey that was just made.
#[derive(Clone, Debug)]
pub(super) struct Made {
    /// What the device calls it.
    pub(super) credential_id: Vec<u8>,
    /// What is stored of it.
    pub(super) credential: String,
}

/// What a right answer says.
#[derive(Clone, Debug)]
pub(super) struct Proved {
    /// What is stored of the passkey from now on.
    pub(super) credential: String,
    /// How often the device used it; always zero where it does not count.
    pub(super) counter: i64,
}

/// This server as devices know it; `None` where they would refuse it: they bind a passkey to the
/// name of a host, and talk to pages that came encrypted or from the machine itself only.
pub(crate) fn relying_party(public_url: &str) -> Option<Webauthn> {
    let origin = Url::parse(public_url).ok()?;
    let host = origin.domain()?.to_owned();
    let here = host == "localhost" || host.ends_with(".localhost");
    if origin.scheme() != "https" && !here {
        return None;
    }
    WebauthnBuilder::new(&host, &origin).ok()?.build().ok()
}

/// A challenge to make a passkey; devices that hold one of `known` refuse.
pub(super) fn to_make(
    party: &Webauthn,
    account: &Account,
    known: &[PasskeyRow],
) -> Result<Challenge> {
    let known = known.iter().map(|one| one.credential_id.clone());
    let (shown, state) = party
        .start_passkey_registration(
            account.id.uuid(),
            account.email.as_str(),
            account.name.as_str(),
            Some(known.collect()),
        )
        .map_err(broken)?;
    let mut shown = serde_json::to_value(shown).map_err(broken)?;
    // Where there is room the device keeps it with the name of the account, so that it signs in
    // by itself too; a security key without room is as welcome.
    shown["publicKey"]["authenticatorSelection"]["residentKey"] = "preferred".into();
    challenge(&shown, &state)
}

/// The passkey that an answer made; `None` when it is no right one.
pub(super) fn made(party: &Webauthn, state: &str, answer: &str) -> Result<Option<Made>> {
    let state: PasskeyRegistration = read(state)?;
    let Some(answer) = parse::<RegisterPublicKeyCredential>(answer) else {
        return Ok(None);
    };
    let Some(passkey) = accepted(party.finish_passkey_registration(&answer, &state)) else {
        return Ok(None);
    };
    Ok(Some(Made {
        credential_id: passkey.cred_id().as_slice().to_vec(),
        credential: written(&passkey)?,
    }))
}

/// A challenge to prove oneself by one of these.
pub(super) fn to_prove(party: &Webauthn, known: &[PasskeyRow]) -> Result<Challenge> {
    let known: Vec<Passkey> = known
        .iter()
        .map(|one| read(&one.credential))
        .collect::<Result<_>>()?;
    let (shown, state) = party.start_passkey_authentication(&known).map_err(broken)?;
    challenge(&shown, &state)
}

/// A challenge to say who one is and prove it at once.
pub(super) fn to_sign_in(party: &Webauthn) -> Result<Challenge> {
    let (mut shown, state) = party.start_discoverable_authentication().map_err(broken)?;
    // A person asks for it by a button, not while she types.
    shown.mediation = None;
    challenge(&shown, &state)
}

/// The answer of a device to a challenge to prove something.
#[derive(Debug)]
pub(super) struct Answer(PublicKeyCredential);

impl Answer {
    /// What the browser sent; `None` when it is no answer at all.
    pub(super) fn parse(text: &str) -> Option<Self> {
        parse(text).map(Self)
    }

    /// Which passkey it claims to be of.
    pub(super) fn credential_id(&self) -> &[u8] {
        self.0.get_credential_id()
    }

    /// Whether it says to be of that account, or nothing about it.
    pub(super) fn may_be_of(&self, account: AccountId) -> bool {
        self.0
            .get_user_unique_id()
            .is_none_or(|said| said == account.uuid().as_bytes())
    }

    /// What it proves of that passkey; `None` when it is wrong. The challenge was one of
    /// [`to_prove`].
    pub(super) fn proves(
        &self,
        party: &Webauthn,
        state: &str,
        passkey: &PasskeyRow,
    ) -> Result<Option<Proved>> {
        let state: PasskeyAuthentication = read(state)?;
        let checked = party.finish_passkey_authentication(&self.0, &state);
        proved(passkey, accepted(checked))
    }

    /// The same, of a challenge of [`to_sign_in`]. Here the answer must say whose it is.
    pub(super) fn signs_in(
        &self,
        party: &Webauthn,
        state: &str,
        passkey: &PasskeyRow,
    ) -> Result<Option<Proved>> {
        if self.0.get_user_unique_id().is_none() || !self.may_be_of(passkey.account) {
            return Ok(None);
        }
        let state: DiscoverableAuthentication = read(state)?;
        let known: Passkey = read(&passkey.credential)?;
        let checked = party.finish_discoverable_authentication_v2(&self.0, state, known);
        proved(passkey, accepted(checked))
    }
}

fn proved(row: &PasskeyRow, checked: Option<AuthenticationResult>) -> Result<Option<Proved>> {
    let mut passkey: Passkey = read(&row.credential)?;
    // Its person was recognised by the device, by a PIN or her body: asked for, and asserted by
    // the library; twice is cheap where so much hangs on it.
    let Some(checked) = checked.filter(AuthenticationResult::user_verified) else {
        return Ok(None);
    };
    if passkey.update_credential(&checked).is_none() {
        return Ok(None);
    }
    Ok(Some(Proved {
        credential: written(&passkey)?,
        counter: i64::from(checked.counter()),
    }))
}

fn challenge(shown: &impl Serialize, state: &impl Serialize) -> Result<Challenge> {
    Ok(Challenge {
        shown: written(shown)?,
        state: written(state)?,
    })
}

/// A refusal of the library is none of ours: it says nothing about a person.
fn accepted<T>(checked: Result<T, WebauthnError>) -> Option<T> {
    checked
        .inspect_err(|why| tracing::info!(%why, "an answer of a passkey was refused"))
        .ok()
}

fn parse<T: DeserializeOwned>(answer: &str) -> Option<T> {
    if answer.len() > ANSWER_MOST {
        return None;
    }
    serde_json::from_str(answer).ok()
}

fn read<T: DeserializeOwned>(stored: &str) -> Result<T> {
    serde_json::from_str(stored).map_err(broken)
}

fn written(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(broken)
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::Io(format!("passkeys: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_need_the_name_of_a_host_and_https_or_this_very_machine() {
        for (public_url, offered) in [
            ("https://rdv.example.org", true),
            ("https://rdv.example.org:8443", true),
            ("http://localhost:3000", true),
            ("http://rdv.localhost", true),
            ("http://rdv.example.org", false),
            ("http://127.0.0.1:3000", false),
            ("https://192.0.2.7", false),
            ("https://[2001:db8::1]", false),
            ("https://localhost", true),
            ("", false),
        ] {
            assert_eq!(relying_party(public_url).is_some(), offered, "{public_url}");
        }
    }
}
