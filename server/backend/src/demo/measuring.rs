//! The measuring data: ten practitioners, Monday to Friday 09–12 and 14–18, visits of a quarter
//! of an hour, of each working day exactly half booked, eight weeks ahead and as many weeks back
//! as the size says. No holidays, so that the counts are exact.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use domain::{
    access::Role,
    feed::Detail,
    holidays::HolidaySet,
    practice::{Place, Practice},
    zone,
};

use super::{
    Size, VisitWriter,
    plan::{Plan, minutes, parsed, person, practitioner, time},
    seed::Seed,
    words,
};
use crate::store::demo::{DemoPatient, DemoVisit};

/// Weeks ahead that are half booked.
const WEEKS_AHEAD: u64 = 8;
/// Starts of a day: 12 before noon, 16 after.
const STARTS: usize = 28;
/// Invented people who share all visits.
const PATIENTS: usize = 2000;

const NAMES: [&str; 10] = [
    "Dre Alice Aubry",
    "Dr Benoît Blanchard",
    "Dre Coralie Caron",
    "Dr David Dufour",
    "Dre Emma Étienne",
    "Dr Fabien Ferry",
    "Dre Gisèle Guillot",
    "Dr Henri Huet",
    "Dre Irène Imbert",
    "Dr Jules Jacquet",
];

/// Weeks of past of a size.
fn weeks_back(size: Size) -> u64 {
    match size {
        Size::Practice | Size::One => 0,
        Size::Ten => 72,
        Size::Hundred => 792,
    }
}

pub(super) fn plan(size: Size, date: NaiveDate, seed: Seed) -> Plan {
    let first = date - Days::new(7 * weeks_back(size));
    let opened_at = (first - Days::new(1)).and_time(time((8, 0))).and_utc();
    let place = Place {
        id: seed.part("place").id(opened_at),
        name: parsed("Cabinet de mesure"),
        address: parsed("1 rue du Mètre\n75001 Paris"),
        town: parsed("Paris"),
        zone: parsed("Europe/Paris"),
    };
    let practitioners: Vec<_> = NAMES
        .into_iter()
        .map(|name| {
            let detail = Detail::BusyOnly;
            let mut one = practitioner(&seed, opened_at, name, "Médecine générale", detail);
            let reason = one.reason(&seed, opened_at, "Consultation", 15);
            reason.min_notice = minutes(0);
            reason.horizon = minutes(8 * 7 * 24 * 60);
            let ids = seed.part(format_args!("{name}/hours"));
            for weekday in [
                Weekday::Mon,
                Weekday::Tue,
                Weekday::Wed,
                Weekday::Thu,
                Weekday::Fri,
            ] {
                for range in [((9, 0), (12, 0)), ((14, 0), (18, 0))] {
                    one.open(ids.id(opened_at), place.id, weekday, 1, first, range);
                }
            }
            one
        })
        .collect();
    let ids: Vec<_> = practitioners
        .iter()
        .map(|one| one.practitioner.id)
        .collect();
    let people = [
        ("Alice Aubry", "alice.aubry@mesure.example", Role::Owner),
        (
            "Benoît Blanchard",
            "benoit.blanchard@mesure.example",
            Role::Practitioner,
        ),
        (
            "Lise Lambert",
            "lise.lambert@mesure.example",
            Role::Secretary,
        ),
    ]
    .into_iter()
    .enumerate()
    .map(|(n, who)| {
        let (own, keeps) = match who.2 {
            Role::Owner | Role::Practitioner => (ids.get(n).copied(), Vec::new()),
            Role::Secretary => (None, ids.clone()),
        };
        person(&seed, opened_at, who, own, keeps)
    })
    .collect();
    Plan {
        size,
        date,
        practice: Practice {
            id: seed.part("practice").id(opened_at),
            slug: parsed("cabinet-de-mesure"),
            name: parsed("Cabinet de mesure"),
            phone: parsed("+33 1 99 00 12 34"),
            email: Some(parsed("contact@mesure.example")),
            holidays: HolidaySet::None,
        },
        places: vec![place],
        practitioners,
        people,
        opened_at,
        seed,
    }
}

/// The visits, one practitioner after the other.
pub(super) async fn write(plan: &Plan, writer: &mut VisitWriter<'_>) -> crate::Result<()> {
    let patients: Vec<DemoPatient> = {
        let seed = plan.seed.part("patients");
        (0..PATIENTS)
            .map(|_| words::patient(&seed, plan.opened_at))
            .collect()
    };
    writer.patients(&patients).await?;
    let first = plan.date - Days::new(7 * weeks_back(plan.size));
    let end = plan.date + Days::new(7 * WEEKS_AHEAD);
    for (n, one) in plan.practitioners.iter().enumerate() {
        let seed = plan.seed.part(format_args!("visits/{n}"));
        let mut visits = Vec::new();
        for day in first.iter_days().take_while(|day| *day < end) {
            if matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
                continue;
            }
            let status = if day < plan.date {
                "attended"
            } else {
                "booked"
            };
            for start in seed.choose(STARTS / 2, STARTS) {
                let Some(starts_at) = instant(day, start) else {
                    continue;
                };
                let booked_at = starts_at - TimeDelta::days(7);
                visits.push(DemoVisit {
                    id: seed.id(booked_at),
                    place: plan.places[0].id.uuid(),
                    reason: one.reasons[0].id.uuid(),
                    patient: seed.pick(&patients).id,
                    starts_at,
                    ends_at: starts_at + TimeDelta::minutes(15),
                    buffer_before: 0,
                    buffer_after: 0,
                    status,
                    cancelled_by: None,
                    link_hash: Vec::new(),
                    idempotency_key: String::new(),
                    created_at: booked_at,
                });
            }
        }
        writer.visits(one.practitioner.id, visits).await?;
    }
    Ok(())
}

/// The start with that number on a day in Paris.
fn instant(day: NaiveDate, start: usize) -> Option<DateTime<Utc>> {
    let start = u32::try_from(start).ok()?;
    let minute = if start < 12 {
        9 * 60 + start * 15
    } else {
        14 * 60 + (start - 12) * 15
    };
    zone::first_at(
        &Tz::Europe__Paris,
        day.and_time(time((minute / 60, minute % 60))),
    )
}
