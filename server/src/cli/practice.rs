//! What `rdv practice` and `rdv user` are told. Each value is parsed here into a type of
//! `domain`, so that a wrong one is named with its flag.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use domain::{
    access::Role,
    holidays::HolidaySet,
    opening_hours::WallRange,
    people::{EmailAddress, PhoneNumber},
    practice::{PostalAddress, Slug, Title, ZoneName},
    visit_reason::Minutes,
};
use i18n::Lang;

/// Practices.
#[derive(Clone, Debug, Subcommand)]
pub enum PracticeCommand {
    /// Opens a practice with its first place, practitioner, reason and owner
    ///
    /// The owner's password is made up and printed once, unless a file holds it. Hours, more
    /// reasons and more places are set in the office.
    Create(Box<CreatePractice>),
}

/// A practice to open.
#[derive(Args, Clone, Debug)]
pub struct CreatePractice {
    /// Its name
    #[arg(long, value_name = "NAME")]
    pub name: Title,
    /// The number patients call
    #[arg(long, value_name = "NUMBER")]
    pub phone: PhoneNumber,
    /// Its own mailbox, shown to patients
    #[arg(long, value_name = "ADDRESS")]
    pub email: Option<EmailAddress>,
    /// Street and town of its place, in one line
    #[arg(long, value_name = "TEXT")]
    pub address: PostalAddress,
    /// The town alone, by which patients search
    #[arg(long, value_name = "TOWN")]
    pub town: Title,
    /// The zone in which its hours are meant
    #[arg(long, value_name = "ZONE", default_value = "Europe/Paris")]
    pub time_zone: ZoneName,
    /// Public holidays on which it is closed
    #[arg(long, value_name = "SET", default_value = "france", value_parser = holidays)]
    pub holidays: HolidaySet,
    /// Its first practitioner, as patients know her: 'Dre Camille Lefèvre'
    #[arg(long, value_name = "NAME")]
    pub practitioner: Title,
    /// What she practises
    #[arg(long, value_name = "TEXT")]
    pub specialty: Title,
    /// The first reason that can be booked
    #[arg(long, value_name = "NAME", default_value = "Consultation")]
    pub reason: Title,
    /// Its length, in minutes
    #[arg(long, value_name = "MINUTES", default_value = "20", value_parser = minutes)]
    pub length: Minutes,
    /// Hours of every day from Monday to Friday, as HH:MM-HH:MM; several times if need be
    #[arg(long, value_name = "HOURS", value_parser = hours)]
    pub weekdays: Vec<WallRange>,
    /// The owner's name [default: the practitioner's]
    #[arg(long, value_name = "NAME")]
    pub owner_name: Option<Title>,
    /// What the owner signs in with
    #[arg(long, value_name = "ADDRESS")]
    pub owner_email: EmailAddress,
    /// Password and language.
    #[command(flatten)]
    pub credentials: Credentials,
}

/// The people of a practice.
#[derive(Clone, Debug, Subcommand)]
pub enum UserCommand {
    /// Makes an account for one of a practice's people
    ///
    /// The password is made up and printed once, unless a file holds it.
    Create(CreateUser),
    /// Gives an account another password and ends its sessions
    ResetPassword(ResetPassword),
}

/// Somebody to be made one of a practice's people.
#[derive(Args, Clone, Debug)]
pub struct CreateUser {
    /// The practice, as in its address: /cabinets/PRACTICE
    #[arg(long, value_name = "PRACTICE")]
    pub practice: Slug,
    /// What she signs in with
    #[arg(long, value_name = "ADDRESS")]
    pub email: EmailAddress,
    /// Her name, as the office shows it
    #[arg(long, value_name = "NAME")]
    pub name: Title,
    /// What she is there
    #[arg(long, value_enum)]
    pub role: RoleName,
    /// Which practitioner she is herself, as in the address: /praticiens/PRACTITIONER
    #[arg(long, value_name = "PRACTITIONER")]
    pub practitioner: Option<Slug>,
    /// A practitioner whose agenda she keeps; several times if need be
    #[arg(long, value_name = "PRACTITIONER")]
    pub keeps: Vec<Slug>,
    /// Password and language.
    #[command(flatten)]
    pub credentials: Credentials,
}

/// An account that gets another password.
#[derive(Args, Clone, Debug)]
pub struct ResetPassword {
    /// What she signs in with
    #[arg(long, value_name = "ADDRESS")]
    pub email: EmailAddress,
    /// A file whose first line is the new password [default: one is made up and printed]
    #[arg(long, value_name = "PATH")]
    pub password_file: Option<PathBuf>,
    /// Removes the second step of her sign-in too, when telephone, passkeys and recovery codes are
    /// lost, or when a stranger may have added one of his own: a passkey signs in without the
    /// password
    #[arg(long)]
    pub remove_factors: bool,
}

/// How somebody signs in at first.
#[derive(Args, Clone, Debug)]
pub struct Credentials {
    /// A file whose first line is the password [default: one is made up and printed]
    #[arg(long, value_name = "PATH")]
    pub password_file: Option<PathBuf>,
    /// The language of the office for her
    #[arg(long, value_name = "fr|en", default_value = "fr", value_parser = lang)]
    pub language: Lang,
}

/// A role, by its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RoleName {
    /// Manages everything in the practice.
    Owner,
    /// Manages her own agenda.
    Practitioner,
    /// Keeps the agendas of others.
    Secretary,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Owner => Self::Owner,
            RoleName::Practitioner => Self::Practitioner,
            RoleName::Secretary => Self::Secretary,
        }
    }
}

fn holidays(text: &str) -> Result<HolidaySet, String> {
    let codes = || HolidaySet::ALL.map(HolidaySet::code).join(", ");
    HolidaySet::from_code(text).ok_or_else(|| format!("one of: {}", codes()))
}

pub(super) fn lang(text: &str) -> Result<Lang, String> {
    Lang::from_code(text).ok_or_else(|| "fr or en".to_owned())
}

fn minutes(text: &str) -> Result<Minutes, String> {
    let number: i32 = text
        .parse()
        .map_err(|_| "a number of minutes, for example 20".to_owned())?;
    Minutes::within(number, 5, 480).map_err(|error| error.to_string())
}

fn hours(text: &str) -> Result<WallRange, String> {
    let range = text.split_once('-').and_then(|(start, end)| {
        let hour = |text: &str| chrono::NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
        Some((hour(start)?, hour(end)?))
    });
    let (start, end) =
        range.ok_or_else(|| "hours as HH:MM-HH:MM, for example 09:00-12:00".to_owned())?;
    WallRange::new(start, end).map_err(|error| error.to_string())
}
