//! Calendar subscriptions: one row per secret address. A renewed address is a new row; the old
//! one stays, revoked, so that it can say so. What one shows is in [`super::shown`].

use chrono::{DateTime, Utc};
use domain::{
    feed::Detail,
    ids::{AccountId, FeedId, PracticeId, PractitionerId},
};
use i18n::Lang;
use sqlx::FromRow;
use uuid::Uuid;

use super::{Access, StoreError, Tx, all, dialect::broken, maybe, write};

/// A subscription as it is stored; its address is only known by a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// Its identifier.
    pub id: FeedId,
    /// The tenant.
    pub practice: PracticeId,
    /// Whose agenda it shows.
    pub practitioner: PractitionerId,
    /// How much of a visit it shows.
    pub detail: Detail,
    /// In which language.
    pub lang: Lang,
    /// Rises with each change that shows every visit anew; added to the visits' own, because
    /// a calendar keeps an event whose SEQUENCE did not rise.
    pub sequence: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When what it shows of each visit last changed.
    pub changed_at: DateTime<Utc>,
    /// Since when its address is no longer valid.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When a calendar last read it, to the hour.
    pub last_used_at: Option<DateTime<Utc>>,
}

#[derive(FromRow)]
struct FeedRow {
    id: Uuid,
    practice_id: Uuid,
    practitioner_id: Uuid,
    detail: String,
    lang: String,
    sequence: i32,
    created_at: DateTime<Utc>,
    changed_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
}

impl FeedRow {
    fn read(self) -> Result<Feed, StoreError> {
        Ok(Feed {
            id: self.id.into(),
            practice: self.practice_id.into(),
            practitioner: self.practitioner_id.into(),
            detail: Detail::from_code(&self.detail)
                .ok_or_else(|| broken("unknown level of detail"))?,
            lang: Lang::from_code(&self.lang).unwrap_or_default(),
            sequence: self.sequence,
            created_at: self.created_at,
            changed_at: self.changed_at,
            revoked_at: self.revoked_at,
            last_used_at: self.last_used_at,
        })
    }
}

/// The columns of [`FeedRow`], and the rest of the statement.
macro_rules! feeds {
    ($($rest:literal),+ $(,)?) => {
        concat!(
            "select f.id, f.practice_id, f.practitioner_id, f.detail, f.lang, f.sequence,
                    f.created_at, f.changed_at, f.revoked_at, f.last_used_at ",
            $($rest),+
        )
    };
}

/// What an address leads to: the subscription, and what its calendar says beside the visits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressed {
    /// The subscription.
    pub feed: Feed,
    /// Rises with every write to the agenda (see [`super::availability::lock_agenda`]): while
    /// it stands, so do the visits.
    pub agenda_version: i64,
    /// The practitioner's name.
    pub practitioner_name: String,
    /// The practice's name.
    pub practice_name: String,
}

#[derive(FromRow)]
struct AddressedRow {
    #[sqlx(flatten)]
    feed: FeedRow,
    agenda_version: i64,
    practitioner_name: String,
    practice_name: String,
}

/// The subscription at an address, by the hash of its token; revoked ones too.
///
/// # Errors
/// As the database.
pub async fn by_address(
    db: &mut impl Access,
    hash: &[u8],
) -> Result<Option<Addressed>, StoreError> {
    let row = maybe!(
        db,
        AddressedRow,
        feeds!(
            ", cast(p.agenda_version as bigint) as agenda_version,
             p.name as practitioner_name, c.name as practice_name
             from calendar_feeds f
             join practitioners p on p.id = f.practitioner_id
             join practices c on c.id = f.practice_id
             where f.token_hash = $1"
        ),
        hash
    )?;
    row.map(|row| {
        Ok(Addressed {
            feed: row.feed.read()?,
            agenda_version: row.agenda_version,
            practitioner_name: row.practitioner_name,
            practice_name: row.practice_name,
        })
    })
    .transpose()
}

/// The subscription with that id in that practice, revoked or not.
///
/// # Errors
/// As the database.
pub async fn by_id(
    db: &mut impl Access,
    practice: PracticeId,
    id: FeedId,
) -> Result<Option<Feed>, StoreError> {
    maybe!(
        db,
        FeedRow,
        feeds!("from calendar_feeds f where f.practice_id = $1 and f.id = $2"),
        practice.uuid(),
        id.uuid()
    )?
    .map(FeedRow::read)
    .transpose()
}

/// Whether there is a subscription with that id, of whatever practice.
///
/// # Errors
/// As the database.
pub async fn exists(db: &mut impl Access, id: FeedId) -> Result<bool, StoreError> {
    let found = maybe!(
        db,
        (Uuid,),
        "select id from calendar_feeds where id = $1",
        id.uuid()
    )?;
    Ok(found.is_some())
}

/// The subscriptions to an agenda, newest first, without those revoked by `revoked_before`.
///
/// # Errors
/// As the database.
pub async fn of_practitioner(
    db: &mut impl Access,
    practice: PracticeId,
    practitioner: PractitionerId,
    revoked_before: DateTime<Utc>,
) -> Result<Vec<Feed>, StoreError> {
    all!(
        db,
        FeedRow,
        feeds!(
            "from calendar_feeds f
             where f.practice_id = $1 and f.practitioner_id = $2
               and (f.revoked_at is null or f.revoked_at > $3)
             order by f.created_at desc, f.id desc"
        ),
        practice.uuid(),
        practitioner.uuid(),
        revoked_before
    )?
    .into_iter()
    .map(FeedRow::read)
    .collect()
}

/// The language of an account, for the words of the feed it makes.
///
/// # Errors
/// As the database.
pub async fn lang_of_account(db: &mut impl Access, account: AccountId) -> Result<Lang, StoreError> {
    let row: Option<(String,)> = maybe!(
        db,
        (String,),
        "select lang from accounts where id = $1",
        account.uuid()
    )?;
    Ok(row
        .and_then(|(code,)| Lang::from_code(&code))
        .unwrap_or_default())
}

/// Writes a subscription down, with the hash of its token.
///
/// # Errors
/// As the database.
pub async fn insert(tx: &mut Tx, feed: &Feed, token_hash: &[u8]) -> Result<(), StoreError> {
    write!(
        tx,
        "insert into calendar_feeds (id, practice_id, practitioner_id, token_hash, detail, lang,
                                     sequence, created_at, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        feed.id.uuid(),
        feed.practice.uuid(),
        feed.practitioner.uuid(),
        token_hash,
        feed.detail.code(),
        feed.lang.code(),
        feed.sequence,
        feed.created_at,
        feed.changed_at
    )?;
    Ok(())
}

/// Changes the level of detail of a subscription that stands; answers whether it did.
///
/// # Errors
/// As the database.
pub async fn set_detail(
    tx: &mut Tx,
    practice: PracticeId,
    id: FeedId,
    detail: Detail,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let written = write!(
        tx,
        "update calendar_feeds set detail = $3, sequence = sequence + 1, changed_at = $4
         where practice_id = $1 and id = $2 and revoked_at is null",
        practice.uuid(),
        id.uuid(),
        detail.code(),
        now
    )?;
    Ok(written == 1)
}

/// Shows every visit of a practice anew in all its feeds: what they say of a place changed.
/// Belongs into the transaction that changes the name or the address of a place.
///
/// # Errors
/// As the database.
pub async fn show_anew(
    tx: &mut Tx,
    practice: PracticeId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    write!(
        tx,
        "update calendar_feeds set sequence = sequence + 1, changed_at = $2
         where practice_id = $1 and revoked_at is null",
        practice.uuid(),
        now
    )?;
    Ok(())
}

/// Ends an address; answers whether it stood.
///
/// # Errors
/// As the database.
pub async fn revoke(
    tx: &mut Tx,
    practice: PracticeId,
    id: FeedId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let written = write!(
        tx,
        "update calendar_feeds set revoked_at = $3
         where practice_id = $1 and id = $2 and revoked_at is null",
        practice.uuid(),
        id.uuid(),
        now
    )?;
    Ok(written == 1)
}

/// Notes that a calendar read the feed, unless that was noted after `not_after`.
///
/// # Errors
/// As the database.
pub async fn note_use(
    tx: &mut Tx,
    practice: PracticeId,
    id: FeedId,
    now: DateTime<Utc>,
    not_after: DateTime<Utc>,
) -> Result<(), StoreError> {
    write!(
        tx,
        "update calendar_feeds set last_used_at = $3
         where practice_id = $1 and id = $2 and (last_used_at is null or last_used_at <= $4)",
        practice.uuid(),
        id.uuid(),
        now,
        not_after
    )?;
    Ok(())
}
