//! `rdv doctor`: prints what [`crate::doctor`] finds.

use i18n::Lang;
use serde_json::Value;

use super::{CommandError, say};
use crate::{
    cli::{Options, doctor::Doctor},
    doctor::{self, Verdict},
};

/// Answers whether nothing is wrong.
pub(super) async fn run(
    options: &Options,
    wish: &Doctor,
    lang: Lang,
) -> Result<bool, CommandError> {
    let findings = doctor::look(options, wish, lang).await;
    if wish.json {
        let list: Vec<Value> = findings.iter().map(doctor::Finding::as_json).collect();
        say(Value::Array(list))?;
    } else {
        for finding in &findings {
            say(finding.in_words(lang))?;
        }
    }
    Ok(findings
        .iter()
        .all(|finding| finding.verdict != Verdict::Wrong))
}
