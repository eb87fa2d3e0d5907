//! A believable practice: a doctor who owns it, another doctor, a midwife, a physiotherapist, a
//! secretary; two places, hours of every kind, absences, and a plan for some weeks of visits.
//! The visits themselves are [`super::diary`]'s.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use domain::{
    absence::{Absence, Away, Said},
    access::Role,
    feed::Detail,
    holidays::HolidaySet,
    ids::{OpeningHoursId, PlaceId},
    interval::Interval,
    practice::{Place, Practice},
    visit_reason::{Audience, BirthDateAsked, VisitReason},
    zone,
};

use super::{
    Size,
    plan::{Plan, Planned, minutes, parsed, person, practitioner, time},
    seed::Seed,
};

/// Weeks of past.
pub(super) const WEEKS_BACK: u64 = 4;

use Weekday::{Fri, Mon, Sat, Thu, Tue, Wed};

const MORNING: ((u32, u32), (u32, u32)) = ((9, 0), (12, 0));

/// What the practitioners are made with.
struct Ground {
    seed: Seed,
    opened_at: DateTime<Utc>,
    /// First day of all weekly hours: a Monday.
    first: NaiveDate,
    /// The Monday of the week of the date.
    monday: NaiveDate,
    rennes: PlaceId,
    bruz: PlaceId,
}

pub(super) fn plan(date: NaiveDate, seed: Seed) -> Plan {
    let monday = date.week(Mon).first_day();
    let first = monday - Days::new(7 * WEEKS_BACK);
    let opened_at = (first - Days::new(3)).and_time(time((8, 0))).and_utc();
    let zone = "Europe/Paris";
    let rennes = Place {
        id: seed.part("rennes").id(opened_at),
        name: parsed("Maison de santé des Tilleuls"),
        address: parsed("12 rue des Tilleuls\n35000 Rennes"),
        town: parsed("Rennes"),
        zone: parsed(zone),
    };
    let bruz = Place {
        id: seed.part("bruz").id(opened_at),
        name: parsed("Cabinet de Bruz"),
        address: parsed("4 place de l’Église\n35170 Bruz"),
        town: parsed("Bruz"),
        zone: parsed(zone),
    };
    let ground = Ground {
        opened_at,
        first,
        monday,
        rennes: rennes.id,
        bruz: bruz.id,
        seed,
    };
    let practitioners = vec![
        doctor(&ground),
        other_doctor(&ground),
        midwife(&ground),
        physiotherapist(&ground),
    ];
    let id = |n: usize| {
        practitioners
            .get(n)
            .map(|one: &Planned| one.practitioner.id)
    };
    let at = |name: &str| format!("{name}@tilleuls.example");
    let people = [
        ("Camille Lefèvre", at("camille.lefevre"), Role::Owner, id(0)),
        (
            "Karim Benali",
            at("karim.benali"),
            Role::Practitioner,
            id(1),
        ),
        ("Inès Moreau", at("ines.moreau"), Role::Practitioner, id(2)),
        (
            "Théo Garnier",
            at("theo.garnier"),
            Role::Practitioner,
            id(3),
        ),
        ("Léa Marchand", at("lea.marchand"), Role::Secretary, None),
    ]
    .into_iter()
    .map(|(name, email, role, own)| {
        let keeps = match role {
            Role::Owner | Role::Practitioner => Vec::new(),
            Role::Secretary => [id(0), id(1)].into_iter().flatten().collect(),
        };
        person(&ground.seed, opened_at, (name, &email, role), own, keeps)
    })
    .collect();
    Plan {
        size: Size::Practice,
        date,
        practice: Practice {
            id: ground.seed.part("practice").id(opened_at),
            slug: parsed("maison-de-sante-des-tilleuls"),
            name: parsed("Maison de santé des Tilleuls"),
            phone: parsed("+33 2 61 91 04 10"),
            email: Some(parsed("contact@tilleuls.example")),
            holidays: HolidaySet::France,
        },
        places: vec![rennes, bruz],
        practitioners,
        people,
        opened_at,
        seed: ground.seed,
    }
}

fn doctor(ground: &Ground) -> Planned {
    let mut one = ground.practitioner("Dre Camille Lefèvre", "Médecin généraliste");
    ground.reason(&mut one, "Consultation", 20).instructions =
        parsed("Apportez votre carte Vitale et vos derniers résultats d’analyses.");
    let first = ground.reason(&mut one, "Première consultation", 30);
    first.birth_date = BirthDateAsked::Yes;
    first.instructions = parsed(
        "Venez dix minutes plus tôt.\nApportez votre carte Vitale, votre carte de mutuelle et vos ordonnances en cours.",
    );
    ground.reason(&mut one, "Vaccination", 10).instructions =
        parsed("Apportez le vaccin et votre carnet de vaccination.");
    let home = ground.reason(&mut one, "Visite à domicile", 40);
    home.audience = Audience::StaffOnly;
    home.buffer_before = minutes(15);
    home.buffer_after = minutes(15);
    let mut hours = ground.hours("lefevre");
    for day in [Mon, Tue, Thu] {
        hours.weekly(&mut one, ground.rennes, day, ((8, 30), (12, 0)));
        hours.weekly(&mut one, ground.rennes, day, ((14, 0), (18, 30)));
    }
    hours.weekly(&mut one, ground.bruz, Wed, ((8, 30), (12, 0)));
    hours.weekly(&mut one, ground.rennes, Fri, MORNING);
    hours.weekly(&mut one, ground.rennes, Fri, ((14, 0), (17, 0)));
    hours.once(
        &mut one,
        ground.rennes,
        ground.monday + Days::new(19),
        MORNING,
    );
    // Her holidays: a week, from Monday to Sunday.
    ground.absent(&mut one, (28, (0, 0)), (35, (0, 0)), "Congés");
    one
}

fn other_doctor(ground: &Ground) -> Planned {
    let mut one = ground.practitioner("Dr Karim Benali", "Médecin généraliste");
    ground.reason(&mut one, "Consultation", 15);
    ground
        .reason(&mut one, "Consultation enfant", 30)
        .instructions = parsed("Apportez le carnet de santé de l’enfant.");
    let sport = ground.reason(&mut one, "Certificat de sport", 20);
    sport.instructions = parsed("Apportez le questionnaire de santé rempli.");
    let mut hours = ground.hours("benali");
    for day in [Mon, Wed, Fri] {
        hours.weekly(&mut one, ground.rennes, day, ((9, 0), (13, 0)));
        hours.weekly(&mut one, ground.rennes, day, ((15, 0), (19, 0)));
    }
    hours.every_other_week(&mut one, ground.rennes, Sat, MORNING);
    ground.absent(&mut one, (9, (13, 0)), (9, (20, 0)), "Formation");
    one
}

fn midwife(ground: &Ground) -> Planned {
    let mut one = ground.practitioner("Inès Moreau", "Sage-femme");
    ground.reason(&mut one, "Suivi de grossesse", 30);
    let first = ground.reason(&mut one, "Premier rendez-vous de grossesse", 45);
    first.birth_date = BirthDateAsked::Yes;
    first.instructions = parsed("Apportez votre première échographie si elle est faite.");
    ground.reason(&mut one, "Contraception", 30);
    let exercise = ground.reason(&mut one, "Rééducation du périnée", 30).id;
    let mut hours = ground.hours("moreau");
    for day in [Tue, Wed, Fri] {
        hours.weekly(&mut one, ground.rennes, day, ((9, 0), (12, 30)));
        hours.weekly(&mut one, ground.rennes, day, ((13, 30), (16, 0)));
        let last = hours.weekly(&mut one, ground.rennes, day, ((16, 0), (18, 0)));
        last.push(exercise);
    }
    hours.weekly(&mut one, ground.bruz, Thu, ((9, 0), (12, 30)));
    one
}

fn physiotherapist(ground: &Ground) -> Planned {
    let mut one = ground.practitioner("Théo Garnier", "Masseur-kinésithérapeute");
    ground.reason(&mut one, "Séance", 30).instructions =
        parsed("Apportez l’ordonnance et une serviette.");
    let first = ground.reason(&mut one, "Bilan", 45);
    first.buffer_after = minutes(15);
    first.instructions = parsed("Apportez l’ordonnance et vos radios.");
    let mut hours = ground.hours("garnier");
    for day in [Mon, Tue, Wed, Thu, Fri] {
        hours.weekly(&mut one, ground.rennes, day, ((8, 0), (12, 0)));
        hours.weekly(&mut one, ground.rennes, day, ((14, 0), (19, 0)));
    }
    ground.absent(&mut one, (4, (12, 0)), (4, (20, 0)), "Garde d’enfant");
    ground.absent(&mut one, (35, (0, 0)), (40, (0, 0)), "Congés");
    one
}

impl Ground {
    fn practitioner(&self, name: &str, specialty: &str) -> Planned {
        practitioner(
            &self.seed,
            self.opened_at,
            name,
            specialty,
            Detail::Initials,
        )
    }

    fn reason<'a>(&self, one: &'a mut Planned, name: &str, length: i32) -> &'a mut VisitReason {
        one.reason(&self.seed, self.opened_at, name, length)
    }

    fn hours(&self, of: &str) -> Hours {
        Hours {
            seed: self.seed.part(format_args!("{of}/hours")),
            opened_at: self.opened_at,
            first: self.first,
        }
    }

    /// An absence between two hours of days counted from this week's Monday.
    fn absent(
        &self,
        one: &mut Planned,
        from: (u64, (u32, u32)),
        until: (u64, (u32, u32)),
        note: &str,
    ) {
        let wall =
            |(days, hour): (u64, (u32, u32))| (self.monday + Days::new(days)).and_time(time(hour));
        let said = Said {
            from: wall(from),
            until: wall(until),
        };
        let paris = Tz::Europe__Paris;
        let interval = zone::first_at(&paris, said.from)
            .zip(zone::end_at(&paris, said.until))
            .and_then(|(from, until)| Interval::new(from, until).ok())
            .expect("an absence ends after it starts");
        let slug = &one.practitioner.slug;
        let seed = self.seed.part(format_args!("{slug}/absence/{}", from.0));
        one.absences.push(Absence {
            id: seed.id(self.opened_at + TimeDelta::days(1)),
            away: Away {
                interval,
                said: Some(said),
            },
            note: Some(parsed(note)),
        });
    }
}

/// Adds hours, each with an identifier of its own.
struct Hours {
    seed: Seed,
    opened_at: DateTime<Utc>,
    first: NaiveDate,
}

impl Hours {
    fn id(&self) -> OpeningHoursId {
        self.seed.id(self.opened_at)
    }

    fn weekly<'a>(
        &mut self,
        one: &'a mut Planned,
        place: PlaceId,
        day: Weekday,
        range: ((u32, u32), (u32, u32)),
    ) -> &'a mut Vec<domain::ids::VisitReasonId> {
        let hours = one.open(self.id(), place, day, 1, self.first, range);
        &mut hours.reasons
    }

    fn every_other_week(
        &mut self,
        one: &mut Planned,
        place: PlaceId,
        day: Weekday,
        range: ((u32, u32), (u32, u32)),
    ) {
        one.open(self.id(), place, day, 2, self.first, range);
    }

    fn once(
        &mut self,
        one: &mut Planned,
        place: PlaceId,
        day: NaiveDate,
        range: ((u32, u32), (u32, u32)),
    ) {
        one.open(self.id(), place, day.weekday(), 0, day, range);
    }
}
