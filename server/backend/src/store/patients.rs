//! The people seen. A booking without an account makes a patient of its own: two people may
//! share an address and a name, and nobody has proved to be somebody already known.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    ids::{PatientId, PracticeId},
    people::{EmailAddress, Patient},
};
use i18n::Lang;
use sqlx::FromRow;

use super::{StoreError, Tx, dialect::broken, write};

/// The columns of a patient, for statements that join them; prefixed `patient_`.
#[derive(FromRow)]
pub(crate) struct PatientRow {
    patient_given_name: String,
    patient_family_name: String,
    patient_email: Option<String>,
    patient_phone: String,
    patient_birth_date: Option<NaiveDate>,
    patient_lang: String,
}

impl PatientRow {
    pub(crate) fn read(self) -> Result<(Patient, Lang), StoreError> {
        let patient = Patient {
            given_name: self.patient_given_name.parse().map_err(broken)?,
            family_name: self.patient_family_name.parse().map_err(broken)?,
            email: self
                .patient_email
                .map(|email| email.parse())
                .transpose()
                .map_err(broken)?,
            phone: self.patient_phone.parse().map_err(broken)?,
            birth_date: self.patient_birth_date.map(Into::into),
        };
        Ok((
            patient,
            Lang::from_code(&self.patient_lang).unwrap_or_default(),
        ))
    }
}

/// Writes a patient down.
///
/// # Errors
/// As the database.
pub async fn insert(
    tx: &mut Tx,
    practice: PracticeId,
    id: PatientId,
    patient: &Patient,
    lang: Lang,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    write!(
        tx,
        "insert into patients (id, practice_id, given_name, family_name, email, phone,
                               birth_date, lang, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id.uuid(),
        practice.uuid(),
        patient.given_name.as_str(),
        patient.family_name.as_str(),
        patient.email.as_ref().map(EmailAddress::as_str),
        patient.phone.as_str(),
        patient.birth_date.map(|day| day.day()),
        lang.code(),
        now
    )?;
    Ok(())
}
