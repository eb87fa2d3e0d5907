//! Visits of the believable practice, found by the slot engine as patients would: weeks of past
//! that took place, days to come that are fuller the nearer they are.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::{
    slots::{self, Agenda, PlacedHours, Slot},
    visit_reason::{BirthDateAsked, VisitReason},
    zone,
};

use super::{
    VisitWriter,
    believable::WEEKS_BACK,
    plan::{Plan, Planned, time},
    seed::Seed,
    words,
};
use crate::store::demo::{DemoPatient, DemoVisit};

/// How full the days to come are, in hundredths of the open time, by week.
const FULL: [i64; 6] = [78, 62, 45, 30, 16, 6];
/// How full the days of the past were.
const FULL_BEFORE: i64 = 82;

pub(super) async fn write(plan: &Plan, writer: &mut VisitWriter<'_>) -> crate::Result<()> {
    for one in &plan.practitioners {
        let seed = plan
            .seed
            .part(format_args!("{}/visits", one.practitioner.slug));
        let (visits, patients) = Diary::new(plan, one, &seed).filled();
        writer.patients(&patients).await?;
        writer.visits(one.practitioner.id, visits).await?;
    }
    Ok(())
}

struct Diary<'a> {
    plan: &'a Plan,
    one: &'a Planned,
    seed: &'a Seed,
    agenda: Agenda<Tz>,
    visits: Vec<DemoVisit>,
    patients: Vec<DemoPatient>,
}

impl<'a> Diary<'a> {
    fn new(plan: &'a Plan, one: &'a Planned, seed: &'a Seed) -> Self {
        let hours = one.hours.iter().map(|hours| PlacedHours {
            hours: hours.clone(),
            zone: Tz::Europe__Paris,
        });
        Self {
            plan,
            one,
            seed,
            agenda: Agenda {
                practice: plan.practice.id,
                practitioner: one.practitioner.id,
                hours: hours.collect(),
                holidays: plan.practice.holidays,
                zone: Tz::Europe__Paris,
                absences: one.absences.iter().map(|one| one.away).collect(),
                taken: Vec::new(),
            },
            visits: Vec::new(),
            patients: Vec::new(),
        }
    }

    fn filled(mut self) -> (Vec<DemoVisit>, Vec<DemoPatient>) {
        let first = self.plan.date - Days::new(7 * WEEKS_BACK);
        let weeks = WEEKS_BACK as usize + FULL.len();
        for day in first.iter_days().take(7 * weeks) {
            let ahead = (day - self.plan.date).num_days();
            let full = match usize::try_from(ahead) {
                Ok(ahead) => FULL.get(ahead / 7).copied().unwrap_or(0),
                Err(_) => FULL_BEFORE,
            };
            self.fill(day, full);
        }
        (self.visits, self.patients)
    }

    /// Books the day until so many hundredths of its open time are taken.
    fn fill(&mut self, day: NaiveDate, full: i64) {
        let Some(day_of) = zone::whole_day(&Tz::Europe__Paris, day) else {
            return;
        };
        self.agenda.taken.clear();
        let free = |this: &Self, reason: &VisitReason| {
            slots::free_slots(
                &this.agenda,
                &slots::without_delays(reason),
                day_of,
                day_of.start(),
            )
        };
        let open: i64 = self.open_minutes(day);
        let mut taken = 0;
        let mut misses = 0;
        while taken * 100 < open * full && misses < 6 {
            let reason = self.likely_reason();
            let slots = free(self, reason);
            if slots.is_empty() {
                misses += 1;
                continue;
            }
            let slot = *self.seed.pick(&slots);
            taken += slot.interval.length().num_minutes();
            let (before, after) = (reason.buffer_before.delta(), reason.buffer_after.delta());
            self.agenda.taken.push(slot.interval.grown(before, after));
            let status = self.status(day);
            self.note(slot, reason, status, None);
            // Now and then somebody had it before, and called off.
            if self.seed.percent(6) {
                let by = if self.seed.percent(80) {
                    "patient"
                } else {
                    "practice"
                };
                self.note(slot, reason, "cancelled", Some(by));
            }
        }
    }

    /// The open time of a day, absences left out of account.
    fn open_minutes(&self, day: NaiveDate) -> i64 {
        let hours = self.one.hours.iter();
        let open = hours.filter(|hours| hours.recurrence.falls_on(day));
        open.map(|hours| i64::from(hours.range.end_minute() - hours.range.start_minute()))
            .sum()
    }

    /// The first reason comes as often as all others together.
    fn likely_reason(&self) -> &'a VisitReason {
        let reasons = &self.one.reasons;
        if self.seed.percent(50) {
            &reasons[0]
        } else {
            self.seed.pick(reasons)
        }
    }

    fn status(&self, day: NaiveDate) -> &'static str {
        if day >= self.plan.date {
            "booked"
        } else if self.seed.percent(5) {
            "missed"
        } else {
            "attended"
        }
    }

    /// Writes a visit and its patient on the list.
    fn note(
        &mut self,
        slot: Slot,
        reason: &VisitReason,
        status: &'static str,
        cancelled_by: Option<&'static str>,
    ) {
        let created_at = self.booked_at(slot.interval.start());
        let mut patient = words::patient(self.seed, created_at);
        if reason.birth_date == BirthDateAsked::Yes {
            let days = 1000 + self.seed.below(28_000) as u64;
            patient.birth_date = Some(self.plan.date - Days::new(days));
        }
        self.visits.push(DemoVisit {
            id: self.seed.id(created_at),
            place: slot.place.uuid(),
            reason: reason.id.uuid(),
            patient: patient.id,
            starts_at: slot.interval.start(),
            ends_at: slot.interval.end(),
            buffer_before: reason.buffer_before.get(),
            buffer_after: reason.buffer_after.get(),
            status,
            cancelled_by,
            link_hash: Vec::new(),
            idempotency_key: String::new(),
            created_at,
        });
        self.patients.push(patient);
    }

    /// Some days before the visit, and before the date of the demonstration.
    fn booked_at(&self, start: DateTime<Utc>) -> DateTime<Utc> {
        let before = TimeDelta::minutes(600 + self.seed.below(20 * 24 * 60) as i64);
        let dawn = self.plan.date.and_time(time((4, 0))).and_utc();
        let latest = dawn - TimeDelta::minutes(self.seed.below(6 * 24 * 60) as i64);
        (start - before).min(latest)
    }
}
