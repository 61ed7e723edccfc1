//! Which keys the gallery's server may have, beyond a certificate that any authority would write.

use chrono::{DateTime, Utc};
use ring::digest::{SHA256, digest};

use super::TlsError;

/// The pinned keys of the one host that the app talks to. A connection is good where its verified path, from the
/// server's certificate to the root, holds at least one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinSet {
    /// SHA-256 of each key as a certificate holds it (`SubjectPublicKeyInfo` in DER). At least two different ones: the
    /// key in use, and one that lies ready where the first is lost.
    pub sha256: Vec<[u8; 32]>,
    /// From here on a server without a pinned key is told of in the log, and no longer refused: an app that nobody
    /// updates must not be locked out for ever.
    pub expires_at: DateTime<Utc>,
}

/// What the pins say of a verified path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// One of its keys is pinned.
    Pinned,
    /// None is, and the pins have expired: it goes on, and is told of.
    Reported,
    /// None is.
    Refused,
}

impl PinSet {
    /// # Errors
    /// [`TlsError`] with fewer than two different pins: one lost key would lock every app out.
    pub(super) fn check(&self) -> Result<(), TlsError> {
        match self.sha256.split_first() {
            Some((first, others)) if others.iter().any(|other| other != first) => Ok(()),
            _ => Err(TlsError::new("fewer than two different pins")),
        }
    }

    /// Judges a path by its keys, each a `SubjectPublicKeyInfo` in DER.
    pub(super) fn verdict<K: AsRef<[u8]>>(&self, keys: impl IntoIterator<Item = K>, now: DateTime<Utc>) -> Verdict {
        let is_pinned = keys.into_iter().any(|key| {
            let found = digest(&SHA256, key.as_ref());
            self.sha256.iter().any(|pin| pin == found.as_ref())
        });
        if is_pinned {
            Verdict::Pinned
        } else if now < self.expires_at {
            Verdict::Refused
        } else {
            Verdict::Reported
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn pin(key: &[u8]) -> [u8; 32] {
        digest(&SHA256, key).as_ref().try_into().unwrap()
    }

    fn pins(sha256: &[[u8; 32]]) -> PinSet {
        PinSet { sha256: sha256.to_vec(), expires_at: "2026-09-01T00:00:00Z".parse().unwrap() }
    }

    #[test]
    fn one_pin_is_none() {
        for too_few in [&[][..], &[[1; 32]], &[[1; 32], [1; 32]]] {
            assert!(pins(too_few).check().is_err(), "{too_few:?}");
        }
        assert_eq!(pins(&[[1; 32], [2; 32]]).check(), Ok(()));
        assert_eq!(pins(&[[1; 32], [1; 32], [2; 32]]).check(), Ok(()));
    }

    proptest! {
        #[test]
        fn a_path_goes_on_with_a_pinned_key_or_after_the_pins_have_expired(
            keys in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..8), 0..4),
            pinned in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..8), 2..4),
            seconds in -2i64..2,
        ) {
            let pins = pins(&pinned.iter().map(|key| pin(key)).collect::<Vec<_>>());
            let verdict = pins.verdict(&keys, pins.expires_at + TimeDelta::seconds(seconds));
            let expected = match (keys.iter().any(|key| pinned.contains(key)), seconds < 0) {
                (true, _) => Verdict::Pinned,
                (false, true) => Verdict::Refused,
                (false, false) => Verdict::Reported,
            };
            prop_assert_eq!(verdict, expected);
        }

        #[test]
        fn one_changed_bit_is_another_key(key in prop::collection::vec(any::<u8>(), 1..64), bit: usize) {
            let mut other = key.clone();
            let place = bit % (key.len() * 8);
            other[place / 8] ^= 1 << (place % 8);
            let pins = pins(&[pin(&key), [0; 32]]);
            let before = pins.expires_at - TimeDelta::seconds(1);
            prop_assert_eq!(pins.verdict([&key], before), Verdict::Pinned);
            prop_assert_eq!(pins.verdict([&other], before), Verdict::Refused);
        }
    }
}
