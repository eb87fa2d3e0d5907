//! A mail server with moods, which remembers what it took.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::pending,
    sync::{Arc, Mutex},
};

use backend::mail::{Mail, Mailer, Sending, Trouble};
use domain::ids::JobId;

use super::dice::Dice;

/// How it behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Takes everything.
    Good,
    /// Takes most, refuses some now, some for good, loses some answers, panics over some.
    Moody,
    /// Takes nothing.
    Down,
    /// Takes some, and never answers.
    Silent,
}

/// What it knows of one job's mail.
#[derive(Clone, Debug, Default)]
pub(crate) struct Letters {
    pub(crate) to: String,
    pub(crate) text: String,
    /// How often it was taken, and how often nobody was told so.
    pub(crate) taken: usize,
    pub(crate) unanswered: usize,
    /// In which step of the life it was given, and what became of it.
    pub(crate) story: Vec<(u64, Does)>,
}

#[derive(Debug)]
struct State {
    mood: Mood,
    step: u64,
    dice: Dice,
    letters: BTreeMap<JobId, Letters>,
    /// Those that were taken since somebody last asked.
    fresh: BTreeSet<JobId>,
}

#[derive(Clone, Debug)]
pub(crate) struct Post(Arc<Mutex<State>>);

impl Post {
    pub(crate) fn new(dice: Dice) -> Self {
        Self(Arc::new(Mutex::new(State {
            mood: Mood::Good,
            step: 0,
            dice,
            letters: BTreeMap::new(),
            fresh: BTreeSet::new(),
        })))
    }

    pub(crate) fn is(&self, mood: Mood) {
        self.0.lock().unwrap().mood = mood;
    }

    /// From now on it is that step of the life.
    pub(crate) fn step(&self, number: u64) {
        self.0.lock().unwrap().step = number;
    }

    /// How many mails it took.
    pub(crate) fn count(&self) -> u64 {
        let state = self.0.lock().unwrap();
        let taken = state.letters.values().filter(|letters| letters.taken > 0);
        taken.count() as u64
    }

    /// All that it took.
    pub(crate) fn letters(&self) -> Vec<Letters> {
        let state = self.0.lock().unwrap();
        let taken = state.letters.values().filter(|letters| letters.taken > 0);
        taken.cloned().collect()
    }

    /// Those that it took, or took again, since this was last asked.
    pub(crate) fn new_letters(&self) -> Vec<Letters> {
        let mut state = self.0.lock().unwrap();
        let fresh = std::mem::take(&mut state.fresh);
        fresh.iter().map(|job| state.letters[job].clone()).collect()
    }
}

/// What it does with one mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Does {
    Take,
    TakeAndSayNothing,
    TakeAndHang,
    Refuse(Trouble),
    Panic,
    Hang,
}

impl Mailer for Post {
    fn send<'a>(&'a self, mail: &'a Mail) -> Sending<'a> {
        Box::pin(async move {
            let does = {
                let mut state = self.0.lock().unwrap();
                let state = &mut *state;
                let does = match (state.mood, state.dice.below(10)) {
                    (Mood::Good, _) | (Mood::Moody, 0..=4) => Does::Take,
                    (Mood::Moody, 5) => Does::TakeAndSayNothing,
                    (Mood::Moody, 6) => Does::Refuse(Trouble::RecipientRefused),
                    (Mood::Moody, 7) => Does::Panic,
                    (Mood::Moody, _) => Does::Refuse(Trouble::NotNow),
                    (Mood::Down, _) => Does::Refuse(Trouble::Unreachable),
                    (Mood::Silent, 0..=4) => Does::TakeAndHang,
                    (Mood::Silent, _) => Does::Hang,
                };
                let is_answered = matches!(does, Does::Take);
                let step = state.step;
                let letters = state.letters.entry(mail.job).or_default();
                letters.story.push((step, does));
                if is_answered || matches!(does, Does::TakeAndSayNothing | Does::TakeAndHang) {
                    letters.to = mail.to.to_string();
                    let text = String::from_utf8(mail.message.clone()).unwrap();
                    letters.text = text.replace("=\r\n", "");
                    letters.taken += 1;
                    letters.unanswered += usize::from(!is_answered);
                    state.fresh.insert(mail.job);
                }
                does
            };
            match does {
                Does::Take => Ok(()),
                Does::TakeAndSayNothing => Err(Trouble::Unanswered.into()),
                Does::Refuse(trouble) => Err(trouble.into()),
                Does::Panic => panic!("a mail that cannot be sent, on purpose"),
                Does::TakeAndHang | Does::Hang => pending().await,
            }
        })
    }
}
