//! How many tries are let in, counted in memory by `governor`. Numbers are generous enough for a
//! waiting room behind one address, and small enough that guessing gets nowhere.

mod networks;
mod shares;

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use app::{
    fault::Fault,
    limits::{Attempt, ClientKey, Limits, Share},
};
use backend::known_browser::KnownBrowser;
use chrono::{DateTime, Utc};
use domain::{
    booking::HOLD,
    holding::{MOST_OPEN, Network},
};
use governor::clock::{Clock, DefaultClock};
use networks::{Counter, Key, Networks, counter, forget};
use sha2::{Digest, Sha256};
use shares::Shares;

/// No limit at all: only for measuring, on a server that only this machine can reach.
#[derive(Clone, Copy, Debug)]
pub struct Off;

impl Limits for Off {
    fn admit(&self, _: Attempt<'_>, _: &ClientKey) -> Result<(), Fault> {
        Ok(())
    }

    fn signed_in(&self, _: &str, _: &ClientKey, _: KnownBrowser) {}

    fn remembered(&self, _: &str, _: &ClientKey) -> Option<KnownBrowser> {
        None
    }

    fn take_share(&self, _: &[&str], _: (&str, DateTime<Utc>), _: &ClientKey) -> Share {
        Share::none()
    }

    fn give_back(&self, _: &Share) {}

    fn are_on(&self) -> bool {
        false
    }

    fn forget_old(&self) {}
}

/// How long a network that signed in to an account is let in however many strangers try, unless
/// the account has another password before.
const KNOWN: Duration = Duration::from_hours(30 * 24);
/// How long a hold with an address or a telephone counts for its network only.
const OWN_SHARE_IN: Duration = Duration::from_mins(20);
/// Most pairs of account and network that are remembered.
const MOST_KNOWN: usize = 100_000;

/// The limits of a running server.
#[derive(Debug)]
pub struct Counters {
    /// Makes keys unguessable, so that nobody can fill one on purpose.
    seed: String,
    /// Sign-ins from one network, or from one browser that signed in before, to one account: 10
    /// at once, then one a minute.
    sign_in_here: Counter,
    /// Sign-ins from one network: 60 at once, then one in five seconds.
    sign_in_network: Networks,
    /// Sign-ins to one account from networks that never succeeded: 100 at once, then two a
    /// minute. Its owner's own networks are not counted.
    sign_in_strangers: Counter,
    /// Codes after a password from one network to one account: 10 at once, then one a minute.
    second_here: Counter,
    /// Codes after a password to one account from networks that never succeeded: 30 at once,
    /// then one in five minutes. Three of a million are right at a time: a year of that finds
    /// one in three times, and every fifth wrong one asks for the password again.
    second_strangers: Counter,
    /// Codes after a password to one account from networks and browsers that signed in to it
    /// before, all together: 30 at once, then one in five minutes. Whoever knows the password can
    /// make himself known until a second step is asked for, as often as he likes.
    second_known: Counter,
    /// Codes after a password from one network: 30 at once, then one in ten seconds. Not counted
    /// with the codes of patients: a waiting room that books keeps nobody from signing in.
    second_network: Networks,
    /// Codes and links of held slots from one network: 30 at once, then one in ten seconds.
    code_network: Networks,
    /// Codes for one hold: 10 at once, then one a minute. `backend` frees the slot before that.
    code_hold: Counter,
    /// Slots held from one network: 20 at once, then one a minute.
    hold_network: Networks,
    /// Of these, the ones at one practitioner: 20 at once, then one in a quarter of an hour. Whoever has
    /// mailboxes without number can confirm what he holds, and from one network he gets no further
    /// than that: a line of IPv6 counts as one, whatever it has.
    hold_agenda: Networks,
    /// Of these, the ones without a proof of work: 4 at once, then one in ten minutes. No more
    /// than 5 of them are open at a time, which is less than the third of a usual day that
    /// holds without a proof may take (`domain::holding`).
    hold_unproved: Networks,
    /// Of these, the ones with one address, or with one telephone: two in twenty minutes count for that
    /// network only, and not with what others hold elsewhere with them. As many as `domain::holding`
    /// lets anybody have open at a time.
    hold_own: Shares<Key, ()>,
    /// Of these, the ones at one practitioner, for as long as a hold lasts: what is held of them may
    /// take half of what holds may, all together (`domain::holding`). By household, as the former.
    hold_open: Shares<Key, DateTime<Utc>>,
    /// Codes mailed once more from one network: 20 at once, then one a minute.
    resend_network: Networks,
    /// Challenges for a passkey alone, and answers to them, from one network: 60 at once, then one
    /// in five seconds, as passwords. Each waits in the database for five minutes at most.
    passkey_network: Networks,
    /// Set-up links that are none, tried from one network: 10 at once, then one a minute.
    set_up_network: Networks,
    /// Public data read by programs from one network: 300 at once, then ten a second. A page with
    /// its slots asks for none of it; a site that shows the first free slot of each of thirty
    /// practitioners asks thirty times.
    read_network: Networks,
    /// When an account was signed in to from a network, and what proves with which password.
    known: Mutex<HashMap<Key, (Instant, KnownBrowser)>>,
    clock: DefaultClock,
}

impl Counters {
    /// Counters at zero; `seed` is unpredictable.
    #[must_use]
    pub fn new(seed: String) -> Self {
        Self {
            seed,
            sign_in_here: counter(10, Duration::from_mins(1)),
            sign_in_network: Networks::new(60, Duration::from_secs(5)),
            sign_in_strangers: counter(100, Duration::from_secs(30)),
            second_here: counter(10, Duration::from_mins(1)),
            second_strangers: counter(30, Duration::from_mins(5)),
            second_known: counter(30, Duration::from_mins(5)),
            second_network: Networks::new(30, Duration::from_secs(10)),
            code_network: Networks::new(30, Duration::from_secs(10)),
            code_hold: counter(10, Duration::from_mins(1)),
            hold_network: Networks::new(20, Duration::from_mins(1)),
            hold_agenda: Networks::by_household(20, Duration::from_mins(15)),
            hold_unproved: Networks::new(4, Duration::from_mins(10)),
            hold_own: Shares::new(OWN_SHARE_IN),
            hold_open: Shares::new(HOLD.to_std().unwrap_or_default()),
            resend_network: Networks::new(20, Duration::from_mins(1)),
            passkey_network: Networks::new(60, Duration::from_secs(5)),
            set_up_network: Networks::new(10, Duration::from_mins(1)),
            read_network: Networks::new(300, Duration::from_millis(100)),
            known: Mutex::default(),
            clock: DefaultClock::default(),
        }
    }

    fn key(&self, parts: &[&str]) -> Key {
        let mut hash = Sha256::new();
        hash.update(self.seed.as_bytes());
        for part in parts {
            hash.update(part.trim().to_lowercase().as_bytes());
            hash.update([0]);
        }
        let mut key = Key::default();
        key.copy_from_slice(&hash.finalize()[..16]);
        key
    }

    fn check(&self, counter: &Counter, key: Key) -> Result<(), Fault> {
        counter.check_key(&key).map_err(|full| {
            let wait = full.wait_time_from(self.clock.now());
            Fault::TooMany {
                retry_after: wait.as_secs() + 1,
            }
        })
    }

    /// One more from a network, of what is named by `of`; it counts for those it lies in too.
    fn check_network(
        &self,
        networks: &Networks,
        client: &ClientKey,
        of: &str,
    ) -> Result<(), Fault> {
        let counted = networks.counters().zip(client.networks());
        for (counter, network) in counted {
            self.check(counter, self.key(&[network, of]))?;
        }
        Ok(())
    }

    /// One more code to an account: of those from known places, or else of those from anywhere.
    fn second_step(&self, account: &str, known: bool) -> Result<(), Fault> {
        let account = self.key(&[account]);
        if known && self.check(&self.second_known, account).is_ok() {
            return Ok(());
        }
        self.check(&self.second_strangers, account)
    }
}

impl Limits for Counters {
    fn admit(&self, attempt: Attempt<'_>, client: &ClientKey) -> Result<(), Fault> {
        let network = |networks| self.check_network(networks, client, "");
        match attempt {
            Attempt::SignIn { account, known } => {
                let here = self.key(&[account, client.network()]);
                // Whoever is beside her would else learn whose network it is, at no cost: what is tried
                // there with other accounts stops all but the browsers that signed in before.
                network(&self.sign_in_network)?;
                self.check(&self.sign_in_here, here)?;
                if known {
                    return Ok(());
                }
                self.check(&self.sign_in_strangers, self.key(&[account]))
            }
            Attempt::KnownBrowser { account, browser } => {
                self.check(&self.sign_in_here, self.key(&[account, browser]))
            }
            Attempt::SecondStep { account, known } => {
                let here = self.key(&[account, client.network()]);
                if !known {
                    network(&self.second_network)?;
                }
                self.check(&self.second_here, here)?;
                self.second_step(account, known)
            }
            Attempt::SecondStepOfKnownBrowser { account, browser } => {
                self.check(&self.second_here, self.key(&[account, browser]))?;
                self.second_step(account, true)
            }
            Attempt::Code { hold } => self.check(&self.code_hold, self.key(&[hold])),
            Attempt::CodeForNone => network(&self.code_network),
            Attempt::Hold { proved, whose } => {
                if !proved {
                    network(&self.hold_unproved)?;
                }
                network(&self.hold_network)?;
                self.check_network(&self.hold_agenda, client, whose)
            }
            Attempt::Resend => network(&self.resend_network),
            Attempt::Passkey => network(&self.passkey_network),
            Attempt::SetUp => network(&self.set_up_network),
            Attempt::Read => network(&self.read_network),
        }
    }

    fn signed_in(&self, account: &str, client: &ClientKey, proof: KnownBrowser) {
        let here = self.key(&[account, client.network()]);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST_KNOWN || known.contains_key(&here) {
            known.insert(here, (Instant::now(), proof));
        }
    }

    fn remembered(&self, account: &str, client: &ClientKey) -> Option<KnownBrowser> {
        let here = self.key(&[account, client.network()]);
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, proof) = known.get(&here)?;
        (since.elapsed() < KNOWN).then(|| proof.clone())
    }

    fn take_share(
        &self,
        with: &[&str],
        (whose, start): (&str, DateTime<Utc>),
        client: &ClientKey,
    ) -> Share {
        let household = client.household();
        let keys = with.iter().map(|with| self.key(&[with, household]));
        // Each is counted, whatever the others say.
        let own: Vec<_> = keys
            .filter(|key| self.hold_own.take(*key, (), MOST_OPEN))
            .collect();
        let slot = (self.key(&[whose, household]), start);
        let (open, is_new) = self.hold_open.take_beside(slot.0, slot.1);
        let own_share = own.len() == with.len();
        Share {
            network: Network { own_share, open },
            own,
            slot: is_new.then_some(slot),
        }
    }

    fn give_back(&self, share: &Share) {
        for key in &share.own {
            self.hold_own.give_back(*key, &());
        }
        if let Some((key, start)) = &share.slot {
            self.hold_open.give_back(*key, start);
        }
    }

    fn are_on(&self) -> bool {
        true
    }

    fn forget_old(&self) {
        for counter in [
            &self.sign_in_here,
            &self.sign_in_strangers,
            &self.second_here,
            &self.second_strangers,
            &self.second_known,
            &self.code_hold,
        ] {
            forget(counter);
        }
        for networks in [
            &self.sign_in_network,
            &self.second_network,
            &self.code_network,
            &self.hold_network,
            &self.hold_agenda,
            &self.hold_unproved,
            &self.resend_network,
            &self.passkey_network,
            &self.set_up_network,
            &self.read_network,
        ] {
            networks.forget_old();
        }
        self.hold_own.forget_old();
        self.hold_open.forget_old();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (since, _)| since.elapsed() < KNOWN);
    }
}

#[cfg(test)]
mod tests;
