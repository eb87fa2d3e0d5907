//! The commands beside `rdv serve`: what they make, say and refuse.

use super::{rdv, run};

/// Opens a practice.
const PRACTICE: [&str; 20] = [
    "practice",
    "create",
    "--name",
    "Cabinet des Lilas",
    "--phone",
    "01 23 45 67 89",
    "--address",
    "3 rue des Lilas, 75019 Paris",
    "--town",
    "Paris",
    "--practitioner",
    "Dre Camille Lefèvre",
    "--specialty",
    "Médecin généraliste",
    "--weekdays",
    "09:00-12:00",
    "--weekdays",
    "14:00-18:00",
    "--owner-email",
    "camille@lilas.example",
];

#[test]
fn migrating_twice_does_nothing_the_second_time() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let output = rdv(&folder, &["migrate"], &[]).output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    assert!(folder.path().join("data/rdv.db").exists());
}

#[test]
fn a_practice_is_opened_and_its_people_made_at_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| rdv(&folder, arguments, &[]).output().unwrap();
    let opened = run(&PRACTICE);
    let said = String::from_utf8_lossy(&opened.stdout).into_owned();
    assert!(
        opened.status.success(),
        "{}",
        String::from_utf8_lossy(&opened.stderr)
    );
    assert!(
        said.contains("http://127.0.0.1:3000/cabinets/cabinet-des-lilas"),
        "{said}"
    );
    assert!(said.contains("password"), "{said}");

    // The address has an account now.
    let again = run(&PRACTICE);
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("--owner-email"));

    std::fs::write(folder.path().join("password"), "correct horse battery\n").unwrap();
    let secretary = [
        "user",
        "create",
        "--practice",
        "cabinet-des-lilas",
        "--email",
        "ali@lilas.example",
        "--name",
        "Ali Benali",
        "--role",
        "secretary",
        "--password-file",
        "password",
    ];
    let made = run(&secretary);
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    assert!(!String::from_utf8_lossy(&made.stdout).contains("horse"));
    let again = run(&secretary);
    assert_eq!(again.status.code(), Some(1), "there already");
    let said = String::from_utf8_lossy(&again.stderr);
    assert!(said.contains("account"), "{said}");
    // Seven characters: the sign that some editors put before them is none.
    std::fs::write(folder.path().join("password"), "\u{feff}q7#kvw2\r\n").unwrap();
    let short = run(&secretary);
    let said = String::from_utf8_lossy(&short.stderr);
    assert!(said.contains("is too short"), "{said}");
    let reset = ["user", "reset-password", "--email", "ali@lilas.example"];
    assert!(run(&reset).status.success());
    let unknown = ["user", "reset-password", "--email", "nobody@lilas.example"];
    assert_eq!(run(&unknown).status.code(), Some(1));
}

#[test]
fn who_mistypes_the_database_of_an_account_makes_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let reset = ["user", "reset-password", "--email", "ali@lilas.example"];
    let output = rdv(&folder, &reset, &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("RDV_DATABASE_URL"), "{said}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_wrong_flag_is_named_with_what_it_should_look_like() {
    for (flag, value, example) in [
        ("--phone", "call me", "expected form"),
        ("--holidays", "mars", "alsace_moselle"),
        ("--length", "2", "5"),
        ("--weekdays", "9-12", "09:00-12:00"),
        ("--weekdays", "12:00-09:00", "end"),
        ("--owner-email", "a@localhost", "expected form"),
    ] {
        let output = run(&["practice", "create", flag, value], &[]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{flag}: {said}");
        assert!(
            said.contains(flag) && said.contains(example),
            "{flag}: {said}"
        );
    }
}

#[test]
fn the_demo_says_who_signs_in_and_is_filled_once() {
    let folder = tempfile::tempdir().unwrap();
    let demo = |arguments: &[&str]| {
        let arguments: Vec<_> = ["demo"].iter().chain(arguments).copied().collect();
        rdv(&folder, &arguments, &[]).output().unwrap()
    };
    let first = demo(&["--date", "2026-11-23", "--json"]);
    assert!(
        first.status.success(),
        "{}",
        String::from_utf8_lossy(&first.stderr)
    );
    let report: serde_json::Value = serde_json::from_slice(&first.stdout).unwrap();
    for list in ["accounts", "practitioners", "feeds"] {
        assert!(!report[list].as_array().unwrap().is_empty(), "{list}");
    }
    let url = report["practitioners"][0]["url"].as_str().unwrap();
    assert!(
        url.starts_with("http://127.0.0.1:3000/praticiens/"),
        "{url}"
    );
    assert_eq!(
        demo(&["--date", "2026-11-23", "--json"]).stdout,
        first.stdout
    );
    let words = String::from_utf8(demo(&["--date", "2026-11-23"]).stdout).unwrap();
    assert!(words.contains(url), "{words}");
    assert_eq!(
        demo(&["--size", "1"]).status.code(),
        Some(1),
        "another size is there"
    );
    assert_eq!(demo(&["--date", "tomorrow"]).status.code(), Some(2));
}

#[test]
fn the_demo_refuses_a_database_with_a_real_practice() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| rdv(&folder, arguments, &[]).output().unwrap();
    assert!(run(&PRACTICE).status.success());
    let refused = run(&["demo"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("real practice"));
}
