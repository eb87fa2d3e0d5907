//! Bodies of forms: bytes, fields with anything in them, and forms that are right but for a field
//! or two.

use http::StatusCode;
use leptos::server_fn::axum::server_fn_paths;
use proptest::{collection::vec, prelude::*, string::string_regex};

use crate::{bytes, is_no_mistake_of_ours, kind, requests, site};

/// What a browser says of a passkey, in its form.
const CREDENTIAL: &str = r#"{"id":"AAAA","rawId":"AAAA","type":"public-key","extensions":{},
    "response":{"clientDataJSON":"e30","attestationObject":"oA","authenticatorData":"AAAA",
    "signature":"MAA","userHandle":"AAAA"}}"#;

/// A value somebody may type, or worse.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        string_regex("\\PC{0,300}").unwrap(),
        string_regex("[+-]?[0-9]{1,7}[-/][0-9]{1,2}[-/][0-9]{1,6}").unwrap(),
        string_regex("[0-9]{1,2}[h: ]{0,2}[0-9]{0,3}").unwrap(),
        string_regex("-?[0-9]{1,20}").unwrap(),
        prop::sample::select(
            &[
                "2026-11-23T08:20:00Z",
                "+262142-12-31T23:59:59Z",
                "-262143-01-01T00:00:00Z",
                "262142-12-31",
                "-262143-01-01",
                "2027-02-30",
                "camille-lefevre-tour",
                "consultation",
                "zoe@example.org",
                "0612345678",
                "0123456789abcdef",
                "a\r\nBcc: x@evil.example",
                "a\0b",
                "passkey",
                CREDENTIAL,
                "weekly",
                "once",
                "9223372036854775808",
            ][..]
        )
        .prop_map(str::to_owned),
    ]
}

/// Names of fields that our forms have, and others.
const FIELDS: [&str; 38] = [
    "practitioner",
    "reason",
    "start",
    "wished",
    "idempotency_key",
    "given_name",
    "family_name",
    "email",
    "phone",
    "birth_date",
    "token",
    "code",
    "password",
    "next",
    "lang",
    "mail_lang",
    "place",
    "kind",
    "day",
    "from_1",
    "to_1",
    "role",
    "practice_id",
    "status",
    "credential",
    "passkey",
    "wish",
    "name",
    "challenge",
    "proof",
    "website",
    "weekdays[]",
    "weekdays[4294967296]",
    "hours[]",
    "reasons[0]",
    "name[a][b][c][d][e][f]",
    "][",
    "",
];

fn form() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    vec((prop::sample::select(&FIELDS[..]), value()), 0..14)
}

/// Forms of the office, filled in well; `PLACE` is the practice's.
const OFFICE: [(&str, &[(&str, &str)]); 8] = [
    (
        "publish_hours",
        &[
            ("place", "PLACE"),
            ("kind", "weekly"),
            ("weekdays[]", "5"),
            ("every", "1"),
            ("first", "2026-11-23"),
            ("until", "2026-12-23"),
            ("from_1", "09:00"),
            ("to_1", "10:00"),
        ],
    ),
    (
        "publish_hours",
        &[
            ("place", "PLACE"),
            ("kind", "once"),
            ("day", "2026-11-28"),
            ("from_1", "09:00"),
            ("to_1", "10:00"),
            ("from_2", "11 h"),
            ("to_2", "11h30"),
        ],
    ),
    (
        "announce_absence",
        &[
            ("first_day", "2026-12-24"),
            ("from", "08:00"),
            ("last_day", "2026-12-24"),
            ("to", "12:00"),
            ("note", "Congé"),
        ],
    ),
    (
        "save_reason",
        &[
            ("reason", "consultation"),
            ("name", "Consultation"),
            ("length", "20"),
            ("step", "20"),
            ("buffer_before", "0"),
            ("buffer_after", "0"),
            ("min_notice", "1"),
            ("horizon", "60"),
            ("cancel_deadline", "24"),
            ("audience", "everyone"),
            ("birth_date", ""),
            ("instructions", "Apportez votre carte Vitale."),
        ],
    ),
    (
        "book_by_staff",
        &[
            ("reason", "consultation"),
            ("start", "2026-11-24T08:20:00Z"),
            ("idempotency_key", "0123456789abcdef"),
            ("given_name", "Zoé"),
            ("family_name", "Đặng"),
            ("phone", "06 12 34 56 78"),
            ("email", "zoe@example.org"),
            ("birth_date", "31/12/1980"),
            ("mail_lang", "fr"),
        ],
    ),
    (
        "save_place",
        &[
            ("place", "PLACE"),
            ("place_name", "Cabinet"),
            ("address", "3 rue de la Tour"),
            ("town", "Paris"),
            ("zone", "Europe/Paris"),
        ],
    ),
    (
        "save_practice",
        &[
            ("name", "Cabinet"),
            ("phone", "01 23 45 67 89"),
            ("email", "accueil@example.org"),
            ("holidays", "france"),
        ],
    ),
    ("mark_visit", &[("visit", "PLACE"), ("mark", "arrived")]),
];

proptest! {
    #![proptest_config(requests())]

    #[test]
    fn any_body_to_any_form(
        kind in kind(), number in any::<prop::sample::Index>(), body in bytes(),
    ) {
        let forms: Vec<_> = server_fn_paths().map(|(path, _)| path).collect();
        let answer = site(kind).post(forms[number.index(forms.len())], body);
        is_no_mistake_of_ours(&answer)?;
    }

    #[test]
    fn any_fields_to_any_form(
        kind in kind(), number in any::<prop::sample::Index>(), fields in form(),
    ) {
        let forms: Vec<_> = server_fn_paths().map(|(path, _)| path).collect();
        let body = serde_urlencoded::to_string(&fields).unwrap();
        let answer = site(kind).post(forms[number.index(forms.len())], body.into_bytes());
        is_no_mistake_of_ours(&answer)?;
    }

    #[test]
    fn a_booking_form_with_anything_in_it(
        kind in kind(),
        given in value(), family in value(), email in value(), phone in value(), start in value(),
    ) {
        let fields = [
            ("practitioner", "camille-lefevre-tour"), ("reason", "consultation"),
            ("start", start.as_str()), ("idempotency_key", "0123456789abcdef"),
            ("given_name", given.as_str()), ("family_name", family.as_str()),
            ("email", email.as_str()), ("phone", phone.as_str()),
        ];
        let body = serde_urlencoded::to_string(fields).unwrap();
        let answer = site(kind).post("/api/hold_slot", body.into());
        is_no_mistake_of_ours(&answer)?;
        prop_assert!(answer.status != StatusCode::OK);
    }

    #[test]
    fn a_form_of_the_office_with_a_field_or_two_of_anything(
        kind in kind(),
        number in any::<prop::sample::Index>(),
        changes in vec((any::<prop::sample::Index>(), value(), any::<bool>()), 1..3),
    ) {
        let it = site(kind);
        let (action, fields) = OFFICE[number.index(OFFICE.len())];
        let mut fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (*name, value.replace("PLACE", &it.place)))
            .collect();
        for (which, value, instead) in changes {
            let which = which.index(fields.len());
            if instead {
                fields[which].1 = value;
            } else {
                fields.push((fields[which].0, value));
            }
        }
        fields.push(("practitioner", "camille-lefevre-tour".to_owned()));
        let body = serde_urlencoded::to_string(fields).unwrap();
        let answer = it.post_as_owner(&format!("/api/{action}"), body.into());
        is_no_mistake_of_ours(&answer)?;
        prop_assert!(answer.status != StatusCode::OK);
        let stranger = answer.location().starts_with("/connexion");
        prop_assert!(!stranger, "nobody is signed in: this proves nothing");
    }
}
