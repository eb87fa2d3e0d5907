//! The outbox: what a job is, what it may end as, and what each kind does.
//! Rows are [`crate::store::jobs`]'s; leasing is [`queue`]'s, running one [`run`]'s; what a mail says is
//! [`crate::mail`]'s.
//!
//! A job row is written by the transaction that made it necessary and names ids only. When it is
//! run it reloads the visit, sees whether the mail still makes sense, and sends it. It may run
//! twice: the Message-ID is made of the job's identifier. To add a kind: a variant of [`Kind`],
//! a file here with its `plan`, a letter in [`crate::mail::letter`].
//!
//! | what happens | what becomes of the job |
//! |---|---|
//! | the mail is accepted | done |
//! | the visit is gone, or no longer what the mail says | discarded |
//! | a visit is called off while its confirmation is being sent | the cancellation waits, so that no invitation follows it |
//! | it is called off before its confirmation went | the confirmation is discarded; the cancellation tells her in words, without a calendar part |
//! | trouble that may pass ([`Trouble::is_passing`]) | tried again after 1, 2, 4, 8, then every 15 minutes; a code after 10, 20, 40, then every 60 seconds |
//! | trouble that does not pass, a panic, a mail that cannot be built | failed at once |
//! | the next try would come too late: a code when its hold ends, the others three days after they were written or when the visit starts | failed |
//!
//! A failed job is shown to the practice ([`failed`]): somebody has to be phoned. Mails to staff
//! about their own account ([`account`]) are discarded then: the journal says the same.

use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::{AccountId, AppointmentId, PracticeId};
use i18n::{Lang, t};
use serde::Deserialize;

use crate::{
    Backend,
    booking::VisitDetails,
    mail::{NotSent, Trouble, invitation::Invitation, letter::Letter},
    store::jobs::LeasedJob,
};

mod account;
pub(crate) mod confirm;
pub mod failed;
pub(crate) mod invited;
pub(crate) mod lease_clock;
mod notify_cancel;
pub mod queue;
pub mod run;
mod send_code;

pub use account::AccountChange;
use invited::Invited;

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Mails the code of a hold.
    SendCode,
    /// Mails that a visit stands.
    Confirm,
    /// Mails that a visit is called off.
    NotifyCancel,
    /// Mails one of the practice's people that the way into her account is another.
    NotifyAccount,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 4] = [
        Self::SendCode,
        Self::Confirm,
        Self::NotifyCancel,
        Self::NotifyAccount,
    ];

    /// The word under which it is stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SendCode => "send_code",
            Self::Confirm => "confirm",
            Self::NotifyCancel => "notify_cancel",
            Self::NotifyAccount => "notify_account",
        }
    }

    /// The kind stored under that word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// What was to be said, in a word or two, for the office.
    #[must_use]
    pub fn in_words(self, lang: Lang) -> String {
        match self {
            Self::SendCode => t!(lang, "mail-kind-send-code"),
            Self::Confirm => t!(lang, "mail-kind-confirm"),
            Self::NotifyCancel => t!(lang, "mail-kind-notify-cancel"),
            Self::NotifyAccount => t!(lang, "mail-kind-notify-account"),
        }
    }

    /// How long to wait before the next try, after so many: doubling from the first delay up to
    /// a ceiling. Somebody waits for a code with the page open.
    #[must_use]
    pub fn back_off(self, tries: i32) -> TimeDelta {
        let (first, ceiling) = match self {
            Self::SendCode => (10, 60),
            Self::Confirm | Self::NotifyCancel | Self::NotifyAccount => {
                (60, LONGEST_BACK_OFF.num_seconds())
            }
        };
        let doublings = u32::try_from(tries - 1).unwrap_or(0).min(10);
        TimeDelta::seconds((first << doublings).min(ceiling))
    }
}

/// The longest that [`Kind::back_off`] puts a try off.
pub(crate) const LONGEST_BACK_OFF: TimeDelta = TimeDelta::minutes(15);

/// How long a mail about a visit is tried, at most.
pub const GIVE_UP_AFTER: TimeDelta = TimeDelta::days(3);

/// A job that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// What to do.
    pub kind: Kind,
    /// The tenant.
    pub practice: PracticeId,
    /// About what.
    pub about: About,
}

/// What a job is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A visit.
    Visit(AppointmentId),
    /// The account of one of the practice's people, and what became of it.
    Account(AccountId, AccountChange),
}

#[derive(Deserialize)]
struct OfVisit {
    appointment: AppointmentId,
}

#[derive(Deserialize)]
struct OfAccount {
    account: AccountId,
    change: String,
}

impl Job {
    /// Reads a row.
    ///
    /// # Errors
    /// [`JobError::Unreadable`] for what no version of this program writes.
    pub fn read(row: &LeasedJob) -> Result<Self, JobError> {
        let unreadable = JobError::Unreadable;
        let kind = Kind::from_code(&row.kind).ok_or(unreadable)?;
        let about = match kind {
            Kind::SendCode | Kind::Confirm | Kind::NotifyCancel => {
                let of: OfVisit = serde_json::from_str(&row.payload).map_err(|_| unreadable)?;
                About::Visit(of.appointment)
            }
            Kind::NotifyAccount => {
                let of: OfAccount = serde_json::from_str(&row.payload).map_err(|_| unreadable)?;
                let change = AccountChange::from_code(&of.change).ok_or(unreadable)?;
                About::Account(of.account, change)
            }
        };
        Ok(Self {
            kind,
            practice: row.practice_id.into(),
            about,
        })
    }
}

/// A row that is no job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// Its kind or payload is unknown.
    #[error("not a job that this program knows")]
    Unreadable,
}

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The mail was accepted.
    Done,
    /// Another try at that time.
    Retry(DateTime<Utc>, NotSent),
    /// Another try at that time, because another job comes first.
    Wait(DateTime<Utc>),
    /// It makes no sense any more; the reason, as a word.
    Discard(&'static str),
    /// Not at all.
    Fail(NotSent),
}

/// What a kind of job wants done for a visit as it stands now.
enum Plan {
    /// Send this.
    Send(Box<Outgoing>),
    /// Nothing until then: another mail comes first.
    Wait(DateTime<Utc>),
    /// Nothing: the mail makes no sense any more.
    Discard(&'static str),
    /// Nothing, and somebody has to be told otherwise.
    Fail(Trouble),
}

/// A mail to send, and how long trying makes sense.
struct Outgoing {
    letter: Letter,
    invitation: Option<Invitation>,
    /// Whether the address is known to be that of the person named.
    address_is_proved: bool,
    /// First instant at which the mail comes too late.
    until: DateTime<Utc>,
}

/// The visit, the row, and what time it is.
struct Context<'a> {
    backend: &'a Backend,
    details: &'a VisitDetails,
    invited: Invited,
    created_at: DateTime<Utc>,
    now: DateTime<Utc>,
}

impl Context<'_> {
    /// Until when a mail about the visit is tried that would come too late from then on.
    fn give_up_at(&self, too_late: DateTime<Utc>) -> DateTime<Utc> {
        too_late.min(self.created_at + GIVE_UP_AFTER)
    }
}

fn plan(kind: Kind, context: &Context<'_>) -> Plan {
    match kind {
        Kind::SendCode => send_code::plan(context),
        Kind::Confirm => confirm::plan(context),
        Kind::NotifyCancel => notify_cancel::plan(context),
        // It is about no visit: see `account`.
        Kind::NotifyAccount => Plan::Fail(Trouble::Unbuildable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_their_ceiling() {
        let seconds = |kind: Kind| {
            [1, 2, 3, 4, 5, 6, 40, i32::MAX].map(|tries| kind.back_off(tries).num_seconds())
        };
        assert_eq!(seconds(Kind::SendCode), [10, 20, 40, 60, 60, 60, 60, 60]);
        for kind in [Kind::Confirm, Kind::NotifyCancel, Kind::NotifyAccount] {
            assert_eq!(seconds(kind), [60, 120, 240, 480, 900, 900, 900, 900]);
        }
    }

    #[test]
    fn kinds_are_read_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(kind));
        }
        assert_eq!(Kind::from_code("remind"), None);
    }
}
