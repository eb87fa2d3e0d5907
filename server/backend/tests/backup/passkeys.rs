//! Whoever signs in by a passkey does so after a restore too, on either database.

use backend::{
    Backend,
    accounts::NewAccount,
    passwords::Password,
    sessions::{SignIn, SignInFrom},
    testing::{device::Device, fresh_url},
};
use domain::{access::Role, people::EmailAddress};
use i18n::Lang;
use rstest::rstest;

use super::*;

const PASSWORD: &str = "le héron traverse";

fn email() -> EmailAddress {
    "camille@tour.example".parse().unwrap()
}

/// Whether the device signs in by itself.
async fn enters(backend: &Backend, device: &mut Device) -> bool {
    let token = backend.start_passkey_sign_in().await.unwrap().unwrap();
    let shown = backend.awaited_passkey(&token).await.unwrap().unwrap();
    let (answer, from) = (device.answer(&shown), SignInFrom::default());
    let entered = backend.sign_in_by_passkey(&token, &answer, from).await;
    entered.is_ok()
}

#[rstest]
#[tokio::test]
async fn a_passkey_signs_in_after_a_restore_and_no_open_challenge_does(
    #[values(Kind::Sqlite, Kind::Postgres)] from: Kind,
    #[values(Kind::Sqlite, Kind::Postgres)] to: Kind,
) {
    let work = AtWork::new(from).await;
    let new = NewAccount {
        practice: work.practice.practice.slug.clone(),
        email: email(),
        name: "Camille Lefèvre".parse().unwrap(),
        role: Role::Owner,
        practitioner: None,
        keeps: vec![],
        password: Password::parse(PASSWORD, &[]).unwrap(),
        lang: Lang::Fr,
    };
    work.test.create_account(new).await.unwrap();
    let token = work.test.sign_in(&email(), PASSWORD).await.unwrap().token;
    let name = "Téléphone".parse().unwrap();
    work.test
        .start_passkey(&token, PASSWORD, "", name)
        .await
        .unwrap();
    let (_, shown) = work.test.factors(&token).await.unwrap().to_add.unwrap();
    let mut device = Device::new("a telephone", "https://rdv.example.org");
    let made = device.make(&shown);
    let changed = work.test.add_passkey(&token, &made).await.unwrap();
    assert!(enters(&work.test, &mut device).await);
    // Somebody is between the two steps, and somebody about to sign in, while it is taken.
    let open = work.test.start_passkey_sign_in().await.unwrap().unwrap();
    let backend = work.test.backend();
    let waiting = backend
        .sign_in(&email(), PASSWORD, SignInFrom::default())
        .await;
    let Ok(SignIn::SecondStep { pending }) = waiting else {
        panic!("{waiting:?}")
    };
    work.back_up().await;

    let folder = tempfile::tempdir().unwrap();
    let url = fresh_url(to, folder.path()).await;
    restore(&url, &work.file, RestoreWish::default())
        .await
        .unwrap();
    let again = work.test.open_at(&url).await;
    assert!(enters(&again, &mut device).await);
    assert!(again.awaited_passkey(&open).await.unwrap().is_none());
    assert!(again.awaited(&pending).await.unwrap().is_none());
    let gone = again.session(&changed.session.token).await.unwrap();
    assert!(gone.is_none());
}
