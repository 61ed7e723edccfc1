//! What was acknowledged, what the gallery has, and what the phone shows. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::worker::identity_of;

/// A receipt as one side knows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Known {
    pub number: u32,
    /// The gallery's name for it.
    pub receipt_id: Option<String>,
    pub state: String,
}

/// What it came to, by the receipts' numbers.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// How many receipts the gallery has, each counted once.
    pub arrived: usize,
    /// Acknowledged, and not at the gallery.
    pub lost: BTreeSet<u32>,
    /// More than once at the gallery or on the phone.
    pub doubled: BTreeSet<u32>,
    /// At the gallery, and captured by no app.
    pub invented: BTreeSet<u32>,
    /// Not the same on the phone and at the gallery.
    pub differ: BTreeSet<u32>,
}

impl Verdict {
    /// Numbers are captured in order, so at most the one after the last acknowledged may be there unacknowledged.
    pub fn of(acknowledged: &[u32], gallery: &[Known], phone: &[Known]) -> Self {
        let (at_the_gallery, on_the_phone) = (counted(gallery), counted(phone));
        let acknowledged: BTreeSet<u32> = acknowledged.iter().copied().collect();
        let begun = acknowledged.last().map_or(1, |last| last + 1);
        let twice = at_the_gallery.iter().chain(&on_the_phone).filter(|(_, count)| **count > 1);
        let (gallery, phone): (BTreeSet<_>, BTreeSet<_>) = (gallery.iter().collect(), phone.iter().collect());
        Self {
            arrived: at_the_gallery.len(),
            lost: acknowledged.iter().filter(|number| !at_the_gallery.contains_key(number)).copied().collect(),
            doubled: twice.map(|(number, _)| *number).collect(),
            invented: at_the_gallery.keys().filter(|number| **number > begun).copied().collect(),
            differ: gallery.symmetric_difference(&phone).map(|known| known.number).collect(),
        }
    }

    pub fn is_good(&self) -> bool {
        self.complaints().next().is_none()
    }

    /// Each fault with the identity of its receipt.
    pub fn complaints(&self) -> impl Iterator<Item = String> {
        let kinds = [
            ("lost", &self.lost),
            ("doubled", &self.doubled),
            ("captured by nobody", &self.invented),
            ("not the same on the phone and at the gallery", &self.differ),
        ];
        let of_kind = |(kind, numbers): (&'static str, &BTreeSet<u32>)| {
            let told = numbers.iter().map(|number| format!("{kind}: {}", identity_of(*number)));
            told.collect::<Vec<_>>()
        };
        kinds.into_iter().flat_map(of_kind)
    }
}

/// How often each number stands there.
fn counted(known: &[Known]) -> BTreeMap<u32, u32> {
    let mut counts = BTreeMap::new();
    for known in known {
        *counts.entry(known.number).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(numbers: &[u32]) -> Vec<Known> {
        let receipt = |number: &u32| Known {
            number: *number,
            receipt_id: Some(format!("r{number}")),
            state: "pending".to_owned(),
        };
        numbers.iter().map(receipt).collect()
    }

    fn complaints(acknowledged: &[u32], gallery: &[Known], phone: &[Known]) -> Vec<String> {
        Verdict::of(acknowledged, gallery, phone).complaints().collect()
    }

    #[test]
    fn all_that_was_acknowledged_and_the_one_in_hand_are_good() {
        assert!(Verdict::of(&[1, 2], &known(&[1, 2]), &known(&[2, 1])).is_good());
        assert!(Verdict::of(&[1, 2], &known(&[1, 2, 3]), &known(&[1, 2, 3])).is_good());
        assert!(Verdict::of(&[], &[], &[]).is_good());
    }

    #[test]
    fn each_fault_is_found_and_names_its_receipt() {
        let both = known(&[1, 2]);
        let lost = complaints(&[1, 2, 3], &both, &both);
        assert_eq!(lost, ["lost: 7380440801290534:3:1880975916"]);
        let twice = known(&[1, 2, 2]);
        assert_eq!(complaints(&[1, 2], &twice, &both), ["doubled: 7380440801290534:2:1880975916"]);
        assert_eq!(complaints(&[1, 2], &both, &twice), ["doubled: 7380440801290534:2:1880975916"]);
        let more = known(&[1, 2, 4]);
        assert_eq!(complaints(&[1, 2], &more, &more), ["captured by nobody: 7380440801290534:4:1880975916"]);
    }

    #[test]
    fn a_receipt_that_only_one_side_has_or_knows_otherwise_is_found() {
        let both = known(&[1, 2]);
        assert_eq!(Verdict::of(&[1, 2], &both, &known(&[1])).differ, [2].into());
        let mut decided = both.clone();
        decided[0].state = "credited".to_owned();
        assert_eq!(Verdict::of(&[1, 2], &both, &decided).differ, [1].into());
        let mut unnamed = both.clone();
        unnamed[1].receipt_id = None;
        assert_eq!(Verdict::of(&[1, 2], &both, &unnamed).differ, [2].into());
    }
}
