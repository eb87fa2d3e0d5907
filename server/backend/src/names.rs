//! Names in addresses: made of what a thing is called, with a number behind where it is taken.

use domain::{
    ids::{PracticeId, PractitionerId},
    practice::{Slug, Title},
    text,
};

use crate::{
    Error, Result,
    store::{Tx, names},
};

/// Tries before giving up: nobody opens a thousand practices of one name.
const MOST_TRIES: usize = 1000;

/// A free name for a practice.
pub(crate) async fn for_practice(tx: &mut Tx, title: &Title) -> Result<Slug> {
    for slug in candidates(title, "cabinet") {
        if !names::practice_has(tx, &slug).await? {
            return Ok(slug);
        }
    }
    Err(none_left())
}

/// A free name for a practitioner; unique in the instance.
pub(crate) async fn for_practitioner(tx: &mut Tx, name: &Title) -> Result<Slug> {
    for slug in candidates(name, "praticien") {
        if !names::practitioner_has(tx, &slug).await? {
            return Ok(slug);
        }
    }
    Err(none_left())
}

/// A free name for a reason of a practitioner.
pub(crate) async fn for_reason(
    tx: &mut Tx,
    practice: PracticeId,
    practitioner: PractitionerId,
    name: &Title,
) -> Result<Slug> {
    for slug in candidates(name, "motif") {
        if !names::reason_has(tx, practice, practitioner, &slug).await? {
            return Ok(slug);
        }
    }
    Err(none_left())
}

fn none_left() -> Error {
    Error::Io("no name in addresses is left for it".to_owned())
}

/// `camille-lefevre`, `camille-lefevre-2`, `camille-lefevre-3`…
fn candidates(title: &Title, otherwise: &str) -> impl Iterator<Item = Slug> {
    let mut base = text::slug(title.as_str());
    // Room for the number.
    base.truncate(55);
    let base = base.trim_end_matches('-');
    let base = if base.is_empty() { otherwise } else { base }.to_owned();
    (1..=MOST_TRIES).filter_map(move |n| match n {
        1 => base.parse().ok(),
        n => format!("{base}-{n}").parse().ok(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(title: &str, n: usize) -> Vec<String> {
        candidates(&title.parse().unwrap(), "cabinet")
            .take(n)
            .map(Into::into)
            .collect()
    }

    #[test]
    fn names_are_numbered_and_never_empty_or_too_long() {
        assert_eq!(
            first("Dre Zoé Đặng", 3),
            ["dre-zoe-dang", "dre-zoe-dang-2", "dre-zoe-dang-3"]
        );
        assert_eq!(first("渋谷", 2), ["cabinet", "cabinet-2"]);
        assert!(
            first(&"a".repeat(100), 1000)
                .iter()
                .all(|slug| slug.len() <= 60)
        );
        assert_eq!(first(&"a".repeat(100), 1000).len(), 1000);
    }
}
