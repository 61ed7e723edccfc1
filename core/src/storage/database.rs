//! One file: one writer, two readers that never wait for it, and a way to close and reopen them all.
//!
//! iOS kills an app that holds a lock on a file while it is suspended, so `pause` really closes. A call that
//! comes while paused ends in [`StorageError::Paused`]; calls in flight are waited for.
//!
//! A call that finds the file damaged ends in [`StorageError::Damaged`], and before it does the file is mended, so
//! that the next one works.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Transaction, TransactionBehavior};

pub(super) use super::migrations::Kind;
use super::{
    Blocking, StorageError, error,
    lock::Lock,
    opening::{Look, Opened, Place, keep_log},
    readers::{Lent, READERS, Readers, Taken},
    salvage::{self, Emergency},
    soundness,
};

/// An open SQLite file. Clones share it.
#[derive(Clone, Debug)]
pub struct Database {
    shared: Arc<Shared>,
    blocking: Blocking,
}

#[derive(Debug)]
struct Shared {
    place: Place,
    /// Locked before the readers where both are needed.
    writer: Mutex<Writer>,
    readers: Readers,
    /// In which opening of the file the whole queue was last found sound.
    looked_at: AtomicU64,
    alone_at: Mutex<Option<DateTime<Utc>>>,
}

#[derive(Debug)]
struct Writer {
    state: State,
    /// How often the file was opened: whoever saw it damaged must not have another one mended.
    opened: u64,
}

#[derive(Debug)]
enum State {
    Closed,
    /// The connection goes before the lock.
    Open(Connection, #[expect(dead_code, reason = "is held, and given back with the variant")] Option<Lock>),
    /// Damaged, and not mended yet: the next call tries again.
    Broken,
}

impl Database {
    pub(super) async fn open(
        kind: Kind,
        path: PathBuf,
        blocking: Blocking,
        emergency: Emergency,
    ) -> Result<Self, StorageError> {
        let shared = Shared {
            place: Place { kind, path, emergency },
            writer: Mutex::new(Writer { state: State::Closed, opened: 0 }),
            readers: Readers::default(),
            looked_at: AtomicU64::new(0),
            alone_at: Mutex::default(),
        };
        let database = Self { shared: Arc::new(shared), blocking };
        database.resume().await?;
        Ok(database)
    }

    /// Runs `work` in one immediate transaction and commits it; an error rolls everything back.
    /// When this returns `Ok`, the commit is on the disk.
    ///
    /// # Errors
    /// What `work` says, or [`StorageError`] of the commit.
    pub async fn write<T, E>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let shared = Arc::clone(&self.shared);
        self.blocking.run(move || shared.write(work)).await?
    }

    /// Runs `work` on a reader, in one transaction, so that it sees one state of the file.
    ///
    /// # Errors
    /// What `work` says, or [`StorageError`].
    pub async fn read<T, E>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let shared = Arc::clone(&self.shared);
        self.blocking.run(move || shared.read(work)).await?
    }

    /// Rewrites the file without what was deleted from it, and empties its write-ahead log: a deleted row is otherwise
    /// only let go.
    ///
    /// # Errors
    /// [`StorageError`]; the file is as it was.
    pub(crate) async fn compact(&self) -> Result<(), StorageError> {
        let shared = Arc::clone(&self.shared);
        self.blocking.run(move || shared.compact()).await?
    }

    /// Removes the files that were set aside as damaged: whoever they speak of wants nothing of theirs kept.
    ///
    /// # Errors
    /// [`StorageError`]; some may be left.
    pub(crate) async fn remove_set_aside(&self) -> Result<(), StorageError> {
        let shared = Arc::clone(&self.shared);
        self.blocking.run(move || shared.remove_set_aside()).await?
    }

    /// When the file was opened, by the phone's clock, where nobody else had it open then: of another process that left
    /// something in it before, nothing is alive.
    #[must_use]
    pub(crate) fn alone_at(&self) -> Option<DateTime<Utc>> {
        *self.shared.alone_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at every entry of the queue, once after each opening, and mends the file where one is damaged: opening
    /// does not wait for a long queue, and an index that has lost an entry tells nobody.
    ///
    /// # Errors
    /// [`StorageError::Damaged`] where the file was mended, or another [`StorageError`].
    pub(crate) async fn look_at_queue(&self) -> Result<(), StorageError> {
        let shared = Arc::clone(&self.shared);
        self.blocking.run(move || shared.look_at_queue()).await?
    }

    pub(super) async fn pause(&self) -> Result<(), StorageError> {
        let shared = Arc::clone(&self.shared);
        self.blocking.run(move || shared.pause()).await?
    }

    pub(super) async fn resume(&self) -> Result<(), StorageError> {
        let shared = Arc::clone(&self.shared);
        self.blocking
            .run(move || {
                let mut writer = shared.lock();
                if matches!(writer.state, State::Open(..)) { Ok(()) } else { shared.open(&mut writer, Look::Usual) }
            })
            .await?
    }
}

impl Shared {
    fn write<T, E: From<StorageError>>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut writer = self.lock();
        if matches!(writer.state, State::Broken) {
            self.open(&mut writer, Look::Thorough)?;
        }
        let State::Open(connection, _) = &mut writer.state else {
            return Err(StorageError::Paused.into());
        };
        let explain = |error| self.place.explain(&error);
        error::forget_damage();
        let written = (|| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(explain)?;
            let value = work(&transaction)?;
            transaction.commit().map_err(explain)?;
            Ok(value)
        })();
        if error::was_damage_met() {
            self.mend(&mut writer);
        }
        written
    }

    fn read<T, E: From<StorageError>>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, E>) -> Result<T, E> {
        let (mut reader, opened) = self.reader()?;
        error::forget_damage();
        let read = match reader.connection() {
            Some(connection) => match connection.transaction() {
                Ok(transaction) => work(&transaction),
                Err(error) => Err(self.place.explain(&error).into()),
            },
            None => Err(StorageError::Paused.into()),
        };
        drop(reader);
        if error::was_damage_met() {
            let mut writer = self.lock();
            if writer.opened == opened {
                self.mend(&mut writer);
            }
        }
        read
    }

    /// A reader, and how often the file had been opened then.
    fn reader(&self) -> Result<(Lent<'_>, u64), StorageError> {
        loop {
            match self.readers.take() {
                Taken::Lent(reader) => return Ok(reader),
                Taken::Closed => return Err(StorageError::Paused),
                Taken::Broken => {
                    let mut writer = self.lock();
                    if matches!(writer.state, State::Broken) {
                        self.open(&mut writer, Look::Thorough)?;
                    }
                }
            }
        }
    }

    fn look_at_queue(&self) -> Result<(), StorageError> {
        let opened = self.readers.opened();
        if self.looked_at.load(Ordering::Relaxed) == opened {
            return Ok(());
        }
        self.read(|tx| {
            if soundness::is_sound(tx, Some(&["outbox"]))? {
                Ok(())
            } else {
                Err(StorageError::met_damage(self.place.kind.file()))
            }
        })?;
        self.looked_at.store(opened, Ordering::Relaxed);
        Ok(())
    }

    fn compact(&self) -> Result<(), StorageError> {
        let writer = self.lock();
        let State::Open(connection, _) = &writer.state else { return Err(StorageError::Paused) };
        connection
            .execute_batch("VACUUM")
            .and_then(|()| connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())))
            .map_err(|error| self.place.explain(&error))
    }

    fn remove_set_aside(&self) -> Result<(), StorageError> {
        let writer = self.lock();
        let State::Open(..) = &writer.state else { return Err(StorageError::Paused) };
        salvage::remove_set_aside(&self.place.path)
            .map_err(|error| StorageError::from_io(&error, self.place.kind.file()))
    }

    fn pause(&self) -> Result<(), StorageError> {
        let mut writer = self.lock();
        self.readers.close();
        let state = std::mem::replace(&mut writer.state, State::Closed);
        let State::Open(connection, _) = &state else {
            return Ok(());
        };
        let explain = |error| self.place.explain(&error);
        if self.place.kind == Kind::Cache {
            give_room_back(connection).map_err(explain)?;
        }
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(explain)
    }

    /// Closes the file, which has proved to be damaged, and opens what can be had in its place.
    fn mend(&self, writer: &mut Writer) {
        let State::Open(connection, _) = &writer.state else { return };
        // Closing must not write a part of the log into the file. Where that cannot be asked for, nothing is lost:
        // the file is what it is.
        let _kept = keep_log(connection, true);
        self.readers.hold();
        writer.state = State::Broken;
        // The call that met the damage tells of it; where mending fails, the next one tells why.
        let _mended_or_broken = self.open(writer, Look::Thorough);
    }

    fn open(&self, writer: &mut Writer, look: Look) -> Result<(), StorageError> {
        let opened = self.place.open_writer(look).and_then(|opened| {
            let readers = (0..READERS).map(|_| self.place.open_reader()).collect::<Result<Vec<_>, _>>()?;
            Ok((opened, readers))
        });
        match opened {
            Ok((Opened { connection, lock, alone_at }, readers)) => {
                writer.state = State::Open(connection, lock);
                *self.alone_at.lock().unwrap_or_else(PoisonError::into_inner) = alone_at;
                writer.opened += 1;
                self.readers.open(readers, writer.opened);
                Ok(())
            }
            Err(error) => {
                // Another may still have it open.
                if matches!(error, StorageError::Damaged(_)) {
                    writer.state = State::Broken;
                }
                if matches!(writer.state, State::Broken) {
                    self.readers.give_up();
                }
                Err(error)
            }
        }
    }

    /// A connection stays usable after a panic in its holder: its transaction was rolled back when it was dropped.
    fn lock(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn give_room_back(connection: &Connection) -> Result<(), rusqlite::Error> {
    let mut statement = connection.prepare("PRAGMA incremental_vacuum")?;
    // Each row is one page.
    let mut pages = statement.query([])?;
    while pages.next()?.is_some() {}
    Ok(())
}
