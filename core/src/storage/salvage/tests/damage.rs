//! How much of the queue is saved, over seeded damages: bits, cuts, zeroed pages, a lost log, a damaged log.

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    ops::Range,
    path::{Path, PathBuf},
};

use rusqlite::Connection;

use crate::storage::{
    Storage, StorageError,
    testing::{Dice, Wish, open},
};

const PAGE: usize = 4096;
const FRAME: usize = 24 + PAGE;
const NEEDLE: usize = 16;

/// What a seed made.
struct World {
    folder: tempfile::TempDir,
    /// What is in the queue, with where it lies: in the file, or (second) in the log.
    queued: Vec<(Wish, Place)>,
    /// What was in the queue at any time.
    ever: BTreeSet<Wish>,
}

#[derive(Default)]
struct Place {
    main: Vec<Range<usize>>,
    wal: Vec<Range<usize>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    intact: usize,
    saved: usize,
    /// Of those that are not intact: saved all the same.
    lucky: usize,
    /// Sent before, and back again.
    resurrected: usize,
    /// Never written like that.
    invented: usize,
    set_aside: usize,
}

fn file(folder: &Path, name: &str) -> Vec<u8> {
    fs::read(folder.join(name)).unwrap_or_default()
}

async fn world(seed: u64, sizes: &[usize], with_checksum: bool) -> World {
    let mut dice = Dice(seed);
    let folder = tempfile::tempdir().unwrap();
    let mut connection = written_to(folder.path()).await;
    let (mut ever, mut queue) = (BTreeSet::new(), Vec::new());
    let intents = sizes[dice.roll(sizes.len())];
    let mut rows = 0;
    connection.execute("INSERT INTO account VALUES ('m1', '2026-01-01', 'vesna', NULL, 1, 0)", []).unwrap();
    while queue.len() < intents {
        let batch = 1 + dice.roll(if intents > 100 { 60 } else { 8 });
        let wishes: Vec<_> = (0..batch)
            .map(|_| {
                let length = if dice.roll(10) == 0 { 3_000 + dice.roll(12_000) } else { 250 + dice.roll(250) };
                Wish::new(&mut dice, length)
            })
            .collect();
        ever.extend(wishes.iter().cloned());
        queue.extend(wishes.iter().cloned());
        let (first, more) = (rows, dice.roll(20));
        rows += more;
        let tx = connection.transaction().unwrap();
        wishes.iter().for_each(|wish| wish.write(&tx, with_checksum).unwrap());
        for row in first..first + more {
            let receipt = "INSERT INTO receipts (member_id, receipt_id, total_kopecks, issued_at, source, state,
                captured_at) VALUES ('m1', ?1, 100, 0, 'qr', 'credited', 0)";
            tx.execute(receipt, [format!("r{row}")]).unwrap();
            let ledger = (format!("l{row}"), "{}".repeat(60));
            tx.execute("INSERT INTO ledger VALUES ('m1', ?1, ?2, 0)", ledger).unwrap();
        }
        tx.commit().unwrap();
        if dice.roll(3) == 0 {
            let tx = connection.transaction().unwrap();
            queue.retain(|wish| {
                let is_sent = dice.roll(3) == 0;
                if is_sent {
                    tx.execute("DELETE FROM outbox WHERE idempotency_key = ?1", [&wish.key]).unwrap();
                }
                !is_sent
            });
            tx.execute("UPDATE outbox SET attempts = attempts + 1 WHERE entry_id % 7 = 0", []).unwrap();
            tx.commit().unwrap();
        }
        if dice.roll(6) == 0 {
            checkpoint(&connection);
        }
    }
    // As after a kill, or as after an orderly end.
    if dice.roll(2) == 0 {
        checkpoint(&connection);
    }
    let copy = tempfile::tempdir().unwrap();
    for name in ["member.db", "member.db-wal"] {
        fs::write(copy.path().join(name), file(folder.path(), name)).unwrap();
    }
    let (main, wal) = (file(copy.path(), "member.db"), file(copy.path(), "member.db-wal"));
    let queued = located(queue, &main, &wal);
    World { folder: copy, queued, ever }
}

/// An empty file as the storage makes it, opened without waiting for the disk: that would be most of the test.
async fn written_to(folder: &Path) -> Connection {
    open(folder).await.unwrap().pause().await.unwrap();
    let file = Connection::open(folder.join("member.db")).unwrap();
    file.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA secure_delete = ON").unwrap();
    file
}

fn checkpoint(file: &Connection) {
    file.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
}

/// Finds each entry's bytes in the pages as they are now; knows nothing of trees and cells.
fn located(queue: Vec<Wish>, main: &[u8], wal: &[u8]) -> Vec<(Wish, Place)> {
    let frames = frames(wal);
    let pages = main.len() / PAGE;
    let in_log = |page: usize| frames.iter().rposition(|frame| frame.0 == page + 1);
    let highest = frames.iter().map(|frame| frame.0).max().unwrap_or(0).max(pages);
    // Pages as they are now, each in the file or in the log.
    let present: Vec<(&[u8], Option<usize>)> = (0..highest)
        .map(|page| match in_log(page) {
            Some(frame) => (&wal[frames[frame].1.clone()][24..], Some(frame)),
            None => (&main[page * PAGE..(page + 1) * PAGE], None),
        })
        .collect();
    let mut needles: HashMap<[u8; NEEDLE], usize> = HashMap::new();
    for (index, wish) in queue.iter().enumerate() {
        let note = wish.payload.find("zz").unwrap() + 5;
        let samples = (note..wish.payload.len() - NEEDLE - 2).step_by(128).map(|at| &wish.payload.as_bytes()[at..]);
        // Where the key is followed by the member is the row itself; in an index a number follows.
        let row = format!("{}{}", &wish.key[18..], wish.member);
        let tail = format!("{}wait", &wish.payload[wish.payload.len() - NEEDLE + 4..]);
        for needle in samples.chain([row.as_bytes(), tail.as_bytes()]) {
            assert!(needles.insert(needle[..NEEDLE].try_into().unwrap(), index).is_none(), "two are alike");
        }
    }
    let mut places: Vec<Place> = queue.iter().map(|_| Place::default()).collect();
    for (page, (image, frame)) in present.iter().enumerate() {
        for (at, window) in image.windows(NEEDLE).enumerate().filter(|(_, window)| window[0].is_ascii_hexdigit()) {
            let Some(wish) = needles.get(window).filter(|_| at > 0) else { continue };
            match frame {
                // With the frame that ends the transaction: a log that is cut before it was never committed.
                Some(frame) => places[*wish].wal.extend([frames[*frame].1.clone(), ends_at(&frames, *frame)]),
                None => places[*wish].main.push(page * PAGE..(page + 1) * PAGE),
            }
        }
    }
    assert!(places.iter().all(|place| !place.main.is_empty() || !place.wal.is_empty()), "an entry is nowhere");
    queue.into_iter().zip(places).collect()
}

/// Each frame's page, place and whether it ends a transaction.
fn frames(wal: &[u8]) -> Vec<(usize, Range<usize>, bool)> {
    let number = |at: usize| u32::from_be_bytes(wal[at..at + 4].try_into().unwrap()) as usize;
    let mut frames = Vec::new();
    let mut start = 32;
    while start + FRAME <= wal.len() && wal[start + 8..start + 16] == wal[16..24] {
        frames.push((number(start), start..start + FRAME, number(start + 4) != 0));
        start += FRAME;
    }
    frames
}

fn ends_at(frames: &[(usize, Range<usize>, bool)], from: usize) -> Range<usize> {
    frames[from..].iter().find(|frame| frame.2).unwrap().1.clone()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Damage {
    BitsInFile,
    CutFile,
    ZeroedPages,
    FirstPage,
    LostLog,
    BitsInLog,
    CutLog,
    NoiseInLog,
    BitsInBoth,
}

const DAMAGES: [Damage; 9] = [
    Damage::BitsInFile,
    Damage::CutFile,
    Damage::ZeroedPages,
    Damage::FirstPage,
    Damage::LostLog,
    Damage::BitsInLog,
    Damage::CutLog,
    Damage::NoiseInLog,
    Damage::BitsInBoth,
];

/// Damages the files, and says which bytes are no longer what they were.
fn damage(folder: &Path, kind: Damage, dice: &mut Dice) -> Place {
    let (path, log) = (folder.join("member.db"), folder.join("member.db-wal"));
    let (mut main, mut wal) = (file(folder, "member.db"), file(folder, "member.db-wal"));
    let (before, before_log) = (main.clone(), wal.clone());
    let flips = 1 + dice.roll(12);
    let flip = |bytes: &mut Vec<u8>, dice: &mut Dice| {
        for _ in 0..flips {
            if !bytes.is_empty() {
                let at = dice.roll(bytes.len());
                bytes[at] ^= 1 << dice.roll(8);
            }
        }
    };
    match kind {
        Damage::BitsInFile => flip(&mut main, dice),
        Damage::BitsInLog => flip(&mut wal, dice),
        Damage::BitsInBoth => {
            flip(&mut main, dice);
            flip(&mut wal, dice);
        }
        Damage::CutFile => main.truncate(1 + dice.roll(main.len() - 1)),
        Damage::CutLog => wal.truncate(dice.roll(wal.len() + 1)),
        Damage::LostLog => wal.clear(),
        Damage::FirstPage => main[..PAGE].fill(0),
        Damage::ZeroedPages => {
            for _ in 0..1 + dice.roll(5) {
                let page = dice.roll(main.len() / PAGE);
                main[page * PAGE..(page + 1) * PAGE].fill(0);
            }
        }
        Damage::NoiseInLog => {
            let start = dice.roll(wal.len() + 1);
            for byte in wal.iter_mut().skip(start).take(PAGE) {
                *byte = u8::try_from(dice.roll(256)).unwrap();
            }
        }
    }
    let changed = |before: &[u8], after: &[u8]| -> Vec<Range<usize>> {
        let same = before.iter().zip(after);
        let mut places: Vec<_> = same.enumerate().filter(|(_, (a, b))| a != b).map(|(at, _)| at..at + 1).collect();
        places.push(after.len()..before.len());
        places
    };
    fs::write(path, &main).unwrap();
    match kind {
        Damage::LostLog => fs::remove_file(log).unwrap_or_default(),
        _ => fs::write(log, &wal).unwrap(),
    }
    Place { main: changed(&before, &main), wal: changed(&before_log, &wal) }
}

impl Place {
    fn meets(&self, other: &Self) -> bool {
        let meet = |left: &[Range<usize>], right: &[Range<usize>]| {
            left.iter().any(|a| right.iter().any(|b| a.start < b.end && b.start < a.end))
        };
        meet(&self.main, &other.main) || meet(&self.wal, &other.wal)
    }
}

async fn queue(storage: &Storage) -> Vec<Wish> {
    for _ in 0..3 {
        match storage.member.read(Wish::read_all).await {
            Ok(queue) => return queue,
            Err(StorageError::Damaged(_) | StorageError::Unreadable(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    Vec::new()
}

async fn run(seed: u64, sizes: &[usize], with_checksum: bool) -> (Damage, Count) {
    let World { folder, queued, ever } = world(seed, sizes, with_checksum).await;
    let kind = DAMAGES[usize::try_from(seed % 9).unwrap()];
    let place = damage(folder.path(), kind, &mut Dice(!seed));
    let saved: BTreeSet<Wish> = match open(folder.path()).await {
        Ok(storage) => queue(&storage).await.into_iter().collect(),
        Err(error) => {
            assert!(matches!(error, StorageError::Newer(_)), "seed {seed}: {error}");
            BTreeSet::new()
        }
    };
    let mut count = Count::default();
    for (wish, at) in &queued {
        let is_saved = saved.contains(wish);
        if !place.meets(at) {
            count.intact += 1;
            count.saved += usize::from(is_saved);
        } else {
            count.lucky += usize::from(is_saved);
        }
    }
    let present: BTreeSet<&Wish> = queued.iter().map(|(wish, _)| wish).collect();
    count.invented = saved.difference(&ever).count();
    count.resurrected = saved.iter().filter(|wish| ever.contains(wish) && !present.contains(wish)).count();
    count.set_aside = usize::from(set_aside(folder.path()).is_some());
    (kind, count)
}

fn set_aside(folder: &Path) -> Option<PathBuf> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files.into_iter().find(|path| path.to_string_lossy().contains(".damaged-"))
}

fn add(sum: &mut Count, count: Count) {
    sum.intact += count.intact;
    sum.saved += count.saved;
    sum.lucky += count.lucky;
    sum.resurrected += count.resurrected;
    sum.invented += count.invented;
    sum.set_aside += count.set_aside;
}

#[tokio::test]
async fn of_all_intact_intents_nearly_all_are_saved_and_none_is_invented() {
    let mut sum = Count::default();
    for seed in 0..60 {
        add(&mut sum, run(seed, &[5, 20, 60, 120], true).await.1);
    }
    assert!(sum.intact > 1_000 && sum.set_aside > 10, "{sum:?}");
    assert!(sum.saved * 100 >= sum.intact * 99, "{sum:?}");
    assert_eq!(sum.invented, 0, "{sum:?}");
}

/// Prints the table of a thousand damages with and a thousand without checksums.
#[tokio::test]
#[ignore = "minutes; for the record"]
async fn a_thousand_damages() {
    for with_checksum in [true, false] {
        let mut sums: Vec<_> = DAMAGES.iter().map(|damage| (*damage, Count::default())).collect();
        for seed in 0..1_000 {
            let (kind, count) = run(seed, &[5, 20, 60, 200, 600], with_checksum).await;
            if count.saved < count.intact || count.invented > 0 {
                println!("seed {seed}: {kind:?} {count:?}");
            }
            for (damage, sum) in &mut sums {
                if *damage == kind {
                    add(sum, count);
                }
            }
        }
        println!("with checksums: {with_checksum}");
        for (damage, sum) in sums {
            println!("{damage:?}: {sum:?}");
        }
    }
}
