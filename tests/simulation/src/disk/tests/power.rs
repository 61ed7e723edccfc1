//! Power losses.

use super::{FULL, NORMAL, Phone, Settings, chance, commit, committed, open, work};
use crate::disk::Chance;

/// What was acknowledged, and what was found after it, of each round of a phone's life.
type Found = (u32, Result<u32, String>);

fn life(seed: u64, settings: Settings, lies: bool) -> Vec<Found> {
    let phone = Phone::new();
    phone.disk.lie_about_sync(lies);
    let chance: &mut Chance<'_> = &mut chance(seed);
    let mut acknowledged = 0;
    let mut rounds = Vec::new();
    for _ in 0..4 {
        if chance(4) > 0 {
            phone.disk.kill_after(1 + u64::from(chance(120)));
        }
        let worked = work(&phone.database(), settings, &mut acknowledged, chance);
        let survivor = match worked {
            Err(error) if !phone.disk.is_dead() => {
                rounds.push((acknowledged, Err(error.to_string())));
                break;
            }
            worked => worked.ok(),
        };
        if chance(4) == 0 {
            phone.disk.kill().unwrap();
        } else {
            phone.disk.power_loss(chance).unwrap();
        }
        let found = committed(&phone.database(), settings);
        drop(survivor);
        assert_eq!(found, committed(&phone.database(), settings), "seed {seed}: a dead process has changed something");
        rounds.push((acknowledged, found.clone()));
        match found {
            Ok(found) => acknowledged = found,
            Err(_) => break,
        }
    }
    rounds
}

fn lives(seeds: u64, settings: Settings, lies: bool) -> Vec<(u64, Found)> {
    (0..seeds).flat_map(|seed| life(seed, settings, lies).into_iter().map(move |found| (seed, found))).collect()
}

/// In how many rounds commits were lost, and in how many there was one more than acknowledged. All else is a failure.
fn lost_and_found(seeds: u64, settings: Settings) -> (usize, usize) {
    let mut lost = 0;
    let mut more = 0;
    for (seed, (acknowledged, found)) in lives(seeds, settings, false) {
        let found = found.unwrap_or_else(|why| panic!("seed {seed}: {why}"));
        assert!(found <= acknowledged + 1, "seed {seed}: {found} of {acknowledged}");
        lost += usize::from(found < acknowledged);
        more += usize::from(found > acknowledged);
    }
    (lost, more)
}

#[test]
fn what_was_committed_with_full_survives() {
    let (lost, more) = lost_and_found(400, FULL);
    assert!(lost == 0 && more > 0, "{lost} {more}");
}

#[test]
fn with_normal_the_last_commits_may_be_lost_and_no_more() {
    assert!(lost_and_found(100, NORMAL).0 > 0);
}

#[test]
fn a_deleted_journal_comes_back_unless_the_folder_is_synchronised() {
    let full = "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL";
    let extra = "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA";
    assert!(lost_and_found(100, full).0 > 0);
    assert_eq!(lost_and_found(100, extra).0, 0);
}

#[test]
fn without_synchronisation_databases_are_damaged() {
    assert!(
        lives(100, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF", false)
            .iter()
            .any(|(_, (_, found))| found.is_err())
    );
}

#[test]
fn when_the_disk_lies_about_synchronisation_commits_are_lost() {
    let lost = |(_, (acknowledged, found)): &(u64, (u32, Result<u32, String>))| {
        found.as_ref().is_ok_and(|found| found < acknowledged)
    };
    assert!(lives(100, FULL, true).iter().any(lost));
}

#[test]
fn what_a_killed_process_did_not_synchronise_is_still_not_durable() {
    let lost = (0..50).filter(|seed| {
        let phone = Phone::new();
        let chance: &mut Chance<'_> = &mut chance(*seed);
        let mut connection = open(&phone.database(), NORMAL).unwrap();
        for number in 1..4 {
            commit(&mut connection, number, chance).unwrap();
        }
        phone.disk.kill().unwrap();
        phone.disk.power_loss(chance).unwrap();
        committed(&phone.database(), NORMAL).unwrap() < 3
    });
    assert!(lost.count() > 0);
}
