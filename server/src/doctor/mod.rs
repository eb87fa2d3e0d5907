//! `rdv doctor`: looks at everything that an instance needs, and says of each whether it is
//! well, and what to do if not. One file a subject; a check only looks, and changes nothing.
//! To add one: a name in [`Check`], its words in `cli.ftl`, a function in the file it belongs
//! to. No finding holds a secret or anything of a patient.

mod address;
mod database;
mod mail;
mod place;

use std::time::Duration;

use backend::{
    Backend,
    clock::{Clock, SystemClock},
    store::Store,
};
use chrono::{DateTime, Utc};
use i18n::{Lang, t};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::{
    cli::{Options, doctor::Doctor},
    config::{Config, ConfigError},
};

/// How long anything on a network may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Flags and variables.
    Configuration,
    /// Whether it answers, its version, its integrity.
    Database,
    /// Whether it is the one this program knows.
    Schema,
    /// Against the database's.
    Clock,
    /// Of the places, and how old the rules are.
    TimeZones,
    /// A round trip to the mail server.
    Mail,
    /// Whether the public address leads here.
    Address,
    /// What it passes on.
    Proxy,
    /// How old the last one is.
    Backup,
    /// What is free.
    Disk,
    /// Who may read the files.
    Permissions,
}

impl Check {
    const fn code(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Database => "database",
            Self::Schema => "schema",
            Self::Clock => "clock",
            Self::TimeZones => "time_zones",
            Self::Mail => "mail",
            Self::Address => "address",
            Self::Proxy => "proxy",
            Self::Backup => "backup",
            Self::Disk => "disk",
            Self::Permissions => "permissions",
        }
    }

    fn name(self, lang: Lang) -> String {
        match self {
            Self::Configuration => t!(lang, "doctor-configuration"),
            Self::Database => t!(lang, "doctor-database"),
            Self::Schema => t!(lang, "doctor-schema"),
            Self::Clock => t!(lang, "doctor-clock"),
            Self::TimeZones => t!(lang, "doctor-time-zones"),
            Self::Mail => t!(lang, "doctor-mail"),
            Self::Address => t!(lang, "doctor-address"),
            Self::Proxy => t!(lang, "doctor-proxy"),
            Self::Backup => t!(lang, "doctor-backup"),
            Self::Disk => t!(lang, "doctor-disk"),
            Self::Permissions => t!(lang, "doctor-permissions"),
        }
    }
}

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Well.
    Ok,
    /// Works, and somebody should look.
    Look,
    /// Does not work, or loses data one day.
    Wrong,
}

impl Verdict {
    const fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Look => "look",
            Self::Wrong => "wrong",
        }
    }

    fn word(self, lang: Lang) -> String {
        match self {
            Self::Ok => t!(lang, "doctor-ok"),
            Self::Look => t!(lang, "doctor-look"),
            Self::Wrong => t!(lang, "doctor-wrong"),
        }
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Of what.
    pub check: Check,
    /// How it is.
    pub verdict: Verdict,
    /// What was seen.
    pub says: String,
    /// What to do; empty when all is well.
    pub to_do: String,
}

impl Finding {
    fn ok(check: Check, says: impl Into<String>) -> Self {
        Self::of(Verdict::Ok, check, says, "")
    }

    fn look(check: Check, says: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self::of(Verdict::Look, check, says, to_do)
    }

    fn wrong(check: Check, says: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self::of(Verdict::Wrong, check, says, to_do)
    }

    fn of(
        verdict: Verdict,
        check: Check,
        says: impl Into<String>,
        to_do: impl Into<String>,
    ) -> Self {
        Self {
            check,
            verdict,
            says: says.into(),
            to_do: to_do.into(),
        }
    }

    /// For a terminal: a line, and what to do below it.
    #[must_use]
    pub fn in_words(&self, lang: Lang) -> String {
        let (verdict, name) = (self.verdict.word(lang), self.check.name(lang));
        let line = format!("{verdict:<10}{name:<18}{}", self.says);
        if self.to_do.is_empty() {
            line
        } else {
            format!("{line}\n{:<28}→ {}", "", self.to_do)
        }
    }

    /// For a program.
    #[must_use]
    pub fn as_json(&self) -> Value {
        json!({
            "check": self.check.code(),
            "verdict": self.verdict.code(),
            "says": self.says,
            "do": self.to_do,
        })
    }
}

/// Everything a check may look at.
struct Looking<'a> {
    config: &'a Config,
    options: &'a Options,
    wish: &'a Doctor,
    lang: Lang,
    now: DateTime<Utc>,
}

/// Looks at everything.
pub async fn look(options: &Options, wish: &Doctor, lang: Lang) -> Vec<Finding> {
    let config = match configuration(options) {
        Ok(config) => config,
        Err(error) => {
            let says = format!("{} {}", error.variable, error.wrong);
            return vec![Finding::wrong(Check::Configuration, says, error.should)];
        }
    };
    let looking = Looking {
        config: &config,
        options,
        wish,
        lang,
        now: SystemClock.now(),
    };
    let says = t!(
        lang,
        "doctor-configuration-read",
        address = config.public_url.as_str()
    );
    let mut findings = vec![Finding::ok(Check::Configuration, says)];
    let (store, found) = looking.database().await;
    let is_away = found.iter().any(|one| one.verdict == Verdict::Wrong) && store.is_none();
    findings.extend(found);
    findings.push(looking.mail().await);
    findings.extend(looking.address(store.as_ref(), is_away).await);
    if let Some(store) = store {
        store.close().await;
    }
    findings.extend(looking.place());
    findings
}

fn configuration(options: &Options) -> Result<Config, ConfigError> {
    let config = Config::check(options)?;
    config.check_for_serving()?;
    Ok(config)
}

impl Looking<'_> {
    fn database_url(&self) -> &str {
        self.config.database_url.expose_secret()
    }
}

/// The key of the instance, if the database has one.
async fn keys(store: &Store) -> backend::Result<Option<backend::keys::Keys>> {
    Backend::keys_of(store).await
}
