//! Stories of passkeys: added, asked for after the password and instead of it, taken away; and
//! what devices and strangers must not do with them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use backend::{
    Error, Failure,
    accounts::{NewAccount, SecondStepWish},
    factors::{
        ANSWERED_WITHIN, Changed, FactorRefusal, Factors, MOST_PASSKEYS, MOST_TRIES,
        SecondStepRefusal, Telephone, Wish,
    },
    passwords::Password,
    sessions::{NewSession, SignIn, SignInFrom},
    testing::{Kind, TestBackend, device::Device},
};
use chrono::TimeDelta;
use domain::{access::Role, people::EmailAddress, practice::Title};
use i18n::Lang;
use rstest::rstest;

const PASSWORD: &str = "le héron traverse";
const ORIGIN: &str = "https://rdv.example.org";

fn email() -> EmailAddress {
    "camille@tour.example".parse().unwrap()
}

fn other_email() -> EmailAddress {
    "ines@tour.example".parse().unwrap()
}

fn title(text: &str) -> Title {
    text.parse().unwrap()
}

/// Camille and Inès in one practice.
async fn with_accounts(kind: Kind) -> TestBackend {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    for (email, name) in [(email(), "Camille Lefèvre"), (other_email(), "Inès Roy")] {
        let new = NewAccount {
            practice: practice.practice.slug.clone(),
            email,
            name: title(name),
            role: Role::Owner,
            practitioner: None,
            keeps: vec![],
            password: Password::parse(PASSWORD, &[]).unwrap(),
            lang: Lang::Fr,
        };
        test.create_account(new).await.unwrap();
    }
    test
}

async fn signed_in(test: &TestBackend, email: &EmailAddress) -> String {
    test.sign_in(email, PASSWORD).await.unwrap().token
}

async fn factors(test: &TestBackend, token: &str) -> Factors {
    test.factors(token).await.unwrap()
}

/// Adds the first passkey, of the device, to the account of a session.
async fn add(test: &TestBackend, token: &str, device: &mut Device) -> Changed {
    test.start_passkey(token, PASSWORD, "", title("Mon téléphone"))
        .await
        .unwrap();
    let (_, shown) = factors(test, token).await.to_add.unwrap();
    test.add_passkey(token, &device.make(&shown)).await.unwrap()
}

/// Starts to add something, proved by a passkey that is there.
async fn start(test: &TestBackend, token: &str, by: &mut Device, wish: Wish) {
    test.start_change_by_passkey(token, PASSWORD, wish)
        .await
        .unwrap();
    let (_, challenge) = factors(test, token).await.to_prove.unwrap();
    let started = test.change_by_passkey(token, &by.answer(&challenge)).await;
    assert!(started.unwrap().changed().is_none());
}

/// Adds one more, proved by one that is there.
async fn add_by(test: &TestBackend, token: &str, by: &mut Device, device: &mut Device) -> Changed {
    start(test, token, by, Wish::AddPasskey(title("Ordinateur"))).await;
    let (_, shown) = factors(test, token).await.to_add.unwrap();
    test.add_passkey(token, &device.make(&shown)).await.unwrap()
}

/// Camille with a passkey, in a session of its rights.
async fn with_passkey(kind: Kind) -> (TestBackend, Device, Changed) {
    let test = with_accounts(kind).await;
    let token = signed_in(&test, &email()).await;
    let mut device = Device::new("a telephone", ORIGIN);
    let changed = add(&test, &token, &mut device).await;
    (test, device, changed)
}

/// The state between the two steps.
async fn pending(test: &TestBackend, email: &EmailAddress) -> String {
    let from = SignInFrom::default();
    match test.backend().sign_in(email, PASSWORD, from).await {
        Ok(SignIn::SecondStep { pending }) => pending,
        other => panic!("{other:?}"),
    }
}

/// What the browser is shown between the two steps.
async fn shown(test: &TestBackend, pending: &str) -> String {
    let awaited = test.awaited(pending).await.unwrap().unwrap();
    awaited.passkey.unwrap()
}

async fn try_answer(
    test: &TestBackend,
    pending: &str,
    answer: &str,
) -> Result<NewSession, SecondStepRefusal> {
    let from = SignInFrom::default();
    let tried = test.second_step_by_passkey(pending, answer, from).await;
    tried.map_err(|failure| match failure {
        Failure::Refused(refusal) => refusal,
        Failure::Broken(error) => panic!("{error}"),
    })
}

/// Signs in by a passkey alone; whether it went well.
async fn enter(test: &TestBackend, token: &str, answer: &str) -> Option<NewSession> {
    let from = SignInFrom::default();
    match test.sign_in_by_passkey(token, answer, from).await {
        Ok(session) => Some(session),
        Err(Failure::Refused(_)) => None,
        Err(Failure::Broken(error)) => panic!("{error}"),
    }
}

async fn asked(test: &TestBackend) -> (String, String) {
    let token = test.start_passkey_sign_in().await.unwrap().unwrap();
    let shown = test.awaited_passkey(&token).await.unwrap().unwrap();
    (token, shown)
}

fn refusal<T>(result: Result<T, Failure<FactorRefusal>>) -> FactorRefusal {
    match result {
        Err(Failure::Refused(refusal)) => refusal,
        Err(Failure::Broken(error)) => panic!("{error}"),
        Ok(_) => panic!("not refused"),
    }
}

fn not_found<T>(result: Result<T, Failure<FactorRefusal>>) -> bool {
    matches!(result, Err(Failure::Broken(Error::NotFound)))
}

async fn lines(test: &TestBackend, action: &str) -> usize {
    test.audit_lines("account", action).await.len()
}

#[rstest]
#[tokio::test]
async fn a_passkey_is_added_after_the_password_and_is_a_second_step_from_then_on(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = with_accounts(kind).await;
    let token = signed_in(&test, &email()).await;
    let elsewhere = signed_in(&test, &email()).await;
    let mut device = Device::new("a telephone", ORIGIN);
    let refused = refusal(test.start_passkey(&token, "non", "", title("x")).await);
    assert_eq!(refused, FactorRefusal::WrongPassword);
    let refused = refusal(test.add_passkey(&token, "{}").await);
    assert_eq!(refused, FactorRefusal::ChangedMeanwhile, "none was started");

    let name = title("Mon téléphone");
    test.start_passkey(&token, PASSWORD, "", name.clone())
        .await
        .unwrap();
    let (told, shown) = factors(&test, &token).await.to_add.unwrap();
    assert_eq!(told, name);
    assert!(shown.contains("\"residentKey\":\"preferred\""), "{shown}");
    assert!(
        shown.contains("\"userVerification\":\"required\""),
        "{shown}"
    );
    // The challenge belongs to the session that started it; and counts for nothing until then.
    assert_eq!(factors(&test, &elsewhere).await.to_add, None);
    let answer = device.make(&shown);
    let refused = refusal(test.add_passkey(&elsewhere, &answer).await);
    assert_eq!(refused, FactorRefusal::ChangedMeanwhile);
    let third = signed_in(&test, &email()).await;

    let changed = test.add_passkey(&token, &answer).await.unwrap();
    assert_eq!(
        changed.codes.len(),
        10,
        "the first second step brings codes"
    );
    for ended in [&token, &elsewhere, &third] {
        assert!(
            test.session(ended).await.unwrap().is_none(),
            "rights changed"
        );
    }
    let state = factors(&test, &changed.session.token).await;
    let [own] = &state.passkeys[..] else {
        panic!("{state:?}")
    };
    assert_eq!(
        (own.name.clone(), own.since, own.last_used),
        (name, test.now(), None)
    );
    assert_eq!(state.on_since(), Some(test.now()));
    assert_eq!((state.codes_left, state.to_add), (10, None));
    for action in ["passkey-added", "second-step-turned-on"] {
        assert_eq!(lines(&test, action).await, 1, "{action}");
    }
    pending(&test, &email()).await;
}

#[rstest]
#[tokio::test]
async fn a_challenge_is_good_for_one_answer_and_for_five_minutes(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, mut device, changed) = with_passkey(kind).await;
    let token = &changed.session.token;
    // To add: a wrong answer uses it up, a late one comes too late.
    let mut second = Device::new("a computer", ORIGIN);
    let start = async |nth: usize| {
        let (code, name) = (&changed.codes[nth], title("Ordinateur"));
        test.start_passkey(token, PASSWORD, code, name)
            .await
            .unwrap();
        factors(&test, token).await.to_add.unwrap().1
    };
    let answer = second.make(&start(0).await);
    let refused = refusal(test.add_passkey(token, "{}").await);
    assert_eq!(refused, FactorRefusal::WrongPasskey);
    let refused = refusal(test.add_passkey(token, &answer).await);
    assert_eq!(refused, FactorRefusal::ChangedMeanwhile);
    let mut third = Device::new("a key", ORIGIN);
    let answer = third.make(&start(1).await);
    test.clock.advance(ANSWERED_WITHIN);
    let refused = refusal(test.add_passkey(token, &answer).await);
    assert_eq!(refused, FactorRefusal::ChangedMeanwhile);
    assert_eq!(factors(&test, token).await.to_add, None);

    // To sign in: many at once with one answer are one.
    let (waiting, challenge) = asked(&test).await;
    let answer = device.answer(&challenge);
    let tries: Vec<_> = (0..8)
        .map(|_| {
            let (backend, waiting, answer) = (test.backend(), waiting.clone(), answer.clone());
            tokio::spawn(async move {
                let from = SignInFrom::default();
                let tried = backend.sign_in_by_passkey(&waiting, &answer, from);
                tried.await.is_ok()
            })
        })
        .collect();
    let mut let_in = 0;
    for tried in tries {
        let_in += u32::from(tried.await.unwrap());
    }
    assert_eq!(let_in, 1);
    assert!(enter(&test, &waiting, &answer).await.is_none(), "replayed");
    // Nor does it answer another challenge.
    let (waiting, _) = asked(&test).await;
    assert!(enter(&test, &waiting, &answer).await.is_none());
    assert!(test.awaited_passkey(&waiting).await.unwrap().is_none());
    let (waiting, challenge) = asked(&test).await;
    let answer = device.answer(&challenge);
    test.clock.advance(ANSWERED_WITHIN);
    assert!(enter(&test, &waiting, &answer).await.is_none(), "too late");
    assert!(test.housekeeping().await.unwrap().sign_ins_forgotten >= 1);

    // After the password: each answer is followed by another challenge.
    let wait = pending(&test, &email()).await;
    let first = shown(&test, &wait).await;
    let answer = device.answer(&first);
    let tried = try_answer(&test, &wait, "no answer").await;
    assert_eq!(tried.unwrap_err(), SecondStepRefusal::WrongPasskey);
    assert_ne!(shown(&test, &wait).await, first);
    let tried = try_answer(&test, &wait, &answer).await;
    assert_eq!(tried.unwrap_err(), SecondStepRefusal::WrongPasskey);
    let answer = device.answer(&shown(&test, &wait).await);
    assert!(try_answer(&test, &wait, &answer).await.is_ok());
    let tried = try_answer(&test, &wait, &answer).await;
    assert_eq!(tried.unwrap_err(), SecondStepRefusal::Gone);
}

#[rstest]
#[tokio::test]
async fn after_the_password_a_passkey_or_a_recovery_code_signs_in(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, mut device, changed) = with_passkey(kind).await;
    let wait = pending(&test, &email()).await;
    let awaited = test.awaited(&wait).await.unwrap().unwrap();
    assert!(!awaited.telephone);
    test.clock.advance(TimeDelta::seconds(7));
    let answer = device.answer(&awaited.passkey.unwrap());
    let session = try_answer(&test, &wait, &answer).await.unwrap();
    let state = factors(&test, &session.token).await;
    assert_eq!(state.passkeys[0].last_used, Some(test.now()));
    assert_eq!(lines(&test, "passkey-used").await, 1);
    let wait = pending(&test, &email()).await;
    let from = SignInFrom::default();
    let code = &changed.codes[0];
    assert!(test.second_step(&wait, code, from).await.is_ok());
    assert!(
        test.awaited(&wait).await.unwrap().is_none(),
        "its challenge went with it"
    );

    // Five wrong answers: the password again; the practice knows from the first on.
    let wait = pending(&test, &email()).await;
    for n in 1..MOST_TRIES {
        let tried = try_answer(&test, &wait, "{}").await;
        assert_eq!(tried.unwrap_err(), SecondStepRefusal::WrongPasskey, "{n}");
        assert_eq!(lines(&test, "second-step-refused").await, 1);
    }
    let tried = try_answer(&test, &wait, "{}").await;
    assert_eq!(tried.unwrap_err(), SecondStepRefusal::Gone);
    assert!(test.awaited(&wait).await.unwrap().is_none());
}

#[rstest]
#[tokio::test]
async fn a_passkey_alone_signs_in_its_own_account(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, mut camilles, _) = with_passkey(kind).await;
    let token = signed_in(&test, &other_email()).await;
    let mut ines = Device::new("another telephone", ORIGIN);
    add(&test, &token, &mut ines).await;
    let (waiting, challenge) = asked(&test).await;
    assert!(!challenge.contains("camille"), "{challenge}");
    let session = enter(&test, &waiting, &ines.answer(&challenge)).await;
    let session = test.session(&session.unwrap().token).await.unwrap();
    assert_eq!(session.unwrap().email, other_email());
    let (waiting, challenge) = asked(&test).await;
    let session = enter(&test, &waiting, &camilles.answer(&challenge)).await;
    let session = test.session(&session.unwrap().token).await.unwrap();
    assert_eq!(session.unwrap().email, email());
    // Her passkey says to be of the other account: the signature does not cover that.
    let (waiting, challenge) = asked(&test).await;
    let mut answer: serde_json::Value = serde_json::from_str(&camilles.answer(&challenge)).unwrap();
    let theirs: serde_json::Value = serde_json::from_str(&ines.answer(&challenge)).unwrap();
    answer["response"]["userHandle"] = theirs["response"]["userHandle"].clone();
    assert!(enter(&test, &waiting, &answer.to_string()).await.is_none());
    let (waiting, challenge) = asked(&test).await;
    let mut answer: serde_json::Value = serde_json::from_str(&camilles.answer(&challenge)).unwrap();
    answer["response"]["userHandle"] = serde_json::Value::Null;
    assert!(enter(&test, &waiting, &answer.to_string()).await.is_none());
    assert!(test.awaited_passkey("no token").await.unwrap().is_none());
}

#[rstest]
#[tokio::test]
async fn the_passkey_of_another_account_is_refused(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, _, changed) = with_passkey(kind).await;
    let token = signed_in(&test, &other_email()).await;
    let mut ines = Device::new("another telephone", ORIGIN);
    let hers = add(&test, &token, &mut ines).await;
    let wait = pending(&test, &email()).await;
    let answer = ines.insist(&shown(&test, &wait).await);
    let tried = try_answer(&test, &wait, &answer).await;
    assert_eq!(tried.unwrap_err(), SecondStepRefusal::WrongPasskey);
    // Nor does it prove a change, and no form takes away what is another's.
    let camilles = &changed.session.token;
    let id = factors(&test, camilles).await.passkeys[0].id;
    test.start_change_by_passkey(camilles, PASSWORD, Wish::RenewCodes)
        .await
        .unwrap();
    let (_, challenge) = factors(&test, camilles).await.to_prove.unwrap();
    let refused = refusal(
        test.change_by_passkey(camilles, &ines.insist(&challenge))
            .await,
    );
    assert_eq!(refused, FactorRefusal::WrongPasskey);
    let wish = Wish::RemovePasskey(id);
    let (token, code) = (&hers.session.token, &hers.codes[0]);
    let tried = test.change_second_step(token, PASSWORD, code, wish).await;
    assert!(not_found(tried));
    assert_eq!(test.denials().await, 1, "and it is written down");
    // Nor by a passkey of one's own, and no device is asked.
    let tried = test
        .start_change_by_passkey(token, PASSWORD, Wish::RemovePasskey(id))
        .await;
    assert!(not_found(tried));
    assert!(factors(&test, token).await.to_prove.is_none());
    assert_eq!(test.denials().await, 2);
    assert_eq!(test.audit_lines("passkey", "denied").await.len(), 2);
    assert_eq!(factors(&test, camilles).await.passkeys.len(), 1);
    // A passkey that is there already is not made somebody else's.
    let mut copy = Device::new("a telephone", ORIGIN);
    test.start_passkey(token, PASSWORD, &hers.codes[1], title("x"))
        .await
        .unwrap();
    let (_, challenge) = factors(&test, token).await.to_add.unwrap();
    let refused = refusal(test.add_passkey(token, &copy.make(&challenge)).await);
    assert_eq!(refused, FactorRefusal::ChangedMeanwhile);
}

#[rstest]
#[tokio::test]
async fn a_page_of_another_origin_or_a_device_that_asked_nobody_is_refused(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, mut device, changed) = with_passkey(kind).await;
    let origins = [
        "https://rdv.example.evil",
        "https://evil.rdv.example.org",
        "http://rdv.example.org",
        "https://rdv.example.org:8443",
        "https://example.org",
    ];
    for (origin, code) in origins.into_iter().zip(&changed.codes) {
        device.origin = origin.to_owned();
        let (waiting, challenge) = asked(&test).await;
        let entered = enter(&test, &waiting, &device.answer(&challenge)).await;
        assert!(entered.is_none(), "{origin}");
        let token = &changed.session.token;
        test.start_passkey(token, PASSWORD, code, title("x"))
            .await
            .unwrap();
        let (_, challenge) = factors(&test, token).await.to_add.unwrap();
        let mut fresh = Device::new(origin, origin);
        let refused = refusal(test.add_passkey(token, &fresh.make(&challenge)).await);
        assert_eq!(refused, FactorRefusal::WrongPasskey, "{origin}");
    }
    device.origin = ORIGIN.to_owned();
    device.verifies = false;
    let (waiting, challenge) = asked(&test).await;
    let entered = enter(&test, &waiting, &device.answer(&challenge)).await;
    assert!(entered.is_none(), "nobody was recognised");
    let wait = pending(&test, &email()).await;
    let answer = device.answer(&shown(&test, &wait).await);
    assert!(try_answer(&test, &wait, &answer).await.is_err());
    device.verifies = true;
    let answer = device.answer(&shown(&test, &wait).await);
    assert!(try_answer(&test, &wait, &answer).await.is_ok());
}

#[rstest]
#[tokio::test]
async fn a_count_that_does_not_rise_is_that_of_a_copy(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, mut device, _) = with_passkey(kind).await;
    let mut copy = device.copied();
    let (waiting, challenge) = asked(&test).await;
    let used = device.answer(&challenge);
    assert!(enter(&test, &waiting, &used).await.is_some());
    let (waiting, challenge) = asked(&test).await;
    let answer = copy.answer(&challenge);
    assert!(enter(&test, &waiting, &answer).await.is_none(), "the same");
    // Two challenges were open when the copy was used: the later count has been seen.
    let (first, second) = (
        pending(&test, &email()).await,
        pending(&test, &email()).await,
    );
    let mut ahead = device.copied();
    ahead.counter += 10;
    let answer = ahead.answer(&shown(&test, &first).await);
    assert!(try_answer(&test, &first, &answer).await.is_ok());
    let answer = device.answer(&shown(&test, &second).await);
    let tried = try_answer(&test, &second, &answer).await;
    assert_eq!(tried.unwrap_err(), SecondStepRefusal::WrongPasskey);

    // Passkeys that are kept on several devices count nowhere.
    let token = signed_in(&test, &other_email()).await;
    let mut synced = Device::new("a cloud", ORIGIN);
    synced.counter = 0;
    add(&test, &token, &mut synced).await;
    for n in 0..3 {
        let (waiting, challenge) = asked(&test).await;
        let answer = synced.answer(&challenge);
        assert!(enter(&test, &waiting, &answer).await.is_some(), "{n}");
    }
}

#[rstest]
#[tokio::test]
async fn taking_a_passkey_away_asks_for_password_and_code_or_passkey(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, mut device, changed) = with_passkey(kind).await;
    let mut other = Device::new("a computer", ORIGIN);
    let token = &changed.session.token;
    test.clock.advance(TimeDelta::seconds(1));
    let added = add_by(&test, token, &mut device, &mut other).await;
    assert!(
        added.codes.is_empty(),
        "those that were written down still count"
    );
    let token = added.session.token;
    let all = factors(&test, &token).await.passkeys;
    let wish = Wish::RemovePasskey(all[0].id);
    let codes = &changed.codes;
    let wrong = test.change_second_step(&token, "non", &codes[0], wish.clone());
    assert_eq!(refusal(wrong.await), FactorRefusal::WrongPassword);
    let wrong = test.change_second_step(&token, PASSWORD, "123456", wish.clone());
    assert_eq!(refusal(wrong.await), FactorRefusal::WrongCode);
    let wrong = test.start_change_by_passkey(&token, "non", wish.clone());
    assert_eq!(refusal(wrong.await), FactorRefusal::WrongPassword);
    let none = refusal(test.change_by_passkey(&token, "{}").await);
    assert_eq!(none, FactorRefusal::ChangedMeanwhile, "nothing was started");
    test.start_change_by_passkey(&token, PASSWORD, wish.clone())
        .await
        .unwrap();
    let (wished, challenge) = factors(&test, &token).await.to_prove.unwrap();
    assert_eq!(wished, wish);
    let answer = other.answer(&challenge);
    let done = test.change_by_passkey(&token, &answer).await.unwrap();
    let done = done.changed().unwrap();
    assert!(test.session(&token).await.unwrap().is_none());
    let token = done.session.token;
    let state = factors(&test, &token).await;
    assert_eq!((state.passkeys.len(), state.codes_left), (1, 10));
    assert_eq!(lines(&test, "passkey-removed").await, 1);
    let (waiting, challenge) = asked(&test).await;
    assert!(
        enter(&test, &waiting, &device.answer(&challenge))
            .await
            .is_none()
    );

    // The last one is the second step itself.
    let wish = Wish::RemovePasskey(all[1].id);
    let off = test.change_second_step(&token, PASSWORD, &changed.codes[1], wish);
    let off = off.await.unwrap().changed().unwrap();
    let state = factors(&test, &off.session.token).await;
    assert_eq!((state.on_since(), state.codes_left), (None, 0));
    assert_eq!(lines(&test, "second-step-turned-off").await, 1);
    assert!(test.sign_in(&email(), PASSWORD).await.is_ok());
    let (waiting, challenge) = asked(&test).await;
    assert!(
        enter(&test, &waiting, &other.answer(&challenge))
            .await
            .is_none()
    );
}

#[rstest]
#[tokio::test]
async fn a_challenge_that_was_open_is_worth_nothing_for_a_passkey_that_was_removed(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, mut device, changed) = with_passkey(kind).await;
    let (waiting, challenge) = asked(&test).await;
    let answer = device.answer(&challenge);
    let wait = pending(&test, &email()).await;
    let late = device.answer(&shown(&test, &wait).await);
    let token = &changed.session.token;
    let id = factors(&test, token).await.passkeys[0].id;
    let wish = Wish::RemovePasskey(id);
    test.change_second_step(token, PASSWORD, &changed.codes[0], wish)
        .await
        .unwrap();
    assert!(enter(&test, &waiting, &answer).await.is_none());
    let tried = try_answer(&test, &wait, &late).await;
    assert_eq!(tried.unwrap_err(), SecondStepRefusal::Gone);
}

#[rstest]
#[tokio::test]
async fn telephone_and_passkeys_stand_beside_each_other(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, mut device, changed) = with_passkey(kind).await;
    let token = &changed.session.token;
    start(&test, token, &mut device, Wish::AddTelephone).await;
    let telephone = test.telephone(token).await;
    let code = telephone.code(test.now());
    let both = test.confirm_second_step(token, &code).await.unwrap();
    assert!(both.codes.is_empty());
    assert_eq!(lines(&test, "telephone-added").await, 1);
    assert_eq!(lines(&test, "second-step-turned-on").await, 1);
    let token = &both.session.token;
    assert!(factors(&test, token).await.has_telephone());
    let wait = pending(&test, &email()).await;
    assert!(test.awaited(&wait).await.unwrap().unwrap().telephone);

    // New codes, proved by the passkey.
    test.start_change_by_passkey(token, PASSWORD, Wish::RenewCodes)
        .await
        .unwrap();
    let (_, challenge) = factors(&test, token).await.to_prove.unwrap();
    let answer = device.answer(&challenge);
    let renewed = test.change_by_passkey(token, &answer).await.unwrap();
    let renewed = renewed.changed().unwrap();
    assert_eq!(renewed.codes.len(), 10);
    let token = &renewed.session.token;
    let off = Wish::RemoveTelephone;
    let removed = test.change_second_step(token, PASSWORD, &renewed.codes[0], off.clone());
    let token = removed.await.unwrap().changed().unwrap().session.token;
    let state = factors(&test, &token).await;
    assert_eq!(state.telephone, Telephone::Off);
    assert_eq!((state.passkeys.len(), state.codes_left), (1, 9));
    assert_eq!(lines(&test, "telephone-removed").await, 1);
    assert_eq!(lines(&test, "second-step-turned-off").await, 0);
    let again = test.change_second_step(&token, PASSWORD, &renewed.codes[1], off);
    assert!(not_found(again.await), "there is none any more");
}

#[rstest]
#[tokio::test]
async fn the_host_removes_passkeys_with_the_second_step(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, mut device, _) = with_passkey(kind).await;
    let reset = async |wish| {
        test.clock.advance(TimeDelta::seconds(1));
        let password = Password::parse(PASSWORD, &[]).unwrap();
        test.reset_password(&email(), password, wish).await.unwrap()
    };
    let told = async || {
        test.run_due_jobs().await.unwrap();
        test.sent_mails().await.pop().unwrap().text
    };
    assert!(!reset(SecondStepWish::Keep).await);
    let text = told().await;
    assert!(text.contains("Vos clés d’accès restent valables"), "{text}");
    let wait = pending(&test, &email()).await;
    assert!(reset(SecondStepWish::Remove).await);
    let text = told().await;
    assert!(text.contains("a retiré le téléphone, les clés"), "{text}");
    assert!(test.awaited(&wait).await.unwrap().is_none());
    assert!(test.sign_in(&email(), PASSWORD).await.is_ok());
    let (waiting, challenge) = asked(&test).await;
    let answer = device.answer(&challenge);
    assert!(enter(&test, &waiting, &answer).await.is_none());
    assert!(!reset(SecondStepWish::Remove).await, "none is left");
}

#[rstest]
#[tokio::test]
async fn nobody_has_more_than_ten_passkeys(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (test, mut first, changed) = with_passkey(kind).await;
    let mut token = changed.session.token;
    for n in 1..MOST_PASSKEYS {
        let mut device = Device::new(&n.to_string(), ORIGIN);
        let added = add_by(&test, &token, &mut first, &mut device).await;
        token = added.session.token;
    }
    let code = &changed.codes[0];
    let refused = refusal(test.start_passkey(&token, PASSWORD, code, title("x")).await);
    assert_eq!(refused, FactorRefusal::TooMany);
    assert_eq!(factors(&test, &token).await.passkeys.len(), MOST_PASSKEYS);
}

#[rstest]
#[tokio::test]
async fn where_a_second_step_is_on_the_password_alone_adds_nothing(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, mut device, changed) = with_passkey(kind).await;
    let token = &changed.session.token;
    let name = || title("Clé du voleur");
    for code in ["", " ", "123456", "abcd-efgh-ijkm-npqr"] {
        let tried = test.start_passkey(token, PASSWORD, code, name()).await;
        assert_eq!(refusal(tried), FactorRefusal::WrongCode, "{code:?}");
        let tried = test.start_second_step(token, PASSWORD, code).await;
        assert_eq!(refusal(tried), FactorRefusal::WrongCode, "{code:?}");
        let wish = Wish::RenewCodes;
        let tried = test.change_second_step(token, PASSWORD, code, wish).await;
        assert_eq!(refusal(tried), FactorRefusal::WrongCode, "{code:?}");
    }
    let code = &changed.codes[0];
    let tried = test.start_passkey(token, "non", code, name()).await;
    assert_eq!(refusal(tried), FactorRefusal::WrongPassword);
    // Nor does a device that nobody knows; and the answer to one wish is not good for another.
    let wish = Wish::AddPasskey(name());
    test.start_change_by_passkey(token, PASSWORD, wish.clone())
        .await
        .unwrap();
    let (told, challenge) = factors(&test, token).await.to_prove.unwrap();
    assert_eq!(told, wish);
    let proof = device.answer(&challenge);
    let tried = test.add_passkey(token, &proof).await;
    assert_eq!(refusal(tried), FactorRefusal::ChangedMeanwhile);
    let tried = test.change_by_passkey(token, "{}").await;
    assert_eq!(refusal(tried), FactorRefusal::WrongPasskey);
    let late = test.change_by_passkey(token, &proof).await;
    assert_eq!(refusal(late), FactorRefusal::ChangedMeanwhile, "used up");
    let state = factors(&test, token).await;
    assert_eq!((&state.to_add, &state.telephone), (&None, &Telephone::Off));
    assert_eq!((state.passkeys.len(), state.codes_left), (1, 10));

    // With everything, each of them is started.
    test.start_passkey(token, PASSWORD, code, name())
        .await
        .unwrap();
    assert!(factors(&test, token).await.to_add.is_some());
    let used = test.start_passkey(token, PASSWORD, code, name()).await;
    assert_eq!(refusal(used), FactorRefusal::WrongCode, "used up");
    start(&test, token, &mut device, Wish::AddTelephone).await;
    let telephone = test.telephone(token).await;
    let code = telephone.code(test.now());
    test.confirm_second_step(token, &code).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn what_was_started_with_the_password_alone_is_gone_when_a_second_step_is_on(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = with_accounts(kind).await;
    let (token, thiefs) = (
        signed_in(&test, &email()).await,
        signed_in(&test, &email()).await,
    );
    for token in [&token, &thiefs] {
        test.start_second_step(token, PASSWORD, "").await.unwrap();
    }
    let telephone = test.telephone(&thiefs).await;
    test.start_passkey(&thiefs, PASSWORD, "", title("x"))
        .await
        .unwrap();
    let (_, shown) = factors(&test, &thiefs).await.to_add.unwrap();
    let mut device = Device::new("a telephone", ORIGIN);
    let changed = add(&test, &token, &mut device).await;
    let made = Device::new("a thief's", ORIGIN).make(&shown);
    for token in [&thiefs, &token, &changed.session.token] {
        let code = telephone.code(test.now());
        assert!(test.confirm_second_step(token, &code).await.is_err());
        assert!(test.add_passkey(token, &made).await.is_err());
    }
    let state = factors(&test, &changed.session.token).await;
    assert_eq!((state.passkeys.len(), state.has_telephone()), (1, false));
}

#[rstest]
#[tokio::test]
async fn every_change_of_the_way_into_an_account_is_told_by_mail(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, mut device, changed) = with_passkey(kind).await;
    let told = async |said: &str| {
        let ran = test.run_due_jobs().await.unwrap();
        assert_eq!((ran.done, ran.all()), (1, 1), "{said}");
        let mail = test.sent_mails().await.pop().unwrap();
        assert_eq!(mail.to, email().as_str());
        assert!(mail.text.contains(said), "{said}: {}", mail.text);
        assert!(!mail.text.contains("Mon téléphone"), "{}", mail.text);
        mail.text
    };
    let text = told("Une clé d’accès a été ajoutée").await;
    assert!(text.contains("Bonjour Camille Lefèvre"), "{text}");
    assert!(
        text.contains("https://rdv.example.org/agenda/compte"),
        "{text}"
    );
    assert!(!text.contains("restent valables"), "{text}");

    test.clock.advance(TimeDelta::minutes(1));
    let token = &changed.session.token;
    start(&test, token, &mut device, Wish::AddTelephone).await;
    let telephone = test.telephone(token).await;
    let code = telephone.code(test.now());
    let both = test.confirm_second_step(token, &code).await.unwrap();
    told("Les codes d’un téléphone ont été activés").await;

    let mut token = both.session.token;
    let id = factors(&test, &token).await.passkeys[0].id;
    for (nth, wish, said) in [
        (1, Wish::RemoveTelephone, "ont été désactivés"),
        (2, Wish::RenewCodes, "ont été refaits"),
    ] {
        test.clock.advance(TimeDelta::minutes(1));
        let code = &changed.codes[nth];
        let done = test.change_second_step(&token, PASSWORD, code, wish);
        token = done.await.unwrap().changed().unwrap().session.token;
        told(said).await;
    }
    test.clock.advance(TimeDelta::minutes(1));
    let password = || Password::parse(PASSWORD, &[]).unwrap();
    let session = test.change_password(&token, PASSWORD, password()).await;
    let text = told("a été changé").await;
    assert!(text.contains("restent valables"), "{text}");
    test.clock.advance(TimeDelta::minutes(1));
    let removed = Wish::RemovePasskey(id);
    let token = session.unwrap().token;
    test.start_change_by_passkey(&token, PASSWORD, removed)
        .await
        .unwrap();
    let (_, challenge) = factors(&test, &token).await.to_prove.unwrap();
    let answer = device.answer(&challenge);
    test.change_by_passkey(&token, &answer).await.unwrap();
    told("Une clé d’accès a été supprimée").await;

    test.clock.advance(TimeDelta::minutes(1));
    let keep = SecondStepWish::Keep;
    let reset = test.reset_password(&email(), password(), keep).await;
    assert!(!reset.unwrap(), "nothing was left to remove");
    let text = told("a donné un autre mot de passe").await;
    assert!(!text.contains("restent valables"), "none is left: {text}");
}
