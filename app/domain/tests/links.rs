//! Addresses that are made of what was typed.
#![allow(clippy::unwrap_used, reason = "tests")]

use domain::{links, people::EmailAddress};
use rstest::rstest;

#[rstest]
#[case::plain("zoe@example.org", "mailto:zoe@example.org")]
#[case::tag("zoe+rdv.o'neil@example.org", "mailto:zoe+rdv.o'neil@example.org")]
#[case::headers("zoe?bcc=eve@evil.example", "mailto:zoe%3Fbcc%3Deve@evil.example")]
#[case::encoded_already(
    "zoe%40bank.example?x&y=z@evil.example",
    "mailto:zoe%2540bank.example%3Fx%26y%3Dz@evil.example"
)]
fn a_letter_goes_to_the_address_and_to_nobody_else(#[case] address: &str, #[case] link: &str) {
    let address: EmailAddress = address.parse().unwrap();
    assert_eq!(links::mailto(&address), link);
}
