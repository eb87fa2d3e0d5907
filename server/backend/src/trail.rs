//! The audit trail as the practice reads it: of one visit by whoever keeps its agenda, of the
//! whole practice by its owner. Each change writes its own line, in its transaction; reading
//! never writes one. Words are the page's.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::{
    access::{Actor, Role},
    ids::AppointmentId,
    policy,
    practice::{Slug, Title},
    zone,
};
use uuid::Uuid;

use crate::{
    Backend, Result,
    office::member,
    store::{
        StoreError, practices,
        trail::{self, LineRow, Window},
    },
};

/// Lines of one page.
pub const PAGE: usize = 50;
/// Most lines of one visit: the latest.
const OF_VISIT: i64 = 200;
/// Looking at the same thing again within so long is not written down again.
pub const ONCE_IN: TimeDelta = TimeDelta::minutes(10);

/// What a line is about, as the owner filters them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Visits: booked, cancelled, marked.
    Visits,
    /// A patient's visit was looked at.
    Readings,
    /// Hours, absences, reasons, places, calendar feeds.
    Settings,
    /// Accounts, sign-ins, sessions.
    People,
    /// Somebody asked for what is not hers, or not there.
    Denied,
}

/// Every action that a line can tell of, with its topic. A line with another one is a mistake
/// that the first test that writes it shows: add it here, and its words where the trail is shown.
pub const ACTIONS: [(&str, Topic); 50] = [
    ("held", Topic::Visits),
    ("booked", Topic::Visits),
    ("expired", Topic::Visits),
    ("cancelled", Topic::Visits),
    ("arrived", Topic::Visits),
    ("attended", Topic::Visits),
    ("missed", Topic::Visits),
    ("patient-phoned", Topic::Visits),
    ("viewed", Topic::Readings),
    ("absence-viewed", Topic::Readings),
    ("to-phone-viewed", Topic::Readings),
    ("agenda-viewed", Topic::Readings),
    ("denied", Topic::Denied),
    ("hours-published", Topic::Settings),
    ("hours-edited", Topic::Settings),
    ("hours-deleted", Topic::Settings),
    ("absence-announced", Topic::Settings),
    ("absence-deleted", Topic::Settings),
    ("reason-created", Topic::Settings),
    ("reason-edited", Topic::Settings),
    ("reason-archived", Topic::Settings),
    ("place-created", Topic::Settings),
    ("place-edited", Topic::Settings),
    ("practice-opened", Topic::Settings),
    ("practice-edited", Topic::Settings),
    ("practitioner-added", Topic::Settings),
    ("practitioner-edited", Topic::Settings),
    ("feed-created", Topic::Settings),
    ("feed-renewed", Topic::Settings),
    ("feed-revoked", Topic::Settings),
    ("feed-detail-changed", Topic::Settings),
    ("demo-filled", Topic::Settings),
    ("account-created", Topic::People),
    ("password-reset", Topic::People),
    ("password-changed", Topic::People),
    ("signed-in", Topic::People),
    ("signed-out", Topic::People),
    ("session-ended", Topic::People),
    ("other-sessions-ended", Topic::People),
    ("passkey-added", Topic::People),
    ("passkey-removed", Topic::People),
    ("passkey-used", Topic::People),
    ("telephone-added", Topic::People),
    ("telephone-removed", Topic::People),
    ("second-step-turned-on", Topic::People),
    ("second-step-turned-off", Topic::People),
    ("second-step-refused", Topic::People),
    ("second-step-removed", Topic::People),
    ("recovery-code-used", Topic::People),
    ("recovery-codes-renewed", Topic::People),
];

/// Whether the trail has words for it.
pub(crate) fn is_known(action: &str) -> bool {
    ACTIONS.iter().any(|(known, _)| *known == action)
}

impl Topic {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Visits,
        Self::Readings,
        Self::Settings,
        Self::People,
        Self::Denied,
    ];

    /// Its actions, each between commas.
    fn actions(self) -> String {
        let own = ACTIONS.iter().filter(|(_, topic)| *topic == self);
        own.fold(",".to_owned(), |list, (action, _)| list + action + ",")
    }
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Somebody on the public pages.
    Visitor,
    /// The holder of a visit's link.
    VisitHolder,
    /// The host, at the command line.
    Host,
    /// One of the practice's people.
    Member {
        /// Her name as it is now; `None` if her account is gone.
        name: Option<Title>,
        /// What she was when she did it.
        role: Role,
    },
}

/// To what it was done, as far as it is still there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// A visit of the practice.
    Visit {
        /// Which.
        id: AppointmentId,
        /// When it starts.
        start: DateTime<Utc>,
        /// With whom: name in addresses, and name.
        practitioner: (Slug, Title),
    },
    /// Something of a practitioner.
    Practitioner(Title),
    /// Another account than that which did it.
    Account(Title),
}

/// A line of the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which one.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub who: Who,
    /// What: one of [`ACTIONS`].
    pub action: String,
    /// The state before, as a word.
    pub before: Option<String>,
    /// The state after.
    pub after: Option<String>,
    /// To what.
    pub about: Option<About>,
}

/// Which lines of the practice.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wish {
    /// Only these.
    pub topic: Option<Topic>,
    /// Only of this day, on the clock of the practice's main place.
    pub day: Option<NaiveDate>,
    /// Only those older than this line.
    pub before: Option<Uuid>,
}

/// A page of the trail, the newest first.
#[derive(Clone, Debug)]
pub struct Page {
    /// At most [`PAGE`] lines.
    pub lines: Vec<Line>,
    /// Whether there are older ones, and behind which line they start.
    pub older: Option<Uuid>,
    /// The zone of the practice's main place.
    pub zone: Tz,
}

impl Backend {
    /// What was done about a visit, the oldest first; at most the latest two hundred lines.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] as [`Backend::visit_for_staff`].
    pub async fn trail_of_visit(&self, actor: &Actor, id: AppointmentId) -> Result<Vec<Line>> {
        let (member, _) = self.visit_of(actor, id).await?;
        let mut db = self.store().read().await?;
        let rows = trail::of_visit(&mut db, member.practice, id.uuid(), OF_VISIT).await?;
        rows.into_iter().rev().map(read).collect()
    }

    /// What was done in the practice, the newest first. Looking at it changes nothing.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for anybody but an owner, and for a line that is none of hers, each with an
    /// audit line.
    pub async fn trail(&self, actor: &Actor, wish: Wish) -> Result<Page> {
        let member = member(actor)?;
        if !policy::may_manage_practice(member, member.practice) {
            let practice = member.practice.uuid();
            return Err(self.denied(member, "practice", practice).await);
        }
        let mut db = self.store().read().await?;
        let places = practices::places_of(&mut db, member.practice).await?;
        let zone = places
            .first()
            .and_then(|place| place.zone.as_str().parse().ok())
            .unwrap_or(Tz::UTC);
        let mut from = DateTime::UNIX_EPOCH;
        let mut before = (self.now() + TimeDelta::days(1), Uuid::nil());
        if let Some(day) = wish.day {
            let Some(day) = zone::whole_day(&zone, day) else {
                return Ok(Page {
                    lines: Vec::new(),
                    older: None,
                    zone,
                });
            };
            from = day.start();
            before.0 = day.end();
        }
        if let Some(line) = wish.before {
            let Some(at) = trail::instant_of(&mut db, member.practice, line).await? else {
                drop(db);
                return Err(self.denied(member, "line", line).await);
            };
            before = before.min((at, line));
        }
        let actions = wish.topic.map(Topic::actions).unwrap_or_default();
        let window = Window {
            from,
            before,
            actions: &actions,
            // One more, to know whether there are older ones.
            most: i64::try_from(PAGE + 1).unwrap_or(i64::MAX),
        };
        let mut rows = trail::of_practice(&mut db, member.practice, window).await?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let older = rows.last().filter(|_| more).map(|row| row.id);
        let lines = rows.into_iter().map(read).collect::<Result<_>>()?;
        Ok(Page { lines, older, zone })
    }
}

fn read(row: LineRow) -> Result<Line> {
    let broken = |what: &str| StoreError::BrokenRow(format!("audit: {what}"));
    let title = |name: Option<String>| {
        name.map(|name| name.parse::<Title>())
            .transpose()
            .map_err(|_| broken("a name"))
    };
    let name = title(row.account_name)?;
    let practitioner = title(row.practitioner_name)?;
    let slug = row.practitioner_slug.map(|slug| slug.parse::<Slug>());
    let slug = slug.transpose().map_err(|_| broken("a slug"))?;
    let about = match (row.starts_at, practitioner, slug) {
        (Some(start), Some(name), Some(slug)) => Some(About::Visit {
            id: row.subject_id.into(),
            start,
            practitioner: (slug, name),
        }),
        (_, Some(name), _) => Some(About::Practitioner(name)),
        (_, None, _) => title(row.about_account)?.map(About::Account),
    };
    let who = match row.actor.as_str() {
        "visitor" => Who::Visitor,
        "visit_holder" => Who::VisitHolder,
        "host" => Who::Host,
        role => Who::Member {
            name,
            role: Role::from_code(role).ok_or_else(|| broken("an actor"))?,
        },
    };
    Ok(Line {
        id: row.id,
        at: row.at,
        who,
        action: row.action,
        before: row.before,
        after: row.after,
        about,
    })
}
