//! How many tries are let in, counted in memory by `governor`. Numbers are generous enough for a
//! waiting room behind one address, and small enough that guessing gets nowhere.

mod shares;

use std::{
    collections::HashMap,
    num::NonZeroU32,
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
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
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

/// What is counted; keys are hashes, so no address of a person stays in memory.
type Key = [u8; 16];
type Counter = DefaultKeyedRateLimiter<Key>;

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
    /// than that.
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
            hold_agenda: Networks::new(20, Duration::from_mins(15)),
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
        let counted = networks.0.iter().zip(client.networks());
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

/// How many times as much is let in from an IPv6 /64 and from the /56 and the /48 it lies in. A
/// household is given one or the other, and has no more people for it.
const WIDER: [u32; 3] = [1, 4, 16];

/// Counters of networks.
#[derive(Debug)]
struct Networks([Counter; 3]);

impl Networks {
    fn new(at_once: u32, then_one_each: Duration) -> Self {
        Self(WIDER.map(|times| counter(at_once * times, then_one_each / times)))
    }

    fn forget_old(&self) {
        for counter in &self.0 {
            counter.retain_recent();
            counter.shrink_to_fit();
        }
    }
}

fn counter(at_once: u32, then_one_each: Duration) -> Counter {
    let at_once = NonZeroU32::new(at_once).unwrap_or(NonZeroU32::MIN);
    let quota = Quota::with_period(then_one_each).unwrap_or_else(|| Quota::per_minute(at_once));
    RateLimiter::keyed(quota.allow_burst(at_once))
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
            counter.retain_recent();
            counter.shrink_to_fit();
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
mod tests {
    use super::*;

    fn network(n: u32) -> ClientKey {
        ClientKey::new(format!("network {n}"), Vec::new())
    }

    fn tries(limits: &Counters, account: &str, client: &ClientKey, most: u32) -> u32 {
        let known = limits.remembered(account, client).is_some();
        let attempt = Attempt::SignIn { account, known };
        (0..most)
            .take_while(|_| limits.admit(attempt, client).is_ok())
            .count() as u32
    }

    #[test]
    fn guessing_a_password_from_one_network_ends_after_ten_tries() {
        let limits = Counters::new(String::new());
        assert_eq!(tries(&limits, "zoe@example.org", &network(1), 50), 10);
        assert_eq!(
            tries(&limits, " ZOE@example.org", &network(1), 50),
            0,
            "the same account"
        );
        assert_eq!(
            tries(&limits, "ali@example.org", &network(1), 50),
            10,
            "another account"
        );
    }

    #[test]
    fn a_network_that_tries_many_accounts_is_stopped() {
        let limits = Counters::new(String::new());
        let accounts: u32 = (0..20)
            .map(|n| tries(&limits, &n.to_string(), &network(1), 10))
            .sum();
        assert_eq!(accounts, 60);
    }

    #[test]
    fn strangers_cannot_lock_the_owner_of_an_account_out() {
        let limits = Counters::new(String::new());
        let (account, home) = ("zoe@example.org", network(0));
        assert_eq!(tries(&limits, account, &home, 1), 1);
        let proof = KnownBrowser {
            browser: String::new(),
            since: 0,
            proof: String::new(),
        };
        limits.signed_in(account, &home, proof);
        let strangers: u32 = (1..100)
            .map(|n| tries(&limits, account, &network(n), 10))
            .sum();
        assert_eq!(
            strangers, 99,
            "all together, the owner's first try included: 100"
        );
        assert_eq!(tries(&limits, account, &home, 1), 1);
        let elsewhere = limits.remembered("ali@example.org", &home);
        assert_eq!(elsewhere, None, "of that account only");
    }

    #[test]
    fn making_oneself_known_again_and_again_does_not_buy_more_codes() {
        let limits = Counters::new(String::new());
        let account = "zoe@example.org";
        let codes: u32 = (0..100)
            .map(|n| {
                let browser = format!("browser {n}");
                let browser = browser.as_str();
                let attempt = Attempt::SecondStepOfKnownBrowser { account, browser };
                let client = network(n);
                (0..10)
                    .take_while(|_| limits.admit(attempt, &client).is_ok())
                    .count() as u32
            })
            .sum();
        assert_eq!(codes, 60, "30 of known places, then 30 of anywhere");
    }

    #[test]
    fn a_waiting_room_that_types_codes_keeps_nobody_from_signing_in_and_the_other_way_round() {
        let limits = Counters::new(String::new());
        let most = |attempt: &dyn Fn(&str) -> Result<(), Fault>| {
            let tries = (0..100).map(|n| n.to_string());
            tries.take_while(|n| attempt(n).is_ok()).count()
        };
        let here = network(1);
        let none = most(&|_| limits.admit(Attempt::CodeForNone, &here));
        assert_eq!(none, 30, "one network is stopped");
        let hers = Attempt::Code { hold: "hers" };
        assert!(limits.admit(hers, &here).is_ok(), "who has a hold is not");
        let codes = most(&|account| {
            limits.admit(
                Attempt::SecondStep {
                    account,
                    known: false,
                },
                &here,
            )
        });
        assert_eq!(codes, 30, "counted by themselves");
        let elsewhere = network(2);
        let codes = most(&|account| {
            limits.admit(
                Attempt::SecondStep {
                    account,
                    known: false,
                },
                &elsewhere,
            )
        });
        assert_eq!(codes, 30);
        let none = most(&|_| limits.admit(Attempt::CodeForNone, &elsewhere));
        assert_eq!(none, 30);
    }

    #[test]
    fn somebody_on_her_network_who_tries_other_accounts_keeps_her_browser_from_nothing() {
        let limits = Counters::new(String::new());
        let here = network(1);
        let sign_in =
            |account: &str, known| limits.admit(Attempt::SignIn { account, known }, &here);
        let second =
            |account: &str, known| limits.admit(Attempt::SecondStep { account, known }, &here);
        for n in 0..100 {
            let made_up = format!("nobody{n}@example.org");
            let _ = sign_in(&made_up, false);
            let _ = second(&made_up, false);
        }
        assert!(sign_in("new@example.org", false).is_err());
        assert!(
            sign_in("camille@example.org", true).is_err(),
            "nor does he learn that she signed in from there"
        );
        let account = "camille@example.org";
        let browser = "hers";
        let hers = Attempt::KnownBrowser { account, browser };
        assert!(limits.admit(hers, &here).is_ok());
        assert!(second(account, true).is_ok());
    }

    #[test]
    fn whoever_is_given_many_networks_of_ipv6_is_let_in_no_more_often_than_some_people() {
        let limits = Counters::new(String::new());
        let whose = "camille";
        let held = |third: u16, fourth: u16| {
            let address = std::net::Ipv6Addr::new(0x2001, 0xdb8, third, fourth, 0, 0, 0, 1);
            let client = crate::network::client_key(address.into());
            let hold = Attempt::Hold {
                proved: true,
                whose,
            };
            (0..30)
                .take_while(|_| limits.admit(hold, &client).is_ok())
                .count()
        };
        assert_eq!(held(0, 0), 20);
        let of_a_household: usize = (1..256).map(|n| held(0, n)).sum();
        assert_eq!(of_a_household, 60, "80 with those before");
        let of_a_company: usize = (1..256).map(|n| held(0, n * 256)).sum();
        assert_eq!(of_a_company, 240, "320 with those before");
        assert_eq!(held(1, 0), 20, "elsewhere");
    }

    #[test]
    fn who_is_stopped_is_told_how_long_to_wait() {
        let limits = Counters::new(String::new());
        let refused = (0..50).find_map(|_| limits.admit(Attempt::Resend, &network(1)).err());
        let Some(Fault::TooMany { retry_after }) = refused else {
            panic!("never stopped");
        };
        assert!((1..=61).contains(&retry_after), "{retry_after}");
        limits.forget_old();
        assert!(
            limits.admit(Attempt::Resend, &network(1)).is_err(),
            "still counted"
        );
        assert!(limits.admit(Attempt::Resend, &network(2)).is_ok());
    }

    #[test]
    fn two_holds_with_an_address_or_a_telephone_count_for_their_network_only() {
        let limits = Counters::new(String::new());
        let slot = ("camille", DateTime::UNIX_EPOCH);
        let take = |with: [&str; 2], n: u32| limits.take_share(&with, slot, &network(n));
        let share = |with: [&str; 2], n: u32| take(with, n).network.own_share;
        let zoe = ["zoe@example.org", "+33612345678"];
        assert!(share(zoe, 1) && share(zoe, 1));
        assert!(!share(zoe, 1), "used up");
        assert!(!share(["ali@example.org", zoe[1]], 1), "her telephone");
        assert!(!share([zoe[0], "+33687654321"], 1), "her address");
        assert!(share(["ali@example.com", "+33600000000"], 1), "a neighbour");
        let refused = take(zoe, 2);
        assert!(refused.network.own_share, "elsewhere");
        limits.give_back(&refused);
        assert!(
            share(zoe, 2) && share(zoe, 2),
            "what was refused is no hold"
        );
        assert!(!share(zoe, 2));
    }

    #[test]
    fn what_a_household_asks_of_a_practitioner_is_remembered_unless_it_was_refused() {
        let limits = Counters::new(String::new());
        let at = |hour| DateTime::UNIX_EPOCH + chrono::TimeDelta::hours(hour);
        let take_from = |client: &ClientKey, whose, hour| {
            let with = [&*format!("{hour}@example.org")];
            limits.take_share(&with, (whose, at(hour)), client)
        };
        let take = |whose, hour, n| take_from(&network(n), whose, hour);
        assert!(take("camille", 1, 1).network.open.is_empty());
        let refused = take("camille", 2, 1);
        assert_eq!(refused.network.open, [at(1)]);
        limits.give_back(&refused);
        assert_eq!(take("camille", 3, 1).network.open, [at(1)]);
        // The same form again, or with a mended address: no other slot, and not its to give back.
        let again = take("camille", 1, 1);
        assert_eq!(again.network.open, [at(3)]);
        limits.give_back(&again);
        assert_eq!(take("camille", 4, 1).network.open, [at(3), at(1)]);
        assert!(
            take("thomas", 5, 1).network.open.is_empty(),
            "another's time"
        );
        assert!(take("camille", 6, 2).network.open.is_empty(), "elsewhere");
        limits.forget_old();
        assert_eq!(take("camille", 7, 2).network.open, [at(6)]);

        let of_ipv6 = |fourth| {
            let address = std::net::Ipv6Addr::new(0x2001, 0xdb8, 0, fourth, 0, 0, 0, 1);
            crate::network::client_key(address.into())
        };
        take_from(&of_ipv6(1), "camille", 8);
        let beside = take_from(&of_ipv6(2), "camille", 9);
        assert_eq!(beside.network.open, [at(8)], "one subscriber");
        assert!(
            take_from(&of_ipv6(0x100), "camille", 10)
                .network
                .open
                .is_empty()
        );
    }

    #[test]
    fn a_network_without_proofs_of_work_holds_four_at_once_and_one_with_them_twenty() {
        let limits = Counters::new(String::new());
        let held = |proved, client: &ClientKey| {
            let whose = "camille";
            let attempt = Attempt::Hold { proved, whose };
            (0..50)
                .take_while(|_| limits.admit(attempt, client).is_ok())
                .count()
        };
        assert_eq!(held(false, &network(1)), 4);
        assert_eq!(held(true, &network(1)), 16, "they count together");
        assert_eq!(held(true, &network(2)), 20);
        assert_eq!(held(false, &network(2)), 0);
    }

    #[test]
    fn a_network_that_confirms_whatever_it_holds_empties_nobodys_agenda() {
        let limits = Counters::new(String::new());
        let held = |whose, client: &ClientKey| {
            let proved = true;
            limits.admit(Attempt::Hold { proved, whose }, client)
        };
        let let_in = (0..50).take_while(|_| held("camille", &network(1)).is_ok());
        assert_eq!(let_in.count(), 20);
        // A minute later the network may hold again, and not with her.
        let with = |whose| limits.check_network(&limits.hold_agenda, &network(1), whose);
        let Err(Fault::TooMany { retry_after }) = with("camille") else {
            panic!("never stopped");
        };
        assert!((62..=901).contains(&retry_after), "{retry_after}");
        assert!(with("thomas").is_ok());
        assert!(held("camille", &network(2)).is_ok(), "elsewhere");
    }
}
