//! Invented people, and the words of passwords that protect nothing.
//! Telephone numbers are of the ranges that Arcep keeps for fiction, addresses of the domains
//! that RFC 2606 keeps for examples.

use chrono::{DateTime, Utc};
use domain::text;

use super::seed::Seed;
use crate::store::demo::DemoPatient;

const GIVEN: [&str; 48] = [
    "Adèle",
    "Agathe",
    "Alexandre",
    "Amina",
    "Anaïs",
    "Antoine",
    "Apolline",
    "Arthur",
    "Aïcha",
    "Baptiste",
    "Béatrice",
    "Bilal",
    "Bruno",
    "Capucine",
    "Chloé",
    "Clémence",
    "Damien",
    "Denise",
    "Driss",
    "Élodie",
    "Émile",
    "Fatou",
    "François",
    "Gaëlle",
    "Georges",
    "Hélène",
    "Hugo",
    "Inaya",
    "Jacqueline",
    "Jean-Marc",
    "Joëlle",
    "Kévin",
    "Léon",
    "Linh",
    "Loïc",
    "Madeleine",
    "Maël",
    "Monique",
    "Nadia",
    "Noé",
    "Océane",
    "Ousmane",
    "Pauline",
    "Rémi",
    "Sacha",
    "Simone",
    "Yann",
    "Zoé",
];

const FAMILY: [&str; 48] = [
    "Allard",
    "Aubert",
    "Barbier",
    "Beaulieu",
    "Benoît",
    "Bertin",
    "Boucher",
    "Carpentier",
    "Chevallier",
    "Collet",
    "Da Silva",
    "Delmas",
    "Diallo",
    "Dubreuil",
    "Đặng",
    "Fabre",
    "Faure",
    "Fontaine",
    "Gauthier",
    "Girard",
    "Guérin",
    "Haddad",
    "Hamon",
    "Hoarau",
    "Jaouen",
    "Kaya",
    "L'Hostis",
    "Lacroix",
    "Le Goff",
    "Lemoine",
    "Mallet",
    "Maréchal",
    "N'Diaye",
    "Nguyễn",
    "Ollivier",
    "Payet",
    "Péron",
    "Quéméner",
    "Renaud",
    "Rivière",
    "Roussel",
    "Sauvage",
    "Tessier",
    "Traoré",
    "Vasseur",
    "Verdier",
    "Weber",
    "Zimmermann",
];

const THINGS: [&str; 64] = [
    "abeille",
    "ancre",
    "atelier",
    "balcon",
    "barque",
    "bocage",
    "boussole",
    "brume",
    "cabane",
    "cerise",
    "chemin",
    "clocher",
    "colline",
    "corail",
    "cyprès",
    "dune",
    "écluse",
    "écureuil",
    "étoile",
    "falaise",
    "fougère",
    "fontaine",
    "galet",
    "glycine",
    "grange",
    "hamac",
    "hérisson",
    "horloge",
    "jardin",
    "jonquille",
    "lagune",
    "lanterne",
    "lavande",
    "loutre",
    "marée",
    "marelle",
    "mésange",
    "moulin",
    "muguet",
    "nacelle",
    "noisette",
    "orage",
    "oursin",
    "papillon",
    "phare",
    "pivoine",
    "plage",
    "plume",
    "prairie",
    "rivage",
    "roseau",
    "ruche",
    "sablier",
    "sentier",
    "source",
    "tambour",
    "tilleul",
    "tortue",
    "tulipe",
    "vallon",
    "verger",
    "violon",
    "voilier",
    "zeste",
];

/// Three words.
pub(super) fn password(seed: &Seed) -> String {
    let word = |n: usize| text::slug(THINGS[n]);
    let chosen = seed.choose(3, THINGS.len());
    chosen.into_iter().map(word).collect::<Vec<_>>().join("-")
}

/// Somebody who does not exist; six in seven have an e-mail address.
pub(super) fn patient(seed: &Seed, at: DateTime<Utc>) -> DemoPatient {
    let (given, family) = (seed.pick(&GIVEN), seed.pick(&FAMILY));
    let mailbox = format!(
        "{}.{}{}@example.org",
        text::slug(given),
        text::slug(family),
        seed.below(90) + 10
    );
    DemoPatient {
        id: seed.id(at),
        given_name: (*given).to_owned(),
        family_name: (*family).to_owned(),
        email: (!seed.percent(14)).then_some(mailbox),
        phone: format!("+3363998{:04}", seed.below(10_000)),
        birth_date: None,
    }
}

#[cfg(test)]
mod tests {
    use domain::people::{EmailAddress, FamilyName, GivenName, PhoneNumber};

    use super::*;

    #[test]
    fn invented_people_are_ones_that_could_book() {
        let seed = Seed::new("x");
        for _ in 0..500 {
            let patient = patient(&seed, DateTime::UNIX_EPOCH);
            assert!(GivenName::parse(&patient.given_name).is_ok());
            assert!(FamilyName::parse(&patient.family_name).is_ok());
            assert_eq!(
                PhoneNumber::parse(&patient.phone).map(String::from).ok(),
                Some(patient.phone)
            );
            if let Some(email) = patient.email {
                assert_eq!(
                    EmailAddress::parse(&email).map(String::from).ok(),
                    Some(email)
                );
            }
        }
    }

    #[test]
    fn passwords_are_three_words_that_the_rules_accept() {
        for n in 0..50 {
            let password = password(&Seed::new("x").part(n));
            assert!(crate::passwords::Password::parse(&password, &[]).is_ok());
        }
    }
}
