//! What somebody had before her when she began to change a thing. Her form brings a mark of it back, so
//! that a change that somebody else made meanwhile is not written over by one who never saw it.
//! Visits have their status and sequence for that.

use std::hash::{DefaultHasher, Hash, Hasher};

/// A mark of a thing as it was shown. Another one after any change of it, and mostly after an upgrade
/// of the program as well: then a form that was open is asked for once more. No secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen(String);

/// Somebody else changed it since it was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangedMeanwhile;

impl Seen {
    /// The mark of a thing as it stands.
    #[must_use]
    pub fn of(thing: &impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        thing.hash(&mut hasher);
        Self(format!("{:016x}", hasher.finish()))
    }

    /// What a form brought back. One that brings nothing has seen nothing: whatever stands is another.
    #[must_use]
    pub fn from_form(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The form's field.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Refuses a change of what is not as it was shown.
///
/// # Errors
/// [`ChangedMeanwhile`].
pub(crate) fn unchanged(seen: Option<&Seen>, thing: &impl Hash) -> Result<(), ChangedMeanwhile> {
    match seen {
        Some(seen) if *seen != Seen::of(thing) => Err(ChangedMeanwhile),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_tells_whether_a_thing_is_as_it_was_shown() {
        let mark = Seen::from_form(Seen::of(&("Consultation", 20)).as_str());
        assert_eq!(unchanged(Some(&mark), &("Consultation", 20)), Ok(()));
        let changed = unchanged(Some(&mark), &("Consultation", 30));
        assert_eq!(changed, Err(ChangedMeanwhile));
        assert_eq!(unchanged(None, &1), Ok(()));
        for made_up in ["", "<script>"] {
            let made_up = Seen::from_form(made_up);
            assert_eq!(unchanged(Some(&made_up), &1), Err(ChangedMeanwhile));
        }
    }
}
