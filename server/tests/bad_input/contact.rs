//! How somebody is reached, and when she was born.

use backend::testing::Kind;
use domain::{
    people::{EmailAddress, PhoneNumber},
    visit_reason::{BirthDateAsked, VisitReason},
};
use http::StatusCode;
use rstest::rstest;

use crate::{
    patient::{NINE, NINE_TWENTY, TUESDAY},
    people::page,
    watch::{BOTH, Fields, Watched, by_telephone, keeps, key, nothing_is_told, with},
};

/// Sends both forms with each of these values of a field: an error there, everything kept,
/// nothing stored.
async fn each_is_refused(kind: Kind, field: &'static str, wrong: &[&str], said: &str) {
    let it = Watched::on(kind).await;
    let mut owner = it.owner().await;
    let before = it.stored().await;
    for action in BOTH {
        for typed in wrong {
            let fields = with(by_telephone(TUESDAY, "0123456789abcdef"), field, typed);
            let kept: Fields<'_> = fields[3..8]
                .iter()
                .filter(|(name, value)| *name != field || !value.contains(char::is_control))
                .copied()
                .collect();
            let answer = owner.post(action, &fields).await;
            let html = keeps(&answer, StatusCode::UNPROCESSABLE_ENTITY, &kept);
            let error = format!("id=\"{field}-error\"");
            assert!(html.contains(&error), "{action} {typed:?}: {html}");
            assert_eq!(
                html.matches("aria-invalid=\"true\"").count(),
                1,
                "{typed:?}"
            );
            let other = ["Ce texte est trop long", "ne peuvent pas être affichés"];
            let in_words = html.contains(said) || other.iter().any(|said| html.contains(said));
            assert!(in_words, "{action} {typed:?}: {html}");
        }
    }
    assert_eq!(it.stored().await, before);
}

#[rstest]
#[tokio::test]
async fn what_is_not_one_address_that_mails_can_reach_is_an_error_at_its_field(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let long = format!("{}@voliere.example", "kanarienne".repeat(25));
    let wrong = [
        "a@b..c",
        "kanarienne",
        "kanarienne@voliere.example, x@evil.example",
        "kanarienne@voliere.example;x@evil.example",
        "kanarienne@voliere.example x@evil.example",
        "Kanarienne <kanarienne@voliere.example>",
        "kanarienne@localhost",
        "kanarienne@[127.0.0.1]",
        "kanarienne@127.0.0.1",
        "kanarienne@voliere.example\r\nRCPT TO:<x@evil.example>",
        "kanarienne@voliere.example\0",
        &long,
    ];
    each_is_refused(kind, "email", &wrong, "Saisissez une seule adresse").await;
}

#[rstest]
#[tokio::test]
async fn what_is_no_whole_telephone_number_is_an_error_at_its_field(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let wrong = [
        "zéro six",
        "06 98 76 54 3",
        "0698765432 ou le soir",
        "1234567890123456789012345678901234567890",
        "12345678901234567890123456789012345678901",
        "06 98 76 54 32\r\nX: y",
        "٠٦٩٨٧٦٥٤٣٢",
        "15",
    ];
    each_is_refused(kind, "phone", &wrong, "Saisissez un numéro complet").await;
}

#[rstest]
#[tokio::test]
async fn an_address_has_one_identity_however_it_is_written(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    const ONE: &str = "kanarienne+rdv@xn--volire-6ua.example";
    let it = Watched::on(kind).await;
    let mut owner = it.owner().await;
    let spellings = [
        "Kanarienne+RDV@Volière.Example",
        " kanarienne+rdv@VOLIÈRE.EXAMPLE ",
        "KANARIENNE+rdv@xn--volire-6ua.example",
    ];
    for (number, typed) in spellings.into_iter().enumerate() {
        let (start, key) = (format!("2026-11-24T08:{:02}:00Z", 20 * number), key(number));
        let fields = with(by_telephone(&start, &key), "email", typed);
        let answer = owner.post("/api/book_by_staff", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        nothing_is_told(&answer);
        let html = page(&mut owner, answer.location()).await;
        assert!(html.contains(&format!("mailto:{ONE}")), "{html}");
    }
    it.post_goes_out().await;
    let mails = it.site.backend.sent_mails().await;
    assert_eq!(mails.len(), spellings.len());
    assert!(mails.iter().all(|mail| mail.to == ONE), "{mails:?}");

    // What follows a + is kept: it may be another mailbox. Only who counts holds looks past it.
    let tagged: EmailAddress = ONE.parse().unwrap();
    let plain: EmailAddress = "kanarienne@volière.example".parse().unwrap();
    assert_ne!(tagged, plain);
    assert_eq!(tagged.mailbox(), plain.mailbox());
}

#[rstest]
#[tokio::test]
async fn a_telephone_number_is_normalised(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let it = Watched::on(kind).await;
    let mut owner = it.owner().await;
    let spellings = [
        "+33 6 98 76 54 32",
        "0698765432",
        "0033 (0)6.98-76/54 32",
        "\u{202A}+33 6 98 76 54 32\u{202C}",
    ];
    for (number, typed) in spellings.into_iter().enumerate() {
        let start = format!(
            "2026-11-24T{:02}:{:02}:00Z",
            8 + number / 3,
            20 * (number % 3)
        );
        let key = key(number);
        let fields = with(by_telephone(&start, &key), "phone", typed);
        let token = if number % 2 == 0 {
            let answer = owner.post("/api/hold_slot", &fields).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
            answer.location()["/reservation/".len()..].to_owned()
        } else {
            let answer = owner.post("/api/book_by_staff", &fields).await;
            let html = page(&mut owner, answer.location()).await;
            assert!(html.contains("tel:+33698765432"), "{html}");
            assert!(html.contains("06 98 76 54 32"), "{html}");
            continue;
        };
        let held = it.site.backend.held_visit(&token).await.unwrap();
        let one = PhoneNumber::parse("06 98 76 54 32").unwrap();
        assert_eq!(held.visit.patient.phone, one);
        assert_eq!(one.as_str(), "+33698765432");
    }
}

#[rstest]
#[tokio::test]
async fn a_birth_date_that_is_none_is_an_error_that_names_the_format(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let it = Watched::on(kind).await;
    let (practice, _, practitioner) = it.practice.ids();
    let asks = VisitReason {
        id: it.site.backend.new_id(),
        slug: "premiere".parse().unwrap(),
        birth_date: BirthDateAsked::Yes,
        ..it.practice.reason.clone()
    };
    let now = it.site.backend.now();
    let mut tx = it.site.backend.store().begin().await.unwrap();
    backend::store::reasons::insert(&mut tx, practice, practitioner, &asks, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut owner = it.owner().await;
    let before = it.stored().await;
    let wrong = [
        "2027-02-30",
        "1800-01-01",
        "2026-11-23",
        "23/11/2026",
        "99999-01-01",
        "-1980-01-01",
        "1980-12-31\0",
        "le 31 décembre",
    ];
    for action in BOTH {
        for typed in wrong {
            let fields = with(
                by_telephone(NINE_TWENTY, "0123456789abcdef"),
                "birth_date",
                typed,
            );
            let fields = with(fields, "reason", "premiere");
            let answer = owner.post(action, &fields).await;
            let html = keeps(&answer, StatusCode::UNPROCESSABLE_ENTITY, &fields[3..8]);
            assert!(
                html.contains("id=\"birth_date-error\""),
                "{action} {typed}: {html}"
            );
            assert!(
                html.contains("comme 31/12/1980"),
                "{action} {typed}: {html}"
            );
        }
    }
    assert_eq!(it.stored().await, before);
    for (start, number, action) in [(NINE, 1, BOTH[0]), (NINE_TWENTY, 2, BOTH[1])] {
        let key = key(number);
        let fields = with(by_telephone(start, &key), "birth_date", "22/11/2026");
        let answer = owner
            .post(action, &with(fields, "reason", "premiere"))
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    }
}
