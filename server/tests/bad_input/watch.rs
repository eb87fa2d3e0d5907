//! A site that is watched while somebody sends it what she likes: what it stores, logs and says.

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, OnceLock},
};

use backend::{
    store::archive::Cell,
    testing::{Kind, TestPractice, everything, linter},
};
use domain::{access::Role, feed::Detail, links};
use http::StatusCode;
use tracing::Level;

use crate::{
    people::{account, signed_in},
    support::{Answer, Browser, TestSite},
};

/// What the patient of these tests types: no word of it may stand in a log, an address, or the
/// page of an error.
pub(crate) const PERSON: [(&str, &str); 4] = [
    ("given_name", "Kanarienne"),
    ("family_name", "Oisel-Jaune"),
    ("email", "kanarienne@voliere.example"),
    ("phone", "06 98 76 54 32"),
];
/// Those words in the forms in which they could be told.
const PERSONAL: [&str; 9] = [
    "kanarienne",
    "oisel",
    "voliere",
    "06 98 76",
    "0698765432",
    "698765432",
    "06+98+76",
    "06%2098",
    "evil.example",
];

/// The email of the owner.
pub(crate) const OWNER: &str = "camille@example.org";
/// Her agenda.
pub(crate) const AGENDA: &str = "/agenda/praticiens/camille-lefevre-tour";
/// The field that names it.
pub(crate) const WHOSE: (&str, &str) = ("practitioner", "camille-lefevre-tour");

/// Fields of a form.
pub(crate) type Fields<'a> = Vec<(&'a str, &'a str)>;

/// Everything that is said of this process, at `debug`.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The log of this process: tests that share one share it too, and none may find anything in it.
fn log() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| {
        let log = Log::default();
        let writer = log.clone();
        tracing_subscriber::fmt()
            .with_max_level(Level::DEBUG)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .init();
        log
    })
}

/// A site with a practice, and its owner.
pub(crate) struct Watched {
    pub(crate) site: TestSite,
    pub(crate) practice: TestPractice,
}

impl Watched {
    pub(crate) async fn on(kind: Kind) -> Self {
        log();
        let (practice, site) = TestSite::practice_on(kind).await;
        account(&site, &practice, Role::Owner, OWNER).await;
        Self { site, practice }
    }

    /// The owner at work.
    pub(crate) async fn owner(&self) -> Browser<'_> {
        signed_in(&self.site, OWNER).await
    }

    /// Every row of every table, but for what any visit to a page leaves: sessions and the trail.
    pub(crate) async fn stored(&self) -> BTreeMap<String, Vec<Vec<Cell>>> {
        let mut all = everything(&self.site.backend.settings().database_url).await;
        for (table, rows) in &mut all {
            assert!(!table.is_empty());
            rows.sort_by_key(|row| format!("{row:?}"));
        }
        all.retain(|table, _| !["sessions", "audit"].contains(&table.as_str()));
        assert!(all.contains_key("appointments") && all.contains_key("jobs"));
        all
    }

    /// How many visits, held ones and cancelled ones included, and how many jobs there are.
    pub(crate) async fn visits_and_jobs(&self) -> (usize, usize) {
        let all = self.stored().await;
        (all["appointments"].len(), all["jobs"].len())
    }

    /// Runs what is due, as the worker does.
    pub(crate) async fn post_goes_out(&self) {
        let ran = self.site.backend.run_due_jobs().await.unwrap();
        assert_eq!((ran.failed, ran.retried), (0, 0), "{ran:?}");
    }

    /// The path of a new feed that shows full names.
    pub(crate) async fn feed(&self) -> String {
        let owner = self.site.backend.owner_without_account(&self.practice);
        let whose = self.practice.practitioner.id;
        let made = self
            .site
            .backend
            .create_feed(&owner, whose, Detail::FullName)
            .await;
        links::feed(&made.unwrap().token)
    }

    /// The events of a feed, which must be one.
    pub(crate) async fn events(&self, feed: &str) -> Vec<linter::Event> {
        let answer = self.site.get(feed).await;
        assert_eq!(answer.status, StatusCode::OK);
        linter::feed(&answer.body).unwrap().events
    }
}

/// Whatever was sent: no mistake of ours, no word of it in a header or in the log; and where the
/// answer is no page that shows the form again, no word of it there either.
pub(crate) fn nothing_is_told(answer: &Answer) {
    assert!(!answer.status.is_server_error(), "{}", answer.text());
    let kept = [StatusCode::UNPROCESSABLE_ENTITY, StatusCode::CONFLICT].contains(&answer.status);
    if answer.status.is_client_error() && !kept {
        tells_nothing("the page", &answer.text());
    }
    for (name, value) in &answer.headers {
        tells_nothing(name.as_str(), &String::from_utf8_lossy(value.as_bytes()));
    }
    let said = log().0.lock().unwrap().clone();
    assert!(!said.is_empty(), "nothing is logged at all");
    tells_nothing("the log", &String::from_utf8_lossy(&said));
}

fn tells_nothing(what: &str, text: &str) {
    let text = text.to_lowercase();
    for word in PERSONAL {
        assert!(!text.contains(word), "{what}: {word} in {text}");
    }
}

/// A form that was refused with that status, and shows again every one of these fields.
pub(crate) fn keeps(answer: &Answer, status: StatusCode, fields: &[(&str, &str)]) -> String {
    let page = answer.text();
    assert_eq!(answer.status, status, "{fields:?}: {page}");
    nothing_is_told(answer);
    for (name, value) in fields {
        let value = value.replace("\r\n", "\n").replace('\r', "\n");
        let shown = typed_in(&page, name).unwrap_or_else(|| panic!("no {name} in {page}"));
        let shown = shown.replace("\r\n", "\n").replace('\r', "\n");
        assert_eq!(shown, value, "{name}");
    }
    page
}

/// What stands in a field of a page.
pub(crate) fn typed_in(page: &str, field: &str) -> Option<String> {
    let (_, input) = page.split_once(&format!(" name=\"{field}\""))?;
    let (_, value) = input.split_once("value=\"")?;
    Some(as_read(value.split('"').next()?))
}

/// Text of a page as a person reads it.
pub(crate) fn as_read(html: &str) -> String {
    let html = html.replace("&quot;", "\"").replace("&#x27;", "'");
    let html = html.replace("&#39;", "'").replace("&#34;", "\"");
    let html = html.replace("&#60;", "<").replace("&#62;", ">");
    let html = html.replace("&lt;", "<").replace("&gt;", ">");
    html.replace("&#38;", "&").replace("&amp;", "&")
}

/// What the patient types for a slot, in a form with this key.
pub(crate) fn form<'a>(start: &'a str, key: &'a str) -> Fields<'a> {
    let mut fields = vec![
        WHOSE,
        ("reason", "consultation"),
        ("start", start),
        ("idempotency_key", key),
    ];
    fields.extend(PERSON);
    fields
}

/// The same, as the office types it for somebody who telephones.
pub(crate) fn by_telephone<'a>(start: &'a str, key: &'a str) -> Fields<'a> {
    let mut fields = form(start, key);
    fields.push(("mail_lang", "fr"));
    fields
}

/// The same form with another value.
pub(crate) fn with<'a>(mut fields: Fields<'a>, name: &'a str, value: &'a str) -> Fields<'a> {
    for field in &mut fields {
        if field.0 == name {
            field.1 = value;
            return fields;
        }
    }
    fields.push((name, value));
    fields
}

/// Both forms that book: the address, what it takes, and what refuses a visit.
pub(crate) const BOTH: [&str; 2] = ["/api/hold_slot", "/api/book_by_staff"];

/// A key that no form had; numbers tell them apart.
pub(crate) fn key(number: usize) -> String {
    format!("key-of-a-form-{number:08}")
}
