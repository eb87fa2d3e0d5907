//! Recovery codes: what lets somebody in whose telephone is lost. Ten, each good once.

use crate::clock::Random;

/// How many are made at once.
pub(super) const COUNT: usize = 10;
/// Letters and digits that nobody reads one for another; a power of two, so that each is as
/// likely as any other.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// 16 letters of five bits: 80 bits, so that a plain keyed hash of one is enough.
const LENGTH: usize = 16;

/// New ones, as a person writes them down: `abcd-efgh-ijkm-npqr`.
pub(super) fn generate(random: &dyn Random) -> Vec<String> {
    let one = |_| {
        let mut bytes = [0; LENGTH];
        random.fill(&mut bytes);
        let letter = |byte: &u8| char::from(LETTERS[usize::from(byte % 32)]);
        let groups = bytes
            .chunks(4)
            .map(|group| group.iter().map(letter).collect());
        groups.collect::<Vec<String>>().join("-")
    };
    (0..COUNT).map(one).collect()
}

/// The form in which one is hashed, whatever a person typed between the groups.
pub(super) fn normal(typed: &str) -> String {
    let letters = typed.chars().filter(|c| c.is_ascii_alphanumeric());
    letters
        .take(LENGTH + 1)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::clock::SystemRandom;

    #[test]
    fn ten_codes_of_eighty_bits_none_twice() {
        let codes = generate(&SystemRandom);
        let letters: BTreeSet<_> = codes.iter().map(|code| normal(code)).collect();
        assert_eq!(letters.len(), COUNT);
        for code in &codes {
            assert_eq!(code.len(), 19, "{code}");
            assert_eq!(normal(code).len(), LENGTH, "{code}");
            assert!(!code.contains(['l', 'o', '0', '1']), "{code}");
        }
    }

    #[test]
    fn a_code_is_read_however_it_is_spaced() {
        for typed in [
            "ABCD EFGH ijkm npqr",
            "abcdefghijkmnpqr",
            " abcd-efgh-ijkm-npqr\n",
        ] {
            assert_eq!(normal(typed), "abcdefghijkmnpqr");
        }
        assert_eq!(normal(&"a".repeat(100_000)).len(), LENGTH + 1);
    }
}
