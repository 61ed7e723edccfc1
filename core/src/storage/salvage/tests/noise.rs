//! Any bytes: nothing panics, nothing takes long, nothing is made up.

use proptest::prelude::*;

use super::super::{rescue, rows};
use crate::storage::{
    StorageError,
    testing::{Dice, Wish, open},
};

fn file_with(wishes: usize) -> (Vec<u8>, Vec<u8>) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let storage = open(folder.path()).await.unwrap();
        let mut dice = Dice(7);
        for number in 0..wishes {
            let wish = Wish::new(&mut dice, if number % 5 == 0 { 9_000 } else { 300 });
            storage.member.write(move |tx| wish.write(tx, true)).await.unwrap();
        }
        let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
        (read("member.db"), read("member.db-wal"))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_hold_nothing(main in prop::collection::vec(any::<u8>(), 0..20_000), wal in prop::collection::vec(any::<u8>(), 0..20_000)) {
        let saved = rescue(&main, &wal);
        prop_assert!(saved.entries.is_empty() && saved.members.is_empty());
    }

    #[test]
    fn leaves_full_of_noise_hold_nothing(mut main in prop::collection::vec(any::<u8>(), 4096 * 4)) {
        for page in main.chunks_mut(4096) {
            page[0] = 0x0d;
        }
        prop_assert!(rescue(&main, &[]).entries.is_empty());
    }
}

#[test]
fn changed_files_give_what_was_written_or_nothing() {
    let (main, wal) = file_with(20);
    let whole: Vec<String> = rescue(&main, &wal).entries.into_iter().map(|entry| entry.payload).collect();
    assert_eq!(whole.len(), 20);
    let mut dice = Dice(11);
    for _ in 0..200 {
        let (mut main, mut wal) = (main.clone(), wal.clone());
        for _ in 0..1 + dice.roll(200) {
            let bytes = if dice.roll(2) == 0 { &mut main } else { &mut wal };
            let at = dice.roll(bytes.len());
            bytes[at] = u8::try_from(dice.roll(256)).unwrap();
        }
        for entry in rescue(&main, &wal).entries {
            assert!(whole.contains(&entry.payload));
        }
    }
}

#[test]
fn a_chain_that_bites_its_tail_ends() {
    let (mut main, wal) = file_with(20);
    // The log's pages, put where the file has them, each pointing at itself.
    for frame in wal[32..].chunks(24 + 4096) {
        let page = u32::from_be_bytes(frame[..4].try_into().unwrap());
        let start = (page as usize - 1) * 4096;
        main.resize(main.len().max(start + 4096), 0);
        main[start..start + 4096].copy_from_slice(&frame[24..]);
        if main[start] == 0 {
            main[start..start + 4].copy_from_slice(&page.to_be_bytes());
        }
    }
    let long = rescue(&main, &[]).entries.iter().filter(|entry| entry.payload.len() > 4096).count();
    assert_eq!(long, 0);
}

#[tokio::test]
async fn the_salvage_knows_every_column_of_the_queue() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(folder.path()).await.unwrap();
    let columns: Result<u32, StorageError> = storage
        .member
        .read(|tx| Ok(tx.query_row("SELECT count(*) FROM pragma_table_info('outbox')", [], |row| row.get(0))?))
        .await;
    assert_eq!(columns.unwrap() as usize, *rows::OUTBOX_COLUMNS.end());
}
