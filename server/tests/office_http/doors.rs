//! Every page and every form of the office, tried by those who have no business there.

use backend::testing::{Kind, TestPractice};
use domain::{access::Role, appointment::Status};
use http::StatusCode;
use rstest::rstest;

use crate::{
    people::{account, owner_of, page, signed_in},
    support::{Browser, TestSite},
};

/// Ids of everything that a practice has.
pub(crate) struct Ids {
    pub(crate) visit: String,
    hours: String,
    absence: String,
    pub(crate) feed: String,
    place: String,
}

impl Ids {
    /// All of them that.
    pub(crate) fn named(id: &str) -> Self {
        let id = || id.to_owned();
        Self {
            visit: id(),
            hours: id(),
            absence: id(),
            feed: id(),
            place: id(),
        }
    }
}

/// Fills a practice, as its owner, and reads the ids of what it holds from its pages.
pub(crate) async fn fill(site: &TestSite, of: &TestPractice, owner: &mut Browser<'_>) -> Ids {
    let slug = of.practitioner.slug.as_str();
    site.backend.book(of, "2026-11-23T08:00:00Z").await;
    let whose = ("practitioner", slug);
    let days = [
        whose,
        ("first_day", "2026-12-24"),
        ("last_day", "2026-12-24"),
    ];
    owner.post("/api/announce_absence", &days).await;
    let detail = [whose, ("detail", "busy_only")];
    owner.post("/api/create_feed", &detail).await;
    let room = |name: &str| format!("/agenda/praticiens/{slug}{name}");
    Ids {
        visit: told(owner, &room("?date=2026-11-23"), "/rendez-vous/").await,
        hours: told(owner, &room("/plages"), "name=\"hours[]\" value=\"").await,
        absence: told(owner, &room("/absences"), "name=\"absence\" value=\"").await,
        feed: told(owner, &room("/abonnement"), "name=\"feed\" value=\"").await,
        place: told(owner, "/agenda/cabinet", "/agenda/cabinet?lieu=").await,
    }
}

/// What follows on a page, up to the next quotation mark.
pub(crate) async fn told(owner: &mut Browser<'_>, path: &str, before: &str) -> String {
    let html = page(owner, path).await;
    let after = html.split(before).nth(1);
    let after = after.unwrap_or_else(|| panic!("no {before} in {html}"));
    after.split('"').next().unwrap().to_owned()
}

/// Every page that is about this agenda or this practice.
pub(crate) fn pages(slug: &str, ids: &Ids) -> Vec<String> {
    let (visit, absence, place) = (&ids.visit, &ids.absence, &ids.place);
    let of_agenda = [
        String::new(),
        "?vue=jour&date=2026-11-23".to_owned(),
        "/plages".to_owned(),
        "/absences".to_owned(),
        format!("/absences/{absence}"),
        "/motifs".to_owned(),
        "/motifs?motif=consultation".to_owned(),
        "/abonnement".to_owned(),
        format!("/rendez-vous/{visit}"),
        "/nouveau-rendez-vous".to_owned(),
        "/nouveau-rendez-vous?motif=consultation&debut=2026-11-23T08:20:00Z".to_owned(),
    ];
    let of_agenda = of_agenda.map(|page| format!("/agenda/praticiens/{slug}{page}"));
    let of_practice = format!("/agenda/cabinet?lieu={place}");
    of_agenda.into_iter().chain([of_practice]).collect()
}

pub(crate) type Form<'a> = (&'a str, Vec<(&'a str, &'a str)>);

/// Every form, filled in well.
pub(crate) fn forms<'a>(slug: &'a str, ids: &'a Ids) -> Vec<Form<'a>> {
    let whose = ("practitioner", slug);
    let reason = ("reason", "consultation");
    vec![
        (
            "publish_hours",
            vec![
                whose,
                ("place", &ids.place),
                ("kind", "once"),
                ("day", "2026-11-28"),
                ("from_1", "09:00"),
                ("to_1", "10:00"),
            ],
        ),
        ("delete_hours", vec![whose, ("hours[]", &ids.hours)]),
        (
            "announce_absence",
            vec![
                whose,
                ("first_day", "2026-11-30"),
                ("last_day", "2026-11-30"),
            ],
        ),
        ("delete_absence", vec![whose, ("absence", &ids.absence)]),
        (
            "save_reason",
            vec![
                whose,
                reason,
                ("name", "Pirate"),
                ("length", "20"),
                ("step", "20"),
                ("buffer_before", "0"),
                ("buffer_after", "0"),
                ("min_notice", "0"),
                ("horizon", "30"),
                ("cancel_deadline", "0"),
                ("audience", "everyone"),
            ],
        ),
        ("archive_reason", vec![whose, reason]),
        ("create_feed", vec![whose, ("detail", "full_name")]),
        ("renew_feed", vec![whose, ("feed", &ids.feed)]),
        (
            "set_feed_detail",
            vec![whose, ("feed", &ids.feed), ("detail", "full_name")],
        ),
        ("revoke_feed", vec![whose, ("feed", &ids.feed)]),
        (
            "mark_visit",
            vec![whose, ("visit", &ids.visit), ("mark", "arrived")],
        ),
        ("cancel_by_practice", vec![whose, ("visit", &ids.visit)]),
        (
            "book_by_staff",
            vec![
                whose,
                reason,
                ("start", "2026-11-23T08:20:00Z"),
                ("mail_lang", "fr"),
                ("idempotency_key", "0123456789abcdef"),
                ("given_name", "Eve"),
                ("family_name", "Pirate"),
                ("phone", "0612345678"),
            ],
        ),
        (
            "save_place",
            vec![
                ("place", &ids.place),
                ("place_name", "Pirate"),
                ("address", "x"),
                ("town", "x"),
                ("zone", "Europe/Paris"),
            ],
        ),
    ]
}

/// The forms that are not tried here with somebody else's ids, because they name nothing of a
/// practice but what the session or the link says, and where they are tried instead.
pub(crate) const ELSEWHERE: [(&str, &str); 23] = [
    (
        "cancel_visit",
        "booking_http/cancel: a link is of one visit",
    ),
    ("add_passkey", "passkeys: of who is signed in"),
    ("change_by_passkey", "passkeys: of who is signed in"),
    ("change_password", "sessions: of who is signed in"),
    ("change_second_step", "second_step: of who is signed in"),
    ("choose_language", "walls: of nobody"),
    ("confirm_hold", "booking_http/code: a link is of one hold"),
    ("confirm_second_step", "second_step: of who is signed in"),
    ("end_other_sessions", "sessions: of who is signed in"),
    ("end_session", "office_http/sign_in: of who is signed in"),
    ("hold_slot", "booking_http/form: anybody may"),
    (
        "open_practice",
        "office_http/set_up: a link that works once",
    ),
    (
        "patient_was_phoned",
        "backend/tests/jobs/failing: with a job of another practice",
    ),
    ("resend_code", "booking_http/code: a link is of one hold"),
    ("save_practice", "office_http/practice: of who is signed in"),
    ("sign_in", "sessions: anybody may"),
    ("sign_in_by_passkey", "passkeys: anybody may"),
    ("sign_in_code", "second_step: of who gave her password"),
    (
        "sign_in_code_by_passkey",
        "passkeys: of who gave her password",
    ),
    ("sign_out", "sessions: of who is signed in"),
    ("start_passkey", "passkeys: of who is signed in"),
    ("start_passkey_sign_in", "passkeys: anybody may"),
    ("start_second_step", "second_step: of who is signed in"),
];

/// Pages of the office about nothing but the practice or the person who is signed in.
pub(crate) const OF_ONESELF: [&str; 7] = [
    "/agenda",
    "/agenda/a-telephoner",
    "/agenda/cabinet",
    "/agenda/compte",
    "/agenda/compte/cles",
    "/agenda/compte/deuxieme-etape",
    "/agenda/journal",
];

/// Whether a path is one of a route such as `/agenda/praticiens/:slug`.
pub(crate) fn is_of(route: &str, path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let (route, path) = (route.split('/'), path.split('/'));
    route.clone().count() == path.clone().count()
        && route
            .zip(path)
            .all(|(template, part)| template == part || template.starts_with(['{', ':']))
}

#[test]
fn every_form_and_every_page_of_the_office_is_tried() {
    let ids = Ids {
        visit: "v".to_owned(),
        hours: "h".to_owned(),
        absence: "a".to_owned(),
        feed: "f".to_owned(),
        place: "p".to_owned(),
    };
    let tried: Vec<_> = forms("slug", &ids).iter().map(|(name, _)| *name).collect();
    let known = |name: &str| tried.contains(&name) || ELSEWHERE.iter().any(|(one, _)| *one == name);
    let all: Vec<_> = leptos::server_fn::axum::server_fn_paths()
        .map(|(path, _)| path.trim_start_matches("/api/").to_owned())
        .collect();
    let forgotten: Vec<_> = all.iter().filter(|name| !known(name)).collect();
    assert!(forgotten.is_empty(), "tried by no stranger: {forgotten:?}");
    let gone: Vec<_> = tried
        .iter()
        .chain(ELSEWHERE.iter().map(|(name, _)| name))
        .filter(|name| !all.iter().any(|one| one == *name))
        .collect();
    assert!(gone.is_empty(), "no form of ours any more: {gone:?}");

    let pages = pages("slug", &ids);
    let forgotten: Vec<_> = leptos_axum::generate_route_list(app::App)
        .into_iter()
        .map(|route| route.path().to_owned())
        .filter(|route| route.starts_with("/agenda"))
        .filter(|route| !OF_ONESELF.contains(&route.as_str()))
        .filter(|route| !pages.iter().any(|path| is_of(route, path)))
        .collect();
    assert!(forgotten.is_empty(), "tried by no stranger: {forgotten:?}");
}

/// What the owner's pages say, without what changes by being looked at.
pub(crate) async fn state(owner: &mut Browser<'_>, slug: &str, ids: &Ids) -> Vec<String> {
    let mut state = Vec::new();
    for path in pages(slug, ids) {
        let html = page(owner, &path).await;
        let main = html.split("<main").nth(1).unwrap();
        let key = "name=\"idempotency_key\" value=\"";
        let main = main.split(key).next().unwrap();
        // The history of a visit tells of attempts too.
        let main = main.split("id=\"trail\"").next().unwrap();
        state.push(main.replace("nonce", ""));
    }
    state
}

/// Tries everything; answers the statuses that were not `expected`.
pub(crate) async fn try_all(
    browser: &mut Browser<'_>,
    slug: &str,
    ids: &Ids,
    expected: StatusCode,
) -> Vec<String> {
    let mut other = Vec::new();
    for path in pages(slug, ids) {
        let answer = browser.get(&path).await;
        if answer.status != expected {
            other.push(format!("GET {path}: {}", answer.status));
        }
        assert!(!answer.text().contains("Zoé"), "{path}: {}", answer.text());
    }
    for (name, fields) in forms(slug, ids) {
        let answer = browser.post(&format!("/api/{name}"), &fields).await;
        // Who is not signed in keeps what she typed.
        let nobody = expected == StatusCode::SEE_OTHER && !fields.is_empty();
        let expected = match nobody {
            true => StatusCode::UNAUTHORIZED,
            false => expected,
        };
        if answer.status != expected {
            other.push(format!("{name}: {}", answer.status));
        }
        if nobody {
            let html = answer.text();
            assert!(html.contains("Rien n’a été enregistré"), "{name}: {html}");
        }
    }
    other
}

const NOTHING: Vec<String> = Vec::new();

#[tokio::test]
async fn nobody_signed_in_is_led_to_the_sign_in_and_changes_nothing() {
    let site = TestSite::new().await;
    let (of, mut owner) = owner_of(&site).await;
    let ids = fill(&site, &of, &mut owner).await;
    let slug = of.practitioner.slug.as_str();
    let before = state(&mut owner, slug, &ids).await;
    let mut nobody = Browser::new(&site);
    let other = try_all(&mut nobody, slug, &ids, StatusCode::SEE_OTHER).await;
    assert_eq!(other, NOTHING);
    assert_eq!(before, state(&mut owner, slug, &ids).await);
}

#[tokio::test]
async fn another_practice_is_as_if_it_did_not_exist() {
    let site = TestSite::new().await;
    let (of, mut owner) = owner_of(&site).await;
    let ids = fill(&site, &of, &mut owner).await;
    let slug = of.practitioner.slug.as_str();
    let before = state(&mut owner, slug, &ids).await;

    let other = site.backend.practice_named("phare").await;
    account(&site, &other, Role::Owner, "ines@example.org").await;
    let mut stranger = signed_in(&site, "ines@example.org").await;
    let seen = try_all(&mut stranger, slug, &ids, StatusCode::NOT_FOUND).await;
    assert_eq!(seen, NOTHING);
    // Her own agenda, with the ids of the other.
    let own = other.practitioner.slug.as_str();
    for (name, fields) in forms(own, &ids) {
        if [
            "archive_reason",
            "save_reason",
            "create_feed",
            "announce_absence",
            "book_by_staff",
        ]
        .contains(&name)
        {
            continue; // These name nothing of the other practice.
        }
        let answer = stranger.post(&format!("/api/{name}"), &fields).await;
        assert_eq!(
            answer.status,
            StatusCode::NOT_FOUND,
            "{name}: {}",
            answer.text()
        );
    }
    for path in [
        format!("/agenda/praticiens/{own}/rendez-vous/{}", ids.visit),
        format!("/agenda/praticiens/{own}/absences/{}", ids.absence),
    ] {
        assert_eq!(
            stranger.get(&path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    assert_eq!(before, state(&mut owner, slug, &ids).await);
}

#[tokio::test]
async fn a_secretary_keeps_no_agenda_that_was_not_entrusted_to_her() {
    let site = TestSite::new().await;
    let (of, mut owner) = owner_of(&site).await;
    let ids = fill(&site, &of, &mut owner).await;
    let slug = of.practitioner.slug.as_str();
    let before = state(&mut owner, slug, &ids).await;
    account(&site, &of, Role::Secretary, "thomas@example.org").await;
    let mut secretary = signed_in(&site, "thomas@example.org").await;
    let seen = try_all(&mut secretary, slug, &ids, StatusCode::NOT_FOUND).await;
    assert_eq!(seen, NOTHING);
    assert_eq!(before, state(&mut owner, slug, &ids).await);
}

#[rstest]
#[tokio::test]
async fn ids_that_are_none_are_not_found(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let site = TestSite::on(kind).await;
    let (of, mut owner) = owner_of(&site).await;
    let slug = of.practitioner.slug.as_str();
    for id in [
        "0",
        "-1",
        "1e9",
        "1 OR 1=1",
        "9223372036854775808",
        "0190aaaa-0000-7000-8000-000000000000",
    ] {
        let ids = Ids::named(id);
        for (name, fields) in forms(slug, &ids) {
            let names = ["visit", "hours[]", "absence", "feed", "place"];
            let is_id = |(name, value): &(&str, &str)| *value == id && names.contains(name);
            if fields.iter().any(is_id) {
                let answer = owner.post(&format!("/api/{name}"), &fields).await;
                let status = answer.status;
                assert!(
                    matches!(status, StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST),
                    "{name} {id}: {status}"
                );
            }
        }
    }
    let visit = site
        .backend
        .write_visit(
            &of,
            backend::testing::agenda::Written {
                status: Status::Expired,
                ..backend::testing::agenda::Written::at("2026-11-23T09:00:00Z")
            },
        )
        .await;
    let html = page(
        &mut owner,
        &format!("/agenda/praticiens/{slug}?date=2026-11-23"),
    )
    .await;
    assert!(
        !html.contains(&visit.to_string()),
        "a hold that ran out concerns nobody"
    );
}
