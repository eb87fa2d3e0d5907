//! What is changed of one's own second step once it is on: new recovery codes, a telephone or a
//! passkey more or less. Asks for the password, and for a code or a passkey; without the last
//! factor the password alone signs in again.

use std::str::FromStr;

use domain::{
    access::Member,
    ids::{AccountId, PasskeyId},
    practice::Title,
};

use super::{Changed, FactorRefusal, Proof, ceremony, passkeys::Purpose, remove_all, still};
use crate::{
    Backend, Error, Failure, Result,
    jobs::AccountChange,
    keys,
    store::{Tx, factors, passkeys, people, sessions::Session},
};

/// What is wished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The codes of a telephone, which its first code then proves.
    AddTelephone,
    /// One passkey more, of that name, which a device then makes.
    AddPasskey(Title),
    /// Ten new recovery codes in the place of those that are left.
    RenewCodes,
    /// No codes of a telephone any more.
    RemoveTelephone,
    /// One passkey less.
    RemovePasskey(PasskeyId),
}

impl Wish {
    fn code(&self) -> String {
        match self {
            Self::AddTelephone => "add-telephone".to_owned(),
            Self::AddPasskey(name) => format!("add-passkey {name}"),
            Self::RenewCodes => "renew".to_owned(),
            Self::RemoveTelephone => "telephone".to_owned(),
            Self::RemovePasskey(id) => format!("passkey {id}"),
        }
    }

    /// The passkey that is to go.
    const fn passkey(&self) -> Option<PasskeyId> {
        match self {
            Self::RemovePasskey(id) => Some(*id),
            Self::AddTelephone | Self::AddPasskey(_) | Self::RenewCodes | Self::RemoveTelephone => {
                None
            }
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        match code {
            "add-telephone" => Some(Self::AddTelephone),
            "renew" => Some(Self::RenewCodes),
            "telephone" => Some(Self::RemoveTelephone),
            other => match other.split_once(' ')? {
                ("add-passkey", name) => Some(Self::AddPasskey(name.parse().ok()?)),
                ("passkey", id) => Some(Self::RemovePasskey(PasskeyId::from_str(id).ok()?)),
                _ => None,
            },
        }
    }
}

/// What became of a wish.
#[derive(Clone, Debug)]
pub enum Fulfilled {
    /// It is done, and the session is another.
    Changed(Changed),
    /// What is to be added waits for its first code, or for the device.
    Started,
}

impl Fulfilled {
    /// The new session and what is shown once, if something was changed already.
    #[must_use]
    pub fn changed(self) -> Option<Changed> {
        match self {
            Self::Changed(changed) => Some(changed),
            Self::Started => None,
        }
    }
}

impl Backend {
    /// Does what is wished, after the password and a code of the telephone or a recovery code.
    /// Every other session ends.
    ///
    /// # Errors
    /// [`FactorRefusal`]; [`Error::NotFound`] when nobody is signed in with the token, or the
    /// passkey is none of hers.
    pub async fn change_second_step(
        &self,
        token: &str,
        password: &str,
        code: &str,
        wish: Wish,
    ) -> Result<Fulfilled, Failure<FactorRefusal>> {
        let (session, stored) = self.proved(token, password).await?;
        let (this, asked_by, code) = (self.clone(), keys::hash(token), code.to_owned());
        let (member, named) = (session.member.clone(), wish.passkey());
        let done = self
            .detached(async move {
                let account = session.member.account;
                let mut tx = this.store().begin().await?;
                people::lock_account(&mut tx, account).await?;
                this.prove_fully(&mut tx, account, &stored, &code).await?;
                this.fulfil(tx, &asked_by, &session, wish).await
            })
            .await;
        self.or_denied_passkey(done, &member, named).await
    }

    /// What was done; or, where a passkey was named that is not hers, an audit line (HAZARDS 10).
    /// No transaction is open by then.
    async fn or_denied_passkey<T>(
        &self,
        done: Result<T, Failure<FactorRefusal>>,
        member: &Member,
        named: Option<PasskeyId>,
    ) -> Result<T, Failure<FactorRefusal>> {
        match (done, named) {
            (Err(Failure::Broken(Error::NotFound)), Some(passkey)) => {
                Err(self.denied(member, "passkey", passkey.uuid()).await.into())
            }
            (done, _) => done,
        }
    }

    /// The person proves herself as for a sign-in: the password, compared before, is hers still,
    /// and where a second step is on a code of the telephone or a recovery code is used up. The
    /// account is locked. With a passkey instead, see [`Self::start_change_by_passkey`].
    pub(super) async fn prove_fully(
        &self,
        tx: &mut Tx,
        account: AccountId,
        stored: &str,
        code: &str,
    ) -> Result<(), Failure<FactorRefusal>> {
        still(tx, account, stored).await?;
        if self.has_factor(tx, account).await? {
            let proof = self.use_code(tx, account, code).await?;
            proof.ok_or(Failure::Refused(FactorRefusal::WrongCode))?;
        }
        Ok(())
    }

    /// Starts the same with a passkey instead of a code: after the password, a challenge that
    /// is answered at [`Self::change_by_passkey`] in the same session.
    ///
    /// # Errors
    /// As [`Self::change_second_step`].
    pub async fn start_change_by_passkey(
        &self,
        token: &str,
        password: &str,
        wish: Wish,
    ) -> Result<(), Failure<FactorRefusal>> {
        let (session, stored) = self.proved(token, password).await?;
        let (this, hash) = (self.clone(), keys::hash(token));
        let (member, named) = (session.member.clone(), wish.passkey());
        let done = self
            .detached(async move {
                let account = session.member.account;
                let mut tx = this.store().begin().await?;
                people::lock_account(&mut tx, account).await?;
                still(&mut tx, account, &stored).await?;
                let known = passkeys::of_account(&mut tx, account).await?;
                let party = this.relying_party().filter(|_| !known.is_empty());
                let party = party.ok_or(Failure::Refused(FactorRefusal::WrongCode))?;
                // Nobody is asked to prove what cannot be done.
                if let Some(named) = wish.passkey()
                    && !known.iter().any(|own| own.id == named)
                {
                    return Err(Error::NotFound.into());
                }
                let made = ceremony::to_prove(party, &known)?;
                let (purpose, whose) = (Purpose::Prove, Some(account));
                this.wait_for(&mut tx, &hash, purpose, whose, &wish.code(), &made)
                    .await?;
                Ok(tx.commit().await?)
            })
            .await;
        self.or_denied_passkey(done, &member, named).await
    }

    /// Does what was wished when the challenge was made, if the answer is right. Every other
    /// session ends.
    ///
    /// # Errors
    /// As [`Self::change_second_step`].
    pub async fn change_by_passkey(
        &self,
        token: &str,
        answer: &str,
    ) -> Result<Fulfilled, Failure<FactorRefusal>> {
        let session = self.session(token).await?.ok_or(Error::NotFound)?;
        let (this, hash, answer) = (self.clone(), keys::hash(token), answer.to_owned());
        self.detached(async move {
            let account = session.member.account;
            let mut tx = this.store().begin().await?;
            people::lock_account(&mut tx, account).await?;
            let purpose = Purpose::Prove.code();
            let waiting = passkeys::take(&mut tx, &hash, purpose, this.now()).await?;
            let waiting = waiting.ok_or(Failure::Refused(FactorRefusal::ChangedMeanwhile))?;
            let wish = Wish::from_code(&waiting.about);
            let wish = wish.ok_or(Failure::Refused(FactorRefusal::ChangedMeanwhile))?;
            let proof = this
                .use_passkey(&mut tx, account, &waiting.state, &answer)
                .await?;
            if proof.is_none() {
                // The challenge is used up by a wrong answer too.
                tx.commit().await?;
                return Err(Failure::Refused(FactorRefusal::WrongPasskey));
            }
            this.fulfil(tx, &hash, &session, wish).await
        })
        .await
    }

    /// What a browser is shown to prove a change of this session, and what is wished.
    pub(super) async fn change_to_prove(&self, token: &str) -> Result<Option<(Wish, String)>> {
        let mut db = self.store().read().await?;
        let (hash, purpose) = (keys::hash(token), Purpose::Prove.code());
        let found = passkeys::waiting(&mut db, &hash, purpose, self.now()).await?;
        Ok(found.and_then(|found| Some((Wish::from_code(&found.about)?, found.shown))))
    }

    /// Does what is wished; everything was proved.
    async fn fulfil(
        &self,
        mut tx: Tx,
        asked_by: &[u8],
        session: &Session,
        wish: Wish,
    ) -> Result<Fulfilled, Failure<FactorRefusal>> {
        let (member, account) = (&session.member, session.member.account);
        let adds = matches!(wish, Wish::AddTelephone | Wish::AddPasskey(_));
        if !adds && !self.has_factor(&mut tx, account).await? {
            return Err(Failure::Refused(FactorRefusal::ChangedMeanwhile));
        }
        let (done, change) = match &wish {
            Wish::AddTelephone => {
                self.begin_telephone(&mut tx, asked_by, account).await?;
                tx.commit().await?;
                return Ok(Fulfilled::Started);
            }
            Wish::AddPasskey(name) => {
                self.begin_passkey(&mut tx, asked_by, account, name).await?;
                tx.commit().await?;
                return Ok(Fulfilled::Started);
            }
            Wish::RenewCodes => {
                self.record_session(&mut tx, member, "recovery-codes-renewed")
                    .await?;
                self.tell_account(&mut tx, member, AccountChange::CodesRenewed)
                    .await?;
                let codes = self.write_codes(&mut tx, account).await?;
                let changed = self.changed(tx, asked_by, session, codes).await?;
                return Ok(Fulfilled::Changed(changed));
            }
            Wish::RemoveTelephone => {
                let done = factors::remove_totp(&mut tx, account).await?;
                (done, AccountChange::TelephoneRemoved)
            }
            Wish::RemovePasskey(id) => {
                let done = passkeys::remove(&mut tx, account, *id).await?;
                (done, AccountChange::PasskeyRemoved)
            }
        };
        if !done {
            return Err(Error::NotFound.into());
        }
        let last = !self.has_factor(&mut tx, account).await?;
        if let Some(action) = removed(&wish, last) {
            self.record_session(&mut tx, member, action).await?;
        }
        if last {
            remove_all(&mut tx, account).await?;
            self.record_session(&mut tx, member, "second-step-turned-off")
                .await?;
        }
        self.tell_account(&mut tx, member, change).await?;
        let changed = self.changed(tx, asked_by, session, Vec::new()).await?;
        Ok(Fulfilled::Changed(changed))
    }

    /// Takes the answer of a passkey to a challenge that names those of the account; `None` when
    /// it is wrong. A transaction that is not committed has not used it.
    pub(super) async fn use_passkey(
        &self,
        tx: &mut Tx,
        account: AccountId,
        state: &str,
        answer: &str,
    ) -> Result<Option<Proof>> {
        let (Some(answer), Some(party)) = (ceremony::Answer::parse(answer), self.relying_party())
        else {
            return Ok(None);
        };
        // Read afresh: it may have been removed since the challenge was made.
        let row = passkeys::by_credential(tx, answer.credential_id()).await?;
        let Some(row) = row.filter(|row| row.account == account && answer.may_be_of(account))
        else {
            return Ok(None);
        };
        let Some(proved) = answer.proves(party, state, &row)? else {
            return Ok(None);
        };
        let (credential, counter) = (&proved.credential, proved.counter);
        let counted = passkeys::was_used(tx, row.id, credential, counter, self.now()).await?;
        Ok(counted.then_some(Proof::Passkey))
    }
}

/// The line of the journal for a factor less; the telephone as the only one is the second step.
const fn removed(wish: &Wish, last: bool) -> Option<&'static str> {
    match (wish, last) {
        (Wish::RemovePasskey(_), _) => Some("passkey-removed"),
        (Wish::RemoveTelephone, false) => Some("telephone-removed"),
        (Wish::RemoveTelephone, true)
        | (Wish::RenewCodes | Wish::AddTelephone | Wish::AddPasskey(_), _) => None,
    }
}
