//! What is let in, how often, of whom.

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
    let sign_in = |account: &str, known| limits.admit(Attempt::SignIn { account, known }, &here);
    let second = |account: &str, known| limits.admit(Attempt::SecondStep { account, known }, &here);
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
    // At another practitioner each time.
    let held = |third: u16, fourth: u16| held_from(&limits, third, fourth, str::to_owned);
    assert_eq!(held(0, 0), 20);
    let of_a_household: usize = (1..256).map(|n| held(0, n)).sum();
    assert_eq!(of_a_household, 60, "80 with those before");
    let of_a_company: usize = (1..256).map(|n| held(0, n * 256)).sum();
    assert_eq!(of_a_company, 240, "320 with those before");
    assert_eq!(held(1, 0), 20, "elsewhere");
}

#[test]
fn a_line_of_ipv6_holds_of_one_practitioner_what_a_line_of_ipv4_does() {
    let limits = Counters::new(String::new());
    let held =
        |third: u16, fourth: u16| held_from(&limits, third, fourth, |_| "camille".to_owned());
    assert_eq!(held(0, 0), 20);
    let of_the_line: usize = (1..256).map(|n| held(0, n)).sum();
    assert_eq!(of_the_line, 0, "20 with those before");
    let of_a_company: usize = (1..256).map(|n| held(0, n * 256)).sum();
    assert_eq!(of_a_company, 60, "80 with those before");
    assert_eq!(held(1, 0), 20, "elsewhere");
}

/// How many holds are let in from a /64, of whom `whose` says of each.
fn held_from(limits: &Counters, third: u16, fourth: u16, whose: fn(&str) -> String) -> usize {
    let address = std::net::Ipv6Addr::new(0x2001, 0xdb8, third, fourth, 0, 0, 0, 1);
    let client = crate::network::client_key(address.into());
    let tries = (0..30).map(|n| whose(&format!("{third} {fourth} {n}")));
    let is_held = |whose: &String| {
        let proved = true;
        limits
            .admit(Attempt::Hold { proved, whose }, &client)
            .is_ok()
    };
    tries.take_while(is_held).count()
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
