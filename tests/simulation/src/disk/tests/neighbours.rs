//! Several disks, and what belongs to none.

use std::{fs, io, thread};

use rusqlite::Connection;

use super::{FULL, Phone, chance, commit, committed, open, temporary, work};
use crate::disk::{Chance, Counters, Disk};

#[test]
fn phones_on_other_threads_are_not_disturbed() {
    let phones = [Phone::new(), Phone::new()];
    thread::scope(|scope| {
        for (seed, phone) in (1..).zip(&phones) {
            scope.spawn(move || {
                let chance: &mut Chance<'_> = &mut chance(seed);
                let mut acknowledged = 0;
                for _ in 0..50 {
                    // The second one never dies.
                    if seed == 1 {
                        phone.disk.kill_after(1 + u64::from(chance(60)));
                    }
                    let worked = work(&phone.database(), FULL, &mut acknowledged, chance);
                    assert!(worked.is_ok() || seed == 1);
                    phone.disk.power_loss(chance).unwrap();
                    let found = committed(&phone.database(), FULL).unwrap();
                    assert!((acknowledged..=acknowledged + 1).contains(&found));
                    acknowledged = found;
                }
            });
        }
    });
}

#[test]
fn files_of_no_disk_are_left_alone() {
    let phone = Phone::new();
    phone.disk.kill_after(1);
    let folder = temporary();
    let path = folder.path().join("gallery.db");
    let mut connection = open(&path, FULL).unwrap();
    commit(&mut connection, 1, &mut chance(1)).unwrap();
    drop(connection);
    assert_eq!(committed(&path, FULL), Ok(1));
    assert_eq!((phone.disk.is_dead(), phone.disk.counters()), (false, Counters::default()));
    let memory = Connection::open_in_memory().unwrap();
    memory.execute_batch("CREATE TABLE a (b); INSERT INTO a VALUES (1)").unwrap();
}

#[test]
fn a_folder_has_one_disk_until_it_is_dropped() {
    let Phone { disk, folder } = Phone::new();
    let inside = folder.path().join("inside");
    fs::create_dir(&inside).unwrap();
    assert_eq!(Disk::mount(folder.path()).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    assert_eq!(Disk::mount(&inside).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    drop(disk);
    let disk = Disk::mount(&inside).unwrap();
    disk.kill_after(1);
    drop(open(&folder.path().join("member.db"), FULL).unwrap());
    open(&inside.join("member.db"), FULL).unwrap_err();
    assert!(disk.is_dead());
}
