//! What is kept of a `User-Agent`.

#![allow(clippy::unwrap_used, reason = "tests")]

use domain::device::{Browser, Device, System};
use proptest::prelude::*;
use rstest::rstest;

#[rstest]
#[case(
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    Browser::Firefox,
    System::Linux
)]
#[case(
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
    Browser::Edge,
    System::Windows
)]
#[case(
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    Browser::Chrome,
    System::Windows
)]
#[case(
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
    Browser::Samsung,
    System::Android
)]
#[case(
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
    Browser::Safari,
    System::Ios
)]
#[case(
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/140.0 Mobile/15E148 Safari/604.1",
    Browser::Firefox,
    System::Ios
)]
#[case(
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
    Browser::Safari,
    System::MacOs
)]
#[case(
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 OPR/120.0.0.0",
    Browser::Opera,
    System::Linux
)]
#[case("curl/8.14.1", Browser::Other, System::Other)]
#[case("", Browser::Other, System::Other)]
fn a_browser_and_a_system_are_recognised(
    #[case] text: &str,
    #[case] browser: Browser,
    #[case] system: System,
) {
    let device = Device::of_user_agent(text);
    assert_eq!(device, Device { browser, system });
    assert_eq!(Device::from_code(&device.code()), device);
}

#[test]
fn what_was_stored_otherwise_is_an_unknown_device() {
    for code in ["", "/", "netscape/beos", "firefox"] {
        assert_eq!(Device::from_code(code).system, System::Other, "{code}");
    }
}

proptest! {
    #[test]
    fn what_is_kept_is_one_of_a_few_words_whatever_was_sent(text in any::<String>()) {
        let code = Device::of_user_agent(&text).code();
        prop_assert!(code.len() <= 15 && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'/'));
    }
}
