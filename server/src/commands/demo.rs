//! `rdv demo`: fills an empty database and prints who signs in and where to look. What it holds
//! is `backend::demo`'s.

use backend::{
    Failure,
    demo::{DemoReport, Size},
};

use super::{CommandError, open, say};
use crate::{
    cli::{self, Demo},
    config::Config,
};

pub(super) async fn run(config: &Config, wish: &Demo) -> Result<(), CommandError> {
    let backend = open(config).await?;
    let date = wish.date.unwrap_or_else(|| backend.now().date_naive());
    let report =
        backend
            .fill_demo(date, wish.size.into())
            .await
            .map_err(|failure| match failure {
                Failure::Refused(refusal) => CommandError::Refused(refusal.to_string()),
                Failure::Broken(error) => CommandError::Backend(error),
            })?;
    backend.close().await;
    if wish.json {
        let json = serde_json::to_string(&report).map_err(std::io::Error::other)?;
        say(json)
    } else {
        say(in_words(&report))
    }
}

fn in_words(report: &DemoReport) -> String {
    let mut lines = vec!["Pages".to_owned()];
    lines.extend(
        report
            .practitioners
            .iter()
            .map(|one| format!("  {}  {}", one.url, one.name)),
    );
    lines.push("Sign in".to_owned());
    lines.extend(report.accounts.iter().map(|account| {
        format!(
            "  {:<12}  {}  {}",
            account.role, account.email, account.password
        )
    }));
    lines.push("Calendars to subscribe to".to_owned());
    lines.extend(
        report
            .feeds
            .iter()
            .map(|feed| format!("  {}  {}", feed.url, feed.practitioner)),
    );
    lines.join("\n")
}

impl From<cli::Size> for Size {
    fn from(size: cli::Size) -> Self {
        match size {
            cli::Size::Practice => Self::Practice,
            cli::Size::One => Self::One,
            cli::Size::Ten => Self::Ten,
            cli::Size::Hundred => Self::Hundred,
        }
    }
}
