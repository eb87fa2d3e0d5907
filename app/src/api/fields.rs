//! Days, hours and numbers as the forms of the office send them.
//! Names and addresses are parsed by their own types in `domain`.

use chrono::{NaiveDate, NaiveTime};
use domain::opening_hours::WallRange;

use crate::forms::{FieldError, FormErrors};

/// A day: `YYYY-MM-DD`, as a date field sends it, or `DD/MM/YYYY`, as people type it.
pub(crate) fn day(text: &str) -> Result<NaiveDate, FieldError> {
    let text = text.trim();
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .or_else(|_| NaiveDate::parse_from_str(text, "%d/%m/%Y"))
        .map_err(|_| FieldError::key("field-error-day"))
}

/// An hour: `9:00`, `09:00`, `9h`, `9 h 30`.
pub(crate) fn time(text: &str) -> Result<NaiveTime, FieldError> {
    hour_and_minute(text)
        .and_then(|(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0))
        .ok_or(FieldError::key("field-error-time"))
}

/// The same where something ends: `24:00` is how the end of a day is said, and ranges say it as
/// midnight.
pub(crate) fn end_time(text: &str) -> Result<NaiveTime, FieldError> {
    match hour_and_minute(text) {
        Some((24, 0)) => Ok(NaiveTime::MIN),
        _ => time(text),
    }
}

fn hour_and_minute(text: &str) -> Option<(u32, u32)> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let text = text.to_lowercase().replace('h', ":");
    let (hour, minute) = text.split_once(':').unwrap_or((&text, ""));
    let minute = if minute.is_empty() { "0" } else { minute };
    // A time field with seconds sends `09:00:00`.
    let minute = minute.strip_suffix(":00").unwrap_or(minute);
    Some((hour.parse().ok()?, minute.parse().ok()?))
}

/// From one hour to another on the same day. From midnight to midnight is the whole of it: the fields of
/// browsers have no 24 h.
fn wall_range(from: &str, to: &str) -> Result<WallRange, FieldError> {
    WallRange::new(time(from)?, end_time(to)?).map_err(FieldError::from)
}

/// The ranges that were filled in; an error stands at the first field of its range.
pub(crate) fn ranges<const N: usize>(
    errors: &mut FormErrors,
    typed: [(&'static str, String, String); N],
) -> Vec<WallRange> {
    typed
        .into_iter()
        .filter(|(_, from, to)| !(from.is_empty() && to.is_empty()))
        .filter_map(|(field, from, to)| errors.take(field, wall_range(&from, &to)))
        .collect()
}

/// A whole number, zero or more.
pub(crate) fn number<T: std::str::FromStr>(text: &str) -> Result<T, FieldError> {
    text.trim()
        .parse()
        .map_err(|_| FieldError::key("field-error-number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_is_read_the_way_people_write_it() {
        let nine_thirty = NaiveTime::from_hms_opt(9, 30, 0).unwrap();
        for text in ["9:30", "09:30", "9h30", "9 h 30", "09:30:00", " 9H30 "] {
            assert_eq!(time(text).ok(), Some(nine_thirty), "{text}");
        }
        assert_eq!(time("9h").ok(), NaiveTime::from_hms_opt(9, 0, 0));
        for text in ["", "24:00", "25:00", "9:60", "neuf", "9:30:15", "-1:00"] {
            assert!(time(text).is_err(), "{text}");
        }
        // Only what ends can end with the day.
        for text in ["24", "24 h", "24:00", " 24H00", "0:00"] {
            assert_eq!(end_time(text).ok(), Some(NaiveTime::MIN), "{text}");
        }
        assert_eq!(end_time("9h30").ok(), Some(nine_thirty));
        for text in ["", "24:01", "24:00:01", "240:00", "25:00"] {
            assert!(end_time(text).is_err(), "{text}");
        }
        assert!(wall_range("24:00", "8:00").is_err());
        assert!(wall_range("8:00", "24:00").is_ok());
        assert!(wall_range("8:00", "0:00").is_ok());
        assert!(wall_range("0:00", "24:00").is_ok());
        assert!(wall_range("0:00", "0:00").is_ok());
        assert!(wall_range("9:00", "9:00").is_err());
    }

    #[test]
    fn a_day_is_a_day_of_the_calendar() {
        let day_of = NaiveDate::from_ymd_opt(2026, 12, 24);
        assert_eq!(day("2026-12-24").ok(), day_of);
        assert_eq!(day(" 24/12/2026 ").ok(), day_of);
        for text in ["", "2026-02-30", "demain", "24/12"] {
            assert!(day(text).is_err(), "{text}");
        }
    }
}
